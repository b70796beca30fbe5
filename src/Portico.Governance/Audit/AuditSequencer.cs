using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>
/// Brings the entries of this node from its journal into the tree and the store: hashed, signed at every 1,000 entries, and at least once a second brought into the store in
/// one transaction with the journal's position. A crash repeats it from the last position: what it had hashed and signed by then is in no store and was shown to nobody.
/// </summary>
public sealed partial class AuditSequencer(
    Database database,
    AuditLog audit,
    AuditProofs proofs,
    AuditKeys keys,
    ILogger<AuditSequencer> logger
) : BackgroundService
{
    /// <summary>Stored together: to show one entry, so many are unpacked.</summary>
    const int BatchEntries = 250;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    readonly AuditStore store = new(database);
    readonly CallEntries calls = new();
    readonly SemaphoreSlim turn = new(1, 1);
    AuditKey? key;
    StoredLog? log;
    AuditTree? tree;

    /// <summary>Why the store took no entries the last time; null while it does.</summary>
    public string? Failure { get; private set; }

    /// <summary>Brings in what an earlier process left in the journal, and says in the log that this one begins. Called before the node serves.</summary>
    /// <param name="ct">Ends the wait for the store.</param>
    /// <param name="root">What the root is known by: what was rotated on the machine while no node ran shows here.</param>
    /// <param name="build">Which build it is, whose tables the store has now.</param>
    public async Task ReplayAsync(CancellationToken ct, string? root = null, string? build = null)
    {
        await FlushAsync(ct);
        audit.Write(
            "log.opened",
            (audit.Id, Root: root, Build: build),
            static (json, of) =>
            {
                json.WriteString("log", of.Id);
                if (of.Root is not null)
                    json.WriteString("root", of.Root);
                if (of.Build is not null)
                    json.WriteString("build", of.Build);
            }
        );
    }

    /// <summary>Returns when everything written before the call is in the store, under a signed checkpoint.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (key is null)
            {
                await ReadAsync(ct);
                audit.ContinueFrom(log!.Position, log.AtUs);
                key = await keys.CurrentAsync(ct);
            }
            var goal = audit.End;
            while (await SequenceAsync(ct) && log!.Position < goal) { }
        }
        finally
        {
            turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await audit.WaitAsync(Longest, stoppingToken);
                await FlushAsync(stoppingToken);
                Failure = null;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is PorticoException or DbException or IOException or TimeoutException)
            {
                if (Failure is null)
                    Log.StoreAway(logger, audit.Backlog, e.Message);
                Failure = e.Message;
                await Task.Delay(Longest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is PorticoException or DbException or IOException or OperationCanceledException)
        {
            // The journal keeps what the store did not take; the next start brings it in.
            Log.LeftInJournal(logger, audit.Backlog);
        }
    }

    async Task ReadAsync(CancellationToken ct)
    {
        log = await store.LogAsync(audit.Id, ct) ?? new StoredLog(audit.Id, 0, Merkle.Empty(), 0, 0, 0);
        var edge = new Dictionary<TileAt, byte[]>();
        foreach (var at in AuditTree.EdgeOf(log.Size))
            edge[at] =
                await store.TileAsync(audit.Id, at, ct)
                ?? throw proofs.Damaged(audit.Id, $"tile {at.Index} of level {at.Level} is missing");
        var frontier = new MerkleFrontier(log.Size, await proofs.FrontierAsync(audit.Id, log.Size, ct));
        if (!frontier.Root().AsSpan().SequenceEqual(log.Root))
            throw proofs.Damaged(audit.Id, $"its tiles do not make the root of its {log.Size} entries");
        tree = new AuditTree(frontier, edge);
    }

    /// <summary>One transaction. False when there is nothing.</summary>
    async Task<bool> SequenceAsync(CancellationToken ct)
    {
        if (tree is null)
            await ReadAsync(ct);
        var stretch = audit.Take(log!.Position, at => Log.Damaged(logger, at));
        if (stretch.End == stretch.Start)
            return false;
        var (before, at) = (log, tree!);
        // Until the store has it, the tree is ahead: after a failure it is read anew.
        tree = null;
        var append = Build(before, at, stretch);
        if (await store.AppendAsync(before, append, ct))
        {
            log = before with { Size = append.Size, Root = append.Root, Position = append.Position, AtUs = append.AtUs };
            tree = at;
        }
        else
            await ReadAsync(ct);
        audit.Reached(log.Position);
        audit.ContinueAfter(log.AtUs);
        return true;
    }

    AuditAppend Build(StoredLog before, AuditTree tree, AuditStretch stretch)
    {
        var batches = new List<AuditBatch>();
        var checkpoints = new List<SignedCheckpoint>();
        var acts = new List<ActLine>();
        var (atUs, signed) = (before.AtUs, before.Size);
        var lines = calls.Join(stretch.Lines.Span);
        while (!lines.IsEmpty)
        {
            var first = tree.Size;
            var (end, fromUs) = (0, 0L);
            while (end < lines.Length && tree.Size - first < BatchEntries)
            {
                var length = lines[end..].IndexOf((byte)'\n');
                var line = lines.Slice(end, length);
                atUs = AuditLine.TimeOf(line) ?? atUs;
                if (fromUs == 0)
                    fromUs = atUs;
                if (ActLine.Read(line, tree.Size, atUs) is { } act)
                    acts.Add(act);
                tree.Add(line);
                end += length + 1;
            }
            batches.Add(new AuditBatch(first, (int)(tree.Size - first), fromUs, atUs, AuditBatch.Deflate(lines[..end])));
            lines = lines[end..];
            if (lines.IsEmpty || tree.Size - signed >= AuditLog.CheckpointEntries)
            {
                checkpoints.Add(key!.Sign(new Checkpoint(proofs.OriginOf(before.Id), tree.Size, tree.Root(), atUs)));
                signed = tree.Size;
            }
        }
        return new AuditAppend(tree.Size, tree.Root(), stretch.End, atUs, batches, checkpoints, tree.TakeChanged(), acts);
    }

    public override void Dispose()
    {
        key?.Dispose();
        turn.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The store takes no audit entries; {Bytes} bytes wait in the journal: {Reason}")]
        public static partial void StoreAway(ILogger logger, long bytes, string reason);

        [LoggerMessage(LogLevel.Warning, "{Bytes} bytes of audit entries stay in the journal for the next start")]
        public static partial void LeftInJournal(ILogger logger, long bytes);

        [LoggerMessage(LogLevel.Error, "The audit log's journal is damaged at position {Position}; what stood there is in no log")]
        public static partial void Damaged(ILogger logger, long position);
    }
}
