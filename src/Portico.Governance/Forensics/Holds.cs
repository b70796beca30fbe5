using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Forensics;

/// <summary>Makes and releases legal holds, and says what is under one. Read from the store each time: what is about to be deleted is not decided by an old snapshot.</summary>
public sealed class Holds(Database database, GovernanceCatalog catalog, ICallPlaces calls, TimeProvider time)
{
    public const int MaxSubjects = 1_000;
    public const int MaxWords = 1_000;

    const string Live =
        "select s.scope, s.subject from governance_hold_subjects s join governance_holds h on h.id = s.hold_id where h.released_us is null";

    /// <exception cref="PorticoException">It has no name, no reason, nothing that it is over, or what it is over is not there or not within reach.</exception>
    internal async Task<LegalHold> MakeAsync(
        ApiActor actor,
        Reach within,
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
        var over = new List<Placed>();
        foreach (var subject in subjects)
            over.Add(await PlaceAsync(subject, within, ct));
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
                    "insert into governance_hold_subjects (hold_id, scope, subject, organisation_id, workspace_id) values (@id, @scope, @subject, @Organisation, @Workspace) on conflict do nothing",
                    over.Select(s => new
                        {
                            id,
                            scope = Name(s.Subject.Scope),
                            subject = s.Subject.Id,
                            s.Organisation,
                            s.Workspace,
                        })
                        .ToList(),
                    work.Transaction
                );
            },
            ct
        );
        return await FindAsync(id, within, ct);
    }

    /// <summary>Something that is held, and where it belongs; null where that is not known.</summary>
    sealed record Placed(HoldSubject Subject, string? Organisation, string? Workspace);

    /// <exception cref="PorticoException">It is not there, or not within reach: a person is of a whole organisation.</exception>
    async Task<Placed> PlaceAsync(HoldSubject subject, Reach within, CancellationToken ct)
    {
        var all = catalog.Current;
        var placed = subject.Scope switch
        {
            HoldScope.Workspace when WorkspaceId.TryParse(subject.Id, out var w) && all.Workspaces.TryGetValue(w, out var workspace) =>
                new Placed(subject, workspace.OrganisationId.ToString(), subject.Id),
            HoldScope.Person when PersonId.TryParse(subject.Id, out var p) && all.People.TryGetValue(p, out var person) => new Placed(
                subject,
                person.OrganisationId.ToString(),
                null
            ),
            HoldScope.Call when CallId.TryParse(subject.Id, out var c) => await calls.FindAsync(c, ct) is var (organisation, workspace)
                ? new Placed(subject, organisation, workspace)
                // Of who sees all: its record may be gone, or be on its way.
                : new Placed(subject, null, null),
            _ => null,
        };
        return placed is not null && within.Has(placed.Organisation, placed.Workspace, null)
            ? placed
            : throw Bad($"There is no {Name(subject.Scope)} '{subject.Id}'.", "subjects");
    }

    /// <exception cref="PorticoException">There is none, it is released already, or no reason is given.</exception>
    internal async Task<LegalHold> ReleaseAsync(ApiActor actor, Reach within, string id, string? reason, CancellationToken ct)
    {
        await FindAsync(id, within, ct);
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
        return released > 0 ? await FindAsync(id, within, ct) : throw new PorticoException(ErrorTable.Conflict, "It was released already.");
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
            catalog.Current.Callers.Values.Where(c => c.PersonId is { } p && held.People.Contains(p)).Select(c => c.KeyId!).ToHashSet(),
            held.People
        );
    }

    /// <summary>The name of a live hold that is over this; null = none is.</summary>
    internal async Task<string?> NameOfAsync(HoldSubject subject, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<string?>(NameOf, new { scope = Name(subject.Scope), subject = subject.Id });
    }

    const string NameOf = """
        select h.name from governance_hold_subjects s join governance_holds h on h.id = s.hold_id
        where h.released_us is null and s.scope = @scope and s.subject = @subject order by h.id limit 1
        """;

    /// <exception cref="PorticoException">It is under a hold; the message names the hold.</exception>
    internal static async Task RequireNoneAsync(DbWork work, HoldSubject subject)
    {
        var hold = await work.Connection.ExecuteScalarAsync<string?>(
            NameOf,
            new { scope = Name(subject.Scope), subject = subject.Id },
            work.Transaction
        );
        if (hold is not null)
            throw new PorticoException(ErrorTable.Conflict, Subjects.SubjectHolds.Words(hold));
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

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    internal async Task<LegalHold> FindAsync(string id, Reach within, CancellationToken ct)
    {
        var values = new DynamicParameters(new { id });
        return (await ReadAsync($"where id = @id and {SeenBy(within, values)}", values, ct)).FirstOrDefault()
            ?? throw GovernanceService.Missing("legal hold", id);
    }

    /// <summary>A hold is seen by who reaches all that it is over: its name and its reason are about all of it.</summary>
    static string SeenBy(Reach within, DynamicParameters values) =>
        within.IsEverywhere
            ? "1 = 1"
            : $"""
                not exists (
                  select 1 from governance_hold_subjects s
                  where s.hold_id = governance_holds.id
                    and not ({within.Sql(values, "coalesce(s.organisation_id, '')", "coalesce(s.workspace_id, '')", "''")})
                )
                """;

    /// <summary>Newest first.</summary>
    internal async Task<Page<LegalHold>> ListAsync(Reach within, bool? released, PageRequest page, CancellationToken ct)
    {
        var values = new DynamicParameters(new { before = page.After ?? "~", take = page.Limit + 1 });
        return page.Cut(
            await ReadAsync(
                $"where id < @before and {SeenBy(within, values)} {(released is null ? "" : released.Value ? "and released_us is not null" : "and released_us is null")} order by id desc limit @take",
                values,
                ct
            ),
            h => h.Id
        );
    }

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
