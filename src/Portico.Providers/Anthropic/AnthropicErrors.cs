using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Errors of the protocol: <c>{"type":"error","error":{"type","message"},"request_id"}</c>, as a response or as an event of a stream
/// (https://platform.claude.com/docs/en/api/errors).
/// </summary>
static class AnthropicErrors
{
    /// <summary>Reads a failed response.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static async Task<UpstreamException> ReadAsync(
        HttpResponseMessage response,
        ProviderConnection connection,
        TimeProvider time,
        CancellationToken patience,
        CancellationToken ct
    ) => Refine(await UpstreamErrors.ReadAsync(response, connection, time, patience, ct), connection);

    /// <summary>An error that came with status 200, as an event or as the whole body.</summary>
    public static UpstreamException FromBody(ReadOnlySpan<byte> body, ProviderConnection connection)
    {
        var error = UpstreamErrors.Parse(body);
        return Refine(UpstreamErrors.From(StatusOf(error.Type), error, null, connection), connection);
    }

    /// <summary>Two faults come as a plain invalid_request_error and only their message tells them apart.</summary>
    static UpstreamException Refine(UpstreamException e, ProviderConnection connection)
    {
        if (e.Fault != Fault.Caller)
            return e;
        if (e.Message.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase))
            return UpstreamErrors.From(
                402,
                new UpstreamErrorBody(e.Message, "billing_error", e.UpstreamCode, null),
                e.RetryAfter,
                connection,
                e.Quota
            );
        if (e.Message.Contains("exceed context limit", StringComparison.OrdinalIgnoreCase))
            return UpstreamErrors.From(
                e.Status,
                new UpstreamErrorBody(e.Message, e.UpstreamType, ErrorTable.ContextLengthExceeded.Code, null),
                e.RetryAfter,
                connection,
                e.Quota
            );
        return e;
    }

    static int StatusOf(string? type) =>
        type switch
        {
            "invalid_request_error" => 400,
            "authentication_error" => 401,
            "billing_error" => 402,
            "permission_error" => 403,
            "not_found_error" => 404,
            "conflict_error" => 409,
            "request_too_large" => 413,
            "rate_limit_error" => 429,
            "timeout_error" => 504,
            "overloaded_error" => 529,
            _ => 500,
        };
}
