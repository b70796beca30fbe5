using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;

namespace Portico.Gateway.Endpoints;

/// <summary>
/// Guards that a replay leaves out: those of its text and of the levels above. Past texts go to nobody: a service or a model of somebody else would get them a second time, at a price, and would say of today
/// what it thinks today.
/// </summary>
static class GuardsNotAsked
{
    /// <summary>Names, sorted; none where the text is no policy any more.</summary>
    public static IReadOnlyList<string> Of(GovernanceSnapshot snapshot, string level, string text)
    {
        var lines = (PolicyReader.Read(text).Document ?? PolicyDocument.Empty).Lines.Values;
        return
        [
            .. (GuardSet.Of([.. lines.Concat(Above(snapshot, level)).Select(l => l.Value)])?.Guards ?? []).Select(g => g.Name).Distinct(),
        ];
    }

    static IEnumerable<PolicyLine> Above(GovernanceSnapshot snapshot, string level)
    {
        // Its level may be gone since.
        if (!PolicyPlace.MayWrite(snapshot, level, Reach.Everywhere))
            return [];
        var place = PolicyPlace.Of(snapshot, level, Reach.Everywhere);
        return snapshot
            .Policies.LevelsOf(place.Organisation, place.Workspace, place.UseCase)
            .Where(l => l.Id != level)
            .SelectMany(l => l.Document.Lines.Values);
    }
}
