using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Policy;
using Portico.Observability;
using static Portico.Gateway.Endpoints.PolicyEffectEndpoints;

namespace Portico.Gateway.Endpoints;

/// <summary>
/// Asks a text of past calls: by their records, as routes, models and keys are now. One request ends at a bound of calls and time and says how far it came, so that whoever asks sees how
/// it goes, and stops by asking no further.
/// </summary>
sealed class PolicyReplay(GovernanceCatalog governance, RouteTable routes, ICallStore calls, TimeProvider time)
{
    public const int MaxLooked = 2_000;
    const int PageSize = 250;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<ReplayView> RunAsync(ReplayBody body, Reach within, CancellationToken ct)
    {
        var draft = new PolicyDraftView(governance.Current, body.Level, body.Text, within, time.GetUtcNow());
        var filter = draft.Filter with { FromUs = Micros.Of(body.From), ToUs = Micros.Of(body.To) };
        var begun = time.GetTimestamp();
        var (refused, elsewhere) = (new List<ReplayedCall>(), new List<ReplayedCall>());
        var (looked, unjudged, after, last) = (0, 0, PageRequest.From(PageSize, body.Cursor).After, (CallRecord?)null);
        while (looked < MaxLooked && time.GetElapsedTime(begun) < Longest)
        {
            var page = await calls.ListAsync(filter, new PageRequest(PageSize, after), ct);
            foreach (var call in page.Take(PageSize))
            {
                looked++;
                (last, after) = (call, call.Id.ToString());
                Judge(draft, call, refused, elsewhere, ref unjudged);
            }
            if (page.Count <= PageSize)
                return View(null);
        }
        return View(after is null ? null : PageRequest.Encode(after));

        ReplayView View(string? next) =>
            new(looked, refused, elsewhere, unjudged, last is null ? null : Micros.ToTime(last.StartedAtUs), next);
    }

    void Judge(PolicyDraftView draft, CallRecord call, List<ReplayedCall> refused, List<ReplayedCall> elsewhere, ref int unjudged)
    {
        // What was refused then says nothing of the text.
        if (call.Outcome == CallOutcome.Refused)
            return;
        if (call.RequestedModel is not { } name || draft.CallerOf(call) is not { } caller || routes.FindWhole(name) is null)
        {
            unjudged++;
            return;
        }
        var policy = draft.For(caller);
        if (routes.FindUnder(name, caller, policy) is { } plan)
        {
            if (plan.Refusal is { } refusal)
                refused.Add(Of(call, refusal));
            else if (plan.LeftOut.FirstOrDefault(l => l.Deployment.DeploymentText == call.DeploymentId) is { } left)
                elsewhere.Add(Of(call, left.Why));
            else if (policy is not null && (policy.Screen is not null || policy.AsksForData))
                unjudged++;
        }
        else
            unjudged++;
    }

    static ReplayedCall Of(CallRecord call, string why) =>
        new(call.Id.ToString(), Micros.ToTime(call.StartedAtUs), call.KeyId, call.UseCaseId, call.RequestedModel, call.Model, why);

    /// <summary>Policies as they would be with the text, each compiled once.</summary>
    sealed class PolicyDraftView
    {
        readonly GovernanceSnapshot snapshot;
        readonly PolicyLevel level;
        readonly DateTimeOffset now;
        readonly Dictionary<UseCaseId, CompiledPolicy?> compiled = [];

        public PolicyDraftView(GovernanceSnapshot snapshot, string id, string text, Reach within, DateTimeOffset now)
        {
            (this.snapshot, this.now) = (snapshot, now);
            (level, var scope) = snapshot.DraftLevel(id, text, within);
            Filter = new CallFilter(within)
            {
                OrganisationId = scope.Organisation.Id.ToString(),
                WorkspaceId = scope.Workspace?.Id.ToString(),
                UseCaseId = scope.UseCase?.Id.ToString(),
            };
        }

        public CallFilter Filter { get; }

        public Caller? CallerOf(CallRecord call) =>
            KeyId.TryParse(call.KeyId, out var key) && snapshot.Callers.TryGetValue(key, out var caller) ? caller
            : UseCaseId.TryParse(call.UseCaseId, out var useCase) ? snapshot.AnyoneOf(useCase)
            : null;

        public CompiledPolicy? For(Caller caller)
        {
            if (compiled.TryGetValue(caller.UseCase.Id, out var known))
                return known;
            var levels = snapshot
                .Policies.LevelsOf(caller.Organisation, caller.Workspace, caller.UseCase)
                .Where(l => l.Id != level.Id)
                .Append(level)
                .OrderBy(l => l.Scope)
                .ToList();
            return compiled[caller.UseCase.Id] = PolicyBook.Compile(levels, [caller.WorkspaceId, caller.UseCaseId], now);
        }
    }
}
