using System.Collections.Frozen;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>The current learning snapshot of this node: a call asks it whether its person has done what is demanded.</summary>
public sealed class LearningCatalog(Database database, ChangeSignals signals, TimeProvider time, ILogger<LearningCatalog> logger)
    : SnapshotCatalog<LearningSnapshot>(signals, time, logger)
{
    internal const string Signal = "learning";

    /// <summary>Courses that were parsed already: a version never changes.</summary>
    IReadOnlyDictionary<(string, string, long), OwnCourse> parsed = FrozenDictionary<(string, string, long), OwnCourse>.Empty;

    protected override IReadOnlyList<string> Kinds => [Signal];

    sealed class RuleRow
    {
        public string Id { get; set; } = "";
        public string OrganisationId { get; set; } = "";
        public string? WorkspaceId { get; set; }
        public long AcceptableUse { get; set; }
        public string Courses { get; set; } = "[]";
        public long FromUs { get; set; }
        public long CreatedUs { get; set; }
        public long Version { get; set; }

        public AccessRule ToNoun() =>
            new(
                AccessRuleId.Parse(Id),
                Id<IdKinds.Organisation>.Parse(OrganisationId),
                WorkspaceId is null ? null : Id<IdKinds.Workspace>.Parse(WorkspaceId),
                AcceptableUse != 0,
                TextList.Read(Courses),
                Micros.ToTime(FromUs),
                Micros.ToTime(CreatedUs),
                Version
            );
    }

    protected override async Task<LearningSnapshot> ReadAsync(long version, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        await using var transaction = await db.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        var rules = await db.QueryAsync<RuleRow>(
            "select id, organisation_id, workspace_id, acceptable_use, courses, from_us, version, created_us from governance_access_rules order by id",
            transaction: transaction
        );
        var required = await db.QueryAsync<(string Organisation, long Version)>(
            "select organisation_id, max(version) from governance_acceptable_use where asks_again = 1 group by organisation_id",
            transaction: transaction
        );
        var acknowledged = await db.QueryAsync<(string Person, long Version)>(
            "select person_id, max(version) from governance_acknowledgements group by person_id",
            transaction: transaction
        );
        var passed = await db.QueryAsync<(string Person, string Course, long Until)>(
            "select person_id, course_id, max(expires_us) from governance_certificates group by person_id, course_id",
            transaction: transaction
        );
        return new LearningSnapshot(
            new LearningRows(
                await ReadCoursesAsync(db, transaction),
                rules.Select(r => r.ToNoun()).ToList(),
                required.ToDictionary(r => OrganisationId.Parse(r.Organisation), r => (int)r.Version),
                Standings(acknowledged, passed)
            )
        );
    }

    static Dictionary<PersonId, Standing> Standings(
        IEnumerable<(string Person, long Version)> acknowledged,
        IEnumerable<(string Person, string Course, long Until)> passed
    )
    {
        var people = acknowledged.ToDictionary(a => PersonId.Parse(a.Person), a => Standing.None with { Acknowledged = (int)a.Version });
        foreach (var of in passed.GroupBy(p => p.Person, StringComparer.Ordinal))
        {
            var person = PersonId.Parse(of.Key);
            people[person] = people.GetValueOrDefault(person, Standing.None) with
            {
                Passed = of.ToFrozenDictionary(p => p.Course, p => p.Until, StringComparer.Ordinal),
            };
        }
        return people;
    }

    async Task<IReadOnlyList<OwnCourse>> ReadCoursesAsync(System.Data.Common.DbConnection db, System.Data.Common.DbTransaction transaction)
    {
        var newest = await db.QueryAsync<(string Organisation, string Id, long Version)>(
            "select organisation_id, id, max(version) from governance_courses group by organisation_id, id",
            transaction: transaction
        );
        var next = new Dictionary<(string, string, long), OwnCourse>();
        foreach (var key in newest)
        {
            if (!parsed.TryGetValue(key, out var course))
            {
                var row = await db.QuerySingleAsync<(string Markdown, long CreatedUs)>(
                    "select markdown, created_us from governance_courses where organisation_id = @organisation and id = @id and version = @version",
                    new
                    {
                        organisation = key.Organisation,
                        id = key.Id,
                        version = key.Version,
                    },
                    transaction
                );
                // What an earlier build took and this one does not: the shipped course, or none, is better than no snapshot.
                if (CourseParser.Read(row.Markdown, out _) is not { } read)
                    continue;
                course = new OwnCourse(OrganisationId.Parse(key.Organisation), read, row.Markdown, Micros.ToTime(row.CreatedUs));
            }
            next[key] = course;
        }
        parsed = next;
        return [.. next.Values];
    }
}
