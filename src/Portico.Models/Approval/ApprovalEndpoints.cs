using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Api;
using Portico.Models.Cards;
using Portico.Models.Rules;
using Portico.Storage;

namespace Portico.Models.Approval;

/// <summary>Decisions about models on the management API.</summary>
static class ApprovalEndpoints
{
    public const int MaxReason = 500;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/models/{id}/approve", Approve).WithSummary("Let all workspaces or one of them call a model");
        api.MapPost("/models/{id}/quarantine", Quarantine).WithSummary("Take a model from all workspaces or from one until it is approved");
        api.MapPost("/models/{id}/retire", Retire).WithSummary("Take a model from all workspaces or from one because its time is over");
        api.MapGet("/models/{id}/decisions", List).WithSummary("Who decided what about a model, when and why, newest first");
    }

    /// <summary>WorkspaceId: one workspace; left out = all. Purpose of an approval: any, development, production.</summary>
    public sealed record DecisionBody(WorkspaceId? WorkspaceId = null, string? Purpose = null, string? Reason = null);

    static Task<Ok<ModelDecision>> Approve(HttpContext http, string id, DecisionBody body, Approvals approvals, CancellationToken ct) =>
        DecideAsync(http, id, body, ModelState.Approved, approvals, ct);

    static Task<Ok<ModelDecision>> Quarantine(HttpContext http, string id, DecisionBody body, Approvals approvals, CancellationToken ct) =>
        DecideAsync(http, id, body, ModelState.Quarantined, approvals, ct);

    static Task<Ok<ModelDecision>> Retire(HttpContext http, string id, DecisionBody body, Approvals approvals, CancellationToken ct) =>
        DecideAsync(http, id, body, ModelState.Retired, approvals, ct);

    static async Task<Ok<ModelDecision>> DecideAsync(
        HttpContext http,
        string id,
        DecisionBody body,
        ModelState state,
        Approvals approvals,
        CancellationToken ct
    )
    {
        var model = approvals.FindModel(id);
        var made = await approvals.DecideAsync(
            new ModelDecision
            {
                ModelId = model.Id,
                WorkspaceId = body.WorkspaceId,
                State = state,
                Purpose = PurposeOf(body.Purpose, state),
                DecidedBy = AdminAccess.Actor(http).Name,
                Reason = body.Reason,
            },
            ct
        );
        Preconditions.SetTag(http, model.Version);
        return TypedResults.Ok(made);
    }

    internal static Purpose PurposeOf(string? text, ModelState state) =>
        text switch
        {
            null or "any" => Purpose.Any,
            _ when state != ModelState.Approved => throw new PorticoException(
                ErrorTable.InvalidRequest,
                "Only an approval has a purpose. To allow one purpose alone, approve the model for it.",
                "purpose"
            ),
            "development" => Purpose.Development,
            "production" => Purpose.Production,
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "purpose must be any, development or production.", "purpose"),
        };

    static async Task<Ok<Page<ModelDecision>>> List(
        HttpContext http,
        string id,
        int? limit,
        string? cursor,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        Database database,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        var (all, within) = (governance.Current, AdminAccess.ReachOf(http));
        var model = ModelsInReach.Find(catalog.Current, all, within, id);
        var before = page.After is null ? long.MaxValue : long.Parse(page.After, CultureInfo.InvariantCulture);
        var rows = await DecisionStore.ReadAsync(database, model.Id, ModelsInReach.Named(all, within), before, page.Limit + 1, ct);
        return TypedResults.Ok(page.Cut(rows.ToList(), d => d.Number.ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>Decides about models: checks what is asked, then writes it.</summary>
sealed class Approvals(ModelsCatalog catalog, GovernanceCatalog governance, HubService hub, TimeProvider time)
{
    public Model FindModel(string id) => ModelEndpoints.Find(catalog, id);

    /// <exception cref="PorticoException">There is no such workspace, or the reason is no text of a line.</exception>
    public async Task<ModelDecision> DecideAsync(ModelDecision draft, CancellationToken ct)
    {
        var decision = Checked(draft, catalog.Current.FactsOf(draft.ModelId));
        await hub.DecideAsync(decision, ct);
        return catalog.Current.AccessOf(decision.ModelId).Find(decision.WorkspaceId) ?? decision;
    }

    /// <summary>The decision as it may be written.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="facts">What holds of the model wherever it is deployed: an approval that would break a rule everywhere is refused.</param>
    public ModelDecision Checked(ModelDecision draft, IReadOnlyList<ModelCard> facts)
    {
        if (draft.Reason is { } reason && (reason.Length is 0 or > ApprovalEndpoints.MaxReason || reason.Any(char.IsControl)))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"reason must be one line of 1 to {ApprovalEndpoints.MaxReason} characters.",
                "reason"
            );
        if (draft.WorkspaceId is { } workspace && !governance.Current.Workspaces.ContainsKey(workspace))
            throw new PorticoException(ErrorTable.InvalidRequest, $"There is no workspace '{workspace}'.", "workspace_id");
        if (draft.State == ModelState.Approved)
            RequireRules(draft, facts);
        return draft with { DecidedAt = time.GetUtcNow() };
    }

    void RequireRules(ModelDecision approval, IReadOnlyList<ModelCard> facts)
    {
        var snapshot = governance.Current;
        var organisations = approval.WorkspaceId is { } workspace
            ? [snapshot.Workspaces[workspace].OrganisationId]
            : catalog.Current.Rules.All.Select(r => r.OrganisationId).Distinct();
        foreach (var organisation in organisations)
            if (catalog.Current.Rules.Find(new RuleAudience(organisation, approval.WorkspaceId), approval.Purpose, facts) is { } breach)
                throw new PorticoException(
                    ErrorTable.PolicyDenied,
                    $"Organisation '{snapshot.Organisations.GetValueOrDefault(organisation)?.Name}' does not allow it by {breach}. "
                        + "Enter the fact in the model's card, approve it for other workspaces or another purpose, or change the rule."
                )
                {
                    Details = new Dictionary<string, object>(StringComparer.Ordinal)
                    {
                        ["rule_id"] = breach.Rule.Id.ToString(),
                        ["fact"] = breach.Fact,
                    },
                };
    }
}
