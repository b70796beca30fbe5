using Portico.Governance;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Gateway;

/// <summary>Tells Governance when keys were last used, once a batch and key.</summary>
sealed class KeyUseSink : IJournalSink
{
    public Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> batch, CancellationToken ct) =>
        KeyUse.NoteAsync(
            work,
            batch.Where(r => r.KeyId is not null).GroupBy(r => r.KeyId!).Select(g => KeyValuePair.Create(g.Key, g.Max(r => r.StartedAtUs)))
        );
}
