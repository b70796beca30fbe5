using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>What a provider said in an error body, in whichever of the common shapes.</summary>
public sealed record UpstreamErrorBody(string? Message, string? Type, string? Code, string? Param);

/// <summary>
/// Decides whose fault an upstream error is and what the caller may read of it. Rules: a 4xx about the request is the caller's and is passed on;
/// a refused credential or an empty account benches the connection; a limit cools the deployment down; the rest is the provider's.
/// </summary>
public static class UpstreamErrors
{
    const int MaxMessage = 2_000;

    /// <summary>Reads a failed response's body, bounded, and turns it into the exception to throw.</summary>
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
        return From((int)response.StatusCode, Parse(body.Span), RetryAfter(response.Headers, time), connection, UpstreamQuota.Of(response));
    }

    /// <param name="status">The HTTP status, or the one that an in-stream error stands for.</param>
    /// <param name="body">What the provider said.</param>
    /// <param name="retryAfter">The provider's wish, or null.</param>
    /// <param name="connection">Whose credential must not appear in the message.</param>
    /// <param name="quota">What the headers say is left.</param>
    public static UpstreamException From(
        int status,
        UpstreamErrorBody body,
        TimeSpan? retryAfter,
        ProviderConnection connection,
        RemainingQuota quota = default
    )
    {
        var (kind, fault) = Judge(status, body);
        var message = Clean(body.Message, connection) ?? $"The provider answered with status {status}.";
        if (fault is Fault.Credential)
            message = $"Connection {connection.Id}: the provider refused the credential ({status}). {Remedy(status, connection)}{message}";
        return new UpstreamException(kind, fault, message)
        {
            Status = status,
            RetryAfter = retryAfter,
            Quota = quota,
            UpstreamCode = body.Code,
            UpstreamType = body.Type,
            UpstreamParam = body.Param,
        };
    }

    /// <summary>What an administrator has to do about a key; families with other credentials say it in their own words.</summary>
    static string Remedy(int status, ProviderConnection connection) =>
        connection.Family is not ("openai" or "azure-openai" or "anthropic" or "cohere")
            ? ""
            : status switch
            {
                402 or 429 => "Its account has no credit left, or has reached its limit: fill it up or raise it. ",
                403 => "Its key may not do this: give the key the right, or give the connection another one. ",
                _ => "Give the connection a valid key. ",
            };

    static (ErrorKind Kind, Fault Fault) Judge(int status, UpstreamErrorBody body) =>
        status switch
        {
            // Before the statuses: some services refuse content by 403.
            >= 400 and < 500 when body.Code is "content_filter" or "content_policy_violation" => (ErrorTable.ContentFilter, Fault.Caller),
            401 or 403 or 402 => (ErrorTable.UpstreamCredential, Fault.Credential),
            429 when body.Code is "insufficient_quota" or "billing_hard_limit_reached" => (ErrorTable.UpstreamCredential, Fault.Credential),
            429 => (ErrorTable.UpstreamRateLimited, Fault.RateLimit),
            404 => (ErrorTable.UpstreamFailed, Fault.Model),
            408 => (ErrorTable.UpstreamTimeout, Fault.Upstream),
            // 424: what stands behind the server failed, such as the generation itself.
            409 or 424 => (ErrorTable.UpstreamFailed, Fault.Upstream),
            _ when IsContextLength(body) => (ErrorTable.ContextLengthExceeded, Fault.Caller),
            _ when body.Code is "content_filter" or "content_policy_violation" => (ErrorTable.ContentFilter, Fault.Caller),
            413 => (ErrorTable.TooLarge, Fault.Caller),
            // 498: the class of service that was asked for is full (https://console.groq.com/docs/flex-processing).
            498 or 503 or 529 => (ErrorTable.UpstreamOverloaded, Fault.Upstream),
            >= 400 and < 500 => (ErrorTable.UpstreamRejected, Fault.Caller),
            504 => (ErrorTable.UpstreamTimeout, Fault.Upstream),
            _ => (ErrorTable.UpstreamFailed, Fault.Upstream),
        };

    static bool IsContextLength(UpstreamErrorBody body) =>
        body.Code is "context_length_exceeded"
        || (
            body.Message is { } m
            && (
                m.Contains("maximum context length", StringComparison.OrdinalIgnoreCase)
                || m.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase)
                // https://huggingface.co/docs/text-generation-inference: its two bounds.
                || m.Contains("tokens + `max_new_tokens` must be", StringComparison.Ordinal)
                || m.Contains("`inputs` must have less than", StringComparison.Ordinal)
            )
        );

    /// <summary>Understands {"error":{message,type,code,param}}, {"error":"text"}, {"message":…}, {"detail":…}; anything else gives no message.</summary>
    public static UpstreamErrorBody Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
                root = root[0];
            if (root.ValueKind != JsonValueKind.Object)
                return new UpstreamErrorBody(null, null, null, null);
            if (!root.TryGetProperty("error"u8, out var error))
                return new UpstreamErrorBody(Text(root, "message") ?? Text(root, "detail"), Text(root, "type"), Text(root, "code"), null);
            return error.ValueKind == JsonValueKind.String
                ? new UpstreamErrorBody(error.GetString(), Text(root, "error_type"), Text(root, "code"), null)
                : Of(error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // HTML from a proxy in between, or a text that is not UTF-8: the status says enough.
            return new UpstreamErrorBody(null, null, null, null);
        }
    }

    /// <summary>The error itself: message, type, code, param, and what some services put beside them.</summary>
    internal static UpstreamErrorBody Of(JsonElement error) =>
        Moderated(
            error,
            WithInner(error, new UpstreamErrorBody(Text(error, "message"), Text(error, "type"), Text(error, "code"), Text(error, "param")))
        );

    /// <summary>
    /// OpenRouter refuses content under the status of a key that may not do something, and says why in the metadata
    /// (https://openrouter.ai/docs/api/reference/errors-and-debugging#moderation-errors): one caller's words must not bench the connection of all.
    /// </summary>
    static UpstreamErrorBody Moderated(JsonElement error, UpstreamErrorBody body) =>
        error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("metadata"u8, out var metadata)
        && metadata.ValueKind == JsonValueKind.Object
        && (metadata.TryGetProperty("flagged_input"u8, out _) || metadata.TryGetProperty("reasons"u8, out _))
            ? body with
            {
                Code = ErrorTable.ContentFilter.Code,
            }
            : body;

    /// <summary>
    /// Azure says behind its error which of its filters found something
    /// (https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter#scenario-details).
    /// </summary>
    static UpstreamErrorBody WithInner(JsonElement error, UpstreamErrorBody body)
    {
        if (
            error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("innererror"u8, out var inner)
            || inner.ValueKind != JsonValueKind.Object
        )
            return body;
        if (Text(inner, "code") == "ResponsibleAIPolicyViolation")
            body = body with { Code = ErrorTable.ContentFilter.Code };
        if (!inner.TryGetProperty("content_filter_result"u8, out var results) || results.ValueKind != JsonValueKind.Object)
            return body;
        var found = results
            .EnumerateObject()
            .Where(f =>
                f.Value.ValueKind == JsonValueKind.Object
                && f.Value.TryGetProperty("filtered"u8, out var filtered)
                && filtered.ValueKind == JsonValueKind.True
            )
            .Select(f => Text(f.Value, "severity") is { } severity ? $"{f.Name} ({severity})" : f.Name)
            .ToList();
        return found.Count == 0 ? body : body with { Message = $"{body.Message} Filtered: {string.Join(", ", found)}." };
    }

    static string? Text(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    /// <summary>retry-after-ms, then retry-after in seconds or as a date; null when absent or senseless.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider time)
    {
        if (
            headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var ms)
            && ms is >= 0 and < 1e9
        )
            return TimeSpan.FromMilliseconds(ms);
        if (headers.RetryAfter is not { } header)
            return null;
        var wait = header.Delta ?? (header.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is { } w ? (w < TimeSpan.Zero ? TimeSpan.Zero : w) : null;
    }

    static string? Clean(string? message, ProviderConnection connection)
    {
        if (string.IsNullOrWhiteSpace(message))
            return null;
        var secret = connection.Credential.Reveal();
        if (secret.Length >= 8)
            message = message.Replace(secret, "•••", StringComparison.Ordinal);
        var clean = new StringBuilder(Math.Min(message.Length, MaxMessage));
        foreach (var c in message)
        {
            if (clean.Length == MaxMessage)
                break;
            clean.Append(char.IsControl(c) ? ' ' : c);
        }
        // Where it was cut there may be half a character.
        if (clean.Length > 0 && char.IsHighSurrogate(clean[^1]))
            clean.Length--;
        return clean.ToString().Trim();
    }
}
