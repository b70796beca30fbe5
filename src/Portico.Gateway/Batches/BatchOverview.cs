using Dapper;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>Which batches are wanted, of those that may be seen.</summary>
sealed record BatchFilter(Reach Within, string? OrganisationId, string? WorkspaceId, string? Status);

/// <summary>Batches of all workspaces and both dialects, for who administers them.</summary>
sealed class BatchOverview(Database database, GovernanceCatalog governance, BatchStore store, StepStore steps)
{
    static readonly IReadOnlyList<string> Statuses =
    [
        BatchStatus.Validating,
        BatchStatus.InProgress,
        BatchStatus.Finalizing,
        BatchStatus.Cancelling,
        BatchStatus.Completed,
        BatchStatus.Failed,
        BatchStatus.Expired,
        BatchStatus.Cancelled,
    ];

    /// <summary>Newest first; one more than asked for.</summary>
    /// <exception cref="PorticoException">The status is none, or the cursor is not one of this list.</exception>
    public async Task<IReadOnlyList<Batch>> ListAsync(BatchFilter filter, PageRequest page, CancellationToken ct)
    {
        if (filter.Status is not null && !Statuses.Contains(filter.Status, StringComparer.Ordinal))
            throw new PorticoException(ErrorTable.InvalidRequest, $"status must be one of {string.Join(", ", Statuses)}.", "status");
        var where = new List<string> { "1 = 1" };
        var values = new DynamicParameters(
            new
            {
                filter.WorkspaceId,
                filter.Status,
                limit = page.Limit + 1,
            }
        );
        where.Add(Seen(filter.Within, values));
        if (filter.OrganisationId is { } organisation)
            where.Add(
                $"workspace_id in ({string.Join(", ", WorkspacesOf(organisation).Select(w => Named(values, w)).DefaultIfEmpty("null"))})"
            );
        if (filter.WorkspaceId is not null)
            where.Add("workspace_id = @WorkspaceId");
        if (filter.Status is not null)
            where.Add("status = @Status");
        if (page.After is { } after)
        {
            var (us, id) = Position(after);
            values.AddDynamicParams(new { us, id });
            where.Add("(created_us < @us or (created_us = @us and id < @id))");
        }
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Batch>(
            $"""
            select {BatchStore.Columns} from gateway_batches where {string.Join(" and ", where)}
            order by created_us desc, id desc limit @limit
            """,
            values
        );
        return rows.AsList();
    }

    /// <summary>The steps of these batches at providers, by batch, in their order.</summary>
    public Task<ILookup<string, BatchStepRow>> StepsAsync(IReadOnlyList<Batch> batches, CancellationToken ct) =>
        steps.OfAllAsync(batches.Select(b => b.Id).ToList(), ct);

    /// <summary>Ids of the two dialects do not sort by time together.</summary>
    public static string KeyOf(Batch batch) => $"{batch.CreatedUs}/{batch.Id}";

    static (long Us, string Id) Position(string key) =>
        key.Split('/') is [var us, var id] && long.TryParse(us, out var time)
            ? (time, id)
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                "cursor is not one that this list gave out. Start again without it.",
                "cursor"
            );

    /// <summary>Lists are not given to both engines in the same way, single values are.</summary>
    static string Named(DynamicParameters values, string workspace)
    {
        var name = $"w{values.ParameterNames.Count()}";
        values.Add(name, workspace);
        return "@" + name;
    }

    List<string> WorkspacesOf(string organisation) =>
        governance.Current.Workspaces.Values.Where(w => w.OrganisationId.ToString() == organisation).Select(w => w.Id.ToString()).ToList();

    public string? OrganisationOf(Batch batch) =>
        WorkspaceId.TryParse(batch.WorkspaceId, out var id) && governance.Current.Workspaces.TryGetValue(id, out var workspace)
            ? workspace.OrganisationId.ToString()
            : null;

    /// <summary>A row says its workspace and its key; organisations and use cases are looked up.</summary>
    string Seen(Reach within, DynamicParameters values)
    {
        if (within.IsEverywhere)
            return "1 = 1";
        var all = governance.Current;
        var workspaces = all.Workspaces.Values.Where(within.Has).Select(w => w.Id.ToString()).ToList();
        var keys = all.Callers.Values.Where(c => within.Has(c) && !within.Has(c.Workspace)).Select(c => c.KeyId!).ToList();
        return $"({Term("workspace_id", workspaces)} or {Term("key_id", keys)})";

        string Term(string column, List<string> ids) =>
            ids.Count == 0 ? "1 = 0" : $"{column} in ({string.Join(", ", ids.Select(i => Named(values, i)))})";
    }

    /// <exception cref="PorticoException">There is none within reach.</exception>
    public async Task<Batch> FindAsync(string id, Reach within, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters(new { id });
        return await db.QuerySingleOrDefaultAsync<Batch>(
                $"select {BatchStore.Columns} from gateway_batches where id = @id and {Seen(within, values)}",
                values
            ) ?? throw new PorticoException(ErrorTable.NotFound, $"There is no batch '{id}', or it ended too long ago.");
    }

    /// <exception cref="PorticoException">There is none within reach, or it is past the point.</exception>
    public async Task<Batch> CancelAsync(string id, Reach within, CancellationToken ct)
    {
        var batch = await FindAsync(id, within, ct);
        var asked = await store.CancelAsync(id, batch.WorkspaceId, ct);
        batch = await FindAsync(id, within, ct);
        return asked || batch.Status == BatchStatus.Cancelling
            ? batch
            : throw new PorticoException(ErrorTable.Conflict, $"A batch that is {batch.Status} cannot be cancelled.");
    }
}
