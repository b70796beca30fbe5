using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>
/// Takes signed checkpoints of this node's log outside, to every place there is. What did not arrive at one is tried again with the newest; the others do not wait for it, and
/// the store says that a checkpoint is outside when all have it.
/// </summary>
public sealed partial class AuditAnchors : BackgroundService
{
    readonly AuditStore store;
    readonly AuditLog audit;
    readonly AuditOptions options;
    readonly TimeProvider time;
    readonly ILogger<AuditAnchors> logger;
    readonly IReadOnlyList<IAnchorPlace> places;

    /// <summary>What each place has, since this process began.</summary>
    readonly long[] sizes;

    public AuditAnchors(
        Database database,
        AuditLog audit,
        AuditOptions options,
        IEnumerable<IAnchorPlace> places,
        TimeProvider time,
        ILogger<AuditAnchors> logger
    )
    {
        (this.audit, this.options, this.time, this.logger) = (audit, options, time, logger);
        store = new AuditStore(database);
        this.places = [.. places];
        sizes = new long[this.places.Count];
    }

    /// <summary>Why the last checkpoint did not go outside; null when it did, or when there is nowhere to go.</summary>
    public string? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (places.Count == 0)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AnchorAsync(stoppingToken);
                Failure = null;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is AnchorException or PorticoException or DbException or OperationCanceledException)
            {
                if (Failure is null)
                    Log.NotAnchored(logger, e.Message);
                Failure = e.Message;
            }
            await Task.Delay(TimeSpan.FromSeconds(options.AnchorSeconds), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes the newest checkpoint to every place that does not have it.</summary>
    /// <exception cref="AnchorException">A place does not take it; the others have it.</exception>
    internal async Task AnchorAsync(CancellationToken ct)
    {
        if (await store.LogAsync(audit.Id, ct) is not { } log || log.Size == log.AnchoredSize)
            return;
        var note = new AnchoredNote(log.Id, log.Size, (await store.NotesAsync(log.Id, log.Size, log.Size, 1, ct)).Single());
        var failures = new List<AnchorException>();
        for (var i = 0; i < places.Count; i++)
        {
            if (sizes[i] == log.Size)
                continue;
            try
            {
                await places[i].PutAsync(note, ct);
                sizes[i] = log.Size;
            }
            catch (AnchorException e)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
            throw new AnchorException(string.Join(' ', failures.Select(f => f.Message)), failures[0]);
        await store.AnchoredAsync(log.Id, log.Size, ct);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A checkpoint of the audit log did not go outside; it is tried again: {Reason}")]
        public static partial void NotAnchored(ILogger logger, string reason);
    }
}
