using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>An error that comes where the status was good already: as an event, or in the body of an answer. The status it stands for is read from its words.</summary>
static class OpenAiInStreamErrors
{
    public static UpstreamException From(UpstreamErrorBody error, ProviderConnection connection)
    {
        var status = int.TryParse(error.Code, out var code) && code is >= 400 and < 600 ? code : StatusOf(error);
        return UpstreamErrors.From(status, error, null, connection);
    }

    static int StatusOf(UpstreamErrorBody error) =>
        (error.Type, error.Code) switch
        {
            ("invalid_request_error", _) or (_, "content_filter") => 400,
            ("authentication_error", _) or (_, "invalid_api_key") => 401,
            ("rate_limit_error" or "requests" or "tokens" or "rate_limit_exceeded", _) or (_, "rate_limit_exceeded") => 429,
            ("insufficient_quota", _) or (_, "insufficient_quota") => 429,
            ("overloaded_error", _) => 529,
            // TGI's words (https://huggingface.co/docs/text-generation-inference/reference/api_reference).
            ("validation", _) => 422,
            ("overloaded", _) => 429,
            // Codes of a response's error (https://platform.openai.com/docs/api-reference/responses/object): what was sent is at fault.
            (_, { } said) when IsOfInput(said) => 400,
            _ => 500,
        };

    static bool IsOfInput(string code) =>
        code.StartsWith("invalid_", StringComparison.Ordinal)
        || code.StartsWith("image_", StringComparison.Ordinal)
        || code is "context_length_exceeded" or "unsupported_image_media_type" or "empty_image_file" or "failed_to_download_image";
}
