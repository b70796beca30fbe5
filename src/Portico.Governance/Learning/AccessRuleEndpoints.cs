using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Learning;

/// <summary>What people must have done before they may call.</summary>
static class AccessRuleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/access-rules", ListRules).WithSummary("What people must have done before they may call");
        api.MapPost("/access-rules", CreateRule).WithSummary("Demand an acknowledgement or courses before people may call");
        api.MapGet("/access-rules/{id}", GetRule).WithSummary("One access rule");
        api.MapPatch("/access-rules/{id}", ChangeRule).WithSummary("Demand something else; what is left out stays");
        api.MapDelete("/access-rules/{id}", RemoveRule).WithSummary("Demand it no more");
    }

    public sealed record AccessRuleBody(
        WorkspaceId? WorkspaceId = null,
        bool AcceptableUse = false,
        IReadOnlyList<string>? Courses = null,
        DateTimeOffset? From = null
    );

    public sealed record AccessRuleChange(bool? AcceptableUse = null, IReadOnlyList<string>? Courses = null, DateTimeOffset? From = null);

    static Ok<Page<AccessRule>> ListRules(
        HttpContext http,
        GovernanceCatalog catalog,
        LearningCatalog learning,
        string? organisation_id,
        int? limit,
        string? cursor
    ) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                learning.Current.Rules(LearningPlace.Organisation(http, catalog, organisation_id)),
                r => r.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<AccessRule>> CreateRule(
        HttpContext http,
        AccessRuleBody body,
        GovernanceCatalog catalog,
        AccessRules rules,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var organisation = LearningPlace.Organisation(http, catalog, organisation_id);
        var made = await rules.CreateAsync(organisation, body.WorkspaceId, body.AcceptableUse, body.Courses, body.From, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/access-rules/{made.Id}", made);
    }

    static Ok<AccessRule> GetRule(HttpContext http, string id, GovernanceCatalog catalog, AccessRules rules, string? organisation_id)
    {
        var found = rules.Find(LearningPlace.Organisation(http, catalog, organisation_id), id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<AccessRule>> ChangeRule(
        HttpContext http,
        string id,
        AccessRuleChange body,
        GovernanceCatalog catalog,
        AccessRules rules,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var old = rules.Find(LearningPlace.Organisation(http, catalog, organisation_id), id);
        Preconditions.Require(http, old.Version);
        var changed = await rules.ChangeAsync(old, body.AcceptableUse, body.Courses, body.From, ct);
        Preconditions.SetTag(http, changed.Version);
        return TypedResults.Ok(changed);
    }

    static async Task<NoContent> RemoveRule(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        AccessRules rules,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var old = rules.Find(LearningPlace.Organisation(http, catalog, organisation_id), id);
        Preconditions.Require(http, old.Version);
        await rules.RemoveAsync(old, ct);
        return TypedResults.NoContent();
    }
}
