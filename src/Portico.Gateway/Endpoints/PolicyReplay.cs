using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Policy.Guardrails;
using Portico.Observability;
using static Portico.Gateway.Endpoints.PolicyEffectEndpoints;

namespace Portico.Gateway.Endpoints;

/// <summary>
/// Asks a text of past calls: by their records, as routes, models and keys are now. One request ends at a bound of calls and time and says how far it came; many calls, and what was said in
/// them, are for <see cref="PolicyReplays"/>.
/// </summary>
sealed class PolicyReplay(
    GovernanceCatalog governance,
    RouteTable routes,
    ICallStore calls,
    DetectorModelCatalog detectors,
    TimeProvider time
)
{
    public const int MaxLooked = 2_000;
    const int PageSize = 250;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<ReplayView> RunAsync(ReplayBody body, Reach within, CancellationToken ct)
    {
        var judge = new PolicyJudge(governance.Current, routes, body.Level, body.Text, within, detectors.Current, time.GetUtcNow());
        var filter = judge.Filter with { FromUs = Micros.Of(body.From), ToUs = Micros.Of(body.To) };
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
                var judged = judge.ByRecord(call);
                if (judged.Verdict == Verdict.Refused)
                    refused.Add(Of(call, judged.Why));
                else if (judged.Verdict == Verdict.Elsewhere)
                    elsewhere.Add(Of(call, judged.Why));
                else if (judged.Verdict == Verdict.Unjudged)
                    unjudged++;
            }
            if (page.Count <= PageSize)
                return View(null);
        }
        return View(after is null ? null : PageRequest.Encode(after));

        ReplayView View(string? next) =>
            new(
                looked,
                refused,
                elsewhere,
                unjudged,
                GuardsNotAsked.Of(governance.Current, body.Level, body.Text),
                last is null ? null : Micros.ToTime(last.StartedAtUs),
                next
            );
    }

    static ReplayedCall Of(CallRecord call, string why) =>
        new(call.Id.ToString(), Micros.ToTime(call.StartedAtUs), call.KeyId, call.UseCaseId, call.RequestedModel, call.Model, why);
}
