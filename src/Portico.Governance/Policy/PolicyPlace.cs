using Portico.Governance.Access;

namespace Portico.Governance.Policy;

/// <summary>A level that a policy can have, from the organisation down to itself.</summary>
public sealed record PolicyPlace(Organisation Organisation, Workspace? Workspace, UseCase? UseCase)
{
    public string Id => UseCase?.Id.ToString() ?? Workspace?.Id.ToString() ?? Organisation.Id.ToString();
    public string Name => UseCase?.Name ?? Workspace?.Name ?? Organisation.Name;
    public PolicyScope Scope =>
        UseCase is not null ? PolicyScope.UseCase
        : Workspace is not null ? PolicyScope.Workspace
        : PolicyScope.Organisation;
    public string[] Audience => [.. new[] { Workspace?.Id.ToString(), UseCase?.Id.ToString() }.OfType<string>()];

    public PolicyLevel With(PolicyDocument document, long version) => new(Id, Name, Scope, version, document, Organisation.OperatingModel);

    /// <summary>A level that may be seen: what holds for somebody within reach is theirs to know.</summary>
    /// <exception cref="PorticoException">It is no id of an organisation, a workspace or a use case that there is, or it lies out of reach.</exception>
    public static PolicyPlace Of(GovernanceSnapshot snapshot, string id, Reach within, string? param = null) =>
        TryOf(snapshot, id) is { } place && place.IsSeen(within, snapshot) ? place : throw Missing(id, param);

    internal bool IsSeen(Reach within, GovernanceSnapshot all) =>
        UseCase is not null ? within.Has(UseCase, all)
        : Workspace is not null ? within.Touches(Workspace, all)
        : within.Touches(Organisation, all);

    /// <exception cref="PorticoException">What is written would hold for others too.</exception>
    internal PolicyPlace RequireWhole(Reach within) =>
        IsWhole(within)
            ? this
            : throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"This needs the permission {Permissions.PoliciesWrite.Name} in the whole {PolicyLevel.NounOf(Scope)} '{Name}', which you have in a part of it."
            );

    /// <summary>Whether a policy may be written at a level from a place: it is there, within reach, and as a whole.</summary>
    public static bool MayWrite(GovernanceSnapshot snapshot, string id, Reach within) =>
        TryOf(snapshot, id) is { } place && place.IsSeen(within, snapshot) && place.IsWhole(within);

    bool IsWhole(Reach within) =>
        (UseCase, Workspace) switch
        {
            ({ }, _) => true,
            (_, { } workspace) => within.Has(workspace),
            _ => within.Has(Organisation.Id),
        };

    static PolicyPlace Of(GovernanceSnapshot snapshot, string id)
    {
        if (OrganisationId.TryParse(id, out var org) && snapshot.Organisations.TryGetValue(org, out var organisation))
            return new PolicyPlace(organisation, null, null);
        if (WorkspaceId.TryParse(id, out var ws) && snapshot.Workspaces.TryGetValue(ws, out var workspace))
            return new PolicyPlace(snapshot.Organisations[workspace.OrganisationId], workspace, null);
        if (UseCaseId.TryParse(id, out var uc) && snapshot.UseCases.TryGetValue(uc, out var useCase))
        {
            var its = snapshot.Workspaces[useCase.WorkspaceId];
            return new PolicyPlace(snapshot.Organisations[its.OrganisationId], its, useCase);
        }
        throw Missing(id, null);
    }

    static PorticoException Missing(string id, string? param) =>
        GovernanceService.Missing("organisation, workspace or use case", id, param);

    /// <summary>Null for a level that is gone; its policy stays as history.</summary>
    internal static PolicyPlace? TryOf(GovernanceSnapshot snapshot, string id)
    {
        try
        {
            return Of(snapshot, id);
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.NotFound)
        {
            return null;
        }
    }

    /// <exception cref="PorticoException">What is wrong, each with its line.</exception>
    public static PolicyDocument Read(string text)
    {
        var (document, problems) = PolicyReader.Read(text);
        if (document is not null)
            return document;
        var first = problems[0];
        throw new PorticoException(
            ErrorTable.InvalidRequest,
            $"Line {first.Line}: {first.Message}{(problems.Count > 1 ? $" And {problems.Count - 1} more." : "")}",
            "text"
        )
        {
            Details = new Dictionary<string, object>
            {
                ["problems"] = problems.Select(p => $"Line {p.Line}: {p.Message}").ToList(),
                ["places"] = problems
                    .Select(p => new Dictionary<string, object>
                    {
                        ["line"] = p.Line,
                        ["column"] = p.Column,
                        ["message"] = p.Message,
                    })
                    .ToList(),
            },
        };
    }
}
