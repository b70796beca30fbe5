using Portico.Governance;
using Portico.Governance.Access;
using Portico.Observability;

namespace Portico.Models.Overview;

/// <summary>A workspace, key and route that used a model, with its calls and what they cost. Names are null for what is no longer there.</summary>
public sealed record ModelUse(string WorkspaceId, string? Workspace, string KeyId, string? Key, string Route, long Calls, string CostUsd);

/// <summary>Who used models in the last 30 days, from the sums that reports read.</summary>
sealed class ModelUses(UsageReports usage, GovernanceCatalog governance, TimeProvider time)
{
    static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    /// <summary>Uses of one model, the most calls first.</summary>
    public async Task<IReadOnlyList<ModelUse>> OfAsync(string model, Reach within, CancellationToken ct)
    {
        var lines = await usage.ReadAsync(
            Query(["workspace", "key", "route"], within) with
            {
                Where = new Dictionary<string, string>(StringComparer.Ordinal) { ["model"] = model },
            },
            ct
        );
        return lines.OrderByDescending(l => l.Calls).Select(l => Use(l, governance.Current)).ToList();
    }

    /// <summary>Sums by the name of the model; one that nobody used is not in it.</summary>
    public async Task<IReadOnlyDictionary<string, UsageLine>> SumsAsync(Reach within, CancellationToken ct) =>
        (await usage.ReadAsync(Query(["model"], within), ct)).ToDictionary(l => l.Group["model"], StringComparer.Ordinal);

    UsageQuery Query(IReadOnlyList<string> by, Reach within)
    {
        var now = time.GetUtcNow();
        return new UsageQuery(within)
        {
            FromUs = Micros.Of(now - Recent),
            // The minute that runs is in it.
            ToUs = Micros.Of(now) + 60_000_000,
            GroupBy = by,
        };
    }

    static ModelUse Use(UsageLine line, GovernanceSnapshot governance) =>
        new(
            line.Group["workspace"],
            WorkspaceId.TryParse(line.Group["workspace"], out var workspace)
                ? governance.Workspaces.GetValueOrDefault(workspace)?.Name
                : null,
            line.Group["key"],
            KeyId.TryParse(line.Group["key"], out var key) ? governance.Callers.GetValueOrDefault(key)?.Key?.Name : null,
            line.Group["route"],
            line.Calls,
            line.CostUsd
        );
}
