using System.Collections.Frozen;

namespace Portico.Models.Approval;

/// <summary>Who may call a model: its decisions in force, looked up by workspace. The workspace's own counts, else the one about all.</summary>
public sealed class ModelAccess
{
    readonly ModelDecision? all;
    readonly FrozenDictionary<WorkspaceId, ModelDecision> own;

    internal ModelAccess(IEnumerable<ModelDecision> inForce)
    {
        var decisions = inForce.ToList();
        all = decisions.Find(d => d.WorkspaceId is null);
        own = decisions.Where(d => d.WorkspaceId is not null).ToFrozenDictionary(d => d.WorkspaceId!.Value);
        IsForEverybody = own.Count == 0 && all is { State: ModelState.Approved, Purpose: Purpose.Any };
        State = decisions.Exists(d => d.State == ModelState.Approved) ? ModelState.Approved : all?.State ?? ModelState.Quarantined;
    }

    /// <summary>The decisions that count now: the one about all workspaces first.</summary>
    internal IReadOnlyList<ModelDecision> InForce => [.. all is null ? [] : new[] { all }, .. own.Values.OrderBy(d => d.Number)];

    /// <summary>Approved where anybody may call it.</summary>
    public ModelState State { get; }

    /// <summary>Every workspace may call it for every purpose: the way of a call needs no look at who calls.</summary>
    public bool IsForEverybody { get; }

    public bool Allows(WorkspaceId workspace, Purpose purpose) =>
        (own.GetValueOrDefault(workspace) ?? all) is { State: ModelState.Approved } decision && decision.Purpose.Covers(purpose);

    /// <summary>The decision about exactly this workspace, null = all of them.</summary>
    internal ModelDecision? Find(WorkspaceId? workspace) => workspace is { } one ? own.GetValueOrDefault(one) : all;

    /// <summary>Why a workspace may not call it, for those who may know that it exists.</summary>
    public string Explain(WorkspaceId workspace) =>
        (own.GetValueOrDefault(workspace) ?? all) switch
        {
            null => "it is quarantined: nobody has approved it yet",
            { State: ModelState.Approved } d => $"it is approved for {Name(d.Purpose)} alone",
            { } d => $"it was {Name(d.State)} by {d.DecidedBy}{(d.Reason is null ? "" : $": {d.Reason}")}",
        };

    static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
