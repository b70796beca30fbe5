using Dapper;
using Portico.Gateway.Batches;
using Portico.Gateway.Files;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Gateway.Subjects;

/// <summary>Batches with what went into them and came out. One that is under way is cancelled first, and its end is waited for.</summary>
sealed class BatchesData(Database database, BatchStore store) : IErasableData
{
    const string Table = "gateway_batches";

    public string Class => "batches";

    public string Says => "Batches that the person made; their inputs and outputs are among the files.";

    public Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct) =>
        package.RowsAsync(
            database,
            "batches/batches.json",
            $"""
            select id, workspace_id, endpoint, status, input_file_id, output_file_id, error_file_id, metadata, errors, total, completed, failed,
              input_tokens, output_tokens, cost_nano_usd, created_us, ended_us
            from {Table} where {Subject.Owned(database.Engine)} order by id
            """,
            subject,
            ct
        );

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) =>
        KeptRows.HeldAsync(database, Table, subject, held, ct);

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        List<(string Id, string WorkspaceId)> active;
        await using (var db = await database.OpenReadAsync(ct))
            active = (
                await db.QueryAsync<(string Id, string WorkspaceId)>(
                    $"select id, workspace_id from {Table} where {Subject.Owned(database.Engine)} and {BatchStatus.IsActive} order by id",
                    subject
                )
            ).AsList();
        foreach (var (id, workspace) in active)
            await store.CancelAsync(id, workspace, ct);
        if (active.Count > 0)
            throw new SubjectWaitException($"The batch {active[0].Id} is being cancelled: what it wrote goes when it has ended.");
        await removal.AllAsync(work => RemoveAsync(work, subject), ct);
    }

    static async Task<IReadOnlyList<string>> RemoveAsync(DbWork work, Subject subject)
    {
        var gone = (
            await work.Connection.QueryAsync<(string Id, string Input, string? Output, string? Error)>(
                $"""
                delete from {Table} where id in (
                  select id from {Table} where {Subject.Owned(work.Engine)} and ended_us is not null order by id limit @most)
                returning id, input_file_id, output_file_id, error_file_id
                """,
                KeptRows.Values(subject, new { most = SubjectRemoval.BatchSize }),
                work.Transaction
            )
        ).OrderBy(b => b.Id, StringComparer.Ordinal).ToList();
        var ids = new List<string>();
        foreach (var batch in gone)
        {
            await work.Connection.ExecuteAsync("delete from gateway_batch_groups where batch_id = @Id", new { batch.Id }, work.Transaction);
            ids.Add(batch.Id);
            // The input may be somebody else's, or be read by a batch of somebody else.
            foreach (var file in new[] { batch.Output, batch.Error })
                if (file is not null && await FileStore.DeleteAsync(work, file))
                    ids.Add(file);
        }
        if (gone.Count > 0)
            await StepStore.DropOrphansAsync(work);
        return ids;
    }

    public Task<long> CountAsync(Subject subject, CancellationToken ct) => KeptRows.CountAsync(database, Table, subject, ct);
}
