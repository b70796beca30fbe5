using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Api;
using Portico.Models.Approval;

namespace Portico.Models.Rules;

/// <summary>Rules about models on the management API.</summary>
static class RuleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/model-rules", List).WithSummary("Rules that models must keep, by organisation");
        api.MapPost("/model-rules", Create).WithSummary("Add a rule; the answer lists the models that break it");
        api.MapGet("/model-rules/violations", Violations).WithSummary("Approved models that break a rule now; calls of them are refused");
        api.MapGet("/model-rules/{id}", Get).WithSummary("One rule");
        api.MapPut("/model-rules/{id}", Change).WithSummary("Change a rule; the answer lists the models that break it");
        api.MapDelete("/model-rules/{id}", Delete).WithSummary("Remove a rule");
    }

    /// <summary>
    /// Kind: no_training, max_retention (with MaxRetentionDays), commercial_licence, regions (with Regions). Purpose: any, development, production.
    /// WorkspaceId or KeyId: the rule is for that workspace or key alone. WhenUnknown: refuse or allow a model whose card does not say; it has no default, because it is the rule.
    /// </summary>
    public sealed record RuleBody(
        OrganisationId OrganisationId,
        string Kind,
        string WhenUnknown,
        string? Purpose = null,
        int? MaxRetentionDays = null,
        IReadOnlyList<string>? Regions = null,
        WorkspaceId? WorkspaceId = null,
        KeyId? KeyId = null
    );

    public sealed record RuleView(
        RuleId Id,
        OrganisationId OrganisationId,
        WorkspaceId? WorkspaceId,
        KeyId? KeyId,
        string Kind,
        string Purpose,
        string WhenUnknown,
        int? MaxRetentionDays,
        IReadOnlyList<string>? Regions,
        string Says,
        long Version
    );

    /// <summary>A model that may be called but for this rule, and the fact of its card that breaks it.</summary>
    public sealed record Violation(string Model, ModelId ModelId, RuleId RuleId, OrganisationId OrganisationId, string Says, string Fact);

    public sealed record RuleChange(RuleView Rule, IReadOnlyList<Violation> Violations);

    static Ok<Page<RuleView>> List(HttpContext http, ModelsCatalog catalog, GovernanceCatalog governance, int? limit, string? cursor) =>
        TypedResults.Ok(ModelEndpoints.PageOf(Seen(http, catalog, governance).Select(View), r => r.Id.ToString(), limit, cursor));

    static IEnumerable<ModelRule> Seen(HttpContext http, ModelsCatalog catalog, GovernanceCatalog governance)
    {
        var (all, within) = (governance.Current, AdminAccess.ReachOf(http));
        return catalog.Current.Rules.All.Where(r => RulesInReach.IsSeen(r, all, within));
    }

    static Ok<RuleView> Get(HttpContext http, string id, ModelsCatalog catalog, GovernanceCatalog governance)
    {
        var rule = Find(http, catalog, governance, id);
        Preconditions.SetTag(http, rule.Version);
        return TypedResults.Ok(View(rule));
    }

    static async Task<Created<RuleChange>> Create(
        HttpContext http,
        RuleBody body,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        RuleService rules,
        CancellationToken ct
    )
    {
        var (draft, all, within) = (Read(body, default, 0), governance.Current, AdminAccess.ReachOf(http));
        RulesInReach.RequireKnown(draft, all, within);
        RulesInReach.RequireWhole(draft, all, within);
        var made = await rules.CreateAsync(draft, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created(
            $"/api/model-rules/{made.Id}",
            new RuleChange(View(made), ViolationsOf(catalog.Current, made).ToList())
        );
    }

    static async Task<Ok<RuleChange>> Change(
        HttpContext http,
        string id,
        RuleBody body,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        RuleService rules,
        CancellationToken ct
    )
    {
        var old = Find(http, catalog, governance, id);
        RulesInReach.RequireWhole(old, governance.Current, AdminAccess.ReachOf(http));
        Preconditions.Require(http, old.Version);
        if (body.OrganisationId != old.OrganisationId || body.WorkspaceId != old.WorkspaceId || body.KeyId != old.KeyId)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A rule stays with its organisation, workspace or key. Make a new one.",
                "organisation_id"
            );
        var now = await rules.ChangeAsync(Read(body, old.Id, old.Version), ct);
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(new RuleChange(View(now), ViolationsOf(catalog.Current, now).ToList()));
    }

    static async Task<NoContent> Delete(
        HttpContext http,
        string id,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        RuleService rules,
        CancellationToken ct
    )
    {
        var old = Find(http, catalog, governance, id);
        RulesInReach.RequireWhole(old, governance.Current, AdminAccess.ReachOf(http));
        Preconditions.Require(http, old.Version);
        await rules.DeleteAsync(old, ct);
        return TypedResults.NoContent();
    }

    static Ok<Page<Violation>> Violations(
        HttpContext http,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        int? limit,
        string? cursor
    ) =>
        TypedResults.Ok(
            ModelEndpoints.PageOf(
                Seen(http, catalog, governance).SelectMany(r => ViolationsOf(catalog.Current, r)),
                v => $"{v.RuleId} {v.Model}",
                limit,
                cursor
            )
        );

    /// <summary>
    /// Of models that somebody may call: what is in quarantine breaks nothing, and a model that some deployment can serve within the rule neither.
    /// </summary>
    static IEnumerable<Violation> ViolationsOf(ModelsSnapshot snapshot, ModelRule rule) =>
        from model in snapshot.Models
        where model is { State: ModelState.Approved, Disabled: false }
        let fact = rule.BrokenBy(snapshot.FactsOf(model.Id))
        where fact is not null
        select new Violation(model.Name, model.Id, rule.Id, rule.OrganisationId, rule.Says, fact);

    static ModelRule Read(RuleBody body, RuleId id, long version) =>
        new()
        {
            Id = id,
            OrganisationId = body.OrganisationId,
            WorkspaceId = body.WorkspaceId,
            KeyId = body.KeyId,
            Kind = body.Kind switch
            {
                "no_training" => RuleKind.NoTraining,
                "max_retention" => RuleKind.MaxRetention,
                "commercial_licence" => RuleKind.CommercialLicence,
                "regions" => RuleKind.Regions,
                _ => throw Bad("kind must be no_training, max_retention, commercial_licence or regions.", "kind"),
            },
            Purpose = ApprovalEndpoints.PurposeOf(body.Purpose, ModelState.Approved),
            Strict = body.WhenUnknown switch
            {
                "refuse" => true,
                "allow" => false,
                _ => throw Bad("when_unknown must be refuse or allow.", "when_unknown"),
            },
            MaxRetentionDays = body.MaxRetentionDays,
            Regions = body.Regions,
            Version = version,
        };

    static RuleView View(ModelRule rule) =>
        new(
            rule.Id,
            rule.OrganisationId,
            rule.WorkspaceId,
            rule.KeyId,
            rule.Kind switch
            {
                RuleKind.NoTraining => "no_training",
                RuleKind.MaxRetention => "max_retention",
                RuleKind.CommercialLicence => "commercial_licence",
                _ => "regions",
            },
            rule.Purpose.ToString().ToLowerInvariant(),
            rule.Strict ? "refuse" : "allow",
            rule.MaxRetentionDays,
            rule.Regions,
            rule.Says,
            rule.Version
        );

    static ModelRule Find(HttpContext http, ModelsCatalog catalog, GovernanceCatalog governance, string id) =>
        Seen(http, catalog, governance).FirstOrDefault(r => r.Id.ToString() == id)
        ?? throw new PorticoException(ErrorTable.NotFound, $"There is no rule '{id}'.");

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
