using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Learning;

/// <summary>Courses and the text of the acceptable-use policy, for those who write them.</summary>
static class CourseEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/courses", ListCourses).WithSummary("Courses in their newest versions: those that ship and the organisation's own");
        api.MapPost("/courses", ImportCourse).WithSummary("Take in a course, or the next version of one, as a Markdown document");
        api.MapPost("/courses/check", CheckCourse)
            .WithSummary("What is wrong with the document of a course, line by line; nothing is kept");
        api.MapGet("/courses/{id}/document", GetDocument).WithSummary("The document of a course, right answers included");
        api.MapGet("/acceptable-use/versions", ListVersions).WithSummary("All versions of the acceptable-use policy, newest first");
        api.MapPut("/acceptable-use", Publish).WithSummary("Publish the next version of the acceptable-use policy");
    }

    /// <summary>Own: written or changed by the organisation.</summary>
    public sealed record CourseView(
        string Id,
        int Version,
        string Title,
        string Says,
        IReadOnlyList<string> For,
        int Minutes,
        int PassMark,
        int Lessons,
        int Exercises,
        int Questions,
        bool Own
    );

    public sealed record CourseDocument(string Id, int Version, bool Own, string Markdown);

    public sealed record CourseDocumentBody(string? Markdown = null);

    public sealed record CourseCheck(bool Good, IReadOnlyList<CourseProblem> Problems);

    public sealed record AcceptableUseBody(string? Text = null, bool AsksAgain = false);

    static Ok<Page<CourseView>> ListCourses(
        HttpContext http,
        GovernanceCatalog catalog,
        LearningCatalog learning,
        string? organisation_id,
        int? limit,
        string? cursor
    )
    {
        var organisation = LearningPlace.Organisation(http, catalog, organisation_id);
        return TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                learning.Current.Courses(organisation).Select(c => View(c, learning.Current.Find(organisation, c.Id)!.Value.Own)),
                c => c.Id,
                limit,
                cursor
            )
        );
    }

    static CourseView View(Course course, bool own) =>
        new(
            course.Id,
            course.Version,
            course.Title,
            course.Says,
            course.For,
            course.Minutes,
            course.PassMark,
            course.Lessons.Count,
            course.Exercises.Count(),
            course.Quiz.Count,
            own
        );

    static async Task<Created<CourseView>> ImportCourse(
        HttpContext http,
        CourseDocumentBody body,
        GovernanceCatalog catalog,
        CourseBook courses,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var organisation = LearningPlace.Organisation(http, catalog, organisation_id);
        var made = await courses.ImportAsync(organisation, body.Markdown, ct);
        return TypedResults.Created($"/api/courses/{made.Id}/document", View(made, courses.Find(organisation, made.Id).Own));
    }

    static Ok<CourseCheck> CheckCourse(CourseDocumentBody body)
    {
        var course = CourseParser.Read(body.Markdown ?? "", out var problems);
        return TypedResults.Ok(new CourseCheck(course is not null, problems));
    }

    static Ok<CourseDocument> GetDocument(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        CourseBook courses,
        string? organisation_id
    )
    {
        var (course, markdown, own) = courses.Find(LearningPlace.Organisation(http, catalog, organisation_id), id);
        return TypedResults.Ok(new CourseDocument(course.Id, course.Version, own, markdown));
    }

    static async Task<Ok<Page<AcceptableUse>>> ListVersions(
        HttpContext http,
        GovernanceCatalog catalog,
        AcceptableUses policies,
        string? organisation_id,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            new Page<AcceptableUse>(await policies.VersionsAsync(LearningPlace.Organisation(http, catalog, organisation_id), ct), null)
        );

    static async Task<Ok<AcceptableUse>> Publish(
        HttpContext http,
        AcceptableUseBody body,
        GovernanceCatalog catalog,
        AcceptableUses policies,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var organisation = LearningPlace.Organisation(http, catalog, organisation_id);
        var old = await policies.CurrentAsync(organisation, ct);
        Preconditions.Require(http, old.Version);
        var made = await policies.PublishAsync(old, organisation, body.Text, body.AsksAgain, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Ok(made);
    }
}
