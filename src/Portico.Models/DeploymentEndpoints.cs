using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Models;

/// <summary>Deployments on the management API.</summary>
static class DeploymentEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/deployments", List).WithSummary("Deployments, by model");
        api.MapPost("/deployments", Create).WithSummary("Serve a model through a connection");
        api.MapGet("/deployments/{id}", Get).WithSummary("One deployment");
        api.MapPatch("/deployments/{id}", Change).WithSummary("Change weight, switch off or on");
        api.MapDelete("/deployments/{id}", Delete).WithSummary("Remove a deployment that is switched off");
    }

    public sealed record DeploymentBody(ModelId ModelId, ConnectionId ConnectionId, string UpstreamModel, int Weight = 1);

    public sealed record DeploymentChange(int? Weight = null, bool? Disabled = null);

    static Ok<Page<Deployment>> List(ModelsCatalog catalog, string? model_id, int? limit, string? cursor) =>
        TypedResults.Ok(
            ModelEndpoints.PageOf(
                catalog.Current.Deployments.Select(d => d.Deployment).Where(d => model_id is null || d.ModelId.ToString() == model_id),
                d => d.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<Deployment>> Create(HttpContext http, DeploymentBody body, HubService hub, CancellationToken ct)
    {
        var made = await hub.CreateDeploymentAsync(
            new Deployment(default, body.ModelId, body.ConnectionId, body.UpstreamModel, body.Weight, false, 1),
            ct
        );
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/deployments/{made.Id}", made);
    }

    static Ok<Deployment> Get(HttpContext http, string id, ModelsCatalog catalog)
    {
        var found = Find(catalog, id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<Deployment>> Change(
        HttpContext http,
        string id,
        DeploymentChange body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        var now = await hub.ChangeDeploymentAsync(
            old with
            {
                Weight = body.Weight ?? old.Weight,
                Disabled = body.Disabled ?? old.Disabled,
            },
            ct
        );
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static async Task<NoContent> Delete(HttpContext http, string id, ModelsCatalog catalog, HubService hub, CancellationToken ct)
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        await hub.DeleteDeploymentAsync(old, ct);
        return TypedResults.NoContent();
    }

    static Deployment Find(ModelsCatalog catalog, string id) =>
        DeploymentId.TryParse(id, out var parsed) && catalog.Current.FindDeployment(parsed) is { } found
            ? found.Deployment
            : throw new PorticoException(ErrorTable.NotFound, $"There is no deployment '{id}'.");
}
