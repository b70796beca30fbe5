using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Identity.Workloads;

/// <summary>Services whose tokens open a key, on the management API.</summary>
static class WorkloadEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/workloads", List).WithSummary("Services whose own tokens open a key");
        api.MapPost("/workloads", Create).WithSummary("Let the tokens of a service open a key");
        api.MapGet("/workloads/{id}", Get).WithSummary("One such service");
        api.MapPatch("/workloads/{id}", Change).WithSummary("Change or switch off such a service");
        api.MapDelete("/workloads/{id}", Remove).WithSummary("Take the tokens of a service no more");
    }

    static Ok<Page<Workload>> List(GovernanceCatalog catalog, string? key_id, int? limit, string? cursor) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                catalog.Current.Workloads.Values.Where(w => key_id is null || w.KeyId.ToString() == key_id),
                w => w.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<Workload>> Create(HttpContext http, WorkloadDraft body, WorkloadService workloads, CancellationToken ct)
    {
        var made = await workloads.CreateAsync(body, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/workloads/{made.Id}", made);
    }

    static Ok<Workload> Get(HttpContext http, string id, WorkloadService workloads) => Tagged(http, workloads.Find(id));

    static async Task<Ok<Workload>> Change(HttpContext http, string id, WorkloadDraft body, WorkloadService workloads, CancellationToken ct)
    {
        var old = workloads.Find(id);
        Preconditions.Require(http, old.Version);
        return Tagged(http, await workloads.ChangeAsync(old, body, ct));
    }

    static async Task<NoContent> Remove(HttpContext http, string id, WorkloadService workloads, CancellationToken ct)
    {
        var old = workloads.Find(id);
        Preconditions.Require(http, old.Version);
        await workloads.RemoveAsync(old, ct);
        return TypedResults.NoContent();
    }

    static Ok<Workload> Tagged(HttpContext http, Workload workload)
    {
        Preconditions.SetTag(http, workload.Version);
        return TypedResults.Ok(workload);
    }
}
