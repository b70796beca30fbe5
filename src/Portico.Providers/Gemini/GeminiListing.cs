using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>Reads lists of models. Pure.</summary>
static class GeminiListing
{
    /// <summary>
    /// Adds what can be called here of a page of the Gemini API (https://ai.google.dev/api/models#method:-models.list); gives the token of the next page, null
    /// after the last. What makes only images, films or speech is left out.
    /// </summary>
    public static string? TakeModels(ReadOnlyMemory<byte> body, ProviderConnection connection, List<OfferedModel> models) =>
        TakePage(
            body,
            connection,
            "models",
            model =>
            {
                if (GeminiDecoder.Text(model, "name"u8) is not { } name || !Serves(model))
                    return;
                var tokens = GeminiDecoder.Member(model, "inputTokenLimit"u8);
                models.Add(
                    new OfferedModel(
                        name.StartsWith("models/", StringComparison.Ordinal) ? name["models/".Length..] : name,
                        "google",
                        tokens.ValueKind == JsonValueKind.Number && tokens.TryGetInt32(out var window) ? window : null
                    )
                );
            }
        );

    /// <summary>
    /// Adds a page of a publisher's models on Vertex AI
    /// (https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list), each under the name that it is called by.
    /// </summary>
    public static string? TakePublisherModels(ReadOnlyMemory<byte> body, ProviderConnection connection, List<OfferedModel> models) =>
        TakePage(
            body,
            connection,
            "publisherModels",
            model =>
            {
                // publishers/anthropic/models/claude-…
                if (GeminiDecoder.Text(model, "name"u8)?.Split('/') is not [_, var publisher, _, { Length: > 0 } name])
                    return;
                if (VertexTarget.IsCallable(publisher, name))
                    models.Add(new OfferedModel(name, publisher));
            }
        );

    static string? TakePage(ReadOnlyMemory<byte> body, ProviderConnection connection, string member, Action<JsonElement> take)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            // A page without models is an empty object.
            if (root.TryGetProperty(member, out var list))
                foreach (var model in list.EnumerateArray())
                    take(model);
            return GeminiDecoder.Text(root, "nextPageToken"u8) is { Length: > 0 } next ? next : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{Where(connection)} does not list models as Google does.",
                e
            );
        }
    }

    static bool Serves(JsonElement model)
    {
        var methods = GeminiDecoder.Member(model, "supportedGenerationMethods"u8);
        return methods.ValueKind != JsonValueKind.Array
            || methods
                .EnumerateArray()
                .Any(m => m.ValueKind == JsonValueKind.String && (m.ValueEquals("generateContent"u8) || m.ValueEquals("embedContent"u8)));
    }

    public static UpstreamException Endless(ProviderConnection connection, int most) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, $"{Where(connection)} lists more than {most} models or never ends its list.");

    static string Where(ProviderConnection connection) => $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port}";
}
