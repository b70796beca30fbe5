using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Keeps responses sealed under the key of their workspace. The response's id is the associated data: a box moved to another row does not open. Everything is asked for
/// by id and workspace together, so that another tenant's response is as one that never was.
/// </summary>
sealed class ResponseStore(Database database, KeyRing ring, GatewayOptions options, TimeProvider time)
{
    /// <summary>The kind of the change signal that tells of a run which was cancelled or deleted.</summary>
    public const string StoppedSignal = "gateway/response-stopped";

    /// <summary>Turns of one conversation that are read together.</summary>
    public const int MaxTurns = 1_000;

    const string StillRuns = "status in ('queued', 'in_progress')";

    sealed record Row(string Id, string? PreviousId, string Status, long LeaseUs, byte[] Sealed);

    long Now => Micros.Now(time);

    /// <summary>Returns how many were not kept, because the key of their workspace was destroyed.</summary>
    public async Task<int> WriteAsync(IReadOnlyList<KeptResponse> batch, CancellationToken ct)
    {
        var boxes = await ring.SealersAsync(batch.Select(r => r.WorkspaceId), KeyPurposes.Responses, ct);
        var kept = batch.Where(r => boxes.ContainsKey(r.WorkspaceId)).ToList();
        var made = kept.Where(r => !r.IsEndOfRun).Select(r => Values(boxes[r.WorkspaceId], r, null, 0)).ToList();
        var ended = kept.Where(r => r.IsEndOfRun).Select(r => Values(boxes[r.WorkspaceId], r, null, 0)).ToList();
        await database.WriteAsync(
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
        return batch.Count - kept.Count;
    }

    const string Insert = """
        insert into gateway_responses (id, workspace_id, key_id, previous_id, status, node_id, lease_us, created_us, expires_us, sealed)
        values (@id, @workspace, @key, @previous, @status, @node, @lease, @created, @expires, @box) on conflict (id) do nothing
        """;

    /// <summary>Writes a response that begins to run on this node.</summary>
    /// <exception cref="PorticoException">The key of the workspace was destroyed: nothing is kept for it.</exception>
    public async Task BeginAsync(KeptResponse response, TimeSpan lease, CancellationToken ct)
    {
        var box = await ring.SealerAsync(response.WorkspaceId, KeyPurposes.Responses, ct);
        var row = Values(box, response, database.NodeId, Now + (long)lease.TotalMicroseconds);
        await database.WriteAsync(work => work.Connection.ExecuteAsync(Insert, row, work.Transaction), ct);
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
        var found = new List<FoundResponse>();
        foreach (var row in rows)
            found.Add(await OpenAsync(row, workspace, ct));
        return found;
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

    /// <summary>Drops what is past its time and not held; how many are held, and how many were found all the same.</summary>
    public Task<(long Held, long Left)> PruneAsync(
        string past,
        DynamicParameters parameters,
        HeldPlaces held,
        PurgeTally tally,
        CancellationToken ct
    ) => PastTime.PruneAsync(database, "gateway_responses", past, parameters, held, tally, null, ct);

    object Values(Box sealer, KeptResponse r, string? node, long lease) =>
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
            expires = r.CreatedUs
                + (long)TimeSpan.FromDays(Math.Min(options.ResponseDays, r.KeepDays ?? options.ResponseDays)).TotalMicroseconds,
            box = sealer.Seal(r.Body, r.Id),
        };

    async ValueTask<FoundResponse> OpenAsync(Row row, string workspace, CancellationToken ct)
    {
        try
        {
            var body = await ring.OpenAsync(workspace, KeyPurposes.Responses, row.Sealed, row.Id, ct);
            return new FoundResponse(row.Id, row.PreviousId, row.Status, row.LeaseUs, JsonElement.Parse(body));
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"This response cannot be opened. {e.Message}", inner: e);
        }
    }
}
