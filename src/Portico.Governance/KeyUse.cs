using Dapper;
using Portico.Storage;

namespace Portico.Governance;

/// <summary>Notes when keys were last used, from finished calls in batches: no call waits for it.</summary>
public static class KeyUse
{
    /// <param name="work">The transaction of the batch.</param>
    /// <param name="lastUsedUs">Microseconds since 1970 by key id; an earlier time than the one known changes nothing.</param>
    public static async Task NoteAsync(DbWork work, IEnumerable<KeyValuePair<string, long>> lastUsedUs)
    {
        // One order on every node: two batches that touch the same keys never wait for each other in a circle.
        foreach (var (id, us) in lastUsedUs.OrderBy(p => p.Key, StringComparer.Ordinal))
            await work.Connection.ExecuteAsync(
                "update governance_keys set last_used_us = @us where id = @id and (last_used_us is null or last_used_us < @us)",
                new { id, us },
                work.Transaction
            );
    }
}
