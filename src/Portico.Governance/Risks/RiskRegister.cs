using System.Reflection;
using Portico.Governance.Access;
using Portico.Governance.Policy;
using Portico.Governance.Risks.Controls;

namespace Portico.Governance.Risks;

/// <summary>The register as it stood at a time: at a level, or the mapping alone.</summary>
/// <param name="At">When it was read.</param>
/// <param name="ProductVersion">Of this build.</param>
/// <param name="Level">Where; null = nowhere, and nothing was checked.</param>
/// <param name="Policies">The versions that count there, from the organisation down.</param>
/// <param name="Findings">How each control stands, by its id; empty where nothing was checked.</param>
/// <param name="Frameworks">Those that were asked for.</param>
sealed record RiskReading(
    DateTimeOffset At,
    string ProductVersion,
    PolicyPlace? Level,
    IReadOnlyList<PolicyLevel> Policies,
    IReadOnlyDictionary<string, ControlFinding> Findings,
    IReadOnlyList<Framework> Frameworks
)
{
    /// <summary>The controls that the frameworks name, in the order of the book.</summary>
    public IEnumerable<Control> Controls
    {
        get
        {
            var named = Frameworks.SelectMany(f => f.Items).SelectMany(i => i.Controls).ToHashSet(StringComparer.Ordinal);
            return ControlBook.All.Where(c => named.Contains(c.Id));
        }
    }
}

/// <summary>Reads how the controls of the frameworks stand at a level. It says what supports whom, and never that somebody complies.</summary>
sealed class RiskRegister(GovernanceCatalog catalog, IEnumerable<IControlCheck> checks, TimeProvider time)
{
    static readonly string Version = (
        typeof(RiskRegister).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0"
    ).Split('+')[0];

    readonly Dictionary<string, IControlCheck> byControl = checks.ToDictionary(c => c.Control, StringComparer.Ordinal);

    /// <param name="level">org_…, ws_… or uc_…; null = the mapping alone.</param>
    /// <param name="framework">One of them; null = all.</param>
    /// <param name="within">How far whoever asks sees.</param>
    /// <param name="ct">The caller.</param>
    /// <exception cref="PorticoException">There is no such level within reach, or no such framework.</exception>
    public async Task<RiskReading> ReadAsync(string? level, string? framework, Reach within, CancellationToken ct)
    {
        var frameworks = framework is null ? FrameworkBook.All : [FrameworkBook.Find(framework) ?? throw UnknownFramework(framework)];
        var now = time.GetUtcNow();
        if (level is null)
            return new RiskReading(now, Version, null, [], new Dictionary<string, ControlFinding>(), frameworks);
        var all = catalog.Current;
        var place = PolicyPlace.Of(all, level, within, "level");
        var at = ControlPlace.Of(all, place, within, now);
        var findings = new Dictionary<string, ControlFinding>(StringComparer.Ordinal);
        foreach (var control in ControlBook.All)
            findings[control.Id] = await FindAsync(control, at, ct);
        var policies = all.Policies.LevelsOf(place.Organisation, place.Workspace, place.UseCase).ToList();
        return new RiskReading(now, Version, place, policies, findings, frameworks);
    }

    async ValueTask<ControlFinding> FindAsync(Control control, ControlPlace at, CancellationToken ct) =>
        control.Always is { } always ? ControlFinding.InForce(always)
        : control.Unseen is { } unseen ? new ControlFinding(ControlState.Unknown, unseen)
        : byControl.GetValueOrDefault(control.Id) is { } check ? await check.CheckAsync(at, ct)
        : new ControlFinding(ControlState.Unknown, "This build has no check of it.");

    static PorticoException UnknownFramework(string id) =>
        new(
            ErrorTable.InvalidRequest,
            $"There is no framework '{ShortText.UpTo(id, 64)}'. There are: {string.Join(", ", FrameworkBook.All.Select(f => f.Id))}.",
            "framework"
        );
}
