using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>What an export says of itself: <c>manifest.json</c>.</summary>
/// <param name="Form">1.</param>
/// <param name="MadeAt">When.</param>
/// <param name="From">Asked for, inclusive; null = from the beginning.</param>
/// <param name="To">Asked for, exclusive.</param>
/// <param name="Logs">Every log that has something in it.</param>
public sealed record ExportManifest(
    int Form,
    DateTimeOffset MadeAt,
    DateTimeOffset? From,
    DateTimeOffset To,
    IReadOnlyList<ExportedLog> Logs
);

/// <summary>A log in an export: <c>logs/ID/entries.jsonl</c> and <c>logs/ID/checkpoints.jsonl</c>.</summary>
/// <param name="Id">Of the log.</param>
/// <param name="Origin">How its checkpoints name it.</param>
/// <param name="First">Index of its first line.</param>
/// <param name="End">Index behind its last line.</param>
/// <param name="Before">The roots of the perfect subtrees before the first line, the leftmost first.</param>
public sealed record ExportedLog(string Id, string Origin, long First, long End, IReadOnlyList<byte[]> Before);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ExportManifest))]
[JsonSerializable(typeof(string))]
sealed partial class ExportJson : JsonSerializerContext;

/// <summary>Writes a stretch of the logs into a zip that can be verified anywhere.</summary>
sealed class AuditExport(Database database, AuditKeys keys, AuditProofs proofs, TimeProvider time)
{
    public const int Form = 1;
    const int BatchesAtOnce = 50_000;

    readonly AuditStore store = new(database);

    /// <param name="to">Where the zip goes; written from the front, and left open.</param>
    /// <param name="from">Inclusive; null = from the beginning. Exports begin and end at checkpoints, so that up to 1,000 entries more come along at either end.</param>
    /// <param name="until">Exclusive; null = now.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task WriteAsync(Stream to, DateTimeOffset? from, DateTimeOffset? until, CancellationToken ct)
    {
        var end = until ?? time.GetUtcNow();
        var logs = new List<ExportedLog>();
        foreach (var log in await store.LogsAsync(ct))
            if (await store.RangeAsync(log.Id, Micros.Of(from) ?? 0, Micros.Of(end), ct) is var (first, last))
                logs.Add(new ExportedLog(log.Id, proofs.OriginOf(log.Id), first, last, await proofs.FrontierAsync(log.Id, first, ct)));
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(
            zip,
            "manifest.json",
            JsonSerializer.SerializeToUtf8Bytes(
                new ExportManifest(Form, time.GetUtcNow(), from, end, logs),
                ExportJson.Default.ExportManifest
            ),
            ct
        );
        foreach (var key in await keys.ListAsync(ct))
        {
            using var half = AuditKey.FromPublic(key.PublicDer);
            await AddAsync(zip, $"keys/{key.Id}.pem", Encoding.ASCII.GetBytes(half.PublicPem + "\n"), ct);
        }
        foreach (var log in logs)
        {
            await AddEntriesAsync(zip, log, ct);
            await AddCheckpointsAsync(zip, log, ct);
        }
    }

    static async Task AddAsync(ZipArchive zip, string name, byte[] bytes, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(ct);
        await entry.WriteAsync(bytes, ct);
    }

    async Task AddEntriesAsync(ZipArchive zip, ExportedLog log, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry($"logs/{log.Id}/entries.jsonl", CompressionLevel.Fastest).OpenAsync(ct);
        for (var at = log.First; at < log.End; at += BatchesAtOnce)
            foreach (var batch in await store.BatchesAsync(log.Id, at, Math.Min(log.End, at + BatchesAtOnce), ct))
                // A batch that reaches over the piece's beginning was written with the piece before.
                if (batch.First >= at)
                    await entry.WriteAsync(batch.Inflate(), ct);
    }

    async Task AddCheckpointsAsync(ZipArchive zip, ExportedLog log, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry($"logs/{log.Id}/checkpoints.jsonl", CompressionLevel.Fastest).OpenAsync(ct);
        const int AtOnce = 1_000;
        for (var at = log.First; ; )
        {
            var notes = await store.NotesAsync(log.Id, at, log.End, AtOnce, ct);
            foreach (var note in notes)
            {
                await JsonSerializer.SerializeAsync(entry, note, ExportJson.Default.String, ct);
                await entry.WriteAsync("\n"u8.ToArray(), ct);
            }
            if (notes.Count < AtOnce)
                return;
            at = SignedCheckpoint.Parse(notes[^1]).Checkpoint.Size + 1;
        }
    }
}
