using Dapper;

namespace Portico.Storage;

/// <summary>A named lease held by this node. <paramref name="Fence"/> grows with every change of holder: a late writer can be told apart.</summary>
public sealed record Lease(string Name, long Fence);

/// <summary>A lease as it stands. Owner: the <see cref="Database.NodeId"/> of a process, which may have died since: its leases run out.</summary>
public sealed record HeldLease(string Name, string Owner, DateTimeOffset ExpiresAt);

/// <summary>
/// Named leases for work that one node does for all. On PostgreSQL the server's clock decides, so that nodes with wrong clocks agree.
/// </summary>
public sealed class LeaseStore(Database database, TimeProvider time)
{
    string Now => database.Engine == Engine.Postgres ? "(extract(epoch from clock_timestamp()) * 1000000)::bigint" : "@now";

    /// <summary>Takes the lease or renews it; null while another node holds it.</summary>
    public Task<Lease?> TryAcquireAsync(string name, TimeSpan ttl, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var fence = await work.Connection.ExecuteScalarAsync<long?>(
                    $"""
                    insert into storage_leases (name, owner, fence, expires_us) values (@name, @owner, 1, {Now} + @ttl)
                    on conflict (name) do update set
                      owner = excluded.owner,
                      fence = storage_leases.fence + case when storage_leases.owner = excluded.owner then 0 else 1 end,
                      expires_us = excluded.expires_us
                    where storage_leases.owner = excluded.owner or storage_leases.expires_us < {Now}
                    returning fence
                    """,
                    new
                    {
                        name,
                        owner = database.NodeId,
                        ttl = (long)ttl.TotalMicroseconds,
                        now = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
                    },
                    work.Transaction
                );
                return fence is { } f ? new Lease(name, f) : null;
            },
            ct
        );

    /// <summary>Leases that have not run out, by name.</summary>
    public async Task<IReadOnlyList<HeldLease>> ListAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Name, string Owner, long ExpiresUs)>(
            new CommandDefinition(
                $"select name, owner, expires_us from storage_leases where expires_us > {Now} order by name",
                new { now = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000 },
                cancellationToken: ct
            )
        );
        return rows.Select(r => new HeldLease(r.Name, r.Owner, Micros.ToTime(r.ExpiresUs))).ToList();
    }

    public Task ReleaseAsync(Lease lease, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update storage_leases set expires_us = 0 where name = @Name and owner = @owner and fence = @Fence",
                    new
                    {
                        lease.Name,
                        owner = database.NodeId,
                        lease.Fence,
                    },
                    work.Transaction
                ),
            ct
        );
}
