using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>Writes what goes into a call of a function and what comes out of it: objects both.</summary>
static class GeminiCallValues
{
    public static void WriteArguments(Utf8JsonWriter json, string arguments, string path) =>
        CallArguments.Write(json, arguments, path, "Gemini takes the arguments of a function as an object");

    /// <summary>An object that the tool wrote goes as it is, other text under <c>output</c>, a failure under <c>error</c>.</summary>
    public static void WriteResult(Utf8JsonWriter json, string text, bool failed)
    {
        if (!failed && text.AsSpan().TrimStart().StartsWith("{"))
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                document.RootElement.WriteTo(json);
                return;
            }
            catch (JsonException)
            {
                // A text that only looks like an object.
            }
        }
        json.WriteStartObject();
        json.WriteString(failed ? "error"u8 : "output"u8, text);
        json.WriteEndObject();
    }
}
