using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;

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

    public sealed record MeAnswer(string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions);

    public sealed record RoleAnswer(string Name, string Says, IReadOnlyList<string> Permissions);

    static Ok<MeAnswer> Me(HttpContext http)
    {
        var actor = AdminAccess.Actor(http);
        return TypedResults.Ok(new MeAnswer(actor.Id, actor.Name, actor.Roles, actor.Permissions.Select(p => p.Name).ToList()));
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
        var roles = RolesToGive(AdminAccess.Actor(http), body.Roles ?? []);
        var (id, secret) = await access.CreateAsync(name, roles, ct);
        return TypedResults.Created($"/api/admin-tokens/{id}", new TokenWithSecret(id, secret.Reveal(), roles));
    }

    /// <summary>The roles asked for, where the giver has all that they can: nobody makes somebody who may do more.</summary>
    static List<string> RolesToGive(ApiActor giver, IReadOnlyList<string> asked)
    {
        var names = string.Join(", ", Roles.All.Select(r => r.Name));
        if (asked.Count == 0)
            throw new PorticoException(ErrorTable.InvalidRequest, $"roles names what the token may do, one or more of {names}.", "roles");
        foreach (var name in asked)
        {
            var role =
                Roles.Find(name)
                ?? throw new PorticoException(ErrorTable.InvalidRequest, $"There is no role '{name}'. There are {names}.", "roles");
            if (role.Permissions.FirstOrDefault(p => !giver.May(p)) is { } more)
                throw new PorticoException(
                    ErrorTable.PermissionDenied,
                    $"The role {name} can {more.Name}, which '{giver.Name}' cannot: nobody gives what they do not have."
                );
        }
        return asked.Distinct(StringComparer.Ordinal).ToList();
    }

    static async Task<NoContent> Revoke(HttpContext http, string id, AdminAccess access, CancellationToken ct)
    {
        await access.RevokeAsync(id, AdminAccess.Actor(http), ct);
        return TypedResults.NoContent();
    }
}
