using System.Globalization;
using Dapper;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>Where a step stands.</summary>
static class StepState
{
    /// <summary>It is written down; the provider may have it or not.</summary>
    public const string Made = "made";

    /// <summary>The provider has it.</summary>
    public const string Waiting = "waiting";

    /// <summary>Its results were read.</summary>
    public const string Ended = "ended";

    /// <summary>The provider did not take it: its lines are asked by themselves.</summary>
    public const string Alone = "alone";
}

/// <summary>A part of a batch that lies at a provider. Times are microseconds.</summary>
sealed record BatchStepRow
{
    public required string Id { get; init; }
    public required string BatchId { get; init; }

    /// <summary>Within the batch, from 1; given when the row is written.</summary>
    public long Number { get; init; }
    public required string DeploymentId { get; init; }
    public required string ConnectionId { get; init; }

    /// <summary>The numbers of its lines, with commas.</summary>
    public required string Lines { get; init; }
    public string State { get; init; } = StepState.Made;
    public string? ProviderFile { get; init; }
    public string? ProviderBatch { get; init; }
    public string? ProviderState { get; init; }

    /// <summary>Why the provider did not take it.</summary>
    public string? Problem { get; init; }
    public long CreatedUs { get; init; }
    public long? SentUs { get; init; }
    public long? EndedUs { get; init; }

    public IEnumerable<int> LineNumbers =>
        Lines.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => int.Parse(l, NumberStyles.None, CultureInfo.InvariantCulture));

    public int LineCount => Lines.Length == 0 ? 0 : Lines.AsSpan().Count(',') + 1;

    public static string Joined(IEnumerable<int> lines) => string.Join(',', lines.Select(l => l.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>Steps in the store. Every write is refused once the batch has another owner.</summary>
sealed class StepStore(Database database, Journal journal)
{
    const string Columns = """
        id as Id, batch_id as BatchId, number as Number, deployment_id as DeploymentId, connection_id as ConnectionId, lines as Lines, state as State,
        provider_file as ProviderFile, provider_batch as ProviderBatch, provider_state as ProviderState, problem as Problem,
        created_us as CreatedUs, sent_us as SentUs, ended_us as EndedUs
        """;

    /// <summary>Of one batch, in their order.</summary>
    public async Task<IReadOnlyList<BatchStepRow>> OfAsync(string batch, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<BatchStepRow>(
                $"select {Columns} from gateway_provider_batches where batch_id = @batch order by number",
                new { batch }
            )
        ).AsList();
    }

    /// <summary>Of several batches. Lists are not given to both engines in the same way, single values are.</summary>
    public async Task<ILookup<string, BatchStepRow>> OfAllAsync(IReadOnlyList<string> batches, CancellationToken ct)
    {
        var values = new DynamicParameters();
        for (var i = 0; i < batches.Count; i++)
            values.Add($"b{i}", batches[i]);
        var names = string.Join(", ", Enumerable.Range(0, batches.Count).Select(i => $"@b{i}").DefaultIfEmpty("null"));
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<BatchStepRow>(
            $"select {Columns} from gateway_provider_batches where batch_id in ({names}) order by batch_id, number",
            values
        );
        return rows.ToLookup(r => r.BatchId, StringComparer.Ordinal);
    }

    /// <summary>Ids of the batches at a provider that steps of a connection are known to be, since then.</summary>
    public async Task<IReadOnlySet<string>> KnownAsync(string connection, long sinceUs, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<string>(
                "select provider_batch from gateway_provider_batches where connection_id = @connection and created_us >= @sinceUs and provider_batch is not null",
                new { connection, sinceUs }
            )
        ).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Writes a new step down and gives it its number; a second try, because the answer to the first was lost, changes nothing.</summary>
    /// <exception cref="BatchLostException">The batch has another owner.</exception>
    public Task<BatchStepRow> AddAsync(Batch batch, BatchStepRow row, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                await LockAsync(work, batch);
                await work.Connection.ExecuteAsync(
                    """
                    insert into gateway_provider_batches (id, batch_id, number, deployment_id, connection_id, lines, state, created_us)
                    select @Id, @BatchId, coalesce(max(number), 0) + 1, @DeploymentId, @ConnectionId, @Lines, @State, @CreatedUs
                    from gateway_provider_batches where batch_id = @BatchId
                    on conflict (id) do nothing
                    """,
                    row,
                    work.Transaction
                );
                return await work.Connection.QuerySingleAsync<BatchStepRow>(
                    $"select {Columns} from gateway_provider_batches where id = @Id",
                    row,
                    work.Transaction
                );
            },
            ct
        );

    /// <exception cref="BatchLostException">The batch has another owner.</exception>
    public Task ChangeAsync(Batch batch, BatchStepRow row, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                await LockAsync(work, batch);
                return await work.Connection.ExecuteAsync(
                    """
                    update gateway_provider_batches set state = @State, provider_file = @ProviderFile, provider_batch = @ProviderBatch,
                      provider_state = @ProviderState, problem = @Problem, sent_us = @SentUs, ended_us = @EndedUs
                    where id = @Id
                    """,
                    row,
                    work.Transaction
                );
            },
            ct
        );

    async Task LockAsync(DbWork work, Batch batch)
    {
        var mine = await work.Connection.ExecuteAsync(
            $"update gateway_batches set fence = fence where {BatchOwnership.IsMine}",
            new
            {
                id = batch.Id,
                owner = journal.JournalId,
                fence = batch.Fence,
            },
            work.Transaction
        );
        if (mine == 0)
            throw new BatchLostException(batch.Id);
    }

    /// <summary>Removes the steps of batches that are not there any more, in the transaction that removed these.</summary>
    public static Task DropOrphansAsync(DbWork work) =>
        work.Connection.ExecuteAsync(
            "delete from gateway_provider_batches where not exists (select 1 from gateway_batches b where b.id = gateway_provider_batches.batch_id)",
            null,
            work.Transaction
        );
}
