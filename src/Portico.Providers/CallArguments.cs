using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>The arguments of a tool call, a text in the canonical form, as the object that some providers take.</summary>
static class CallArguments
{
    /// <param name="json">Receives the object; an empty text is an empty one.</param>
    /// <param name="arguments">As the model or the caller wrote them.</param>
    /// <param name="path">The place in the request, for the error.</param>
    /// <param name="because">Who wants an object: <c>Gemini takes the arguments of a function as an object</c>.</param>
    /// <exception cref="UpstreamException">The text is no JSON object: the caller's fault.</exception>
    public static void Write(Utf8JsonWriter json, string arguments, string path, string because)
    {
        if (string.IsNullOrWhiteSpace(arguments))
        {
            json.WriteStartObject();
            json.WriteEndObject();
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(arguments);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Refusals.Wrong(path, $"must be the text of a JSON object: {because}");
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            throw Refusals.Wrong(path, $"is not valid JSON: {because}");
        }
    }
}
