using Dapper;
using Portico.Gateway.Files;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>Batches as callers see them: made, read, listed, cancelled. Always by workspace, and each dialect sees its own.</summary>
sealed class BatchStore(Database database, TimeProvider time)
{
    /// <summary>The kind of the change signal: a batch was made, or is to be cancelled.</summary>
    public const string Signal = "gateway/batches";

    internal const string Columns = """
        id as Id, workspace_id as WorkspaceId, key_id as KeyId, person_id as PersonId, endpoint as Endpoint, status as Status,
        input_file_id as InputFileId, output_file_id as OutputFileId, error_file_id as ErrorFileId, metadata as Metadata, errors as Errors,
        output_seconds as OutputSeconds, total as Total, completed as Completed, failed as Failed, input_tokens as InputTokens,
        cached_tokens as CachedTokens, output_tokens as OutputTokens, reasoning_tokens as ReasoningTokens, cost_nano_usd as CostNanoUsd,
        created_us as CreatedUs, expires_us as ExpiresUs, in_progress_us as InProgressUs, finalizing_us as FinalizingUs,
        cancelling_us as CancellingUs, ended_us as EndedUs, owner as Owner, fence as Fence
        """;

    /// <param name="batch">The batch.</param>
    /// <param name="most">How many may be under way in its workspace.</param>
    /// <param name="more">What is to be changed with it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="PorticoException">The workspace has as many under way as it may have.</exception>
    public Task AddAsync(Batch batch, int most, Func<DbWork, Task>? more, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var active = await work.Connection.ExecuteScalarAsync<long>(
                    $"select count(*) from gateway_batches where workspace_id = @WorkspaceId and {BatchStatus.IsActive}",
                    batch,
                    work.Transaction
                );
                if (active >= most)
                    throw new PorticoException(
                        ErrorTable.RateLimited,
                        $"This workspace has {active} batches under way and may have {most} (Gateway:WorkspaceBatches). Wait for one to end."
                    )
                    {
                        RetryAfter = TimeSpan.FromMinutes(1),
                    };
                await work.Connection.ExecuteAsync(
                    """
                    insert into gateway_batches (id, workspace_id, key_id, person_id, endpoint, status, input_file_id, metadata, output_seconds,
                      total, completed, failed, input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_nano_usd,
                      created_us, expires_us, fence, lease_us)
                    values (@Id, @WorkspaceId, @KeyId, @PersonId, @Endpoint, @Status, @InputFileId, @Metadata, @OutputSeconds,
                      0, 0, 0, 0, 0, 0, 0, 0, @CreatedUs, @ExpiresUs, 0, 0)
                    """,
                    batch,
                    work.Transaction
                );
                if (more is not null)
                    await more(work);
                work.Signal(Signal, batch.Id, batch.CreatedUs);
            },
            ct
        );

    public async Task<Batch?> FindAsync(string id, string workspace, bool ofMessages, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var found = await db.QuerySingleOrDefaultAsync<Batch>(
            $"select {Columns} from gateway_batches where id = @id and workspace_id = @workspace",
            new { id, workspace }
        );
        return found?.IsOfMessages == ofMessages ? found : null;
    }

    /// <summary>Newest first, or the oldest first; one more than asked for.</summary>
    public async Task<IReadOnlyList<Batch>> ListAsync(string workspace, bool ofMessages, ListPart part, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var (order, beyond) = part.OldestFirst ? ("asc", ">") : ("desc", "<");
        var rows = await db.QueryAsync<Batch>(
            $"""
            select {Columns} from gateway_batches
            where workspace_id = @workspace and id like @form {(part.After is null ? "" : $"and id {beyond} @after")}
            order by id {order} limit @limit
            """,
            new
            {
                workspace,
                form = ofMessages ? "msgbatch_%" : "batch_%",
                after = part.After,
                limit = part.Limit + 1,
            }
        );
        return rows.AsList();
    }

    /// <summary>Asks for the end of a batch; false when it is past the point.</summary>
    public Task<bool> CancelAsync(string id, string workspace, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var now = Micros.Now(time);
                var asked = await work.Connection.ExecuteAsync(
                    """
                    update gateway_batches set status = 'cancelling', cancelling_us = @now
                    where id = @id and workspace_id = @workspace and status in ('validating', 'in_progress')
                    """,
                    new
                    {
                        id,
                        workspace,
                        now,
                    },
                    work.Transaction
                );
                if (asked > 0)
                    work.Signal(Signal, id, now);
                return asked > 0;
            },
            ct
        );

    /// <summary>Removes a batch that is over and the files that are its own; false when it is not over.</summary>
    public Task<bool> DeleteAsync(Batch batch, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                if (
                    await work.Connection.ExecuteAsync(
                        "delete from gateway_batches where id = @Id and workspace_id = @WorkspaceId and ended_us is not null",
                        batch,
                        work.Transaction
                    ) == 0
                )
                    return false;
                await StepStore.DropOrphansAsync(work);
                foreach (var file in new[] { batch.InputFileId, batch.OutputFileId, batch.ErrorFileId })
                    if (file is not null)
                        await FileStore.DeleteAsync(work, file);
                return true;
            },
            ct
        );

    /// <summary>Drops batches that ended before this and are not held; returns how many went. Their files go by themselves.</summary>
    public Task<int> PruneAsync(DateTimeOffset before, HeldPlaces held, CancellationToken ct)
    {
        var values = new DynamicParameters(new { before = Micros.Of(before) });
        var except = held.Except(values);
        return database.WriteAsync(
            async work =>
            {
                var dropped = await work.Connection.ExecuteAsync(
                    $"delete from gateway_batches where ended_us < @before{except}",
                    values,
                    work.Transaction
                );
                if (dropped > 0)
                    await StepStore.DropOrphansAsync(work);
                return dropped;
            },
            ct
        );
    }
}
