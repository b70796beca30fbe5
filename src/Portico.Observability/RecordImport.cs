using Portico.Observability.Findings;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>
/// Brings records that were made elsewhere than at this door into the store, for seeds: rows, rollups and counters as the drain of the journal writes them.
/// A batch that is brought twice is counted twice; its rows are not.
/// </summary>
public sealed class RecordImport(Database database, ICallStore calls, IEnumerable<IJournalSink> sinks)
{
    readonly IJournalSink[] sinks = [.. sinks];

    public async Task ApplyAsync(IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        // Rows first, as they may be brought again: what is counted and has no row stays wrong.
        await calls.InsertAsync(records, ct);
        await database.WriteAsync(work => CountAsync(work, records, sinks, ct), ct);
    }

    /// <summary>What adds up, in the transaction of the work.</summary>
    internal static async Task CountAsync(
        DbWork work,
        IReadOnlyList<CallRecord> records,
        IReadOnlyList<IJournalSink> sinks,
        CancellationToken ct
    )
    {
        await Rollups.ApplyAsync(work, records);
        await AttemptHours.ApplyAsync(work, records);
        await FindingRows.ApplyAsync(work, records);
        foreach (var sink in sinks)
            await sink.ApplyAsync(work, records, ct);
    }
}
