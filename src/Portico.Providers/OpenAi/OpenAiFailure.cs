using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// A failure that came under a good status, as an event of a stream or as the whole answer: in place of the choices, beside them as OpenRouter sends it
/// (https://openrouter.ai/docs/api/reference/errors-and-debugging), in the choice that broke off, or as an object named error.
/// </summary>
static class OpenAiFailure
{
    public static UpstreamException Of(ReadOnlySpan<byte> data, ProviderConnection connection)
    {
        var error = UpstreamErrors.Parse(data);
        if (error.Message is null && InChoice(data) is { } inside)
            error = inside;
        if (error.Message is null)
            error = error with { Message = "The provider broke off its answer with an error." };
        return Of(error, connection);
    }

    /// <summary>The status that it stands for is read from its words.</summary>
    public static UpstreamException Of(UpstreamErrorBody error, ProviderConnection connection)
    {
        var status = int.TryParse(error.Code, out var code) && code is >= 400 and < 600 ? code : StatusOf(error);
        return UpstreamErrors.From(status, error, null, connection);
    }

    static UpstreamErrorBody? InChoice(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            using var document = JsonDocument.ParseValue(ref reader);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("choices"u8, out var choices)
                || choices.ValueKind != JsonValueKind.Array
            )
                return null;
            foreach (var choice in choices.EnumerateArray())
                if (choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("error"u8, out var error))
                    return UpstreamErrors.Of(error);
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
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
