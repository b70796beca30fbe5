using Dapper;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>Which node runs which batch: taken, renewed, given up.</summary>
sealed class BatchLeases(Database database, Journal journal, TimeProvider time)
{
    /// <summary>How long a batch stays with a node that says nothing.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    const int MaxLook = 200;

    string Owner => journal.JournalId;

    /// <summary>On PostgreSQL the server's clock decides, so that nodes with wrong clocks agree.</summary>
    string Clock => database.Engine == Engine.Postgres ? "(extract(epoch from clock_timestamp()) * 1000000)::bigint" : "@now";

    string IsFree => $"(owner is null or owner = @owner or lease_us < {Clock})";

    /// <summary>Batches that nobody runs, the oldest first: new ones, given up ones, those of nodes that died, and those of an earlier process of this node.</summary>
    public async Task<IReadOnlyList<string>> FreeAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var ids = await db.QueryAsync<string>(
            $"select id from gateway_batches where {BatchStatus.IsActive} and {IsFree} order by created_us, id limit {MaxLook}",
            new { owner = Owner, now = Micros.Now(time) }
        );
        return ids.AsList();
    }

    /// <summary>Batches that this node has, since an earlier process of it perhaps.</summary>
    public async Task<IReadOnlySet<string>> MineAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<string>(
                $"select id from gateway_batches where owner = @owner and {BatchStatus.IsActive}",
                new { owner = Owner }
            )
        ).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Takes a batch; null when another node was first.</summary>
    public Task<Batch?> ClaimAsync(string id, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.QuerySingleOrDefaultAsync<Batch>(
                    $"""
                    update gateway_batches set owner = @owner, fence = fence + 1, lease_us = {Clock} + @lease
                    where id = @id and {BatchStatus.IsActive} and {IsFree}
                    returning {BatchStore.Columns}
                    """,
                    new
                    {
                        id,
                        owner = Owner,
                        lease = (long)Lease.TotalMicroseconds,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );

    /// <summary>Says that this node lives; returns its batches as they are now.</summary>
    public Task<IReadOnlyList<Batch>> RenewAsync(CancellationToken ct) =>
        database.WriteAsync(
            async work =>
                (IReadOnlyList<Batch>)
                    (
                        await work.Connection.QueryAsync<Batch>(
                            $"""
                            update gateway_batches set lease_us = {Clock} + @lease where owner = @owner and {BatchStatus.IsActive}
                            returning {BatchStore.Columns}
                            """,
                            new
                            {
                                owner = Owner,
                                lease = (long)Lease.TotalMicroseconds,
                                now = Micros.Now(time),
                            },
                            work.Transaction
                        )
                    ).AsList(),
            ct
        );

    /// <summary>Gives a batch up, so that another node need not wait for the lease to end.</summary>
    public Task ReleaseAsync(Batch batch, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    $"update gateway_batches set owner = null, lease_us = 0 where {BatchOwnership.IsMine}",
                    new
                    {
                        id = batch.Id,
                        owner = Owner,
                        fence = batch.Fence,
                    },
                    work.Transaction
                );
                work.Signal(BatchStore.Signal, batch.Id, Micros.Now(time));
            },
            ct
        );
}
