using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;

namespace Portico.Governance.Risks.Checks;

/// <summary>A check over what the snapshot and the policy say, which needs nothing else.</summary>
sealed class OwnCheck(string control, Func<ControlPlace, ControlFinding> check) : IControlCheck
{
    public string Control => control;

    public ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct) => ValueTask.FromResult(check(at));

    public static readonly IReadOnlyList<OwnCheck> All =
    [
        OfRules("content_screening", ScreenChecks.Any),
        new("guards", at => ScreenChecks.Guards(GuardsOf(at))),
        OfRules("attack_screening", ScreenChecks.Attacks),
        OfRules("prompt_canaries", ScreenChecks.Canaries),
        OfRules("personal_data_screening", ScreenChecks.PersonalData),
        OfRules("secret_screening", ScreenChecks.Secrets),
        OfRules("harm_screening", ScreenChecks.Harm),
        OfRules("grounding_notes", ScreenChecks.Grounding),
        new("person_decides", at => ScreenChecks.Person(RulesOf(at), GuardsOf(at))),
        new("data_classes", at => PolicyChecks.DataClasses(at.Policy)),
        new("data_terms", at => PolicyChecks.DataTerms(at.Policy)),
        new("capture_limits", at => PolicyChecks.Capture(at.Policy)),
        new("retention", at => PolicyChecks.Retention(at.Policy)),
        new("record_floor", at => PolicyChecks.RecordFloor(at.Policy)),
        new("model_lists", at => PolicyChecks.ModelLists(at.Policy)),
        new("use_case_approval", at => PolicyChecks.Approvals(at.Policy)),
        new("use_case_register", UseCaseChecks.Register),
        new("use_case_classification", UseCaseChecks.Classes),
        new("key_bounds", UseCaseChecks.Keys),
    ];

    static OwnCheck OfRules(string control, Func<IReadOnlyList<ContentRule>, ControlFinding> check) =>
        new(control, at => check(RulesOf(at)));

    static IReadOnlyList<Guard> GuardsOf(ControlPlace at) => at.Policy?.Guards?.Guards ?? [];

    static IReadOnlyList<ContentRule> RulesOf(ControlPlace at) =>
        at.Policy?.Effective.Lines.Select(l => l.Value).OfType<Guardrail>().Select(g => g.Rule).ToList() ?? [];
}
