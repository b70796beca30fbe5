using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;

namespace Portico.Governance.Risks.Checks;

/// <summary>What the lines of the policy in force say. Pure; a policy that is null has no line.</summary>
static class PolicyChecks
{
    /// <summary>Months that Art. 26(6) of the AI Act has deployers keep logs, where no other law says more.</summary>
    public const int RecordMonths = 6;

    public static ControlFinding ModelLists(CompiledPolicy? policy)
    {
        var lines = Said(policy, "models.allow", "providers.allow", "licences.allow");
        var denied = Said(policy, "models.deny", "providers.deny", "licences.commercial_use");
        return lines.Count > 0 ? ControlFinding.InForce($"In force: {Listed([.. lines, .. denied])}.")
            : denied.Count > 0 ? ControlFinding.Partial($"Some are shut out ({Listed(denied)}), and all others may serve.")
            : ControlFinding.Absent("No line of the policy says which models and providers may serve.");
    }

    public static ControlFinding DataTerms(CompiledPolicy? policy)
    {
        var said = Said(policy, "data.max_retention_days", "regions.allow");
        if (policy?.NoTraining is true)
            said.Insert(0, "data.no_training");
        if (said.Count == 0)
            return ControlFinding.Absent("No line of the policy says what providers may do with what is sent.");
        var loose = Loose(policy!);
        return said.Count < 3 ? ControlFinding.Partial($"In force: {Listed(said)} alone.")
            : loose.Count > 0 ? ControlFinding.Partial($"In force: {Listed(said)}; what is not known passes ({Listed(loose)}).")
            : ControlFinding.InForce($"In force: {Listed(said)}; what is not known is refused.");
    }

    static List<string> Loose(CompiledPolicy policy) =>
        new[] { (policy.DataStrict, "data.when_unknown"), (policy.RegionsStrict, "regions.when_unknown") }
            .Where(l => !l.Item1)
            .Select(l => l.Item2)
            .ToList();

    public static ControlFinding DataClasses(CompiledPolicy? policy)
    {
        var lists = Said(policy, "data_classes.development", "data_classes.production");
        var isRequired = policy?.Effective.Find("data_classes.required")?.Value is Duty { Holds: true };
        return (lists.Count, isRequired) switch
        {
            (2, true) => ControlFinding.InForce("Calls name the class of their data, and each stage has the classes it may send."),
            (0, false) => ControlFinding.Absent("No line of the policy is about classes of data."),
            (0, true) => ControlFinding.Partial("Calls name the class of their data, and every class may be sent."),
            (_, true) => ControlFinding.Partial($"Calls name the class of their data; of the lists there is {Listed(lists)} alone."),
            _ => ControlFinding.Partial($"In force: {Listed(lists)}; a call that names no class passes."),
        };
    }

    public static ControlFinding Capture(CompiledPolicy? policy) =>
        policy?.Capture is { } capture
            ? ControlFinding.InForce($"Of every call there is kept: {PolicySchema.CaptureStates[(int)capture]}.")
            : ControlFinding.Partial("No line of the policy bounds it: contents are kept where a route or a key asks, and nowhere else.");

    public static ControlFinding Retention(CompiledPolicy? policy)
    {
        string[] all = ["retention.contents_days", "retention.responses_days", "retention.records_months"];
        var said = Said(policy, all);
        return said.Count == all.Length ? ControlFinding.InForce($"In force: {Listed(said)}.")
            : said.Count > 0 ? ControlFinding.Partial($"In force: {Listed(said)}; for the rest the times of the installation hold.")
            : ControlFinding.Partial("No line of the policy says how long anything is kept: the times of the installation hold.");
    }

    public static ControlFinding RecordFloor(CompiledPolicy? policy) =>
        policy?.RecordsMinMonths switch
        {
            null or 0 => ControlFinding.Absent("No line of the policy has records stay."),
            >= RecordMonths and var months => ControlFinding.InForce($"Records stay at least {months} months."),
            var months => ControlFinding.Partial($"Records stay at least {months} months, fewer than {RecordMonths}."),
        };

    public static ControlFinding Approvals(CompiledPolicy? policy)
    {
        var asked = Enum.GetValues<RiskClass>().Where(c => policy?.ApprovalsFor(c) > 0).ToList();
        return asked.Count == 0 ? ControlFinding.Absent("No line of the policy asks for approvals of use cases.")
            : asked.Contains(RiskClass.High)
                ? ControlFinding.InForce(
                    $"A use case of high risk needs {People(policy!.ApprovalsFor(RiskClass.High))} before it makes calls."
                )
            : ControlFinding.Partial($"Approvals are asked of {string.Join(" and ", asked).ToLowerInvariant()} risk and not of high.");
    }

    static string People(int count) => count == 1 ? "the approval of a person" : $"the approvals of {count} people";

    static List<string> Said(CompiledPolicy? policy, params string[] lines) =>
        lines.Where(l => policy?.Effective.Find(l) is { Value: not Duty { Holds: false } }).ToList();

    static string Listed(IEnumerable<string> lines) => string.Join(", ", lines);
}
