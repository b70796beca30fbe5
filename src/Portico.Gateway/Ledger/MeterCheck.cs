using Portico.Governance.Risks;

namespace Portico.Gateway.Ledger;

/// <summary>Whether budgets, or limits, bound what is called at a level. Those above it bound it too.</summary>
sealed class MeterCheck(string control, MeterCatalog meters, Func<Meter, bool> isOne, string what) : IControlCheck
{
    public static MeterCheck Budgets(MeterCatalog meters) => new("budget_holds", meters, m => m.IsBudget, "budget");

    public static MeterCheck Limits(MeterCatalog meters) => new("rate_limits", meters, m => !m.IsBudget, "limit");

    public string Control => control;

    public ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct) => ValueTask.FromResult(Find(meters.Current, at));

    ControlFinding Find(MeterSnapshot all, ControlPlace at)
    {
        (MeterScope, string?)[] above =
        [
            (MeterScope.Organisation, at.Level.Organisation.Id.ToString()),
            (MeterScope.Workspace, at.Level.Workspace?.Id.ToString()),
            (MeterScope.UseCase, at.Level.UseCase?.Id.ToString()),
        ];
        var noted = false;
        foreach (var (scope, id) in above.Where(s => s.Item2 is not null))
        {
            var here = all.ByScope[(scope, id!)].Where(isOne).ToList();
            if (here.Exists(m => !m.ShadowOnly))
                return ControlFinding.InForce($"A {what} of the {Noun(scope)} bounds all that is called here.");
            noted |= here.Count > 0;
        }
        // Every key and every person has one of its own.
        if (all.ByScope[(MeterScope.Key, "*")].Any(m => isOne(m) && !m.ShadowOnly))
            return ControlFinding.InForce($"Each key has a {what}.");
        return Below(all, at) ? ControlFinding.Partial($"Some of what is below has a {what}, and nothing bounds it all.")
            : noted ? ControlFinding.Partial($"A {what} is only counted and refuses nothing.")
            : ControlFinding.Absent($"No {what} bounds what is called here.");
    }

    bool Below(MeterSnapshot all, ControlPlace at)
    {
        var useCases = at.UseCases.Select(u => u.Id).ToHashSet();
        return at.Workspaces.Any(w => Enforced(all, MeterScope.Workspace, w.Id.ToString()))
            || useCases.Any(u => Enforced(all, MeterScope.UseCase, u.ToString()))
            || at.All.Callers.Values.Any(c => useCases.Contains(c.UseCase.Id) && Enforced(all, MeterScope.Key, c.KeyId!));
    }

    bool Enforced(MeterSnapshot all, MeterScope scope, string id) => all.ByScope[(scope, id)].Any(m => isOne(m) && !m.ShadowOnly);

    static string Noun(MeterScope scope) =>
        scope switch
        {
            MeterScope.Organisation => "organisation",
            MeterScope.Workspace => "workspace",
            _ => "use case",
        };
}
