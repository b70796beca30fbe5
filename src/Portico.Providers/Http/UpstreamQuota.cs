using System.Globalization;
using System.Net.Http.Headers;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>
/// What a provider's headers say that it will still take, by the names in use: OpenAI's, which Azure, Groq and others share
/// (https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers, https://console.groq.com/docs/rate-limits), Anthropic's
/// (https://platform.claude.com/docs/en/api/rate-limits#response-headers) and Mistral's, which counts by the minute
/// (https://github.com/mistralai/client-ts/issues/169). Answers and refusals have them alike.
/// </summary>
static class UpstreamQuota
{
    public static RemainingQuota Of(HttpResponseMessage response)
    {
        var headers = response.Headers.NonValidated;
        return new RemainingQuota(
            Left(headers, "x-ratelimit-remaining-requests")
                ?? Left(headers, "anthropic-ratelimit-requests-remaining")
                ?? Left(headers, "x-ratelimit-remaining-req-minute"),
            Left(headers, "x-ratelimit-remaining-tokens")
                // The first is the strictest limit in force; the other is told when it is not.
                ?? Left(headers, "anthropic-ratelimit-tokens-remaining")
                ?? Left(headers, "anthropic-ratelimit-input-tokens-remaining")
                ?? Left(headers, "x-ratelimit-remaining-tokens-minute")
        );
    }

    static long? Left(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values)
        && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var left)
            ? left
            : null;
}
