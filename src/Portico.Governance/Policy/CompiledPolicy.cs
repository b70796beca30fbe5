using Portico.Governance.Policy.Approvals;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;

namespace Portico.Governance.Policy;

/// <summary>What is kept of a call, the least first.</summary>
public enum CaptureState
{
    None,
    Metadata,
    Redacted,
    Full,
}

/// <summary>What becomes of a call that is unlike its caller's others, the strictest first.</summary>
public enum OddShape
{
    Refuse,
    Flag,
    Allow,
}

/// <summary>
/// The policy of a use case as calls need it: made with the snapshot, reached by reference from the caller, read without allocation. Exceptions that end make a chain:
/// the policy of the time behind an end is <see cref="At"/> of it.
/// </summary>
public sealed class CompiledPolicy
{
    readonly AllowedNames? developmentData;
    readonly AllowedNames? productionData;
    readonly bool classRequired;
    readonly int[] approvals;

    internal CompiledPolicy(
        EffectivePolicy effective,
        string versions,
        string ids,
        Screen? screen,
        DateTimeOffset? until,
        CompiledPolicy? next
    )
    {
        (Effective, Versions, VersionIds, Screen, Until, Next) = (effective, versions, ids, screen, until, next);
        Guards = GuardSet.Of(effective.Lines.Select(l => l.Value));
        Fact = $"policy of {versions}";
        Models = (ValueOf<AllowedNames>("models.allow")?.Names, ValueOf<DeniedNames>("models.deny")?.Names);
        Providers = (ValueOf<AllowedNames>("providers.allow")?.Names, ValueOf<DeniedNames>("providers.deny")?.Names);
        Regions = ValueOf<AllowedNames>("regions.allow")?.Names;
        RegionsStrict = IsStrict("regions.when_unknown");
        NoTraining = ValueOf<Duty>("data.no_training") is { Holds: true };
        MaxRetentionDays = (int?)ValueOf<AtMost>("data.max_retention_days")?.Value;
        DataStrict = IsStrict("data.when_unknown");
        Licences = ValueOf<AllowedNames>("licences.allow")?.Names;
        CommercialUse = ValueOf<Duty>("licences.commercial_use") is { Holds: true };
        LicencesStrict = IsStrict("licences.when_unknown");
        developmentData = ValueOf<AllowedNames>("data_classes.development");
        productionData = ValueOf<AllowedNames>("data_classes.production");
        classRequired = ValueOf<Duty>("data_classes.required") is { Holds: true };
        WhenOdd = ValueOf<Rank>(WhenOddLine) is { } odd ? (OddShape)odd.Place : OddShape.Allow;
        var lookers = (screen?.Rules.Select(r => r.Name) ?? [])
            .Concat(Guards?.Guards.Select(g => g.Name) ?? [])
            .Concat(WhenOdd == OddShape.Allow ? [] : [WhenOddLine])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        ScreenedBy = lookers.Count == 0 ? null : string.Join(' ', lookers);
        Capture = ValueOf<Rank>("capture.state") is { } capture ? (CaptureState)capture.Place : null;
        ContentsDays = ValueOf<AtMost>("retention.contents_days")?.Value;
        ResponsesDays = ValueOf<AtMost>("retention.responses_days")?.Value;
        RecordsMonths = ValueOf<AtMost>("retention.records_months")?.Value;
        RecordsMinMonths = ValueOf<AtLeast>("retention.records_min_months")?.Value;
        KeepDays = ValueOf<AtMost>("capture.retention_days")?.Value is { } captured
            ? Math.Min(captured, ContentsDays ?? captured)
            : ContentsDays;
        approvals = Array.ConvertAll(Enum.GetValues<RiskClass>(), c => (int)(ValueOf<AtLeast>(ApprovalLine(c))?.Value ?? 0));
        ApprovalDays = (int?)ValueOf<AtMost>("approvals.valid_days")?.Value;
        Narrows =
            Models is not (null, null)
            || Providers is not (null, null)
            || Regions is not null
            || NoTraining
            || MaxRetentionDays is not null
            || Licences is not null
            || CommercialUse;
    }

    public EffectivePolicy Effective { get; }

    /// <summary>The levels whose documents count and their versions, in words.</summary>
    public string Versions { get; }

    /// <summary>The same by ids, for the audit log.</summary>
    public string VersionIds { get; }

    /// <summary>What the trail of every call says of it; made once.</summary>
    public string Fact { get; }

    /// <summary>The content rules; null = none.</summary>
    public Screen? Screen { get; }

    /// <summary>Who else is asked about texts; null = nobody.</summary>
    public GuardSet? Guards { get; }

    /// <summary>From then on <see cref="Next"/> holds; null = for good.</summary>
    public DateTimeOffset? Until { get; }
    public CompiledPolicy? Next { get; }

    /// <summary>Names of all that may find something in a call, with a space between them, as its record has them; null = nothing does.</summary>
    public string? ScreenedBy { get; }

    public const string WhenOddLine = "shapes.when_odd";

    /// <summary>What becomes of calls that are far longer than their caller's others.</summary>
    public OddShape WhenOdd { get; }

