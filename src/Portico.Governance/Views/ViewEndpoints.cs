using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Views;

/// <summary>One's own views of pages. They are nobody else's, so that they need no permission.</summary>
static class ViewEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/views", List).WithSummary("One's own views");
        api.MapPost("/views", Create).WithSummary("Keep a view of a page");
        api.MapGet("/views/{id}", Get).WithSummary("One view");
        api.MapPatch("/views/{id}", Change).WithSummary("Another name or query for a view");
        api.MapDelete("/views/{id}", Remove).WithSummary("Remove a view");
    }

    public sealed record ViewBody(string? Page = null, string? Name = null, string? Query = null);

    public sealed record ViewChange(string? Name = null, string? Query = null);

    static async Task<Ok<Page<SavedView>>> List(HttpContext http, SavedViews views, int? limit, string? cursor, CancellationToken ct) =>
        TypedResults.Ok(await views.ListAsync(Owner(http), PageRequest.From(limit, cursor), ct));

    static async Task<Created<SavedView>> Create(HttpContext http, ViewBody body, SavedViews views, CancellationToken ct)
    {
        var made = await views.CreateAsync(Owner(http), body.Page, body.Name, body.Query, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/views/{made.Id}", made);
    }

    static async Task<Ok<SavedView>> Get(HttpContext http, string id, SavedViews views, CancellationToken ct) =>
        Tagged(http, await views.FindAsync(Owner(http), id, ct));

    static async Task<Ok<SavedView>> Change(HttpContext http, string id, ViewChange body, SavedViews views, CancellationToken ct)
    {
        var old = await views.FindAsync(Owner(http), id, ct);
        Preconditions.Require(http, old.Version);
        return Tagged(http, await views.ChangeAsync(Owner(http), old, body.Name, body.Query, ct));
    }

    static async Task<NoContent> Remove(HttpContext http, string id, SavedViews views, CancellationToken ct)
    {
        var old = await views.FindAsync(Owner(http), id, ct);
        Preconditions.Require(http, old.Version);
        await views.RemoveAsync(Owner(http), old, ct);
        return TypedResults.NoContent();
    }

    static Ok<SavedView> Tagged(HttpContext http, SavedView view)
    {
        Preconditions.SetTag(http, view.Version);
        return TypedResults.Ok(view);
    }

    static string Owner(HttpContext http) => AdminAccess.Actor(http).Id;
}
