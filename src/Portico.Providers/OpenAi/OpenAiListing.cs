using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>Reads a list of models as OpenAI-compatible servers give it. Pure.</summary>
static class OpenAiListing
{
    /// <exception cref="UpstreamException">It is no such list.</exception>
    public static IReadOnlyList<OfferedModel> Read(ReadOnlyMemory<byte> body, ProviderConnection connection)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            // A server of one model tells of itself.
            if (root.ValueKind == JsonValueKind.Object && Text(root, "model_id") is { } only)
                return [new OfferedModel(only, null, Number(root, "max_input_length") ?? Number(root, "max_total_tokens"))];
            // Together sends the bare array.
            var list = root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("data"u8);
            return list.EnumerateArray()
                .Where(m => m.ValueKind == JsonValueKind.Object && Text(m, "id") is not null)
                .Select(m => new OfferedModel(Text(m, "id")!, Text(m, "owned_by"), Window(m)))
                .ToList();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not list models as an OpenAI-compatible server does.",
                e
            );
        }
    }

    static int? Window(JsonElement model) => Number(model, "context_length") ?? Number(model, "max_model_len") ?? OfProviders(model);

    /// <summary>Behind a router the window depends on who serves: the smallest is there whoever does.</summary>
    static int? OfProviders(JsonElement model) =>
        model.TryGetProperty("providers"u8, out var providers) && providers.ValueKind == JsonValueKind.Array
            ? providers.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object).Select(p => Number(p, "context_length")).Min()
            : null;

    static string? Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    static int? Number(JsonElement e, string name) =>
        e.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var n) ? n : null;
}
