using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.SignIn;

/// <summary>Accounts on the management API, each under the id of its person.</summary>
static class AccountEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/accounts", List).WithSummary("Accounts: who may sign in, with roles");
        api.MapPost("/accounts", Create).WithSummary("Let a person sign in; the invitation is shown once");
        api.MapGet("/accounts/{id}", Get).WithSummary("The account of a person");
        api.MapPatch("/accounts/{id}", Change).WithSummary("Other roles for a person");
        api.MapPost("/accounts/{id}/invite", Invite).WithSummary("Another invitation, by which the person sets a new password");
        api.MapDelete("/accounts/{id}", Remove).WithSummary("Take the way in; the person stays");
    }

    public sealed record AccountBody(PersonId PersonId, IReadOnlyList<string>? Roles = null);

    public sealed record RolesBody(IReadOnlyList<string>? Roles = null);

    /// <summary>Code: to be handed to the person, who opens /console/welcome#CODE.</summary>
    public sealed record Invited(Account Account, string Code, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => $"{nameof(Invited)} {{ Account = {Account} }}";
    }

    static async Task<Ok<Page<Account>>> List(Accounts accounts, int? limit, string? cursor, CancellationToken ct) =>
        TypedResults.Ok(await accounts.ListAsync(PageRequest.From(limit, cursor), ct));

    static async Task<Created<Invited>> Create(HttpContext http, AccountBody body, Accounts accounts, CancellationToken ct)
    {
        var roles = RoleGrants.Check(AdminAccess.Actor(http), body.Roles);
        var (account, invitation) = await accounts.CreateAsync(body.PersonId, roles, ct);
        Preconditions.SetTag(http, account.Version);
        return TypedResults.Created(
            $"/api/accounts/{account.PersonId}",
            new Invited(account, invitation.Code.Reveal(), invitation.ExpiresAt)
        );
    }

    static async Task<Ok<Account>> Get(HttpContext http, string id, Accounts accounts, CancellationToken ct)
    {
        var account = await accounts.FindAsync(id, ct);
        Preconditions.SetTag(http, account.Version);
        return TypedResults.Ok(account);
    }

    static async Task<Ok<Account>> Change(HttpContext http, string id, RolesBody body, Accounts accounts, CancellationToken ct)
    {
        var old = await ToChangeAsync(http, id, accounts, ct);
        Preconditions.Require(http, old.Version);
        await accounts.ChangeRolesAsync(old, RoleGrants.Check(AdminAccess.Actor(http), body.Roles), ct);
        return await Get(http, id, accounts, ct);
    }

    static async Task<Ok<Invited>> Invite(HttpContext http, string id, Accounts accounts, CancellationToken ct)
    {
        // Whoever has the code becomes this person.
        var account = await ToChangeAsync(http, id, accounts, ct);
        var invitation = await accounts.InviteAsync(account, ct);
        Preconditions.SetTag(http, account.Version);
        return TypedResults.Ok(new Invited(account, invitation.Code.Reveal(), invitation.ExpiresAt));
    }

    static async Task<NoContent> Remove(HttpContext http, string id, Accounts accounts, CancellationToken ct)
    {
        var old = await ToChangeAsync(http, id, accounts, ct);
        Preconditions.Require(http, old.Version);
        await accounts.RemoveAsync(old, ct);
        return TypedResults.NoContent();
    }

    static async Task<Account> ToChangeAsync(HttpContext http, string id, Accounts accounts, CancellationToken ct)
    {
        var account = await accounts.FindAsync(id, ct);
        RoleGrants.RequireNoMore(AdminAccess.Actor(http), account.Name, account.Roles);
        return account;
    }
}
