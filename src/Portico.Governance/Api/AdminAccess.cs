using Dapper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Api;

/// <summary>Who makes a management call.</summary>
public sealed record ApiActor(string Id, string Name, AdminRole Role)
{
    /// <exception cref="PorticoException">Its role does not have the right; the message names the roles that do.</exception>
    public void Require(AdminRight right)
    {
        if (!Role.May(right))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"The admin token '{Name}' has the role {Role.ToString().ToLowerInvariant()}, which may not {right.Says()}. That needs the role {right.Roles()}."
            );
    }
}

/// <summary>An admin token without its secret, which is kept as a hash alone.</summary>
public sealed record AdminToken(string Id, string Name, string Prefix, AdminRole Role, bool Revoked, DateTimeOffset CreatedAt);

/// <summary>Admin tokens: the sign-in of the management API. Verified against the store on every call, so a revoked one stops at once.</summary>
public sealed class AdminAccess(Database database, TimeProvider time)
{
    static readonly object ActorKey = new();

    public Task<(string Id, Secret Secret)> CreateAsync(string name, CancellationToken ct) => CreateAsync(name, AdminRole.Admin, ct);

    public async Task<(string Id, Secret Secret)> CreateAsync(string name, AdminRole role, CancellationToken ct)
    {
        var secret = SecretText.New(SecretText.AdminPrefix);
        var id = "admin_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "insert into governance_admin_tokens (id, name, prefix, secret_hash, role, revoked, created_us) values (@id, @name, @prefix, @hash, @role, 0, @now)",
                    new
                    {
                        id,
                        name,
                        prefix = secret[..SecretText.ShownLength],
                        hash = SecretText.Hash(secret),
                        role = role.ToString(),
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );
        return (id, new Secret(secret));
    }

    public Task<bool> RevokeAsync(string id, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
                await work.Connection.ExecuteAsync(
                    "update governance_admin_tokens set revoked = 1 where id = @id",
                    new { id },
                    work.Transaction
                ) > 0,
            ct
        );

    /// <summary>Admin tokens by age, live and revoked.</summary>
    public async Task<Page<AdminToken>> ListAsync(PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Id, string Name, string Prefix, string Role, long Revoked, long CreatedUs)>(
            """
            select id, name, prefix, role, revoked, created_us from governance_admin_tokens
            where @After is null or id > @After order by id limit @take
            """,
            new { page.After, take = page.Limit + 1 }
        );
        return page.Cut(
            rows.Select(r => new AdminToken(
                    r.Id,
                    r.Name,
                    r.Prefix,
                    Enum.Parse<AdminRole>(r.Role),
                    r.Revoked != 0,
                    Micros.ToTime(r.CreatedUs)
                ))
                .ToList(),
            t => t.Id
        );
    }

    /// <summary>
    /// Lets a request with a live admin token of the right role through and remembers who it is. Stands before everything that reads the body, writes to the store or
    /// replays an answer: a stranger learns nothing and costs one look-up. Endpoints that are open say so by AllowAnonymous.
    /// </summary>
    /// <exception cref="PorticoException">No token, a wrong one, a revoked one, or one whose role may not do this.</exception>
    public async Task SignInAsync(HttpContext http, Func<Task> next)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            var actor = await VerifyAsync(http.Request.Headers.Authorization.ToString(), http.RequestAborted);
            actor.Require(endpoint?.Metadata.GetMetadata<NeededRight>()?.Right ?? RightOf(http.Request.Method));
            http.Items[ActorKey] = actor;
        }
        await next();
    }

    static AdminRight RightOf(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? AdminRight.Read : AdminRight.Operate;

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
        var row = await db.QuerySingleOrDefaultAsync<(string Id, string Name, string Role)?>(
            "select id, name, role from governance_admin_tokens where secret_hash = @hash and revoked = 0",
            new { hash = SecretText.Hash(token) }
        );
        return row is { } found
            ? new ApiActor(found.Id, found.Name, Enum.Parse<AdminRole>(found.Role))
            : throw new PorticoException(ErrorTable.SignInRequired, "This admin token is not known or was revoked.");
    }
}
