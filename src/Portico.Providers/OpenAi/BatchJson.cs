using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>Objects about batches as they are read.</summary>
static class BatchJson
{
    /// <param name="body">The object.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="what">What it should be, and of whose form.</param>
    /// <param name="read">Reads it; throws what a missing member throws.</param>
    /// <exception cref="UpstreamException">It is no such object.</exception>
    public static T Parsed<T>(ReadOnlyMemory<byte> body, ProviderConnection connection, string what, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not answer with a {what}.",
                e
            );
        }
    }

    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Those files that there are.</summary>
    public static IReadOnlyList<string> Files(JsonElement batch, string output, string error) =>
        new[] { Text(batch, output), Text(batch, error) }.OfType<string>().Where(f => f.Length > 0).ToList();
}
