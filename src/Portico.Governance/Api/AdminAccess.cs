using Dapper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Keys;
using Portico.Governance.SignIn;
using Portico.Governance.Views;
using Portico.Storage;

namespace Portico.Governance.Api;

/// <summary>An admin token without its secret, which is kept as a hash alone.</summary>
public sealed record AdminToken(string Id, string Name, string Prefix, IReadOnlyList<string> Roles, bool Revoked, DateTimeOffset CreatedAt);

/// <summary>
/// The sign-in of the management API, by admin token or by the session of a person, and what each may do there. Verified against the store on every
/// call, so that what is revoked stops at once.
/// </summary>
public sealed class AdminAccess(Database database, Sessions sessions, TimeProvider time)
{
    static readonly object ActorKey = new();

    public async Task<(string Id, Secret Secret)> CreateAsync(string name, IReadOnlyList<string> roles, CancellationToken ct)
    {
        var secret = SecretText.New(SecretText.AdminPrefix);
        var id = "admin_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "insert into governance_admin_tokens (id, name, prefix, secret_hash, roles, revoked, created_us) values (@id, @name, @prefix, @hash, @roles, 0, @now)",
                    new
                    {
                        id,
                        name,
                        prefix = secret[..SecretText.ShownLength],
                        hash = SecretText.Hash(secret),
                        roles = RoleGrants.Write(roles),
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );
        return (id, new Secret(secret));
    }

    /// <summary>Stops a token for good, whoever it is that has no more than the one who asks.</summary>
    /// <exception cref="PorticoException">There is no such token, it may do more than who asks, or it is the last owner: nobody could get in any more.</exception>
    public Task RevokeAsync(string id, ApiActor by, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var found = await work.Connection.QuerySingleOrDefaultAsync<(string Name, string Roles, long Revoked)?>(
                    "select name, roles, revoked from governance_admin_tokens where id = @id",
                    new { id },
                    work.Transaction
                );
                if (found is not { } token)
                    throw GovernanceService.Missing("admin token", id);
                // It may be revoked again.
                if (token.Revoked != 0)
                    return;
                RoleGrants.RequireNoMore(by, token.Name, RoleGrants.Read(token.Roles));
                await Owners.RequireAnotherAsync(work, id, token.Name);
                await work.Connection.ExecuteAsync(
                    "update governance_admin_tokens set revoked = 1 where id = @id",
                    new { id },
                    work.Transaction
                );
                await SavedViews.RemoveAllAsync(work, id);
            },
            ct
        );

    /// <summary>Admin tokens by age, live and revoked.</summary>
    public async Task<Page<AdminToken>> ListAsync(PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Id, string Name, string Prefix, string Roles, long Revoked, long CreatedUs)>(
            """
            select id, name, prefix, roles, revoked, created_us from governance_admin_tokens
            where @After is null or id > @After order by id limit @take
            """,
            new { page.After, take = page.Limit + 1 }
        );
        return page.Cut(
            rows.Select(r => new AdminToken(r.Id, r.Name, r.Prefix, RoleGrants.Read(r.Roles), r.Revoked != 0, Micros.ToTime(r.CreatedUs)))
                .ToList(),
            t => t.Id
        );
    }

    /// <summary>
    /// Lets a request through whose token or session is live and may do what the endpoint does, and remembers who it is. Stands before everything that reads the
    /// body, writes to the store or replays an answer: a stranger learns nothing and costs one look-up. Endpoints that are open say so by AllowAnonymous.
    /// </summary>
    /// <exception cref="PorticoException">Neither, a wrong one, one that has ended, one without the permission, or a change that another page sent.</exception>
    public async Task SignInAsync(HttpContext http, Func<Task> next)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            SessionCookie.RequireOwnPage(http);
        else
        {
            var actor = await IdentifyAsync(http);
            Allow(actor, endpoint);
            http.Items[ActorKey] = actor;
        }
        await next();
    }

    async Task<ApiActor> IdentifyAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length > 0 || SessionCookie.Of(http) is not { } cookie)
            return await VerifyAsync(header, http.RequestAborted);
        if (await sessions.FindSessionAsync(cookie, http.RequestAborted) is not { } found)
            throw new PorticoException(ErrorTable.SignInRequired, "This session is over. Sign in again.");
        SessionCookie.RequireCsrf(http, cookie);
        return found;
    }

    static void Allow(ApiActor actor, Endpoint? endpoint)
    {
        // Nothing is mapped there, or what says so.
        if (endpoint is not RouteEndpoint { RoutePattern.RawText: { } pattern } || pattern.Contains("{**path}", StringComparison.Ordinal))
            return;
        var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var only] ? only : "";
        if (!PermissionTable.TryFind(method, "/" + pattern.TrimStart('/'), out var permission))
            throw new PorticoException(ErrorTable.PermissionDenied, "No role opens this address.");
        if (permission is not null)
            actor.Require(permission);
    }

    public static ApiActor Actor(HttpContext http) => (ApiActor)http.Items[ActorKey]!;

    /// <summary>Names who makes a request that another door than this one let in.</summary>
    internal static void Remember(HttpContext http, ApiActor actor) => http.Items[ActorKey] = actor;

    /// <summary>Null before the sign-in, and for what is open.</summary>
    internal static ApiActor? ActorOrNull(HttpContext http) => http.Items[ActorKey] as ApiActor;

    /// <summary>Whose token it is.</summary>
    /// <exception cref="PorticoException">Nobody's.</exception>
    internal Task<ApiActor> VerifyTokenAsync(string? token, CancellationToken ct) => VerifyAsync($"Bearer {token}", ct);

    async Task<ApiActor> VerifyAsync(string header, CancellationToken ct)
    {
        const string Scheme = "Bearer ";
        var token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (!SecretText.IsWellFormed(token, SecretText.AdminPrefix))
            throw new PorticoException(
                ErrorTable.SignInRequired,
                "Send an admin token as 'Authorization: Bearer pa_live_…'. 'portico seed' makes the first one."
            );
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<(string Id, string Name, string Roles)?>(
            "select id, name, roles from governance_admin_tokens where secret_hash = @hash and revoked = 0",
            new { hash = SecretText.Hash(token) }
        );
        return row is { } found
            ? new ApiActor(found.Id, found.Name, RoleGrants.Read(found.Roles))
            : throw new PorticoException(ErrorTable.SignInRequired, "This admin token is not known or was revoked.");
    }
}
