using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Identity.Workloads;

/// <summary>Services whose tokens open a key or an admin token, on the management API.</summary>
static class WorkloadEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/workloads", List).WithSummary("Services whose own tokens open a key or an admin token");
        api.MapPost("/workloads", Create).WithSummary("Let the tokens of a service open a key, or an admin token");
        api.MapGet("/workloads/{id}", Get).WithSummary("One such service");
        api.MapPatch("/workloads/{id}", Change).WithSummary("Change or switch off such a service");
        api.MapDelete("/workloads/{id}", Remove).WithSummary("Take the tokens of a service no more");
        api.MapPost("/workloads/{id}/check", Check).WithSummary("Whether a token, or one with such claims, would be taken, and why not");
    }

    /// <summary>One of the two. Token: the whole, whose signature is verified. Claims: its middle part, decoded. Neither is kept.</summary>
    public sealed record SampleBody(string? Token = null, JsonElement? Claims = null)
    {
        public override string ToString() => nameof(SampleBody);
    }

    static Ok<Page<Workload>> List(
        HttpContext http,
        WorkloadService workloads,
        string? key_id,
        string? admin_token_id,
        int? limit,
        string? cursor
    ) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                workloads
                    .SeenBy(AdminAccess.Actor(http))
                    .Where(w =>
                        (key_id is null || w.KeyId?.ToString() == key_id) && (admin_token_id is null || w.AdminTokenId == admin_token_id)
                    ),
                w => w.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<Workload>> Create(HttpContext http, WorkloadDraft body, WorkloadService workloads, CancellationToken ct)
    {
        var made = await workloads.CreateAsync(body, AdminAccess.Actor(http), ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/workloads/{made.Id}", made);
    }

    static Ok<Workload> Get(HttpContext http, string id, WorkloadService workloads) =>
        Tagged(http, workloads.Find(id, AdminAccess.Actor(http)));

    static async Task<Ok<Workload>> Change(
        HttpContext http,
        string id,
        WorkloadDraft body,
        WorkloadService workloads,
        CancellationToken ct
    ) => Tagged(http, await workloads.ChangeAsync(await ToChangeAsync(http, id, workloads, ct), body, ct));

    static async Task<NoContent> Remove(HttpContext http, string id, WorkloadService workloads, CancellationToken ct)
    {
        await workloads.RemoveAsync(await ToChangeAsync(http, id, workloads, ct), ct);
        return TypedResults.NoContent();
    }

    static async Task<Ok<WorkloadReport>> Check(
        HttpContext http,
        string id,
        SampleBody body,
        WorkloadService workloads,
        WorkloadCheck check,
        CancellationToken ct
    ) => TypedResults.Ok(await check.RunAsync(workloads.Find(id, AdminAccess.Actor(http)), body.Token, body.Claims, ct));

    static async Task<Workload> ToChangeAsync(HttpContext http, string id, WorkloadService workloads, CancellationToken ct)
    {
        var old = workloads.Find(id, AdminAccess.Actor(http));
        Preconditions.Require(http, old.Version);
        await workloads.RequireToGiveAsync(old.AdminTokenId, AdminAccess.Actor(http), ct);
        return old;
    }

    static Ok<Workload> Tagged(HttpContext http, Workload workload)
    {
        Preconditions.SetTag(http, workload.Version);
        return TypedResults.Ok(workload);
    }
}
