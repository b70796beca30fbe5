using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Views;

/// <summary>One's own views of pages. They are nobody else's, so that a change needs no tag and no permission.</summary>
static class ViewEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/views", List).WithSummary("One's own views of pages, by page and name");
        api.MapPost("/views", Create).WithSummary("Keep a view of a page under a name");
        api.MapPatch("/views/{id}", Change).WithSummary("Another name or another query for a view of one's own");
        api.MapDelete("/views/{id}", Remove).WithSummary("Remove a view of one's own");
    }

    public sealed record ViewBody(string? Page = null, string? Name = null, string? Query = null);

    public sealed record ViewChange(string? Name = null, string? Query = null);

    static async Task<Ok<Page<SavedView>>> List(HttpContext http, SavedViews views, CancellationToken ct) =>
        TypedResults.Ok(new Page<SavedView>(await views.ListAsync(Owner(http), ct), null));

    static async Task<Created<SavedView>> Create(HttpContext http, ViewBody body, SavedViews views, CancellationToken ct)
    {
        var made = await views.CreateAsync(Owner(http), body.Page, body.Name, body.Query, ct);
        return TypedResults.Created($"/api/views/{made.Id}", made);
    }

    static async Task<Ok<SavedView>> Change(HttpContext http, string id, ViewChange body, SavedViews views, CancellationToken ct) =>
        TypedResults.Ok(await views.ChangeAsync(Owner(http), id, body.Name, body.Query, ct));

    static async Task<NoContent> Remove(HttpContext http, string id, SavedViews views, CancellationToken ct)
    {
        await views.RemoveAsync(Owner(http), id, ct);
        return TypedResults.NoContent();
    }

    static string Owner(HttpContext http) => AdminAccess.Actor(http).Id;
}
