using Dapper;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>Courses of organisations: what ships with the program, and what they wrote or changed.</summary>
public sealed class CourseBook(Database database, LearningCatalog catalog, TimeProvider time)
{
    /// <summary>Different courses that an organisation may write.</summary>
    public const int MaxCourses = 200;

    /// <summary>Takes a course into an organisation: a new one, or the next version of one that there is. The same document again changes nothing.</summary>
    /// <exception cref="PorticoException">The document is wrong, the message and its problems say where; or its version is taken.</exception>
    public async Task<Course> ImportAsync(OrganisationId organisation, string? markdown, CancellationToken ct)
    {
        var course = Parse(markdown);
        if (catalog.Current.Find(organisation, course.Id) is { } known && known.Course.Version >= course.Version)
            return known.Course.Version == course.Version && known.Markdown == markdown
                ? known.Course
                : throw new PorticoException(
                    ErrorTable.Conflict,
                    $"There is version {known.Course.Version} of '{course.Id}' already, and a version never changes. Write a higher one.",
                    "version"
                );
        var rows = await database.WriteAsync(
            async work =>
            {
                var others = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(distinct id) from governance_courses where organisation_id = @organisation and id <> @id",
                    new { organisation = organisation.ToString(), id = course.Id },
                    work.Transaction
                );
                if (others >= MaxCourses)
                    throw new PorticoException(ErrorTable.Conflict, $"There are {MaxCourses} courses already.");
                var made = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_courses (organisation_id, id, version, markdown, created_us)
                    values (@organisation, @Id, @Version, @markdown, @now) on conflict do nothing
                    """,
                    new
                    {
                        organisation = organisation.ToString(),
                        course.Id,
                        course.Version,
                        markdown,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                work.Signal(LearningCatalog.Signal, course.Id, course.Version);
                return made;
            },
            ct
        );
        if (rows == 0)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"Version {course.Version} of '{course.Id}' was taken a moment ago.",
                "version"
            );
        await catalog.RefreshAsync(ct);
        return course;
    }

    /// <exception cref="PorticoException">There is no such course in the organisation.</exception>
    public (Course Course, string Markdown, bool Own) Find(OrganisationId organisation, string id, string? param = null) =>
        catalog.Current.Find(organisation, id) ?? throw GovernanceService.Missing("course", ShortText.UpTo(id, 80), param);

    static Course Parse(string? markdown)
    {
        if (string.IsNullOrWhiteSpace(markdown))
            throw new PorticoException(ErrorTable.InvalidRequest, "markdown is the document of the course.", "markdown");
        return CourseParser.Read(markdown, out var problems)
            ?? throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"Line {problems[0].Line}: {problems[0].Text}"
                    + (
                        problems.Count > 1
                            ? $" There {(problems.Count == 2 ? "is 1 problem" : $"are {problems.Count - 1} problems")} more."
                            : ""
                    ),
                "markdown"
            )
            {
                Details = new Dictionary<string, object> { ["problems"] = problems.Select(p => $"line {p.Line}: {p.Text}").ToList() },
            };
    }
}
