using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Policies as tests write them.</summary>
static class Policies
{
    public static async Task<JsonNode> WriteAsync(this Node node, string level, string text) =>
        await node.Admin.PutAsync($"/api/policies/{level}", new JsonObject { ["text"] = text });

    /// <summary>The lines of the node's audit log.</summary>
    public static async Task<IReadOnlyList<string>> AuditLinesAsync(this Node node)
    {
        using var zip = new MemoryStream(await node.Admin.Client.GetByteArrayAsync("/api/audit/export"));
        using var archive = new ZipArchive(zip);
        var lines = new List<string>();
        foreach (var entry in archive.Entries.Where(e => e.FullName.EndsWith("/entries.jsonl", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open());
            while (await reader.ReadLineAsync() is { } line)
                lines.Add(line);
        }
        return lines;
    }

    /// <summary>What the trail of a call says of a stage.</summary>
    public static async Task<IReadOnlyList<string>> TrailAsync(this Node node, HttpResponseMessage response, string stage) =>
        (await node.RecordOfAsync(response))["trail"]!
            .AsArray()
            .Where(t => t!.Text("stage") == stage)
            .Select(t => t!.Text("fact"))
            .ToList();
}
