using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>Access to everything about a person, and its erasure, on the management API.</summary>
static class SubjectEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/subject-requests", List)
            .WithSummary("Who asked for everything about a person or for its erasure, and what came of it, newest first");
        api.MapPost("/subject-requests", Ask).WithSummary("Ask for everything about a person, or for its erasure");
        api.MapGet("/subject-requests/{id}", Get).WithSummary("One such request: how far it is, and of an erasure the report");
        api.MapPost("/subject-requests/{id}/approve", Approve).WithSummary("Let it begin; what is erased cannot be brought back");
        api.MapPost("/subject-requests/{id}/decline", Decline).WithSummary("Do not let it begin");
        api.MapPost("/subject-requests/{id}/withdraw", Withdraw).WithSummary("Take back what one asked oneself");
        api.MapGet("/subject-requests/{id}/package", Package)
            .Produces<byte[]>(200, "application/zip")
            .WithSummary("Everything about the person as a zip, for who asked for it, for seven days");
    }

    /// <summary>Reason: 5 to 1,000 characters, without the person's name, because it stays.</summary>
    public sealed record SubjectBody(PersonId PersonId, SubjectKind Kind, string Reason);

    public sealed record SubjectDecision(string? Note = null);

    static async Task<Ok<Page<SubjectRequest>>> List(
        HttpContext http,
        Subjects subjects,
        string? person_id,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await subjects.ListAsync(AdminAccess.ReachOf(http), person_id, StateOf(state), PageRequest.From(limit, cursor), ct)
        );

    static async Task<Created<SubjectRequest>> Ask(HttpContext http, SubjectBody body, Subjects subjects, CancellationToken ct)
    {
        var made = await subjects.AskAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), body.PersonId, body.Kind, body.Reason, ct);
        return TypedResults.Created($"/api/subject-requests/{made.Id}", made);
    }

    static async Task<Ok<SubjectRequest>> Get(HttpContext http, string id, Subjects subjects, CancellationToken ct) =>
        TypedResults.Ok(await subjects.FindAsync(id, AdminAccess.ReachOf(http), ct));

    static async Task<Ok<SubjectRequest>> Approve(
        HttpContext http,
        string id,
        SubjectDecision body,
        Subjects subjects,
        CancellationToken ct
    ) => TypedResults.Ok(await subjects.ApproveAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Note, ct));

    static async Task<Ok<SubjectRequest>> Decline(
        HttpContext http,
        string id,
        SubjectDecision body,
        Subjects subjects,
        CancellationToken ct
    ) => TypedResults.Ok(await subjects.DeclineAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Note, ct));

    static async Task<Ok<SubjectRequest>> Withdraw(HttpContext http, string id, Subjects subjects, CancellationToken ct) =>
        TypedResults.Ok(await subjects.WithdrawAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, ct));

    static async Task<PushStreamHttpResult> Package(HttpContext http, string id, Subjects subjects, PackageZip zip, CancellationToken ct)
    {
        var request = await subjects.FetchAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, ct);
        return TypedResults.Stream(to => zip.WriteAsync(to, request, http.RequestAborted), "application/zip", $"{id}.zip");
    }

    static SubjectState? StateOf(string? name) =>
        name switch
        {
            null => null,
            "open" => SubjectState.Open,
            "declined" => SubjectState.Declined,
            "withdrawn" => SubjectState.Withdrawn,
            "running" => SubjectState.Running,
            "done" => SubjectState.Done,
            _ => throw new PorticoException(
                ErrorTable.InvalidRequest,
                "state must be open, declined, withdrawn, running or done.",
                "state"
            ),
        };
}
