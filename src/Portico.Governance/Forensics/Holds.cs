using Dapper;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Forensics;

/// <summary>Makes and releases legal holds, and says what is under one. Read from the store each time: what is about to be deleted is not decided by an old snapshot.</summary>
public sealed class Holds(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    public const int MaxSubjects = 1_000;
    public const int MaxWords = 1_000;

    const string Live =
        "select s.scope, s.subject from governance_hold_subjects s join governance_holds h on h.id = s.hold_id where h.released_us is null";

    /// <exception cref="PorticoException">It has no name, no reason, nothing that it is over, or what it is over is not there.</exception>
    internal async Task<LegalHold> MakeAsync(
        ApiActor actor,
        string? name,
        string? reason,
        IReadOnlyList<HoldSubject>? subjects,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > GovernanceService.MaxNameLength)
            throw Bad($"name must have 1 to {GovernanceService.MaxNameLength} characters.", "name");
        if (subjects is null || subjects.Count is 0 or > MaxSubjects)
            throw Bad($"subjects names what is held, 1 to {MaxSubjects} workspaces, people and calls.", "subjects");
        foreach (var subject in subjects)
            RequireThere(subject);
        var id = "hold_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_holds (id, name, reason, made_by, made_by_name, made_us)
                    values (@id, @name, @reason, @by, @byName, @now)
                    """,
                    new
                    {
                        id,
                        name = name.Trim(),
                        reason = Words(reason),
                        by = actor.Id,
                        byName = actor.Name,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                await work.Connection.ExecuteAsync(
                    "insert into governance_hold_subjects (hold_id, scope, subject) values (@id, @scope, @subject) on conflict do nothing",
                    subjects
                        .Select(s => new
                        {
                            id,
                            scope = Name(s.Scope),
                            subject = s.Id,
                        })
                        .ToList(),
                    work.Transaction
                );
            },
            ct
        );
        return await FindAsync(id, ct);
    }

    void RequireThere(HoldSubject subject)
    {
        var there = subject.Scope switch
        {
            HoldScope.Workspace => WorkspaceId.TryParse(subject.Id, out var w) && catalog.Current.Workspaces.ContainsKey(w),
            HoldScope.Person => PersonId.TryParse(subject.Id, out var p) && catalog.Current.People.ContainsKey(p),
            _ => CallId.TryParse(subject.Id, out _),
        };
        if (!there)
            throw Bad($"There is no {Name(subject.Scope)} '{subject.Id}'.", "subjects");
    }

    /// <exception cref="PorticoException">There is none, it is released already, or no reason is given.</exception>
    internal async Task<LegalHold> ReleaseAsync(ApiActor actor, string id, string? reason, CancellationToken ct)
    {
        await FindAsync(id, ct);
        var released = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    update governance_holds set released_by = @by, released_by_name = @byName, released_us = @now, release_reason = @reason
                    where id = @id and released_us is null
                    """,
                    new
                    {
                        id,
                        by = actor.Id,
                        byName = actor.Name,
                        now = Micros.Now(time),
                        reason = Words(reason),
                    },
                    work.Transaction
                ),
            ct
        );
        return released > 0 ? await FindAsync(id, ct) : throw new PorticoException(ErrorTable.Conflict, "It was released already.");
    }

    static string Words(string? reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > MaxWords
            ? throw Bad($"reason says why, in at most {MaxWords} characters.", "reason")
            : reason.Trim();

    /// <summary>Everything that is under a live hold.</summary>
    public async Task<HeldThings> HeldAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = (await db.QueryAsync<(string Scope, string Subject)>(Live)).ToLookup(
            r => r.Scope,
            r => r.Subject,
            StringComparer.Ordinal
        );
        return new HeldThings(Of(HoldScope.Workspace), Of(HoldScope.Person), Of(HoldScope.Call));

        IReadOnlySet<string> Of(HoldScope scope) => rows[Name(scope)].ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The same for what belongs to a workspace and a key: a person's keys stand for the person.</summary>
    public async Task<HeldPlaces> PlacesAsync(CancellationToken ct)
    {
        var held = await HeldAsync(ct);
        return new HeldPlaces(
            held.Workspaces,
            catalog.Current.Callers.Values.Where(c => c.PersonId is { } p && held.People.Contains(p)).Select(c => c.KeyId!).ToHashSet()
        );
    }

    /// <exception cref="PorticoException">Something of the workspace is under a hold; the message names the hold.</exception>
    internal static async Task RequireNoneAsync(DbWork work, Workspace workspace)
    {
        // Calls and people are of any workspace: a hold on one keeps every key, since which calls are whose lies with other modules.
        var hold = await work.Connection.ExecuteScalarAsync<string?>(
            """
            select h.name from governance_hold_subjects s join governance_holds h on h.id = s.hold_id
            where h.released_us is null and (s.scope <> 'workspace' or s.subject = @id) order by h.id limit 1
            """,
            new { id = workspace.Id.ToString() },
            work.Transaction
        );
        if (hold is not null)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The legal hold '{hold}' keeps what the key of '{workspace.Name}' opens, or may: release it first."
            );
    }

    /// <exception cref="PorticoException">There is none with this id.</exception>
    internal async Task<LegalHold> FindAsync(string id, CancellationToken ct) =>
        (await ReadAsync("where id = @id", new { id }, ct)).FirstOrDefault() ?? throw GovernanceService.Missing("legal hold", id);

    /// <summary>Newest first.</summary>
    internal async Task<Page<LegalHold>> ListAsync(bool? released, PageRequest page, CancellationToken ct) =>
        page.Cut(
            await ReadAsync(
                $"where id < @before {(released is null ? "" : released.Value ? "and released_us is not null" : "and released_us is null")} order by id desc limit @take",
                new { before = page.After ?? "~", take = page.Limit + 1 },
                ct
            ),
            h => h.Id
        );

    async Task<IReadOnlyList<LegalHold>> ReadAsync(string where, object parameters, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = (await db.QueryAsync<Row>($"select * from governance_holds {where}", parameters)).AsList();
        var holds = new List<LegalHold>();
        foreach (var row in rows)
        {
            var subjects = await db.QueryAsync<(string Scope, string Subject)>(
                "select scope, subject from governance_hold_subjects where hold_id = @Id order by scope, subject",
                new { row.Id }
            );
            holds.Add(
                row.ToNoun(subjects.Select(s => new HoldSubject(Enum.Parse<HoldScope>(s.Scope, ignoreCase: true), s.Subject)).ToList())
            );
        }
        return holds;
    }

    static string Name(HoldScope scope) =>
        scope switch
        {
            HoldScope.Workspace => "workspace",
            HoldScope.Person => "person",
            _ => "call",
        };

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string Reason { get; set; } = "";
        public string MadeBy { get; set; } = "";
        public string MadeByName { get; set; } = "";
        public long MadeUs { get; set; }
        public string? ReleasedBy { get; set; }
        public string? ReleasedByName { get; set; }
        public long? ReleasedUs { get; set; }
        public string? ReleaseReason { get; set; }

        public LegalHold ToNoun(IReadOnlyList<HoldSubject> subjects) =>
            new(
                Id,
                Name,
                Reason,
                subjects,
                MadeBy,
                MadeByName,
                Micros.ToTime(MadeUs),
                ReleasedBy,
                ReleasedByName,
                Micros.ToTime(ReleasedUs),
                ReleaseReason
            );
    }
}
