namespace Portico.Governance.Risks.Checks;

/// <summary>What is said of the use cases and keys of a level. Pure.</summary>
static class UseCaseChecks
{
    public static ControlFinding Register(ControlPlace at)
    {
        var all = at.UseCases.ToList();
        return all.Count == 0
            ? None
            : ControlFinding.Share(
                all.Count(u => !string.IsNullOrWhiteSpace(u.Purpose) && !string.IsNullOrWhiteSpace(u.Owner)),
                all.Count,
                "use cases have a purpose and an owner"
            );
    }

    public static ControlFinding Classes(ControlPlace at)
    {
        var all = at.UseCases.ToList();
        return all.Count == 0
            ? None
            : ControlFinding.Share(all.Count(u => u.RiskClass is not null), all.Count, "use cases have a class of risk");
    }

    static readonly ControlFinding None = ControlFinding.Absent("There is no use case yet.");

    /// <summary>Keys that work.</summary>
    public static ControlFinding Keys(ControlPlace at)
    {
        var useCases = at.UseCases.Select(u => u.Id).ToHashSet();
        var keys = at
            .All.Callers.Values.Where(c => useCases.Contains(c.UseCase.Id) && GovernanceSnapshot.RefusalOf(c, at.Now) == KeyRefusal.None)
            .Select(c => c.Key!)
            .ToList();
        return keys.Count == 0
            ? ControlFinding.InForce("No key works.")
            : ControlFinding.Share(
                keys.Count(k => k.ExpiresAt is not null || k.Networks.Count > 0 || k.AllowedRoutes.Count > 0),
                keys.Count,
                "keys that work have an end, networks or routes"
            );
    }
}
