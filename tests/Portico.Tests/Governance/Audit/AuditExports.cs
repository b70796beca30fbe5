using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Portico.Governance.Audit;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Audit;

/// <summary>An export taken apart, so that a test can do to it what a forger would.</summary>
sealed class AuditExports
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public static async Task<AuditExports> OfAsync(TestNode node, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        await node.Get<AuditSequencer>().FlushAsync(TestContext.Current.CancellationToken);
        var bytes = new MemoryStream();
        await node.Get<AuditExport>().WriteAsync(bytes, from, to, TestContext.Current.CancellationToken);
        bytes.Position = 0;
        return Read(bytes);
    }

    public static AuditExports Read(Stream stream)
    {
        var export = new AuditExports();
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            using var from = entry.Open();
            var to = new MemoryStream();
            from.CopyTo(to);
            export.Files[entry.FullName] = to.ToArray();
        }
        return export;
    }

    public AuditExports Copy()
    {
        var copy = new AuditExports();
        foreach (var (name, bytes) in Files)
            copy.Files[name] = [.. bytes];
        return copy;
    }

    public string EntriesFile => Files.Keys.Single(n => n.EndsWith("/entries.jsonl", StringComparison.Ordinal));

    public string CheckpointsFile => Files.Keys.Single(n => n.EndsWith("/checkpoints.jsonl", StringComparison.Ordinal));

    public List<string> Lines
    {
        get => Encoding.UTF8.GetString(Files[EntriesFile]).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        set => Files[EntriesFile] = Encoding.UTF8.GetBytes(string.Concat(value.Select(l => l + "\n")));
    }

    public List<SignedCheckpoint> Checkpoints
    {
        get =>
            Encoding
                .UTF8.GetString(Files[CheckpointsFile])
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => SignedCheckpoint.Parse(JsonSerializer.Deserialize<string>(l)!))
                .ToList();
        set => Files[CheckpointsFile] = Encoding.UTF8.GetBytes(string.Concat(value.Select(c => JsonSerializer.Serialize(c.Note) + "\n")));
    }

    public ExportManifest Manifest
    {
        get => JsonSerializer.Deserialize(Files["manifest.json"], ExportJson.Default.ExportManifest)!;
        set => Files["manifest.json"] = JsonSerializer.SerializeToUtf8Bytes(value, ExportJson.Default.ExportManifest);
    }

    public MemoryStream Zip()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in Files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        bytes.Position = 0;
        return bytes;
    }

    public AuditVerdict Verify(string? key = null, params string[] anchors)
    {
        var verifier = new AuditVerifier();
        if (key is not null)
            verifier.Trust(key);
        foreach (var anchor in anchors)
            verifier.Anchor(anchor);
        return verifier.Verify(Zip());
    }
}
