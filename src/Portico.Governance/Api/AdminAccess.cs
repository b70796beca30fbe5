using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Api;

/// <summary>An admin token without its secret, which is kept as a hash alone.</summary>
public sealed record AdminToken(string Id, string Name, string Prefix, IReadOnlyList<string> Roles, bool Revoked, DateTimeOffset CreatedAt);

/// <summary>
/// Admin tokens: the sign-in of the management API, and what each may do there. Verified against the store on every call, so a revoked one stops at once.
/// </summary>
public sealed class AdminAccess(Database database, TimeProvider time)
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
                        roles = JsonSerializer.Serialize(roles, GovernanceJson.Default.IReadOnlyListString),
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
                var live = (
                    await work.Connection.QueryAsync<(string Id, string Name, string Roles)>(
                        // The rows of owners are locked by the change, so that two of them cannot revoke each other at the same time.
                        "update governance_admin_tokens set revoked = 0 where revoked = 0 returning id, name, roles",
                        transaction: work.Transaction
                    )
                ).ToDictionary(r => r.Id, r => new ApiActor(r.Id, r.Name, RolesOf(r.Roles)), StringComparer.Ordinal);
                if (!live.TryGetValue(id, out var token))
                    return await RequireKnownAsync(work, id);
                if (token.Permissions.FirstOrDefault(p => !by.May(p)) is { } more)
                    throw new PorticoException(
                        ErrorTable.PermissionDenied,
                        $"'{token.Name}' can {more.Name}, which '{by.Name}' cannot: nobody stops who may do more."
                    );
                if (IsOwner(token) && live.Values.Count(IsOwner) == 1)
                    throw new PorticoException(
                        ErrorTable.Conflict,
                        $"'{token.Name}' is the last owner: without it nobody could make another. Make one first, then revoke this."
                    );
                await work.Connection.ExecuteAsync(
                    "update governance_admin_tokens set revoked = 1 where id = @id",
                    new { id },
                    work.Transaction
                );
                return true;
            },
            ct
        );

    static bool IsOwner(ApiActor token) => token.Roles.Contains(Roles.Owner, StringComparer.Ordinal);

    /// <summary>One that is revoked already may be revoked again.</summary>
    static async Task<bool> RequireKnownAsync(DbWork work, string id) =>
        await work.Connection.ExecuteScalarAsync<long>(
            "select count(*) from governance_admin_tokens where id = @id",
            new { id },
            work.Transaction
        ) > 0
            ? true
            : throw GovernanceService.Missing("admin token", id);

    static IReadOnlyList<string> RolesOf(string json) => JsonSerializer.Deserialize(json, GovernanceJson.Default.IReadOnlyListString)!;

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
            rows.Select(r => new AdminToken(r.Id, r.Name, r.Prefix, RolesOf(r.Roles), r.Revoked != 0, Micros.ToTime(r.CreatedUs))).ToList(),
            t => t.Id
        );
    }

    /// <summary>
    /// Lets a request through whose token is live and may do what the endpoint does, and remembers who it is. Stands before everything that reads the
    /// body, writes to the store or replays an answer: a stranger learns nothing and costs one look-up. Endpoints that are open say so by AllowAnonymous.
    /// </summary>
    /// <exception cref="PorticoException">No token, a wrong one, a revoked one, or one without the permission.</exception>
    public async Task SignInAsync(HttpContext http, Func<Task> next)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            var actor = await VerifyAsync(http.Request.Headers.Authorization.ToString(), http.RequestAborted);
            Allow(actor, endpoint);
            http.Items[ActorKey] = actor;
        }
        await next();
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
            ? new ApiActor(found.Id, found.Name, RolesOf(found.Roles))
            : throw new PorticoException(ErrorTable.SignInRequired, "This admin token is not known or was revoked.");
    }
}
