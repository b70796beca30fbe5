using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// Errors of AWS's JSON services: the exception's name in <c>x-amzn-ErrorType</c> or <c>__type</c>, its words in <c>message</c> or <c>Message</c>
/// (https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html,
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html). The name decides whose fault it is.
/// </summary>
static class AwsErrors
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
        return Of(response, (await ErrorBody.ReadAsync(response, patience, ct)).Span, connection, time);
    }

    /// <summary>What a failed response and its body say.</summary>
    public static UpstreamException Of(
        HttpResponseMessage response,
        ReadOnlySpan<byte> body,
        ProviderConnection connection,
        TimeProvider time
    )
    {
        var (type, message) = Parse(body);
        return From(
            (int)response.StatusCode,
            TypeOf(response) ?? Bare(type),
            message,
            UpstreamErrors.RetryAfter(response.Headers, time),
            connection
        );
    }

    /// <summary>The exception's name as the header tells it, or null.</summary>
    public static string? TypeOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? Bare(types.First()) : null;

    /// <summary>An error that came inside a stream: its name, and the document that says more.</summary>
    public static UpstreamException FromEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, ProviderConnection connection)
    {
        var (_, message) = Parse(payload);
        var name = Bare(Encoding.UTF8.GetString(type)) is { Length: > 0 } bare ? char.ToUpperInvariant(bare[0]) + bare[1..] : "";
        return From(0, name, message, null, connection);
    }

    /// <param name="status">The HTTP status; 0 = none came, the name stands for one.</param>
    /// <param name="type">The name of the exception, or empty.</param>
    /// <param name="message">What AWS said.</param>
    /// <param name="retryAfter">AWS's wish, or null.</param>
    /// <param name="connection">Named in what concerns its credential.</param>
    public static UpstreamException From(int status, string type, string? message, TimeSpan? retryAfter, ProviderConnection connection)
    {
        // The canonical form of the request, which AWS repeats behind this, holds the session token.
        var cut = message?.IndexOf("The Canonical String for this request", StringComparison.Ordinal) ?? -1;
        var words = cut < 0 ? message : message![..cut];
        UpstreamException As(int judged, string? said, string? code = null) =>
            UpstreamErrors.From(judged, new UpstreamErrorBody(said, type, code ?? type, null), retryAfter, connection);
        switch (type)
        {
            case "ExpiredTokenException" or "ExpiredToken" or "RequestExpired":
                return As(403, $"Its temporary keys have ended. {AwsAuth.Renew}. AWS: {words}");
            case "InvalidSignatureException" or "SignatureDoesNotMatch" when IsClock(words):
                return As(403, $"The clock of this node is more than 5 minutes off. Set it; the keys may be right. AWS: {words}");
            case "InvalidSignatureException" or "SignatureDoesNotMatch" or "IncompleteSignature":
                return As(403, $"Its secret access key does not fit its access key id, or its region is wrong. Check both. AWS: {words}");
            case "UnrecognizedClientException"
            or "InvalidClientTokenId"
            or "MissingAuthenticationToken"
            or "MissingAuthenticationTokenException":
                return As(
                    403,
                    $"AWS does not know its access key, or a session token is missing. Give the connection valid keys. AWS: {words}"
                );
            case "AccessDeniedException" when IsAboutModel(words):
                return Rewritten(As(404, words), ErrorTable.UpstreamFailed, Fault.Model, 403);
            case "ThrottlingException" or "ServiceQuotaExceededException" or "TooManyRequestsException":
                return As(429, words);
            case "ModelNotReadyException":
                return Rewritten(As(503, words), ErrorTable.UpstreamOverloaded, Fault.Upstream, 429);
            case "ModelTimeoutException":
                return As(504, words);
            case "ModelErrorException"
            or "ModelStreamErrorException"
            or "ModelStreamError"
            or "InternalStreamFailure"
            or "InternalServerException"
            or "InternalFailure"
            or "InternalDependencyException":
                return As(500, words);
            case "ServiceUnavailableException" or "ServiceUnavailable":
                return As(503, words);
            case "ResourceNotFoundException":
                return As(404, words);
            // SageMaker's own name, which Bedrock does not use, for an endpoint that is not there.
            case "ValidationError" when Has(words, "not found") || Has(words, "does not exist"):
                return Rewritten(As(404, words), ErrorTable.UpstreamFailed, Fault.Model, 400);
            case "ValidationException" or "ValidationError" when IsAboutDeployment(words):
                return Rewritten(As(404, words), ErrorTable.UpstreamFailed, Fault.Model, 400);
            case "ValidationException" or "ValidationError":
                return As(400, words, IsTooLong(words) ? ErrorTable.ContextLengthExceeded.Code : null);
            default:
                return As(status == 0 ? 500 : status, words);
        }
    }

    static UpstreamException Rewritten(UpstreamException e, ErrorKind kind, Fault fault, int status) =>
        new(kind, fault, e.Message)
        {
            Status = status,
            RetryAfter = e.RetryAfter,
            UpstreamCode = e.UpstreamCode,
            UpstreamType = e.UpstreamType,
        };

    static bool IsClock(string? words) => Has(words, "Signature expired") || Has(words, "Signature not yet current");

    /// <summary>The identity is known and may not use this model: another model of the connection is not touched by that.</summary>
    static bool IsAboutModel(string? words) =>
        Has(words, "access to the model")
        || Has(words, "model with the specified model ID")
        || Has(words, "foundation-model/")
        || Has(words, "inference-profile/");

    /// <summary>The model's name at this connection is wrong, or it cannot be called this way: no caller can change that.</summary>
    static bool IsAboutDeployment(string? words) =>
        Has(words, "model identifier is invalid") || Has(words, "on-demand throughput") || Has(words, "model ID is not supported");

    static bool IsTooLong(string? words) =>
        Has(words, "too long for requested model")
        || Has(words, "exceed context limit")
        || Has(words, "prompt is too long")
        || Has(words, "maximum context");

    static bool Has(string? words, string what) => words?.Contains(what, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary><c>aws.protocol#ThrottlingException:http://…</c> without what stands around the name.</summary>
    static string Bare(string? type)
    {
        if (type is null)
            return "";
        var hash = type.IndexOf('#', StringComparison.Ordinal);
        var name = hash < 0 ? type : type[(hash + 1)..];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        name = colon < 0 ? name : name[..colon];
        return name.Length <= 128 ? name : "";
    }

    static (string? Type, string? Message) Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object
                ? (null, null)
                : (Text(root, "__type"), Text(root, "message") ?? Text(root, "Message") ?? Text(root, "originalMessage"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // HTML from a proxy in between: the status says enough.
            return (null, null);
        }
    }

    static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
