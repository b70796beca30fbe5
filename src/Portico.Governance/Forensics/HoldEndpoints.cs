using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Forensics;

/// <summary>Legal holds on the management API.</summary>
static class HoldEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/holds", List).WithSummary("Legal holds, newest first");
        api.MapPost("/holds", Make)
            .WithSummary("Keep what belongs to workspaces, people or calls, whatever its time and whoever wants it gone");
        api.MapGet("/holds/{id}", Get).WithSummary("One legal hold");
        api.MapGet("/purges", ListPurges).WithSummary("What retention removed and the proof of it, newest first");
        api.MapPost("/holds/{id}/release", Release).WithSummary("Release a hold: retention and erasure go on");
    }

    /// <summary>Subjects: 1 to 1,000.</summary>
    public sealed record HoldBody(string Name, string Reason, IReadOnlyList<HoldSubject> Subjects);

    public sealed record ReleaseBody(string Reason);

    static async Task<Ok<Page<LegalHold>>> List(
        HttpContext http,
        Holds holds,
        bool? released,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) => TypedResults.Ok(await holds.ListAsync(AdminAccess.ReachOf(http), released, PageRequest.From(limit, cursor), ct));

    static async Task<Ok<Page<Purge>>> ListPurges(Purges purges, string? @class, int? limit, string? cursor, CancellationToken ct) =>
        TypedResults.Ok(await purges.ListAsync(@class, PageRequest.From(limit, cursor), ct));

    static async Task<Created<LegalHold>> Make(HttpContext http, HoldBody body, Holds holds, CancellationToken ct)
    {
        var made = await holds.MakeAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), body.Name, body.Reason, body.Subjects, ct);
        return TypedResults.Created($"/api/holds/{made.Id}", made);
    }

    static async Task<Ok<LegalHold>> Get(HttpContext http, string id, Holds holds, CancellationToken ct) =>
        TypedResults.Ok(await holds.FindAsync(id, AdminAccess.ReachOf(http), ct));

    static async Task<Ok<LegalHold>> Release(HttpContext http, string id, ReleaseBody body, Holds holds, CancellationToken ct) =>
        TypedResults.Ok(await holds.ReleaseAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Reason, ct));
}
