using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.Identity.Oidc;

/// <summary>Identity providers on the management API.</summary>
static class IdentityProviderEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/identity-providers", List).WithSummary("Identity providers, by organisation");
        api.MapPost("/identity-providers", Create).WithSummary("Let people of an organisation sign in by its identity provider");
        api.MapGet("/identity-providers/{id}", Get).WithSummary("One identity provider");
        api.MapPatch("/identity-providers/{id}", Change).WithSummary("Change an identity provider; switched off, its sessions end");
        api.MapDelete("/identity-providers/{id}", Remove).WithSummary("Remove an identity provider; its sessions end, people stay");
        api.MapPost("/identity-providers/{id}/check", Check).WithSummary("Ask an identity provider what a sign-in will need");
    }

    /// <summary>The draft, with whose it is.</summary>
    public sealed record ProviderBody(
        OrganisationId OrganisationId,
        string Name,
        string Issuer,
        string ClientId,
        string? ClientSecret = null,
        IReadOnlyList<string>? Scopes = null,
        string? GroupsClaim = null,
        IReadOnlyList<GroupRole>? GroupRoles = null,
        IReadOnlyList<string>? EmailDomains = null,
        bool? MakesPeople = null,
        bool? Enabled = null,
        bool? AllowSpecialAddresses = null
    )
    {
        public override string ToString() => $"{nameof(ProviderBody)} {{ Name = {Name} }}";

        internal IdentityProviderDraft Draft() =>
            new()
            {
                Name = Name,
                Issuer = Issuer,
                ClientId = ClientId,
                ClientSecret = ClientSecret,
                Scopes = Scopes,
                GroupsClaim = GroupsClaim,
                GroupRoles = GroupRoles,
                EmailDomains = EmailDomains,
                MakesPeople = MakesPeople,
                Enabled = Enabled,
                AllowSpecialAddresses = AllowSpecialAddresses,
            };
    }

    static async Task<Ok<Page<IdentityProvider>>> List(
        IdentityProviders providers,
        string? organisation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) => TypedResults.Ok(await providers.ListAsync(organisation_id, PageRequest.From(limit, cursor), ct));

    static async Task<Created<IdentityProvider>> Create(
        HttpContext http,
        ProviderBody body,
        IdentityProviders providers,
        RoleBook book,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        if (!catalog.Current.Organisations.ContainsKey(body.OrganisationId))
            throw GovernanceService.Missing("organisation", body.OrganisationId.ToString(), "organisation_id");
        RequireToGive(AdminAccess.Actor(http), body.GroupRoles, await book.ListAsync(ct), catalog.Current);
        var made = await providers.CreateAsync(body.OrganisationId, body.Draft(), ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/identity-providers/{made.Id}", made);
    }

    static async Task<Ok<IdentityProvider>> Get(HttpContext http, string id, IdentityProviders providers, CancellationToken ct) =>
        Tagged(http, await providers.FindAsync(id, ct));

    static async Task<Ok<IdentityProvider>> Change(
        HttpContext http,
        string id,
        IdentityProviderDraft body,
        IdentityProviders providers,
        RoleBook book,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        var entries = await book.ListAsync(ct);
        var old = await ToChangeAsync(http, id, providers, entries, catalog.Current, ct);
        RequireToGive(AdminAccess.Actor(http), body.GroupRoles, entries, catalog.Current);
        return Tagged(http, await providers.ChangeAsync(old, body, ct));
    }

    static async Task<NoContent> Remove(
        HttpContext http,
        string id,
        IdentityProviders providers,
        RoleBook book,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        await providers.RemoveAsync(await ToChangeAsync(http, id, providers, await book.ListAsync(ct), catalog.Current, ct), ct);
        return TypedResults.NoContent();
    }

    static async Task<Ok<ProviderReport>> Check(string id, IdentityProviders providers, ProviderCheck check, CancellationToken ct) =>
        TypedResults.Ok(await check.RunAsync(await providers.FindAsync(id, ct), ct));

    static Ok<IdentityProvider> Tagged(HttpContext http, IdentityProvider provider)
    {
        Preconditions.SetTag(http, provider.Version);
        return TypedResults.Ok(provider);
    }

    /// <summary>Whoever changes a provider could come in by it: nobody changes one that gives more than they have.</summary>
    static async Task<IdentityProvider> ToChangeAsync(
        HttpContext http,
        string id,
        IdentityProviders providers,
        IReadOnlyList<RoleBook.Entry> book,
        GovernanceSnapshot all,
        CancellationToken ct
    )
    {
        var old = await providers.FindAsync(id, ct);
        Preconditions.Require(http, old.Version);
        var given = old.GroupRoles.Select(g => new HeldGrant(
            g.Grant,
            book.FirstOrDefault(e => e.Role.Name == g.Role)?.Role.Permissions ?? []
        ));
        RoleGrants.RequireNoMore(AdminAccess.Actor(http), old.Name, given, all);
        return old;
    }

    static void RequireToGive(ApiActor actor, IReadOnlyList<GroupRole>? groups, IReadOnlyList<RoleBook.Entry> book, GovernanceSnapshot all)
    {
        if (groups is null or [])
            return;
        try
        {
            RoleGrants.Check(actor, null, groups.Select(g => new GrantView(g?.Role ?? "", g?.Place)).ToList(), book, all);
        }
        catch (PorticoException e) when (e.Param is not null)
        {
            throw new PorticoException(e.Kind, e.Message, "group_roles", e);
        }
    }
}
