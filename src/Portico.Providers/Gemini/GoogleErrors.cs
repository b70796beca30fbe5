using System.Globalization;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Gemini;

/// <summary>
/// Errors of Google's APIs: <c>{"error":{"code","message","status","details"}}</c>, google.rpc.Status with its details, as a response, as an event of a stream or
/// as the only member of an array (https://google.aip.dev/193, https://ai.google.dev/gemini-api/docs/troubleshooting).
/// </summary>
static class GoogleErrors
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
        return From((int)response.StatusCode, body.Span, UpstreamErrors.RetryAfter(response.Headers, time), connection);
    }

    /// <summary>An error that came with status 200, as an event or as the whole body.</summary>
    public static UpstreamException FromBody(ReadOnlySpan<byte> body, ProviderConnection connection) => From(0, body, null, connection);

    /// <summary>A google.rpc.Status alone, as results of batches have it: its code may be one of gRPC's and stand without its name.</summary>
    public static UpstreamException FromStatus(ReadOnlySpan<byte> status, ProviderConnection connection)
    {
        try
        {
            var reader = new Utf8JsonReader(status);
            using var document = JsonDocument.ParseValue(ref reader);
            var error = document.RootElement;
            return From(0, Read(error) with { Status = StatusName(error) }, null, connection);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return From(0, default(Said), null, connection);
        }
    }

    /// <summary>The name of a google.rpc.Status, of its code where it has none (https://cloud.google.com/apis/design/errors); null when it is another's.</summary>
    public static string? StatusName(JsonElement error) =>
        GeminiDecoder.Text(error, "status"u8)
        ?? Code(error) switch
        {
            1 => "CANCELLED",
            2 => "UNKNOWN",
            3 => "INVALID_ARGUMENT",
            4 => "DEADLINE_EXCEEDED",
            5 => "NOT_FOUND",
            6 => "ALREADY_EXISTS",
            7 => "PERMISSION_DENIED",
            8 or 429 => "RESOURCE_EXHAUSTED",
            9 => "FAILED_PRECONDITION",
            10 => "ABORTED",
            11 => "OUT_OF_RANGE",
            12 => "UNIMPLEMENTED",
            13 => "INTERNAL",
            14 => "UNAVAILABLE",
            15 => "DATA_LOSS",
            16 => "UNAUTHENTICATED",
            _ => null,
        };

    static int? Code(JsonElement error) =>
        GeminiDecoder.Member(error, "code"u8) is { ValueKind: JsonValueKind.Number } c && c.TryGetInt32(out var number) ? number : null;

    static UpstreamException From(int status, ReadOnlySpan<byte> body, TimeSpan? retryAfter, ProviderConnection connection) =>
        From(status, Parse(body), retryAfter, connection);

    /// <param name="status">The HTTP status, 0 when the error came under a good one.</param>
    /// <param name="said">What the body says.</param>
    /// <param name="retryAfter">What the headers say.</param>
    /// <param name="connection">Whose credential must not appear in the message.</param>
    static UpstreamException From(int status, in Said said, TimeSpan? retryAfter, ProviderConnection connection)
    {
        status = StatusOf(said.Status) ?? (status != 0 ? status : said.Code ?? 500);
        var code = said.Reason;
        // The key is wrong, and Google calls the request invalid.
        if (said.Reason is "API_KEY_INVALID" || IsAbout(said, "API key not valid") || IsAbout(said, "API key expired"))
            status = 401;
        // Billing is off or the country has no free use: nothing that another request would change.
        else if (said.Status == "FAILED_PRECONDITION" && (IsAbout(said, "billing") || IsAbout(said, "location is not supported")))
            status = 403;
        else if (status == 400 && IsAbout(said, "exceeds the maximum number of tokens"))
            code = ErrorTable.ContextLengthExceeded.Code;
        var message = said.Message;
        if (status is 401 or 403)
            message = $"{message} {Remedy(connection)}".Trim();
        return UpstreamErrors.From(
            status,
            new UpstreamErrorBody(message, said.Status, code, null),
            said.RetryDelay ?? retryAfter,
            connection
        );
    }

    static string Remedy(ProviderConnection connection) =>
        connection.Family == "vertex"
            ? "Give the connection the key of a service account that may use Vertex AI (role roles/aiplatform.user) in its project."
            : "Give the connection a valid key from https://aistudio.google.com/apikey.";

    static bool IsAbout(in Said said, string words) => said.Message?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    static int? StatusOf(string? status) =>
        status switch
        {
            "INVALID_ARGUMENT" or "FAILED_PRECONDITION" or "OUT_OF_RANGE" => 400,
            "UNAUTHENTICATED" => 401,
            "PERMISSION_DENIED" => 403,
            "NOT_FOUND" => 404,
            "ABORTED" or "ALREADY_EXISTS" => 409,
            "RESOURCE_EXHAUSTED" => 429,
            // 499: Google's own end of the call, not the caller's.
            "CANCELLED" or "INTERNAL" or "DATA_LOSS" or "UNKNOWN" => 500,
            "UNIMPLEMENTED" => 501,
            "UNAVAILABLE" => 503,
            "DEADLINE_EXCEEDED" => 504,
            _ => null,
        };

    readonly record struct Said(string? Message, string? Status, int? Code, string? Reason, TimeSpan? RetryDelay);

    static Said Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
                root = root[0];
            var error = GeminiDecoder.Member(root, "error"u8);
            // Partners on Vertex AI answer in their own shape.
            if (GeminiDecoder.Member(error, "status"u8).ValueKind == JsonValueKind.Undefined)
            {
                var other = UpstreamErrors.Parse(body);
                return new Said(other.Message, other.Type, null, other.Code, null);
            }
            return Read(error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // HTML from a proxy in between, or text that is none: the status says enough.
            return default;
        }
    }

    static Said Read(JsonElement error)
    {
        var details = GeminiDecoder.Member(error, "details"u8);
        return new Said(
            GeminiDecoder.Text(error, "message"u8),
            GeminiDecoder.Text(error, "status"u8),
            Code(error),
            Detail(details, "google.rpc.ErrorInfo", "reason"u8),
            Duration(Detail(details, "google.rpc.RetryInfo", "retryDelay"u8))
        );
    }

    static string? Detail(JsonElement details, string type, ReadOnlySpan<byte> member)
    {
        if (details.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var detail in details.EnumerateArray())
            if (GeminiDecoder.Text(detail, "@type"u8)?.EndsWith(type, StringComparison.Ordinal) == true)
                return GeminiDecoder.Text(detail, member);
        return null;
    }

    /// <summary>Seconds with a fraction and an s: <c>34.074824224s</c>.</summary>
    static TimeSpan? Duration(string? text) =>
        text is [.., 's']
        && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