    /// <summary>Some line says what may serve.</summary>
    public bool Narrows { get; }
    public (CoveringSet? Allow, CoveringSet? Deny) Models { get; }
    public (CoveringSet? Allow, CoveringSet? Deny) Providers { get; }
    public CoveringSet? Regions { get; }
    public bool RegionsStrict { get; }
    public bool NoTraining { get; }
    public int? MaxRetentionDays { get; }
    public bool DataStrict { get; }
    public CoveringSet? Licences { get; }
    public bool CommercialUse { get; }
    public bool LicencesStrict { get; }

    /// <summary>What is kept of calls; null = as route and key say.</summary>
    public CaptureState? Capture { get; }

    /// <summary>For how many days contents are kept; null = as all are.</summary>
    public long? KeepDays { get; }

    /// <summary>The same by the line of retention alone, which holds for what is kept already.</summary>
    public long? ContentsDays { get; }

    /// <summary>For how many days responses and conversations are kept; null = as all are.</summary>
    public long? ResponsesDays { get; }

    /// <summary>For how many months records of calls are kept at the most, and at the least; null = as all are.</summary>
    public long? RecordsMonths { get; }
    public long? RecordsMinMonths { get; }

    /// <summary>After so many days an approval of a use case lapses; null = never.</summary>
    public int? ApprovalDays { get; }

    /// <summary>The budget of what is made without one, and how much of it nobody below may exceed; null = nothing is said.</summary>
    /// <param name="line"><c>budgets.key</c> or <c>budgets.use_case</c>.</param>
    public (MoneyBound? Default, MoneyBound? Ceiling) BudgetOf(string line) =>
        Effective.Find(line) is { } found ? (found.Value as MoneyBound, found.Must as MoneyBound) : (null, null);

    /// <summary>The mandatory line that says a window's ceiling.</summary>
    public LineOrigin? CeilingOrigin(string line, string window, long nanoUsd) =>
        Effective.Find(line)?.Counting.FirstOrDefault(o => o.Mandatory && o.Value is MoneyBound bound && bound.Of(window) == nanoUsd);

    /// <summary>Approvals that a use case of a class needs. One that nobody classified is held to be the riskiest.</summary>
    public int ApprovalsFor(RiskClass? riskClass) => approvals[(int)(riskClass ?? RiskClass.High)];

    /// <summary>The line that says so.</summary>
    internal static string ApprovalLine(RiskClass? riskClass) => $"approvals.{(riskClass ?? RiskClass.High).ToString().ToLowerInvariant()}";

    /// <summary>Some line asks for the class of the data.</summary>
    public bool AsksForData => classRequired || developmentData is not null || productionData is not null;

    /// <summary>Nothing that was said may be kept, responses and conversations included.</summary>
    public bool ForbidsKeeping => Capture is CaptureState.None or CaptureState.Metadata;

    /// <summary>The policy that holds at a time.</summary>
    public CompiledPolicy At(DateTimeOffset now)
    {
        var policy = this;
        while (policy.Next is { } next && now >= policy.Until)
            policy = next;
        return policy;
    }

    /// <summary>The line that a class of data breaks; null = none.</summary>
    /// <param name="dataClass">As the call names it; null = it names none.</param>
    /// <param name="isProduction">The use case is in production.</param>
    public (string Line, string Why)? DataRefusal(string? dataClass, bool isProduction)
    {
        if (dataClass is null)
            return classRequired ? ("data_classes.required", $"a call must name its class of data in {DataClasses.Header}") : null;
        var allowed = isProduction ? productionData : developmentData;
        return allowed is null || allowed.Names.Has(dataClass)
            ? null
            : (isProduction ? "data_classes.production" : "data_classes.development", $"data of the class {dataClass} may not be sent");
    }

    /// <summary>A refusal in words: the line, where it stands, and what to do.</summary>
    public string Refuse(string line, string why, string? value = null) =>
        $"The policy does not allow this call: {why} ({OriginOf(line, value)?.Says ?? line}: '{OriginOf(line, value)?.Text ?? line}'). Ask an officer to change the line, or to exempt the use case from it for a time.";

    /// <summary>Where a line comes from; null when nothing is said of it.</summary>
    public LineOrigin? Origin(string line) => OriginOf(line, null);

    /// <summary>The line in words, for a list.</summary>
    public string Tell(string line, string? value = null) => OriginOf(line, value) is { } origin ? $"{line}, {origin.Says}" : line;

    /// <summary>Where a line comes from: the first level by which the value is not allowed, else the first that counts.</summary>
    LineOrigin? OriginOf(string line, string? value)
    {
        if (Effective.Find(line) is not { } found)
            return null;
        var counting = found.Counting.ToList();
        return (value is null ? null : counting.Find(o => o.Value is AllowedNames allowed && !allowed.Names.Has(value)))
            ?? (value is null ? null : counting.Find(o => o.Value is DeniedNames denied && denied.Names.Has(value)))
            ?? counting.Find(o => o.Value.Equals(found.Value))
            ?? counting.FirstOrDefault();
    }

    T? ValueOf<T>(string line)
        where T : PolicyValue => Effective.Find(line)?.Value as T;

    /// <summary>Without the line what is not known does not meet a demand.</summary>
    bool IsStrict(string line) => ValueOf<Rank>(line) is not { Word: "allow" };
}
