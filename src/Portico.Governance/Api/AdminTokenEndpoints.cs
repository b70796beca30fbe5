using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.SignIn;

namespace Portico.Governance.Api;

/// <summary>Admin tokens, their roles, and who one is oneself.</summary>
static class AdminTokenEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/me", Me).WithSummary("Whose token this is, its roles and what they let it do");
        api.MapGet("/roles", ListRoles).WithSummary("The roles there are, with what each may do");
        api.MapGet("/admin-tokens", List).WithSummary("Admin tokens, live and revoked, without their secrets");
        api.MapPost("/admin-tokens", Create).WithSummary("Make an admin token; the secret is shown once");
        api.MapPost("/admin-tokens/{id}/revoke", Revoke).WithSummary("Stop an admin token for good");
    }

    public sealed record TokenBody(string Name, IReadOnlyList<string>? Roles = null);

    public sealed record TokenWithSecret(string Id, string Secret, IReadOnlyList<string> Roles)
    {
        public override string ToString() => $"{nameof(TokenWithSecret)} {{ Id = {Id} }}";
    }

    /// <summary>Session: null for a token. Csrf is what changes by this session carry in X-Portico-Csrf.</summary>
    public sealed record MeAnswer(
        string Id,
        string Name,
        IReadOnlyList<string> Roles,
        IReadOnlyList<string> Permissions,
        SessionAnswer? Session
    );

    public sealed record SessionAnswer(string Csrf, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => $"{nameof(SessionAnswer)} {{ ExpiresAt = {ExpiresAt} }}";
    }

    public sealed record RoleAnswer(string Name, string Says, IReadOnlyList<string> Permissions);

    static Ok<MeAnswer> Me(HttpContext http)
    {
        var actor = AdminAccess.Actor(http);
        // It holds what protects a session: nobody in between keeps it.
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(
            new MeAnswer(
                actor.Id,
                actor.Name,
                actor.Roles,
                actor.Permissions.Select(p => p.Name).ToList(),
                actor.Session is { } session ? new SessionAnswer(SessionCookie.Csrf(http), session.ExpiresAt) : null
            )
        );
    }

    static Ok<Page<RoleAnswer>> ListRoles() =>
        TypedResults.Ok(
            new Page<RoleAnswer>(
                Roles.All.Select(r => new RoleAnswer(r.Name, r.Says, r.Permissions.Select(p => p.Name).ToList())).ToList(),
                null
            )
        );

    static async Task<Ok<Page<AdminToken>>> List(AdminAccess access, int? limit, string? cursor, CancellationToken ct) =>
        TypedResults.Ok(await access.ListAsync(PageRequest.From(limit, cursor), ct));

    static async Task<Created<TokenWithSecret>> Create(HttpContext http, TokenBody body, AdminAccess access, CancellationToken ct)
    {
        var name = GovernanceService.Name(body.Name);
        var roles = RoleGrants.Check(AdminAccess.Actor(http), body.Roles);
        var (id, secret) = await access.CreateAsync(name, roles, ct);
        return TypedResults.Created($"/api/admin-tokens/{id}", new TokenWithSecret(id, secret.Reveal(), roles));
    }

    static async Task<NoContent> Revoke(HttpContext http, string id, AdminAccess access, CancellationToken ct)
    {
        await access.RevokeAsync(id, AdminAccess.Actor(http), ct);
        return TypedResults.NoContent();
    }
}
