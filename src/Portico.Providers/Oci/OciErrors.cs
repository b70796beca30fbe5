using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Oci;

/// <summary>
/// Errors of Oracle's services: <c>{"code","message"}</c> and a status (https://docs.oracle.com/iaas/Content/API/References/apierrors.htm). A service that does not tell what it
/// has from what one may not see answers 404 to both.
/// </summary>
static class OciErrors
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
        var body = UpstreamErrors.Parse((await ErrorBody.ReadAsync(response, patience, ct)).Span);
        return From((int)response.StatusCode, body, UpstreamErrors.RetryAfter(response.Headers, time), connection);
    }

    public static UpstreamException From(int status, UpstreamErrorBody body, TimeSpan? retryAfter, ProviderConnection connection)
    {
        UpstreamException As(int judged, string? message, string? code = null) =>
            UpstreamErrors.From(judged, body with { Message = message, Code = code ?? body.Code }, retryAfter, connection);
        var words = body.Message;
        return (status, body.Code) switch
        {
            (401, _) => As(
                401,
                $"User, tenancy, fingerprint and private key do not belong together, the key was removed from the user, or the clock of this node is more than 5 minutes off. Oracle: {words}"
            ),
            (404, "NotAuthorizedOrNotFound") => As(
                404,
                $"The model is not there, or the user may not use it: check the model's name and region, compartment_id of the credential, and a policy that allows the user's group to use generative-ai-family in it. Oracle: {words}"
            ),
            (_, "TooManyRequests") => As(429, words),
            // The same limit by another name, for a compartment.
            (400, "QuotaExceeded" or "LimitExceeded") => As(429, words),
            (>= 400 and < 500, _) when IsTooLong(words) => As(status, words, ErrorTable.ContextLengthExceeded.Code),
            // The words are about the content, in the input or in the output.
            (400, _) when Has(words, "content moderation") || Has(words, "Inappropriate content") => As(
                400,
                words,
                ErrorTable.ContentFilter.Code
            ),
            (409, "IncorrectState") => As(503, words),
            _ => As(status, words),
        };
    }

    static bool IsTooLong(string? words) =>
        Has(words, "too many tokens") || Has(words, "maximum context") || Has(words, "exceeds the maximum number of tokens");

    static bool Has(string? words, string what) => words?.Contains(what, StringComparison.OrdinalIgnoreCase) == true;
}
