using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Gateway.Subjects;

/// <summary>What the classes of kept things share: tables with id, workspace_id, key_id and person_id, whose rows are somebody's by one rule.</summary>
static class KeptRows
{
    public const int PageSize = 100;

    /// <summary>Takes each of somebody's, in the order of ids; read a page at a time, so that none is held while it is taken.</summary>
    public static async Task EachAsync(
        Database database,
        string table,
        Subject subject,
        Func<string, string, Task> take,
        CancellationToken ct
    )
    {
        for (var after = ""; ; )
        {
            var page = await PageAsync(database, table, subject, after, ct);
            foreach (var (id, workspace) in page)
                await take(id, workspace);
            if (page.Count < PageSize)
                return;
            after = page[^1].Id;
        }
    }

    static async Task<IReadOnlyList<(string Id, string WorkspaceId)>> PageAsync(
        Database database,
        string table,
        Subject subject,
        string after,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<(string Id, string WorkspaceId)>(
                $"select id, workspace_id from {table} where {Subject.Owned(database.Engine)} and id > @after order by id limit @PageSize",
                Values(subject, new { after, PageSize })
            )
        ).AsList();
    }

    public static async Task<HoldSubject?> HeldAsync(
        Database database,
        string table,
        Subject subject,
        HeldThings held,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        var workspaces = await db.QueryAsync<string>(
            $"select distinct workspace_id from {table} where {Subject.Owned(database.Engine)}",
            subject
        );
        return workspaces.FirstOrDefault(held.Workspaces.Contains) is { } workspace
            ? new HoldSubject(HoldScope.Workspace, workspace)
            : null;
    }

    public static async Task<long> CountAsync(Database database, string table, Subject subject, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>($"select count(*) from {table} where {Subject.Owned(database.Engine)}", subject);
    }

    /// <summary>Removes rows a batch at a time, and what lies below each.</summary>
    /// <param name="removal">Counts them.</param>
    /// <param name="table">One of this module's.</param>
    /// <param name="subject">Whose.</param>
    /// <param name="below">Does more for each id within the work.</param>
    /// <param name="ct">Ends the work.</param>
    public static Task RemoveAsync(
        SubjectRemoval removal,
        string table,
        Subject subject,
        Func<DbWork, string, Task> below,
        CancellationToken ct
    ) =>
        removal.AllAsync(
            async work =>
            {
                var ids = (
                    await work.Connection.QueryAsync<string>(
                        $"""
                        delete from {table} where id in (select id from {table} where {Subject.Owned(work.Engine)} order by id limit @most)
                        returning id
                        """,
                        Values(subject, new { most = SubjectRemoval.BatchSize }),
                        work.Transaction
                    )
                ).Order(StringComparer.Ordinal).ToList();
                foreach (var id in ids)
                    await below(work, id);
                return ids;
            },
            ct
        );

    public static DynamicParameters Values(Subject subject, object more)
    {
        var values = new DynamicParameters(more);
        values.Add(nameof(Subject.Person), subject.Person);
        values.Add(nameof(Subject.KeyIds), subject.KeyIds);
        return values;
    }

    /// <summary>Why something does not open, where that is no fault of the store.</summary>
    public static bool IsUnreadable(PorticoException e) =>
        e.Kind == ErrorTable.KeyDestroyed || e.InnerException is System.Security.Cryptography.CryptographicException;
}
