using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>
/// How far those who are asked to take a course are, in a workspace, or with no workspace in the whole organisation. Overdue: past their date and not passed.
/// Done: a certificate that is good.
/// </summary>
public sealed record CompletionRow(string CourseId, string Title, WorkspaceId? WorkspaceId, int People, int Done, int Overdue);

/// <summary>Somebody who is asked to take a course.</summary>
public sealed record AskedPerson(
    PersonId PersonId,
    string CourseId,
    DateTimeOffset? DueAt,
    bool Done,
    bool Overdue,
    DateTimeOffset? CertificateUntil
);

/// <summary>Completion of what is assigned: by course and workspace, and person by person.</summary>
public sealed class Completion(
    Database database,
    GovernanceCatalog governance,
    LearningCatalog catalog,
    Assignments assignments,
    TimeProvider time
)
{
    /// <summary>For each assigned course the whole organisation first, then its workspaces.</summary>
    public async Task<IReadOnlyList<CompletionRow>> OfAsync(OrganisationId organisation, CancellationToken ct)
    {
        var (asked, audiences) = await AskedAsync(organisation, ct);
        var rows = new List<CompletionRow>();
        foreach (var course in asked.GroupBy(a => a.CourseId, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var title = catalog.Current.Find(organisation, course.Key)?.Course.Title ?? course.Key;
            rows.Add(Count(course.Key, title, null, course));
            rows.AddRange(
                course
                    .SelectMany(a => audiences.WorkspacesOf(a.PersonId).Select(w => (Workspace: w, Asked: a)))
                    .GroupBy(m => m.Workspace)
                    .OrderBy(g => g.Key.ToString(), StringComparer.Ordinal)
                    .Select(g => Count(course.Key, title, g.Key, g.Select(m => m.Asked)))
            );
        }
        return rows;
    }

    /// <summary>Everybody who is asked to take a course, in the order of their ids.</summary>
    public async Task<IReadOnlyList<AskedPerson>> PeopleAsync(
        OrganisationId organisation,
        string course,
        WorkspaceId? workspace,
        CancellationToken ct
    )
    {
        var (asked, audiences) = await AskedAsync(organisation, ct);
        return asked
            .Where(a => a.CourseId == course && (workspace is not { } only || audiences.WorkspacesOf(a.PersonId).Contains(only)))
            .OrderBy(a => a.PersonId.ToString(), StringComparer.Ordinal)
            .ToList();
    }

    static CompletionRow Count(string course, string title, WorkspaceId? workspace, IEnumerable<AskedPerson> asked)
    {
        var people = asked.ToList();
        return new CompletionRow(course, title, workspace, people.Count, people.Count(p => p.Done), people.Count(p => p.Overdue));
    }

    async Task<(IReadOnlyList<AskedPerson> Asked, Audiences Audiences)> AskedAsync(OrganisationId organisation, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var audiences = await Audiences.ReadAsync(database, governance.Current, null, now, ct);
        var all = (await assignments.ListAsync(organisation, ct)).GroupBy(a => a.CourseId, StringComparer.Ordinal).ToList();
        var people = governance.Current.People.Values.Where(p => p.OrganisationId == organisation && !p.Disabled).ToList();
        var asked = new List<AskedPerson>();
        foreach (var course in all)
        foreach (var person in people)
        {
            var of = course.Where(a => audiences.Asks(a, person)).ToList();
            if (of.Count == 0)
                continue;
            var due = of.Min(a => a.DueAt);
            var until = catalog.Current.PassedUntil(person.Id, course.Key);
            var done = until > now;
            asked.Add(new AskedPerson(person.Id, course.Key, due, done, !done && due < now, until));
        }
        return (asked, audiences);
    }
}
