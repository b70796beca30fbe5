using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.SignIn;

/// <summary>Whether people of an organisation sign in by its identity provider alone, on the management API.</summary>
static class SignInRuleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/organisations/{id}/sign-in-rule", Get)
            .WithSummary("Whether people of an organisation sign in by its identity provider alone");
        api.MapPost("/organisations/{id}/sign-in-rule", Set)
            .WithSummary("Let people of an organisation sign in by its identity provider alone, or with passwords too");
    }

    /// <summary>BreakGlass: an owner whose password counts all the same; left out, nobody's does.</summary>
    public sealed record SignInRuleBody(bool ProviderOnly, PersonId? BreakGlass = null);

    static async Task<Ok<SignInRule>> Get(string id, GovernanceCatalog catalog, SignInRules rules, CancellationToken ct) =>
        TypedResults.Ok(await rules.FindAsync(OrganisationOf(catalog, id), ct));

    static async Task<Ok<SignInRule>> Set(
        HttpContext http,
        string id,
        SignInRuleBody body,
        GovernanceCatalog catalog,
        SignInRules rules,
        CancellationToken ct
    )
    {
        await rules.SetAsync(OrganisationOf(catalog, id), new SignInRule(body.ProviderOnly, body.BreakGlass), AdminAccess.Actor(http), ct);
        return await Get(id, catalog, rules, ct);
    }

    static OrganisationId OrganisationOf(GovernanceCatalog catalog, string id) =>
        OrganisationId.TryParse(id, out var parsed) && catalog.Current.Organisations.ContainsKey(parsed)
            ? parsed
            : throw GovernanceService.Missing("organisation", id);
}
