using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Policy.Guardrails;

/// <summary>Sets of models of the detectors on the management API.</summary>
static class DetectorModelEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/guardrails/models", List)
            .WithSummary("Sets of models of the detectors: versions, what they were made from, where they are in force and by whom");
        api.MapPost("/guardrails/models", Add)
            .WithSummary("Upload a set of models: it is read whole and tried on simple texts, and nothing is in force by that");
        api.MapGet("/guardrails/models/{id}", Get).WithSummary("One set of models");
        api.MapPost("/guardrails/models/{id}/activate", Use)
            .WithSummary("Bring a set of models in force, on every node within seconds; calls under way end with what they began with");
        api.MapPost("/guardrails/models/rollback", RollBack).WithSummary("Go back to the set of models that was in force before");
        api.MapDelete("/guardrails/models/{id}", Remove).WithSummary("Remove a set of models that is not in force");
    }

    /// <summary>Bundle: the file of a set, as 'portico guardrails train --bundle' writes it, in base 64.</summary>
    public sealed record ModelUpload(byte[] Bundle);

    /// <summary>WorkspaceId: whose calls it is for; all that have none of their own where nothing is said.</summary>
    public sealed record ModelPlace(string? WorkspaceId = null);

    static async Task<Ok<Page<DetectorModelSet>>> List(
        HttpContext http,
        DetectorModelSets sets,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        var all = (await sets.ListAsync(AdminAccess.ReachOf(http), ct))
            .SkipWhile(s => page.After is not null && s.Id != page.After)
            .ToList();
        return TypedResults.Ok(page.Cut(all.Skip(page.After is null ? 0 : 1).Take(page.Limit + 1).ToList(), s => s.Id));
    }

    static async Task<Ok<DetectorModelSet>> Get(HttpContext http, string id, DetectorModelSets sets, CancellationToken ct) =>
        TypedResults.Ok(await sets.FindAsync(AdminAccess.ReachOf(http), id, ct));

    static async Task<Created<DetectorModelSet>> Add(HttpContext http, ModelUpload body, DetectorModelSets sets, CancellationToken ct)
    {
        var made = await sets.AddAsync(AdminAccess.Actor(http), body.Bundle, ct);
        return TypedResults.Created($"/api/guardrails/models/{made.Id}", made);
    }

    static async Task<Ok<DetectorModelSet>> Use(
        HttpContext http,
        string id,
        ModelPlace body,
        DetectorModelSets sets,
        CancellationToken ct
    ) => TypedResults.Ok(await sets.UseAsync(AdminAccess.Actor(http), id, body.WorkspaceId, ct));

    static async Task<Ok<DetectorModelSet>> RollBack(HttpContext http, ModelPlace body, DetectorModelSets sets, CancellationToken ct) =>
        TypedResults.Ok(await sets.RollBackAsync(AdminAccess.Actor(http), body.WorkspaceId, ct));

    static async Task<NoContent> Remove(string id, DetectorModelSets sets, CancellationToken ct)
    {
        await sets.RemoveAsync(id, ct);
        return TypedResults.NoContent();
    }
}
