using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>Who is asked to take which course, until when.</summary>
public sealed class Assignments(Database database, GovernanceCatalog governance, RoleBook roles, CourseBook courses, TimeProvider time)
{
    public const int MaxAssignments = 1_000;

    const string Columns = "id, organisation_id, course_id, audience, subject, due_us, version, created_us";

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string OrganisationId { get; set; } = "";
        public string CourseId { get; set; } = "";
        public string Audience { get; set; } = "";
        public string? Subject { get; set; }
        public long? DueUs { get; set; }
        public long CreatedUs { get; set; }
        public long Version { get; set; }

        public Assignment ToNoun() =>
            new(
                AssignmentId.Parse(Id),
                Id<IdKinds.Organisation>.Parse(OrganisationId),
                CourseId,
                Audience,
                Subject,
                Micros.ToTime(DueUs),
                Micros.ToTime(CreatedUs),
                Version
            );
    }

    /// <summary>All of an organisation, by age.</summary>
    public async Task<IReadOnlyList<Assignment>> ListAsync(OrganisationId organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            $"select {Columns} from governance_assignments where organisation_id = @organisation order by id",
            new { organisation = organisation.ToString() }
        );
        return rows.Select(r => r.ToNoun()).ToList();
    }

    /// <exception cref="PorticoException">There is no such course, audience or subject in the organisation.</exception>
    public async Task<Assignment> CreateAsync(
        OrganisationId organisation,
        string? course,
        string? audience,
        string? subject,
        DateTimeOffset? due,
        CancellationToken ct
    )
    {
        var made = new Assignment(
            AssignmentId.New(time),
            organisation,
            courses.Find(organisation, course ?? "", "course_id").Course.Id,
            audience ?? "",
            await CheckSubjectAsync(organisation, audience, subject, ct),
            due,
            Micros.ToTime(Micros.Now(time)),
            1
        );
        await database.WriteAsync(
            async work =>
            {
                var has = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(*) from governance_assignments where organisation_id = @organisation",
                    new { organisation = organisation.ToString() },
                    work.Transaction
                );
                if (has >= MaxAssignments)
                    throw new PorticoException(ErrorTable.Conflict, $"There are {MaxAssignments} assignments already. Remove some first.");
                await work.Connection.ExecuteAsync(
                    $"insert into governance_assignments ({Columns}) values (@id, @organisation, @CourseId, @Audience, @Subject, @due, 1, @now)",
                    new
                    {
                        id = made.Id.ToString(),
                        organisation = organisation.ToString(),
                        made.CourseId,
                        made.Audience,
                        made.Subject,
                        due = Micros.Of(due),
                        now = Micros.Of(made.CreatedAt),
                    },
                    work.Transaction
                );
            },
            ct
        );
        return made;
    }

    /// <exception cref="PorticoException">The organisation has no such assignment.</exception>
    public async Task<Assignment> FindAsync(OrganisationId organisation, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            $"select {Columns} from governance_assignments where id = @id and organisation_id = @organisation",
            new { id, organisation = organisation.ToString() }
        );
        return row?.ToNoun() ?? throw GovernanceService.Missing("assignment", ShortText.UpTo(id, 80));
    }

    /// <summary>Another date, or with null none.</summary>
    /// <exception cref="PorticoException">It changed meanwhile.</exception>
    public Task<Assignment> ChangeDueAsync(Assignment old, DateTimeOffset? due, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
                (
                    await work.Connection.QuerySingleOrDefaultAsync<Row>(
                        $"update governance_assignments set due_us = @due, version = version + 1 where id = @id and version = @Version returning {Columns}",
                        new
                        {
                            id = old.Id.ToString(),
                            old.Version,
                            due = Micros.Of(due),
                        },
                        work.Transaction
                    )
                )?.ToNoun() ?? throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made."),
            ct
        );

    /// <exception cref="PorticoException">It changed meanwhile.</exception>
    public async Task RemoveAsync(Assignment old, CancellationToken ct)
    {
        var rows = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from governance_assignments where id = @id and version = @Version",
                    new { id = old.Id.ToString(), old.Version },
                    work.Transaction
                ),
            ct
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while you removed it.");
    }

    async Task<string?> CheckSubjectAsync(OrganisationId organisation, string? audience, string? subject, CancellationToken ct)
    {
        var now = governance.Current;
        switch (audience)
        {
            case "everybody" when subject is null:
                return null;
            case "role" when (await roles.ListAsync(ct)).Any(r => r.Role.Name == subject):
                return subject;
            case "workspace"
                when WorkspaceId.TryParse(subject, out var id) && now.Workspaces.GetValueOrDefault(id)?.OrganisationId == organisation:
                return subject;
            case "person" when PersonId.TryParse(subject, out var who) && now.People.GetValueOrDefault(who)?.OrganisationId == organisation:
                return subject;
            case "everybody":
                throw new PorticoException(ErrorTable.InvalidRequest, "Everybody has no subject: leave it out.", "subject");
            case "role" or "workspace" or "person":
                throw new PorticoException(ErrorTable.InvalidRequest, $"subject names a {audience} of the organisation.", "subject");
            default:
                throw new PorticoException(ErrorTable.InvalidRequest, "audience must be everybody, role, workspace or person.", "audience");
        }
    }
}
