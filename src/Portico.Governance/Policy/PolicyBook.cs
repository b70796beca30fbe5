using System.Collections.Frozen;
using Portico.Guardrails;

namespace Portico.Governance.Policy;

/// <summary>A version of the document of a level.</summary>
public sealed record PolicyVersion(string Level, long Version, string Text, string Actor, string? Note, DateTimeOffset At);

/// <summary>A text that is asked at every call and refuses none.</summary>
public sealed record PolicyDraft(string Level, long Version, string Text, string Actor, DateTimeOffset At);

/// <summary>What the store holds: the newest version of each level, and the drafts.</summary>
sealed record PolicyRows(IReadOnlyList<PolicyVersion> Current, IReadOnlyList<PolicyDraft> Drafts)
{
    public static readonly PolicyRows None = new([], []);
}

/// <summary>
/// All policies, compiled. What did not change since the book before is the same object, so that what calls keep by policy stays.
/// </summary>
public sealed class PolicyBook
{
    readonly FrozenDictionary<string, PolicyVersion> current;
    readonly FrozenDictionary<string, PolicyDraft> drafts;
    readonly Dictionary<string, PolicyDocument> documents;
    readonly Dictionary<string, CompiledPolicy?> compiled = new(StringComparer.Ordinal);
    readonly IReadOnlyDictionary<string, CompiledPolicy?> before;
    readonly DateTimeOffset now;
    readonly HashSet<string> excepted;

