using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>
/// Who may have everything about a person, or have it gone: one asks with a reason, another lets them. Where the organisation's setting asks for no second person, asking is enough. A person is of an
/// organisation: who reaches less than the whole of it sees no request.
/// </summary>
public sealed class Subjects
{
    public const int MaxWords = 1_000;
    const int ShortestReason = 5;

    readonly Database database;
    readonly GovernanceCatalog catalog;
    readonly PeopleInReach people;
    readonly SubjectStore store;
    readonly SubjectHolds holds;
    readonly TimeProvider time;

    internal Subjects(
        Database database,
        GovernanceCatalog catalog,
        PeopleInReach people,
        SubjectStore store,
        SubjectHolds holds,
        TimeProvider time
    ) => (this.database, this.catalog, this.people, this.store, this.holds, this.time) = (database, catalog, people, store, holds, time);

    /// <exception cref="PorticoException">There is no such person, no reason, or the same was asked already; or an erasure meets a legal hold or somebody who may do more.</exception>
    internal async Task<SubjectRequest> AskAsync(
        ApiActor actor,
        Reach within,
        PersonId personId,
        SubjectKind kind,
        string? reason,
        CancellationToken ct
    )
    {
        var person = await people.FindAsync(personId.ToString(), within, ct, "person_id");
        RequireWhole(within, person);
        if (reason is null || reason.Trim().Length is < ShortestReason or > MaxWords)
            throw Bad(
                $"reason says why, in {ShortestReason} to {MaxWords} characters. Leave the person's name out: the reason stays.",
                "reason"
            );
        if (kind == SubjectKind.Erasure)
            await RequireErasableAsync(actor, person, ct);
        var id = "subject_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var now = Micros.Now(time);
        var added = await database.WriteAsync(
            async work =>
            {
                var alone = await Reveals.NeedsNoSecondAsync(work, person.OrganisationId);
                var rows = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_subject_requests (id, kind, state, person_id, organisation_id, reason, asked_by, asked_by_name, asked_us, decided_us)
                    values (@id, @kind, @state, @person, @organisation, @reason, @by, @byName, @now, @decided) on conflict do nothing
                    """,
                    new
                    {
                        id,
                        kind = Name(kind),
                        state = alone ? "running" : "open",
                        person = person.Id.ToString(),
                        organisation = person.OrganisationId.ToString(),
                        reason = reason.Trim(),
                        by = actor.Id,
                        byName = actor.Name,
                        now,
                        decided = alone ? now : (long?)null,
                    },
                    work.Transaction
                );
                if (rows > 0 && alone)
                    work.Signal(SubjectStore.Signal, id, now);
                return rows;
            },
            ct
        );
        return added > 0
            ? await FindAsync(id, within, ct)
            : throw new PorticoException(ErrorTable.Conflict, "The same is asked for this person already and is not done.", "person_id");
    }

    /// <summary>Lets it begin. What is erased cannot be brought back.</summary>
    /// <exception cref="PorticoException">It is decided, the actor asked it or is the person; or an erasure meets a legal hold or somebody who may do more.</exception>
    internal async Task<SubjectRequest> ApproveAsync(ApiActor actor, Reach within, string id, string? note, CancellationToken ct)
    {
        var request = await OpenOfOthersAsync(actor, within, id, ct);
        if (request.Kind == SubjectKind.Erasure && catalog.Current.People.TryGetValue(request.PersonId, out var person))
            await RequireErasableAsync(actor, person, ct);
        return await DecideAsync(actor, within, request, "running", note, ct);
    }

    internal async Task<SubjectRequest> DeclineAsync(ApiActor actor, Reach within, string id, string? note, CancellationToken ct) =>
        await DecideAsync(actor, within, await OpenOfOthersAsync(actor, within, id, ct), "declined", note, ct);

    /// <exception cref="PorticoException">It is decided, or somebody else asked it.</exception>
    internal async Task<SubjectRequest> WithdrawAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var request = await OpenAsync(within, id, ct);
        return request.AskedBy == actor.Id
            ? await DecideAsync(actor, within, request, "withdrawn", null, ct)
            : throw new PorticoException(ErrorTable.PermissionDenied, $"{request.AskedByName} asked this and alone can withdraw it.");
    }

    async Task<SubjectRequest> OpenAsync(Reach within, string id, CancellationToken ct)
    {
        var request = await FindAsync(id, within, ct);
        return request.State == SubjectState.Open
            ? request
            : throw new PorticoException(ErrorTable.Conflict, $"It was decided already: {request.State.ToString().ToLowerInvariant()}.");
    }

    async Task<SubjectRequest> OpenOfOthersAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var request = await OpenAsync(within, id, ct);
        if (request.AskedBy == actor.Id)
            throw new PorticoException(ErrorTable.PermissionDenied, "You asked this: another person decides it, whoever you are.");
        return request.PersonId.ToString() == actor.Id
            ? throw new PorticoException(ErrorTable.PermissionDenied, "This is about you: another person decides it, whoever you are.")
            : request;
    }

    async Task<SubjectRequest> DecideAsync(
        ApiActor actor,
        Reach within,
        SubjectRequest request,
        string state,
        string? note,
        CancellationToken ct
    )
    {
        if (note?.Length > MaxWords)
            throw Bad($"note has at most {MaxWords} characters.", "note");
        var decided = await database.WriteAsync(
            async work =>
            {
                var rows = await work.Connection.ExecuteAsync(
                    """
                    update governance_subject_requests
                    set state = @state, note = @note, decided_by = @by, decided_by_name = @byName, decided_us = @now
                    where id = @Id and state = 'open'
                    """,
                    new
                    {
                        request.Id,
                        state,
                        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
                        by = actor.Id,
                        byName = actor.Name,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (rows > 0 && state == "running")
                    work.Signal(SubjectStore.Signal, request.Id, Micros.Now(time));
                return rows;
            },
            ct
        );
        return decided > 0
            ? await FindAsync(request.Id, within, ct)
            : throw new PorticoException(ErrorTable.Conflict, "It was decided meanwhile.");
    }

    /// <exception cref="PorticoException">The person is erased, is held, is the last owner, or gives roles and the actor does not.</exception>
    async Task RequireErasableAsync(ApiActor actor, Person person, CancellationToken ct)
    {
        if (person.ErasedAt is not null)
            throw new PorticoException(ErrorTable.Conflict, "This person was erased already.", "person_id");
        await using (var db = await database.OpenReadAsync(ct))
            foreach (var held in await GrantStore.OfAsync(db, person.Id.ToString()))
                if (
                    held.Permissions.Contains(Permissions.AccessWrite)
                    && !actor.Reach(Permissions.AccessWrite).Has(held.Grant.Place, catalog.Current)
                )
                    throw new PorticoException(
                        ErrorTable.PermissionDenied,
                        $"'{person.Name}' gives roles, which '{actor.Name}' does not: who may do so asks and decides, or takes the role {held.Grant.Role} away first."
                    );
        if (await holds.FindAsync(await SubjectOfAsync(person.Id.ToString(), person.OrganisationId.ToString(), ct), ct) is { } hold)
            throw new PorticoException(ErrorTable.Conflict, SubjectHolds.Words(hold), "person_id");
    }

    internal async Task<Subject> SubjectOfAsync(string person, string organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var keys = await db.QueryAsync<string>("select id from governance_keys where person_id = @person order by id", new { person });
        return new Subject(person, organisation, keys.AsList());
    }

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    internal async Task<SubjectRequest> FindAsync(string id, Reach within, CancellationToken ct)
    {
        var found = (await store.ReadAsync("where id = @id", new { id }, ct)).FirstOrDefault();
        return found is not null && within.Has(found.OrganisationId)
            ? found
            : throw GovernanceService.Missing("request about a person", id);
    }

    /// <summary>Newest first.</summary>
    internal async Task<Page<SubjectRequest>> ListAsync(
        Reach within,
        string? person,
        SubjectState? state,
        PageRequest page,
        CancellationToken ct
    )
    {
        var values = new DynamicParameters(
            new
            {
                // Ids begin with a letter: a tilde stands behind all of them.
                before = page.After ?? "~",
                person = person ?? "",
                state = state?.ToString().ToLowerInvariant() ?? "",
                take = page.Limit + 1,
            }
        );
        return page.Cut(
            await store.ReadAsync(
                $"""
                where id < @before and (@person = '' or person_id = @person) and (@state = '' or state = @state)
                  and {within.Sql(values, "organisation_id", "''", "''")}
                order by id desc limit @take
                """,
                values,
                ct
            ),
            r => r.Id
        );
    }

    /// <summary>Counts a fetching of the package, which who asked for it alone may do.</summary>
    /// <exception cref="PorticoException">There is no package, it is past its time, or somebody else asked for it.</exception>
    internal async Task<SubjectRequest> FetchAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var request = await FindAsync(id, within, ct);
        if (request.AskedBy != actor.Id)
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"{request.AskedByName} asked for this and alone fetches it: it holds what was said."
            );
        if (request.Kind != SubjectKind.Access)
            throw new PorticoException(ErrorTable.Conflict, "An erasure has no package: its report stands in it.");
        if (request.State != SubjectState.Done)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The package is not ready: it is {request.State.ToString().ToLowerInvariant()}."
            );
        var counted = await store.ChangeAsync(
            "update governance_subject_requests set downloads = downloads + 1 where id = @id and until_us > @now",
            new { id, now = Micros.Now(time) },
            ct
        );
        return counted > 0
            ? request
            : throw new PorticoException(
                ErrorTable.NotFound,
                $"The package was removed on {request.Until:yyyy-MM-dd}. Ask again for what is there now."
            );
    }

    static void RequireWhole(Reach within, Person person)
    {
        if (!within.Has(person.OrganisationId))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                "A person is of an organisation: this takes the permission in the whole of it, not in one workspace."
            );
    }

    static string Name(SubjectKind kind) => kind == SubjectKind.Access ? "access" : "erasure";

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
