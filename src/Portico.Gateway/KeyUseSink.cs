using Portico.Governance;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Gateway;

/// <summary>Tells Governance when keys were last used, once a batch and key.</summary>
sealed class KeyUseSink : IJournalSink
{
    public Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> batch, CancellationToken ct) => KeyUse.NoteAsync(work, LastUse(batch));

    static Dictionary<string, long> LastUse(IReadOnlyList<CallRecord> batch)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var record in batch)
            if (record.KeyId is { } key)
                last[key] = Math.Max(last.GetValueOrDefault(key), record.StartedAtUs);
        return last;
    }
}
