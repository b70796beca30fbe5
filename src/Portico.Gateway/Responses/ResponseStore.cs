using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Keeps responses sealed under the master key. The response's id is the associated data: a box moved to another row does not open. Everything is asked for
/// by id and workspace together, so that another tenant's response is as one that never was.
/// </summary>
sealed class ResponseStore(Database database, MasterKey masterKey, GatewayOptions options, TimeProvider time)
{
    /// <summary>The kind of the change signal that tells of a run which was cancelled or deleted.</summary>
    public const string StoppedSignal = "gateway/response-stopped";

    /// <summary>Turns of one conversation that are read together.</summary>
    public const int MaxTurns = 1_000;

    const string StillRuns = "status in ('queued', 'in_progress')";

    readonly SealedBox box = masterKey.BoxFor("gateway/responses");

    sealed record Row(string Id, string? PreviousId, string Status, long LeaseUs, byte[] Sealed);

    long Now => Micros.Now(time);

    public Task WriteAsync(IReadOnlyList<KeptResponse> batch, CancellationToken ct)
    {
        var made = batch.Where(r => !r.IsEndOfRun).Select(r => Values(r, null, 0)).ToList();
        var ended = batch.Where(r => r.IsEndOfRun).Select(r => Values(r, null, 0)).ToList();
        return database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(Insert, made, work.Transaction);
                await work.Connection.ExecuteAsync(
                    $"update gateway_responses set status = @status, node_id = null, sealed = @box where id = @id and {StillRuns}",
                    ended,
                    work.Transaction
                );
            },
            ct
        );
    }

    const string Insert = """
        insert into gateway_responses (id, workspace_id, key_id, previous_id, status, node_id, lease_us, created_us, expires_us, sealed)
        values (@id, @workspace, @key, @previous, @status, @node, @lease, @created, @expires, @box) on conflict (id) do nothing
        """;

    /// <summary>Writes a response that begins to run on this node.</summary>
    public Task BeginAsync(KeptResponse response, TimeSpan lease, CancellationToken ct)
    {
        var row = Values(response, database.NodeId, Now + (long)lease.TotalMicroseconds);
        return database.WriteAsync(work => work.Connection.ExecuteAsync(Insert, row, work.Transaction), ct);
    }

    public Task RunsAsync(string id, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update gateway_responses set status = 'in_progress' where id = @id and status = 'queued'",
                    new { id },
                    work.Transaction
                ),
            ct
        );

    /// <summary>Says that this node lives; returns which of its runs are still wanted.</summary>
    public Task<IReadOnlySet<string>> RenewAsync(TimeSpan lease, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
                (IReadOnlySet<string>)
                    (
                        await work.Connection.QueryAsync<string>(
                            $"update gateway_responses set lease_us = @until where node_id = @node and {StillRuns} returning id",
                            new { until = Now + (long)lease.TotalMicroseconds, node = database.NodeId },
                            work.Transaction
                        )
                    ).ToHashSet(StringComparer.Ordinal),
            ct
        );

    /// <summary>The response and what it continues, the oldest first; empty when there is none of that id in the workspace.</summary>
    public async Task<IReadOnlyList<FoundResponse>> ConversationAsync(string id, string workspace, int turns, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            """
            with recursive chain (id, previous_id, depth) as (
              select r.id, r.previous_id, 1 from gateway_responses r where r.id = @id and r.workspace_id = @workspace and r.expires_us > @now
              union all
              select r.id, r.previous_id, c.depth + 1 from gateway_responses r, chain c
                where r.id = c.previous_id and r.workspace_id = @workspace and r.expires_us > @now and c.depth < @turns)
            select r.id as Id, r.previous_id as PreviousId, r.status as Status, r.lease_us as LeaseUs, r.sealed as Sealed
              from gateway_responses r, chain c where r.id = c.id order by c.depth desc
            """,
            new
            {
                id,
                workspace,
                now = Now,
                turns,
            }
        );
        return rows.Select(Open).ToList();
    }

    public async Task<FoundResponse?> FindAsync(string id, string workspace, CancellationToken ct) =>
        (await ConversationAsync(id, workspace, turns: 1, ct)).SingleOrDefault();

    /// <summary>Ends runs whose node no longer says that it lives; null = all, else this one.</summary>
    public Task<int> FailAbandonedAsync(string? id, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    $"update gateway_responses set status = 'failed', node_id = null where {StillRuns} and lease_us < @now {(id is null ? "" : "and id = @id")}",
                    new { id, now = Now },
                    work.Transaction
                ),
            ct
        );

    /// <summary>True when it ran, and was stopped now.</summary>
    public Task<bool> CancelAsync(string id, string workspace, CancellationToken ct) =>
        StopAsync(
            $"update gateway_responses set status = 'cancelled', node_id = null where id = @id and workspace_id = @workspace and {StillRuns}",
            id,
            workspace,
            ct
        );

    /// <summary>True when there was one.</summary>
    public Task<bool> DeleteAsync(string id, string workspace, CancellationToken ct) =>
        StopAsync("delete from gateway_responses where id = @id and workspace_id = @workspace", id, workspace, ct);

    Task<bool> StopAsync(string sql, string id, string workspace, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var stopped = await work.Connection.ExecuteAsync(sql, new { id, workspace }, work.Transaction) > 0;
                if (stopped)
                    work.Signal(StoppedSignal, id, Now);
                return stopped;
            },
            ct
        );

    /// <summary>Drops what is past its time; how many rows went.</summary>
    public Task<int> PruneAsync(CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync("delete from gateway_responses where expires_us <= @now", new { now = Now }, work.Transaction),
            ct
        );

    object Values(KeptResponse r, string? node, long lease) =>
        new
        {
            id = r.Id,
            workspace = r.WorkspaceId,
            key = r.KeyId,
            previous = r.PreviousId,
            status = r.Status,
            node,
            lease,
            created = r.CreatedUs,
            expires = r.CreatedUs + (long)TimeSpan.FromDays(options.ResponseDays).TotalMicroseconds,
            box = box.Seal(r.Body, r.Id),
        };

    FoundResponse Open(Row row)
    {
        try
        {
            return new FoundResponse(row.Id, row.PreviousId, row.Status, row.LeaseUs, JsonElement.Parse(box.Open(row.Sealed, row.Id)));
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"This response cannot be opened. {e.Message}", inner: e);
        }
    }
}
