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

    /// <summary>Roles hold everywhere; grants say where. One of the two.</summary>
    public sealed record AccountBody(PersonId PersonId, IReadOnlyList<string>? Roles = null, IReadOnlyList<GrantView>? Grants = null);

    /// <summary>All that the person is to have within one's own reach, given by hand.</summary>
    public sealed record RolesBody(IReadOnlyList<string>? Roles = null, IReadOnlyList<GrantView>? Grants = null);

    /// <summary>Code: to be handed to the person, who opens /console/welcome#CODE.</summary>
    public sealed record Invited(Account Account, string Code, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => $"{nameof(Invited)} {{ Account = {Account} }}";
    }

    static async Task<Ok<Page<Account>>> List(HttpContext http, Accounts accounts, int? limit, string? cursor, CancellationToken ct) =>
        TypedResults.Ok(await accounts.ListAsync(AdminAccess.ReachOf(http), PageRequest.From(limit, cursor), ct));

    static async Task<Created<Invited>> Create(
        HttpContext http,
        AccountBody body,
        Accounts accounts,
        RoleBook book,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        var grants = RoleGrants.Check(AdminAccess.Actor(http), body.Roles, body.Grants, await book.ListAsync(ct), catalog.Current);
        var (account, invitation) = await accounts.CreateAsync(body.PersonId, grants, AdminAccess.ReachOf(http), ct);
        Preconditions.SetTag(http, account.Version);
        return TypedResults.Created(
            $"/api/accounts/{account.PersonId}",
            new Invited(account, invitation.Code.Reveal(), invitation.ExpiresAt)
        );
    }

    static async Task<Ok<Account>> Get(HttpContext http, string id, Accounts accounts, CancellationToken ct)
    {
        var account = await accounts.FindAsync(id, AdminAccess.ReachOf(http), ct);
        Preconditions.SetTag(http, account.Version);
        return TypedResults.Ok(account);
    }

    static async Task<Ok<Account>> Change(
        HttpContext http,
        string id,
        RolesBody body,
        Accounts accounts,
        RoleBook book,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        var (actor, within) = (AdminAccess.Actor(http), AdminAccess.ReachOf(http));
        var old = await accounts.FindAsync(id, within, ct);
        var held = (await accounts.GrantsOfAsync(old, ct)).Where(g => within.Has(g.Grant.Place, catalog.Current));
        RoleGrants.RequireNoMore(actor, old.Name, held, catalog.Current);
        Preconditions.Require(http, old.Version);
        var grants = RoleGrants.Check(actor, body.Roles, body.Grants, await book.ListAsync(ct), catalog.Current);
        await accounts.ChangeGrantsAsync(old, grants, within, ct);
        return await Get(http, id, accounts, ct);
    }

    static async Task<Ok<Invited>> Invite(HttpContext http, string id, Accounts accounts, GovernanceCatalog catalog, CancellationToken ct)
    {
        var account = await ToTakeAsync(http, id, accounts, catalog, ct);
        var invitation = await accounts.InviteAsync(account, ct);
        Preconditions.SetTag(http, account.Version);
        return TypedResults.Ok(new Invited(account, invitation.Code.Reveal(), invitation.ExpiresAt));
    }

    static async Task<NoContent> Remove(HttpContext http, string id, Accounts accounts, GovernanceCatalog catalog, CancellationToken ct)
    {
        var old = await ToTakeAsync(http, id, accounts, catalog, ct);
        Preconditions.Require(http, old.Version);
        await accounts.RemoveAsync(old, ct);
        return TypedResults.NoContent();
    }

    /// <summary>Whoever has the code becomes this person, and who is removed loses everything: both need all that the person has.</summary>
    static async Task<Account> ToTakeAsync(HttpContext http, string id, Accounts accounts, GovernanceCatalog catalog, CancellationToken ct)
    {
        var account = await accounts.FindAsync(id, AdminAccess.ReachOf(http), ct);
        RoleGrants.RequireNoMore(AdminAccess.Actor(http), account.Name, await accounts.GrantsOfAsync(account, ct), catalog.Current);
        return account;
    }
}