    internal PolicyBook(PolicyRows rows, PolicyBook? before, DateTimeOffset now)
    {
        // Of the book before what it compiled alone: books do not hold each other.
        this.before = before?.Compiled() ?? new Dictionary<string, CompiledPolicy?>();
        this.now = now;
        current = rows.Current.ToFrozenDictionary(v => v.Level, StringComparer.Ordinal);
        drafts = rows.Drafts.ToFrozenDictionary(d => d.Level, StringComparer.Ordinal);
        documents = new(StringComparer.Ordinal);
        foreach (var text in current.Values.Select(v => v.Text).Concat(drafts.Values.Select(d => d.Text)))
            if (!documents.ContainsKey(text))
                documents[text] = before?.documents.GetValueOrDefault(text) ?? Parse(text);
        excepted = documents.Values.SelectMany(d => d.Exceptions).Select(e => e.For).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>No level has a policy.</summary>
    public bool IsEmpty => current.Count == 0;
    public IEnumerable<PolicyVersion> All => current.Values;
    public IEnumerable<PolicyDraft> Drafts => drafts.Values;

    public PolicyVersion? Find(string level) => current.GetValueOrDefault(level);

    public PolicyDraft? FindDraft(string level) => drafts.GetValueOrDefault(level);

    static PolicyDocument Parse(string text) =>
        PolicyReader.Read(text) is { Document: { } document }
            ? document
            // It was read when it was written: another build wrote it. Calls go on under the last snapshot.
            : throw new PorticoException(ErrorTable.StorageUnavailable, "A policy in the store cannot be read by this build.");

    /// <summary>The levels of somebody that have a document, from the organisation down.</summary>
    /// <param name="organisation">Whose.</param>
    /// <param name="workspace">In it; null = the organisation's alone.</param>
    /// <param name="useCase">In that; null = the workspace's.</param>
    /// <param name="asDrafted">Drafts count in place of what is in force.</param>
    public IEnumerable<PolicyLevel> LevelsOf(Organisation organisation, Workspace? workspace, UseCase? useCase, bool asDrafted = false)
    {
        if (
            LevelOf(organisation.Id.ToString(), organisation.Name, PolicyScope.Organisation, organisation.OperatingModel, asDrafted) is
            { } top
        )
            yield return top;
        if (
            workspace is not null
            && LevelOf(workspace.Id.ToString(), workspace.Name, PolicyScope.Workspace, organisation.OperatingModel, asDrafted) is { } middle
        )
            yield return middle;
        if (
            useCase is not null
            && LevelOf(useCase.Id.ToString(), useCase.Name, PolicyScope.UseCase, organisation.OperatingModel, asDrafted) is { } low
        )
            yield return low;
    }

    PolicyLevel? LevelOf(string id, string name, PolicyScope scope, OperatingModel model, bool asDrafted) =>
        asDrafted && drafts.TryGetValue(id, out var draft) ? new PolicyLevel(id, name, scope, -draft.Version, documents[draft.Text], model)
        : current.TryGetValue(id, out var version) ? new PolicyLevel(id, name, scope, version.Version, documents[version.Text], model)
        : null;

    /// <summary>The policy of a use case; null when no line holds for it. While the snapshot is made, and for people of the console.</summary>
    internal CompiledPolicy? For(Organisation organisation, Workspace workspace, UseCase useCase) =>
        IsEmpty ? null : Compile(organisation, workspace, useCase, asDrafted: false);

    /// <summary>What would hold if the drafts were in force; null when none concerns it.</summary>
    internal CompiledPolicy? ShadowFor(Organisation organisation, Workspace workspace, UseCase useCase) =>
        drafts.Count > 0
        && (
            drafts.ContainsKey(organisation.Id.ToString())
            || drafts.ContainsKey(workspace.Id.ToString())
            || drafts.ContainsKey(useCase.Id.ToString())
        )
            ? Compile(organisation, workspace, useCase, asDrafted: true)
            : null;

    CompiledPolicy? Compile(Organisation organisation, Workspace workspace, UseCase useCase, bool asDrafted)
    {
        var levels = LevelsOf(organisation, workspace, useCase, asDrafted).ToList();
        if (levels.Count == 0)
            return null;
        string[] audience = [workspace.Id.ToString(), useCase.Id.ToString()];
        var key =
            string.Join('|', levels.Select(l => $"{l.Id}/{l.Version}/{l.Model}/{l.Name}"))
            + "|"
            + string.Join(',', audience.Where(excepted.Contains));
        lock (compiled)
        {
            if (compiled.TryGetValue(key, out var known))
                return known;
            return compiled[key] = before.GetValueOrDefault(key) ?? Compile(levels, audience, now);
        }
    }

    Dictionary<string, CompiledPolicy?> Compiled()
    {
        lock (compiled)
            return new Dictionary<string, CompiledPolicy?>(compiled, StringComparer.Ordinal);
    }

    /// <summary>Compiles levels for an audience, from a time on.</summary>
    public static CompiledPolicy? Compile(IReadOnlyList<PolicyLevel> levels, IReadOnlyCollection<string> audience, DateTimeOffset now)
    {
        if (levels.All(l => l.Document.Lines.Count == 0))
            return null;
        var versions = string.Join(", ", levels.Select(l => $"{l.Says} {VersionOf(l)}"));
        var ids = string.Join(' ', levels.Select(l => $"{l.Id}:{l.Version}"));
        // From the last end of an exception back to now.
        var ends = levels
            .SelectMany(l => l.Document.Exceptions)
            .Where(e => e.Until > now && audience.Contains(e.For))
            .Select(e => e.Until)
            .Distinct()
            .OrderDescending()
            .ToList();
        CompiledPolicy? next = null;
        for (var i = 0; i <= ends.Count; i++)
        {
            var effective = EffectivePolicy.Of(levels, audience, i < ends.Count ? ends[i] : now);
            next = new CompiledPolicy(effective, versions, ids, ScreenOf(effective), i == 0 ? null : ends[i - 1], next);
        }
        return next;
    }

    static string VersionOf(PolicyLevel level) => level.Version < 0 ? $"draft {-level.Version}" : $"version {level.Version}";

    static Screen? ScreenOf(EffectivePolicy effective) =>
        Screen.Of(effective.Lines.Select(l => l.Value).OfType<Guardrail>().Select(g => g.Rule));
}
