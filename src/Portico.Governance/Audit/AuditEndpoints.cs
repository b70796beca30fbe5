using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>The audit log on the management API.</summary>
static class AuditEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/audit/logs", Logs).WithSummary("Audit logs, one for each node's data directory, with their newest checkpoints");
        api.MapGet("/audit/logs/{id}/entries", Entries).WithSummary("Entries of an audit log, by index");
        api.MapGet("/audit/logs/{id}/entries/{index}", Entry).WithSummary("One entry, with the proof that it stands in the log");
        api.MapGet("/audit/logs/{id}/checkpoints", Checkpoints).WithSummary("Signed checkpoints of an audit log, by size");
        api.MapGet("/audit/acts", Acts).WithSummary("Acts on the management API, newest first: who did what, and how it ended");
        api.MapGet("/audit/acts/{id}", OneAct).WithSummary("One act on the management API");
        api.MapGet("/audit/keys", Keys).WithSummary("Public keys that checkpoints are signed with");
        api.MapGet("/audit/export", Export)
            .Produces<byte[]>(200, "application/zip")
            .WithSummary("A stretch of all audit logs as a zip, to be verified anywhere with portico verify");
    }

    /// <summary>A log and how far it is. Root in base 64; entries that are less than a second old may still be missing.</summary>
    public sealed record LogView(string Id, long Size, string Root, DateTimeOffset At, long AnchoredSize, string? Checkpoint);

    /// <summary>Facts: the line as it was written, whose bytes are the leaf of the tree.</summary>
    public sealed record EntryView(long Index, DateTimeOffset? At, string Kind, string Line);

    /// <summary>The leaf is the SHA-256 of a zero byte and the line; path: hashes in base 64 from the leaf up to the root in the checkpoint (RFC 6962, 2.1.1).</summary>
    public sealed record ProofView(string Log, long Index, string Line, string Checkpoint, IReadOnlyList<string> Path);

    /// <summary>Fingerprint: SHA-256 of the public half, in hexadecimal.</summary>
    public sealed record KeyView(string Id, string Fingerprint, string Pem, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

    static async Task<Ok<Page<LogView>>> Logs(Database database, int? limit, string? cursor, CancellationToken ct)
    {
        var store = new AuditStore(database);
        var views = new List<LogView>();
        var page = GovernanceEndpoints.PageOf(await store.LogsAsync(ct), l => l.Id, limit, cursor);
        foreach (var log in page.Items)
        {
            var note = (await store.NotesAsync(log.Id, log.Size, log.Size, 1, ct)).FirstOrDefault();
            views.Add(new LogView(log.Id, log.Size, Convert.ToBase64String(log.Root), Micros.ToTime(log.AtUs), log.AnchoredSize, note));
        }
        return TypedResults.Ok(new Page<LogView>(views, page.Next));
    }

    static async Task<Ok<Page<EntryView>>> Entries(
        string id,
        Database database,
        AuditProofs proofs,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        await RequireAsync(database, id, ct);
        var page = PageRequest.From(limit, cursor);
        var from = page.After is null ? 0 : ReadIndex(page.After, nameof(cursor)) + 1;
        var lines = await proofs.LinesAsync(id, from, from + page.Limit + 1, ct);
        return TypedResults.Ok(
            page.Cut(
                lines.Select(l => View(l.Index, l.Line)).ToList(),
                e => e.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );
    }

    static EntryView View(long index, string line)
    {
        using var json = JsonDocument.Parse(line);
        return new EntryView(
            index,
            Micros.ToTime(json.RootElement.GetProperty("at").GetInt64()),
            json.RootElement.GetProperty("kind").GetString()!,
            line
        );
    }

    static async Task<Ok<ProofView>> Entry(string id, string index, AuditProofs proofs, CancellationToken ct)
    {
        var found =
            await proofs.EntryAsync(id, ReadIndex(index, nameof(index)), ct)
            ?? throw GovernanceService.Missing("audit entry", $"{id}/{index}");
        return TypedResults.Ok(
            new ProofView(found.Log, found.Index, found.Line, found.Note, found.Path.Select(Convert.ToBase64String).ToList())
        );
    }

    static async Task<Ok<Page<string>>> Checkpoints(string id, Database database, int? limit, string? cursor, CancellationToken ct)
    {
        await RequireAsync(database, id, ct);
        var page = PageRequest.From(limit, cursor);
        var from = page.After is null ? 0 : ReadIndex(page.After, nameof(cursor)) + 1;
        var notes = await new AuditStore(database).NotesAsync(id, from, long.MaxValue, page.Limit + 1, ct);
        return TypedResults.Ok(
            page.Cut(notes, n => SignedCheckpoint.Parse(n).Checkpoint.Size.ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
    }

    /// <summary>Actor: an id. Action and resource: a part of them, as <c>keys</c>. From and to: times, the second exclusive.</summary>
    static async Task<Ok<Page<AuditAct>>> Acts(
        AuditActs acts,
        string? actor,
        string? action,
        string? resource,
        int? status,
        DateTimeOffset? from,
        DateTimeOffset? to,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await acts.ListAsync(
                new ActFilter(actor, action, resource, status, Micros.Of(from), Micros.Of(to)),
                PageRequest.From(limit, cursor),
                ct
            )
        );

    static async Task<Ok<AuditAct>> OneAct(string id, AuditActs acts, CancellationToken ct)
    {
        var found = await acts.ListAsync(new ActFilter(Id: id), PageRequest.From(1, null), ct);
        return TypedResults.Ok(found.Items.Count == 1 ? found.Items[0] : throw GovernanceService.Missing("act", id));
    }

    static async Task<Ok<Page<KeyView>>> Keys(AuditKeys keys, int? limit, string? cursor, CancellationToken ct)
    {
        var views = new List<KeyView>();
        var page = GovernanceEndpoints.PageOf(await keys.ListAsync(ct), k => k.Id, limit, cursor);
        foreach (var key in page.Items)
        {
            using var half = AuditKey.FromPublic(key.PublicDer);
            views.Add(new KeyView(key.Id, half.Fingerprint, half.PublicPem, key.CreatedAt, key.RetiredAt));
        }
        return TypedResults.Ok(new Page<KeyView>(views, page.Next));
    }

    /// <summary>From inclusive, to exclusive; left out, from the beginning and up to now.</summary>
    static async Task<FileStreamHttpResult> Export(
        HttpContext http,
        AuditExport export,
        AuditSequencer sequencer,
        StorageOptions storage,
        DateTimeOffset? from,
        DateTimeOffset? to,
        CancellationToken ct
    )
    {
        if (from >= to)
            throw new PorticoException(ErrorTable.InvalidRequest, "to must be later than from.", nameof(to));
        await sequencer.FlushAsync(ct);
        // Whole before the first byte leaves: what cannot be read is an error and no half zip. It has no name any more, so that nothing stays when the process dies.
        var path = Path.Combine(storage.DataDirectory, "audit", "export-" + Path.GetRandomFileName());
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 64 * 1024, FileOptions.DeleteOnClose);
        try
        {
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
            await export.WriteAsync(file, from, to, ct);
            file.Position = 0;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        return TypedResults.Stream(file, "application/zip", "audit.zip");
    }

    static async Task RequireAsync(Database database, string id, CancellationToken ct)
    {
        if (await new AuditStore(database).LogAsync(id, ct) is null)
            throw GovernanceService.Missing("audit log", id);
    }

    static long ReadIndex(string text, string parameter) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new PorticoException(ErrorTable.InvalidRequest, $"{parameter} must be a whole number from 0.", parameter);
}
