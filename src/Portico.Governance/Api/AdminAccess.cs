using Dapper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Identity.Workloads;
using Portico.Governance.Keys;
using Portico.Governance.SignIn;
using Portico.Governance.Views;
using Portico.Storage;

namespace Portico.Governance.Api;

/// <summary>An admin token without its secret, which is kept as a hash alone. Roles: their names, wherever they hold; grants say where.</summary>
public sealed record AdminToken(
    string Id,
    string Name,
    string Prefix,
    IReadOnlyList<string> Roles,
    IReadOnlyList<GrantView> Grants,
    bool Revoked,
    DateTimeOffset CreatedAt
);

/// <summary>
/// The sign-in of the management API, by admin token, by the token of a service that opens one, or by the session of a person, and what each may do there. Verified against the store on every
/// call, so that what is revoked stops at once.
/// </summary>
public sealed class AdminAccess(
    Database database,
    GovernanceCatalog governance,
    Sessions sessions,
    WorkloadTokens services,
    TimeProvider time
)
{
    static readonly object ActorKey = new();
    static readonly object ReachKey = new();

    /// <summary>With roles that hold everywhere.</summary>
    public Task<(string Id, Secret Secret)> CreateAsync(string name, IReadOnlyList<string> roles, CancellationToken ct) =>
        CreateAsync(name, roles.Select(r => new Grant(r, Place.Everywhere)).ToList(), ct);

    public async Task<(string Id, Secret Secret)> CreateAsync(string name, IReadOnlyList<Grant> grants, CancellationToken ct)
    {
        var secret = SecretText.New(SecretText.AdminPrefix);
        var id = "admin_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var now = Micros.Now(time);
        await database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    "insert into governance_admin_tokens (id, name, prefix, secret_hash, revoked, created_us) values (@id, @name, @prefix, @hash, 0, @now)",
                    new
                    {
                        id,
                        name,
                        prefix = secret[..SecretText.ShownLength],
                        hash = SecretText.Hash(secret),
                        now,
                    },
                    work.Transaction
                );
                await GrantStore.ReplaceAsync(work, id, name, Grant.ByHand, grants, now);
            },
            ct
        );
        return (id, new Secret(secret));
    }

    /// <summary>Stops a token for good, whoever it is that has no more than the one who asks.</summary>
    /// <exception cref="PorticoException">There is no such token, it may do more than who asks, or it is the last owner: nobody could get in any more.</exception>
    public async Task RevokeAsync(string id, ApiActor by, CancellationToken ct)
    {
        await database.WriteAsync(
            async work =>
            {
                var values = new DynamicParameters(new { id });
                var found = await work.Connection.QuerySingleOrDefaultAsync<(string Name, long Revoked)?>(
                    $"select t.name, t.revoked from governance_admin_tokens t where t.id = @id and {SeenBy(by.Reach(Permissions.AccessWrite), values)}",
                    values,
                    work.Transaction
                );
                if (found is not { } token)
                    throw GovernanceService.Missing("admin token", id);
                // It may be revoked again.
                if (token.Revoked != 0)
                    return;
                var grants = await GrantStore.OfAsync(work.Connection, id, work.Transaction);
                RoleGrants.RequireNoMore(by, token.Name, grants, governance.Current);
                await Owners.RequireAnotherAsync(work, id, token.Name);
                await work.Connection.ExecuteAsync(
                    "update governance_admin_tokens set revoked = 1 where id = @id",
                    new { id },
                    work.Transaction
                );
                // Services that opened it open nothing more, and stand in the way of no other workload for the same tokens.
                await WorkloadService.StopThoseOfAsync(work, id, Micros.Now(time));
                await SavedViews.RemoveAllAsync(work, id);
            },
            ct
        );
        // What its services are is known on this node before the answer leaves.
        await governance.RefreshAsync(ct);
    }

    static string SeenBy(Reach within, DynamicParameters values) =>
        within.IsEverywhere ? "1 = 1" : GrantStore.Within(within, values, "t.id");

    /// <summary>Admin tokens by age, live and revoked: those with a grant within reach, and of that what lies within.</summary>
    public async Task<Page<AdminToken>> ListAsync(Reach within, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters(new { take = page.Limit + 1 });
        values.Add("After", page.After, System.Data.DbType.String);
        var rows = (
            await db.QueryAsync<(string Id, string Name, string Prefix, long Revoked, long CreatedUs)>(
                $"""
                select t.id, t.name, t.prefix, t.revoked, t.created_us from governance_admin_tokens t
                where (@After is null or t.id > @After) and {SeenBy(within, values)} order by t.id limit @take
                """,
                values
            )
        ).AsList();
        var grants = await GrantStore.OfAllAsync(db, database.Engine, rows.Select(r => r.Id).ToList());
        return page.Cut(
            rows.Select(r => View(r, grants[r.Id].Where(g => within.Has(g.Grant.Place, governance.Current)).ToList())).ToList(),
            t => t.Id
        );
    }

    static AdminToken View((string Id, string Name, string Prefix, long Revoked, long CreatedUs) r, IReadOnlyList<HeldGrant> grants) =>
        new(
            r.Id,
            r.Name,
            r.Prefix,
            grants.Select(g => g.Grant.Role).Distinct(StringComparer.Ordinal).ToList(),
            grants.Select(g => GrantView.Of(g.Grant)).ToList(),
            r.Revoked != 0,
            Micros.ToTime(r.CreatedUs)
        );

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
            // Before it is refused: the audit log says who was.
            http.Items[ActorKey] = actor;
            Allow(http, actor, endpoint);
        }
        await next();
    }

    async Task<ApiActor> IdentifyAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length > 0 || SessionCookie.Of(http) is not { } cookie)
            return TokenOf(header) is var token && WorkloadTokens.HasForm(token)
                ? await services.SignInAsync(token, http.RequestAborted)
                : await VerifyAsync(header, http.RequestAborted);
        if (await sessions.FindSessionAsync(cookie, http.RequestAborted) is not { } found)
            throw new PorticoException(ErrorTable.SignInRequired, "This session is over. Sign in again.");
        SessionCookie.RequireCsrf(http, cookie);
        return found;
    }

    static void Allow(HttpContext http, ApiActor actor, Endpoint? endpoint)
    {
        // Nothing is mapped there, or what says so.
        if (endpoint is not RouteEndpoint { RoutePattern.RawText: { } pattern } || pattern.Contains("{**path}", StringComparison.Ordinal))
            return;
        var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var only] ? only : "";
        var needed =
            PermissionTable.Find(method, "/" + pattern.TrimStart('/'))
            ?? throw new PorticoException(ErrorTable.PermissionDenied, "No role opens this address.");
        if (needed.Permission is not { } permission)
            return;
        if (needed.About == About.Platform)
            actor.RequireEverywhere(permission);
        else
            actor.Require(permission);
        http.Items[ReachKey] = actor.Reach(permission);
    }

    /// <summary>How far the caller's permission for this endpoint goes. What it does not have is not there.</summary>
    public static Reach ReachOf(HttpContext http) => http.Items[ReachKey] as Reach ?? Reach.Nowhere;

    public static ApiActor Actor(HttpContext http) => (ApiActor)http.Items[ActorKey]!;

    /// <summary>Names who makes a request that another door than this one let in.</summary>
    internal static void Remember(HttpContext http, ApiActor actor) => http.Items[ActorKey] = actor;

    /// <summary>Null before the sign-in, and for what is open.</summary>
    internal static ApiActor? ActorOrNull(HttpContext http) => http.Items[ActorKey] as ApiActor;

    /// <summary>Whose token it is.</summary>
    /// <exception cref="PorticoException">Nobody's.</exception>
    internal Task<ApiActor> VerifyTokenAsync(string? token, CancellationToken ct) => VerifyAsync($"Bearer {token}", ct);

    static string TokenOf(string header)
    {
        const string Scheme = "Bearer ";
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
    }

    async Task<ApiActor> VerifyAsync(string header, CancellationToken ct)
    {
        var token = TokenOf(header);
        if (!SecretText.IsWellFormed(token, SecretText.AdminPrefix))
            throw new PorticoException(
                ErrorTable.SignInRequired,
                "Send an admin token as 'Authorization: Bearer pa_live_…'. 'portico seed' makes the first one."
            );
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<(string Id, string Name)?>(
            "select id, name from governance_admin_tokens where secret_hash = @hash and revoked = 0",
            new { hash = SecretText.Hash(token) }
        );
        return row is { } found
            ? new ApiActor(found.Id, found.Name, await GrantStore.OfAsync(db, found.Id))
            : throw new PorticoException(ErrorTable.SignInRequired, "This admin token is not known or was revoked.");
    }
}
