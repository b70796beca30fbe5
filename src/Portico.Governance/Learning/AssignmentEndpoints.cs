using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Learning;

/// <summary>Who is asked to learn what, and how far they are.</summary>
static class AssignmentEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/assignments", ListAssignments).WithSummary("Who is asked to take which course");
        api.MapPost("/assignments", Assign).WithSummary("Ask everybody, a role, a workspace or a person to take a course");
        api.MapGet("/assignments/{id}", GetAssignment).WithSummary("One assignment");
        api.MapPatch("/assignments/{id}", ChangeAssignment).WithSummary("Another date for an assignment, or with null none");
        api.MapDelete("/assignments/{id}", RemoveAssignment).WithSummary("Ask no more; what was done stays");
        api.MapGet("/assignments/completion", GetCompletion)
            .WithSummary("How far people are with what is assigned, by course and workspace");
        api.MapGet("/assignments/people", ListPeople).WithSummary("Everybody who is asked to take a course, and how far they are");
    }

    public sealed record AssignmentBody(
        string? CourseId = null,
        string? Audience = null,
        string? Subject = null,
        DateTimeOffset? DueAt = null
    );

    public sealed record DueBody(DateTimeOffset? DueAt = null);

    static async Task<Ok<Page<Assignment>>> ListAssignments(
        HttpContext http,
        GovernanceCatalog catalog,
        Assignments assignments,
        string? organisation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                await assignments.ListAsync(LearningPlace.Organisation(http, catalog, organisation_id), ct),
                a => a.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<Assignment>> Assign(
        HttpContext http,
        AssignmentBody body,
        GovernanceCatalog catalog,
        Assignments assignments,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var organisation = LearningPlace.Organisation(http, catalog, organisation_id);
        var made = await assignments.CreateAsync(organisation, body.CourseId, body.Audience, body.Subject, body.DueAt, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/assignments/{made.Id}", made);
    }

    static async Task<Ok<Assignment>> GetAssignment(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        Assignments assignments,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var found = await assignments.FindAsync(LearningPlace.Organisation(http, catalog, organisation_id), id, ct);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<Assignment>> ChangeAssignment(
        HttpContext http,
        string id,
        DueBody body,
        GovernanceCatalog catalog,
        Assignments assignments,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var old = await assignments.FindAsync(LearningPlace.Organisation(http, catalog, organisation_id), id, ct);
        Preconditions.Require(http, old.Version);
        var changed = await assignments.ChangeDueAsync(old, body.DueAt, ct);
        Preconditions.SetTag(http, changed.Version);
        return TypedResults.Ok(changed);
    }

    static async Task<NoContent> RemoveAssignment(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        Assignments assignments,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var old = await assignments.FindAsync(LearningPlace.Organisation(http, catalog, organisation_id), id, ct);
        Preconditions.Require(http, old.Version);
        await assignments.RemoveAsync(old, ct);
        return TypedResults.NoContent();
    }

    static async Task<Ok<Page<CompletionRow>>> GetCompletion(
        HttpContext http,
        GovernanceCatalog catalog,
        Completion completion,
        string? organisation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                await completion.OfAsync(LearningPlace.Organisation(http, catalog, organisation_id), ct),
                r => $"{r.CourseId}/{r.WorkspaceId}",
                limit,
                cursor
            )
        );

    static async Task<Ok<Page<AskedPerson>>> ListPeople(
        HttpContext http,
        GovernanceCatalog catalog,
        Completion completion,
        string course_id,
        string? workspace_id,
        string? organisation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        WorkspaceId? workspace =
            workspace_id is null ? null
            : WorkspaceId.TryParse(workspace_id, out var parsed) ? parsed
            : throw GovernanceService.Missing("workspace", ShortText.UpTo(workspace_id, 80), "workspace_id");
        var organisation = LearningPlace.Organisation(http, catalog, organisation_id);
        return TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                await completion.PeopleAsync(organisation, course_id, workspace, ct),
                p => p.PersonId.ToString(),
                limit,
                cursor
            )
        );
    }
}
