using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Cohere;

/// <summary>Errors of the protocol: <c>{"message"}</c> and a status (https://docs.cohere.com/reference/errors).</summary>
static class CohereErrors
{
    /// <summary>Cohere's own status for a key that is blocked.</summary>
    const int InvalidToken = 498;

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
        var read = await UpstreamErrors.ReadAsync(response, connection, time, patience, ct);
        var body = new UpstreamErrorBody(read.Message, read.UpstreamType, read.UpstreamCode, null);
        return read switch
        {
            { Status: InvalidToken } => UpstreamErrors.From(401, body, read.RetryAfter, connection),
            { Fault: Fault.Caller } when read.Message.Contains("too many tokens", StringComparison.OrdinalIgnoreCase) =>
                UpstreamErrors.From(read.Status, body with { Code = ErrorTable.ContextLengthExceeded.Code }, read.RetryAfter, connection),
            _ => read,
        };
    }
}
