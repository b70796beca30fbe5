using Dapper;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Views;

/// <summary>Views that people and programs keep. Each has its own alone; they go with the account or the token.</summary>
public sealed class SavedViews(Database database, TimeProvider time)
{
    public const int MaxViews = 100;
    public const int MaxNameLength = 80;
    public const int MaxQueryLength = 2000;
    const int MaxPageLength = 40;

    const string Columns = "id, page, name, query, created_us, version";

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string Page { get; set; } = "";
        public string Name { get; set; } = "";
        public string Query { get; set; } = "";
        public long CreatedUs { get; set; }
        public long Version { get; set; }

        public SavedView ToNoun() => new(ViewId.Parse(Id), Page, Name, Query, Micros.ToTime(CreatedUs), Version);
    }

    /// <summary>Those of one owner, by age.</summary>
    public async Task<Page<SavedView>> ListAsync(string owner, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            $"""
            select {Columns} from governance_views
            where owner = @owner and (@After is null or id > @After) order by id limit @take
            """,
            new
            {
                owner,
                page.After,
                take = page.Limit + 1,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), v => v.Id.ToString());
    }

    /// <exception cref="PorticoException">The owner has no such view.</exception>
    public async Task<SavedView> FindAsync(string owner, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            $"select {Columns} from governance_views where id = @id and owner = @owner",
            new { id, owner }
        );
        return row?.ToNoun() ?? throw GovernanceService.Missing("view", id);
    }

    /// <exception cref="PorticoException">A part is not as it must be, the name is taken on that page, or there are as many as one may keep.</exception>
    public Task<SavedView> CreateAsync(string owner, string? page, string? name, string? query, CancellationToken ct)
    {
        var view = new SavedView(ViewId.New(time), PageName(page), ViewName(name), Query(query), Micros.ToTime(Micros.Now(time)), 1);
        return WriteAsync(
            view.Name,
            async work =>
            {
                await LockAsync(work, owner);
                var has = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(*) from governance_views where owner = @owner",
                    new { owner },
                    work.Transaction
                );
                if (has >= MaxViews)
                    throw new PorticoException(ErrorTable.Conflict, $"There are {MaxViews} views already. Remove one first.");
                await work.Connection.ExecuteAsync(
                    "insert into governance_views (id, owner, page, name, query, version, created_us) values (@id, @owner, @Page, @Name, @Query, 1, @now)",
                    new
                    {
                        id = view.Id.ToString(),
                        owner,
                        view.Page,
                        view.Name,
                        view.Query,
                        now = Micros.Of(view.CreatedAt),
                    },
                    work.Transaction
                );
                return view;
            },
            ct
        );
    }

    /// <summary>Another name, another query, or both; what is null stays.</summary>
    /// <exception cref="PorticoException">It changed meanwhile; or as above.</exception>
    public Task<SavedView> ChangeAsync(string owner, SavedView old, string? name, string? query, CancellationToken ct)
    {
        var next = new
        {
            id = old.Id.ToString(),
            owner,
            version = old.Version,
            name = name is null ? old.Name : ViewName(name),
            query = query is null ? old.Query : Query(query),
        };
        return WriteAsync(
            next.name,
            async work =>
            {
                var row = await work.Connection.QuerySingleOrDefaultAsync<Row>(
                    $"""
                    update governance_views set name = @name, query = @query, version = version + 1
                    where id = @id and owner = @owner and version = @version returning {Columns}
                    """,
                    next,
                    work.Transaction
                );
                return row?.ToNoun() ?? throw Changed();
            },
            ct
        );
    }

    /// <exception cref="PorticoException">It changed meanwhile.</exception>
    public async Task RemoveAsync(string owner, SavedView old, CancellationToken ct)
    {
        var rows = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from governance_views where id = @id and owner = @owner and version = @version",
                    new
                    {
                        id = old.Id.ToString(),
                        owner,
                        version = old.Version,
                    },
                    work.Transaction
                ),
            ct
        );
        if (rows == 0)
            throw Changed();
    }

    static PorticoException Changed() => new(ErrorTable.PreconditionFailed, "It changed while your change was made.");

    /// <summary>With its owner, in the same work.</summary>
    internal static Task RemoveAllAsync(DbWork work, string owner) =>
        work.Connection.ExecuteAsync("delete from governance_views where owner = @owner", new { owner }, work.Transaction);

    /// <summary>Two that are kept at once are counted one after the other, and none is kept for an owner who goes meanwhile.</summary>
    static async Task LockAsync(DbWork work, string owner)
    {
        var rows =
            await work.Connection.ExecuteAsync(
                "update governance_accounts set version = version where person_id = @owner",
                new { owner },
                work.Transaction
            )
            + await work.Connection.ExecuteAsync(
                "update governance_admin_tokens set revoked = 0 where id = @owner and revoked = 0",
                new { owner },
                work.Transaction
            );
        if (rows == 0)
            throw new PorticoException(ErrorTable.SignInRequired, "This account or token is gone.");
    }

    async Task<SavedView> WriteAsync(string name, Func<DbWork, Task<SavedView>> write, CancellationToken ct)
    {
        try
        {
            return await database.WriteAsync(write, ct);
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw new PorticoException(ErrorTable.Conflict, $"There is a view '{name}' of this page already.", "name", inner: e);
        }
    }

    static string PageName(string? page) =>
        page is { Length: > 0 and <= MaxPageLength } && page.All(c => c is (>= 'a' and <= 'z') or '-')
            ? page
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"page must be the name of a page as it stands in its address, such as calls: 1 to {MaxPageLength} small letters.",
                "page"
            );

    static string ViewName(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > MaxNameLength || trimmed.Any(char.IsControl))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"name must have 1 to {MaxNameLength} characters and no control characters.",
                "name"
            );
        return trimmed;
    }

    static string Query(string? query) =>
        query is { Length: <= MaxQueryLength } && !query.StartsWith('?') && !query.Any(c => c is <= ' ' or > '~')
            ? query
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"query must be what stands behind the question mark of an address, encoded as there, of {MaxQueryLength} characters at most.",
                "query"
            );
}
