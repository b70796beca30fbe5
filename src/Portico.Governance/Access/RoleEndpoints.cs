using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Access;

/// <summary>Roles on the management API, by their names.</summary>
static class RoleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/roles", List).WithSummary("The roles there are, with what each may do");
        api.MapPost("/roles", Create).WithSummary("Make a role of one's own");
        api.MapGet("/roles/{id}", Get).WithSummary("One role");
        api.MapPatch("/roles/{id}", Change).WithSummary("Other words or permissions for a role that was made here");
        api.MapDelete("/roles/{id}", Remove).WithSummary("Remove a role that was made here and that nobody has");
    }

    /// <summary>Version: null for a role that is built in.</summary>
    public sealed record RoleAnswer(string Name, string Says, IReadOnlyList<string> Permissions, bool BuiltIn, long? Version);

    public sealed record RoleBody(string? Name = null, string? Says = null, IReadOnlyList<string>? Permissions = null);

    public sealed record RoleChange(string? Says = null, IReadOnlyList<string>? Permissions = null);

    static RoleAnswer View(RoleBook.Entry r) =>
        new(r.Role.Name, r.Role.Says, r.Role.Permissions.Select(p => p.Name).ToList(), r.BuiltIn, r.Version);

    static async Task<Ok<Page<RoleAnswer>>> List(RoleBook book, CancellationToken ct) =>
        TypedResults.Ok(new Page<RoleAnswer>((await book.ListAsync(ct)).Select(View).ToList(), null));

    static async Task<Created<RoleAnswer>> Create(HttpContext http, RoleBody body, RoleBook book, CancellationToken ct)
    {
        var made = await book.CreateAsync(AdminAccess.Actor(http), body.Name, body.Says, body.Permissions, ct);
        Preconditions.SetTag(http, made.Version!.Value);
        return TypedResults.Created($"/api/roles/{made.Role.Name}", View(made));
    }

    static async Task<Ok<RoleAnswer>> Get(HttpContext http, string id, RoleBook book, CancellationToken ct) =>
        Tagged(http, await book.FindAsync(id, ct));

    static async Task<Ok<RoleAnswer>> Change(HttpContext http, string id, RoleChange body, RoleBook book, CancellationToken ct)
    {
        var old = await book.FindAsync(id, ct);
        Preconditions.Require(http, old.Version ?? 0);
        return Tagged(http, await book.ChangeAsync(AdminAccess.Actor(http), old, body.Says, body.Permissions, ct));
    }

    static async Task<NoContent> Remove(HttpContext http, string id, RoleBook book, CancellationToken ct)
    {
        var old = await book.FindAsync(id, ct);
        Preconditions.Require(http, old.Version ?? 0);
        await book.RemoveAsync(AdminAccess.Actor(http), old, ct);
        return TypedResults.NoContent();
    }

    /// <summary>A role that is built in changes with the build alone.</summary>
    static Ok<RoleAnswer> Tagged(HttpContext http, RoleBook.Entry role)
    {
        Preconditions.SetTag(http, role.Version ?? 0);
        return TypedResults.Ok(View(role));
    }
}
