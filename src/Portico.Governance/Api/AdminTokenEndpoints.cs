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
        api.MapGet("/me", Me).WithSummary("Who one is, one's grants, and what they let one do where");
        api.MapGet("/admin-tokens", List).WithSummary("Admin tokens, live and revoked, without their secrets");
        api.MapPost("/admin-tokens", Create).WithSummary("Make an admin token; the secret is shown once");
        api.MapPost("/admin-tokens/{id}/revoke", Revoke).WithSummary("Stop an admin token for good");
    }

    /// <summary>Roles hold everywhere; grants say where. One of the two.</summary>
    public sealed record TokenBody(string Name, IReadOnlyList<string>? Roles = null, IReadOnlyList<GrantView>? Grants = null);

    public sealed record TokenWithSecret(string Id, string Secret, IReadOnlyList<string> Roles, IReadOnlyList<GrantView> Grants)
    {
        public override string ToString() => $"{nameof(TokenWithSecret)} {{ Id = {Id} }}";
    }

    /// <summary>
    /// Permissions: what one may do somewhere. Places: what one may do where, each with all that lies below; place null is everywhere. Session: null for a token. WorkloadId: the service whose own token opened the admin token. Csrf is what changes by this session carry in X-Portico-Csrf.
    /// </summary>
    public sealed record MeAnswer(
        string Id,
        string Name,
        IReadOnlyList<string> Roles,
        IReadOnlyList<GrantView> Grants,
        IReadOnlyList<string> Permissions,
        IReadOnlyList<PermissionsAt> Places,
        SessionAnswer? Session,
        WorkloadId? WorkloadId
    );

    public sealed record PermissionsAt(string? Place, IReadOnlyList<string> Permissions);

    public sealed record SessionAnswer(string Csrf, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => $"{nameof(SessionAnswer)} {{ ExpiresAt = {ExpiresAt} }}";
    }

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
                actor.Grants.Select(g => GrantView.Of(g.Grant)).ToList(),
                actor.Permissions.Select(p => p.Name).ToList(),
                actor
                    .Grants.GroupBy(g => g.Grant.Place)
                    .Select(g => new PermissionsAt(
                        g.Key.Id,
                        Permissions.All.Where(p => g.Any(h => h.Permissions.Contains(p))).Select(p => p.Name).ToList()
                    ))
                    .ToList(),
                actor.Session is { } session ? new SessionAnswer(SessionCookie.Csrf(http), session.ExpiresAt) : null,
                actor.WorkloadId
            )
        );
    }

    static async Task<Ok<Page<AdminToken>>> List(HttpContext http, AdminAccess access, int? limit, string? cursor, CancellationToken ct) =>
        TypedResults.Ok(await access.ListAsync(AdminAccess.ReachOf(http), PageRequest.From(limit, cursor), ct));

    static async Task<Created<TokenWithSecret>> Create(
        HttpContext http,
        TokenBody body,
        AdminAccess access,
        RoleBook book,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        var name = GovernanceService.Name(body.Name);
        var grants = RoleGrants.Check(AdminAccess.Actor(http), body.Roles, body.Grants, await book.ListAsync(ct), catalog.Current);
        var (id, secret) = await access.CreateAsync(name, grants, ct);
        return TypedResults.Created(
            $"/api/admin-tokens/{id}",
            new TokenWithSecret(
                id,
                secret.Reveal(),
                grants.Select(g => g.Role).Distinct(StringComparer.Ordinal).ToList(),
                grants.Select(GrantView.Of).ToList()
            )
        );
    }

    static async Task<NoContent> Revoke(HttpContext http, string id, AdminAccess access, CancellationToken ct)
    {
        await access.RevokeAsync(id, AdminAccess.Actor(http), ct);
        return TypedResults.NoContent();
    }
}
