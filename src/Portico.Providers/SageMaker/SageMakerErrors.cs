using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;

namespace Portico.Providers.SageMaker;

/// <summary>
/// Errors of the runtime (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors): ModelError holds
/// what the container answered, which decides; the rest is AWS's.
/// </summary>
static class SageMakerErrors
{
    /// <summary>Reads a failed response.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static async Task<UpstreamException> ReadAsync(
        HttpResponseMessage response,
        ProviderConnection connection,
        TimeProvider time,
        CancellationToken patience,
        CancellationToken ct
    )
    {
        var body = await ErrorBody.ReadAsync(response, patience, ct);
        return AwsErrors.TypeOf(response) is "ModelError" && OfContainer(body.Span, connection) is { } theirs
            ? theirs
            : AwsErrors.Of(response, body.Span, connection, time);
    }

    static UpstreamException? OfContainer(ReadOnlySpan<byte> body, ProviderConnection connection)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("OriginalStatusCode"u8, out var code)
                || !code.TryGetInt32(out var status)
                || status is < 400 or > 599
            )
                return null;
            var text = Text(root, "OriginalMessage"u8);
            var said = UpstreamErrors.Parse(Encoding.UTF8.GetBytes(text ?? ""));
            said = said.Message is null ? said with { Message = text is { Length: > 0 } ? text : Text(root, "Message"u8) } : said;
            // The container has no credential of ours: what it refuses is the way the endpoint was built.
            return status is 401 or 402 or 403
                ? UpstreamErrors.From(404, said, null, connection)
                : UpstreamErrors.From(status, said, null, connection);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
