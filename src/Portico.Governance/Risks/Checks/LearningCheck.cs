using Portico.Governance.Learning;

namespace Portico.Governance.Risks.Checks;

/// <summary>What people must have learned or acknowledged before they call.</summary>
sealed class LearningCheck(LearningCatalog learning, string control, Func<AccessRule, bool> asks, string what) : IControlCheck
{
    public static LearningCheck Courses(LearningCatalog learning) =>
        new(learning, "ai_literacy", r => r.Courses.Count > 0, "courses are passed");

    public static LearningCheck AcceptableUse(LearningCatalog learning) =>
        new(learning, "acceptable_use", r => r.AcceptableUse, "the acceptable-use policy is acknowledged");

    public string Control => control;

    public ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct)
    {
        var rules = learning.Current.Rules(at.Level.Organisation.Id).Where(asks).ToList();
        var workspace = at.Level.Workspace?.Id;
        if (rules.Exists(r => r.From <= at.Now && (r.WorkspaceId is null || r.WorkspaceId == workspace)))
            return ValueTask.FromResult(ControlFinding.InForce($"People call here once {what}."));
        var seen = at.Workspaces.Select(w => w.Id).ToHashSet();
        var near = rules.Where(r => r.WorkspaceId is not { } one || seen.Contains(one)).ToList();
        return ValueTask.FromResult(
            near.Count == 0 ? ControlFinding.Absent($"No access rule asks that {what}.")
            : near.Exists(r => r.From <= at.Now) ? ControlFinding.Partial($"In some workspaces people call once {what}.")
            : ControlFinding.Partial($"An access rule that asks that {what} begins later.")
        );
    }
}
