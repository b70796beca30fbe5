using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Routing;
using Portico.Governance.Api;
using Portico.Models.Rules;
using Route = Portico.Gateway.Routing.Route;

namespace Portico.Gateway.Endpoints;

/// <summary>Routes on the management API.</summary>
static class RouteEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/routes", List).WithSummary("Routes, by name");
        api.MapPost("/routes", Create).WithSummary("Add a route");
        api.MapGet("/routes/{id}", Get).WithSummary("One route");
        api.MapPut("/routes/{id}", Change).WithSummary("Replace what a route says");
        api.MapDelete("/routes/{id}", Delete).WithSummary("Remove a route");
    }

    public sealed record RouteBody(
        string Name,
        IReadOnlyList<RouteTarget> Targets,
        RouteStrategy Strategy = RouteStrategy.Ordered,
        int Retries = 2,
        int MaxAttempts = 4,
        int TimeoutMs = 0,
        bool SessionAffinity = false,
        int CacheSeconds = 0,
        ContextPolicy Context = ContextPolicy.Refuse,
        string? SummaryModel = null,
        int SummaryTokens = Route.DefaultSummaryTokens,
        int DefaultOutputTokens = 4_096,
        bool AllowUnpriced = false,
        bool KeepContents = false,
        bool Disabled = false,
        DataDemands? Demands = null,
        LossPolicy Losses = LossPolicy.Drop
    )
    {
        public Route ToRoute(RouteId id, long version) =>
            new()
            {
                Id = id,
                Name = Name,
                Targets = Targets,
                Strategy = Strategy,
                Retries = Retries,
                MaxAttempts = MaxAttempts,
                TimeoutMs = TimeoutMs,
                SessionAffinity = SessionAffinity,
                CacheSeconds = CacheSeconds,
                Context = Context,
                SummaryModel = SummaryModel,
                SummaryTokens = SummaryTokens,
                DefaultOutputTokens = DefaultOutputTokens,
                AllowUnpriced = AllowUnpriced,
                KeepContents = KeepContents,
                Disabled = Disabled,
                Demands = Demands,
                Losses = Losses,
                Version = version,
            };
    }

    static Ok<Page<Route>> List(RouteCatalog catalog, int? limit, string? cursor)
    {
        var page = PageRequest.From(limit, cursor);
        var rows = catalog
            .Current.Routes.OrderBy(r => r.Name, StringComparer.Ordinal)
            .Where(r => page.After is null || string.CompareOrdinal(r.Name, page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return TypedResults.Ok(page.Cut(rows, r => r.Name));
    }

    static async Task<Created<Route>> Create(HttpContext http, RouteBody body, RouteService routes, CancellationToken ct)
    {
        var made = await routes.CreateAsync(body.ToRoute(default, 1), ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/routes/{made.Id}", made);
    }

    static Ok<Route> Get(HttpContext http, string id, RouteCatalog catalog)
    {
        var route = Find(catalog, id);
        Preconditions.SetTag(http, route.Version);
        return TypedResults.Ok(route);
    }

    static async Task<Ok<Route>> Change(
        HttpContext http,
        string id,
        RouteBody body,
        RouteCatalog catalog,
        RouteService routes,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        var now = await routes.ChangeAsync(body.ToRoute(old.Id, old.Version), ct);
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static async Task<NoContent> Delete(HttpContext http, string id, RouteCatalog catalog, RouteService routes, CancellationToken ct)
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        if (!await routes.DeleteAsync(old, ct))
            throw new PorticoException(ErrorTable.PreconditionFailed, "The route changed while you removed it.");
        return TypedResults.NoContent();
    }

    /// <summary>By id or by name. A slash of a name comes as %2F, which routing leaves as it is.</summary>
    static Route Find(RouteCatalog catalog, string given)
    {
        var id = given.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return catalog.Current.Routes.FirstOrDefault(r => r.Id.ToString() == id || r.Name == id)
            ?? throw new PorticoException(ErrorTable.NotFound, $"There is no route '{Wire.Json.Short(id)}'.");
    }
}
