using Portico.Governance.Forensics;
using Portico.Governance.Policy;
using Portico.Observability.Findings;

namespace Portico.Observability;

/// <summary>Whose some calls are, as retention tells them apart. Null: refused before that was known.</summary>
public readonly record struct CallOwner(string? WorkspaceId, string? UseCaseId, string? PersonId);

/// <summary>What a removal of calls came to for one workspace.</summary>
/// <param name="Tally">The calls that went, in their order.</param>
public sealed class RemovedCalls(PurgeTally tally) : IDisposable
{
    public PurgeTally Tally => tally;

    /// <summary>Calls that are past their time and stay, because of a legal hold.</summary>
    public long Held { get; set; }

    /// <summary>Calls that a reading after it found all the same.</summary>
    public long Left { get; set; }

    public void Dispose() => tally.Dispose();
}

/// <summary>
/// Removes records of calls, with their attempts, that a policy does not let its workspace keep, where the installation keeps more; and those of all others, where a policy
/// makes the installation keep its months longer. A month of an owner goes as a whole; sums stay.
/// </summary>
sealed class RecordPurge(ICallStore calls, FindingPurge findings, Holds holds, Purges purges)
{
    /// <summary>For how many months the files and partitions must be kept for all policies.</summary>
    public static int MonthsOfAll(IReadOnlyList<WorkspaceRetention> policies, int installation) =>
        (int)policies.SelectMany(p => p.UseCases.Values.Append(p.Times)).Select(t => t.MonthsOf(installation)).Append(installation).Max();

    /// <summary>How many went.</summary>
    /// <param name="now">The time.</param>
    /// <param name="installation">Months that the installation keeps.</param>
    /// <param name="policies">Workspaces whose policies say how long.</param>
    /// <param name="ct">Ends the round.</param>
    public async Task<long> RunAsync(DateTimeOffset now, int installation, IReadOnlyList<WorkspaceRetention> policies, CancellationToken ct)
    {
        var byId = policies.ToDictionary(p => p.WorkspaceId, StringComparer.Ordinal);
        long MonthsOf(CallOwner owner) =>
            owner.WorkspaceId is { } id && byId.TryGetValue(id, out var policy)
                ? policy.For(owner.UseCaseId).MonthsOf(installation)
                : installation;
        var all = policies
            .SelectMany(p => p.UseCases.Values.Append(p.Times))
            .Select(t => t.MonthsOf(installation))
            .Append(installation)
            .ToList();
        // Where all keep as long as the installation, whole months went already.
        if (all.TrueForAll(m => m == installation))
            return 0;
        var removed = new Dictionary<string, RemovedCalls>(StringComparer.Ordinal);
        var before = Months.FirstOf(now, -(int)all.Min());
        DateTimeOffset KeptFrom(CallOwner owner) => Months.FirstOf(now, -(int)MonthsOf(owner));
        var held = await holds.HeldAsync(ct);
        try
        {
            // What tells of a call goes before it.
            await findings.RemoveAsync(before, KeptFrom, held, ct);
            await calls.RemoveAsync(
                before,
                KeptFrom,
                held,
                owner =>
                {
                    var whose = owner.WorkspaceId is { } id && byId.ContainsKey(id) ? id : "";
                    return removed.TryGetValue(whose, out var known) ? known : removed[whose] = new RemovedCalls(new PurgeTally());
                },
                ct
            );
            foreach (var (workspace, went) in removed.OrderBy(r => r.Key, StringComparer.Ordinal))
                await purges.ReportAsync(
                    "calls",
                    Months.FirstOf(now, -(int)(workspace.Length == 0 ? installation : MonthsOf(new CallOwner(workspace, null, null)))),
                    went.Tally,
                    went.Held,
                    went.Left,
                    ct,
                    workspace.Length == 0 ? null : workspace
                );
            return removed.Values.Sum(r => r.Tally.Removed);
        }
        finally
        {
            foreach (var went in removed.Values)
                went.Dispose();
        }
    }
}
