using Portico.Governance.Access;
using Portico.Governance.Policy;

namespace Portico.Governance.Risks;

/// <summary>Tells how a control stands at a level. The module that keeps what the control works by has its check.</summary>
public interface IControlCheck
{
    /// <summary>Id of the control.</summary>
    string Control { get; }

    /// <summary>Reads and changes nothing. What lies out of reach is not counted.</summary>
    ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct);
}

/// <summary>Where and when a control is checked, and for whom.</summary>
/// <param name="All">Governance at that time.</param>
/// <param name="Level">The level.</param>
/// <param name="Policy">What is in force there; null = no line is.</param>
/// <param name="Within">How far whoever asks sees.</param>
/// <param name="Now">The time.</param>
public sealed record ControlPlace(GovernanceSnapshot All, PolicyPlace Level, CompiledPolicy? Policy, Reach Within, DateTimeOffset Now)
{
    /// <summary>A level as it stands now.</summary>
    internal static ControlPlace Of(GovernanceSnapshot all, PolicyPlace level, Reach within, DateTimeOffset now)
    {
        var levels = all.Policies.LevelsOf(level.Organisation, level.Workspace, level.UseCase).ToList();
        return new ControlPlace(all, level, PolicyBook.Compile(levels, level.Audience, now), within, now);
    }

    /// <summary>Use cases of the level that are not retired, as far as whoever asks sees them.</summary>
    public IEnumerable<UseCase> UseCases => All.UseCases.Values.Where(u => u.Stage != "retired" && Has(u) && Within.Has(u, All));

    bool Has(UseCase useCase) =>
        Level.UseCase is { } one ? one.Id == useCase.Id
        : Level.Workspace is { } workspace ? workspace.Id == useCase.WorkspaceId
        : All.Workspaces[useCase.WorkspaceId].OrganisationId == Level.Organisation.Id;

    /// <summary>Workspaces of the level, as far as whoever asks sees something of them.</summary>
    public IEnumerable<Workspace> Workspaces =>
        Level.Workspace is { } one
            ? [one]
            : All.Workspaces.Values.Where(w => w.OrganisationId == Level.Organisation.Id && Within.Touches(w, All));
}
