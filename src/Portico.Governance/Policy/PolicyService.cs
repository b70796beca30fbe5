namespace Portico.Governance.Policy;

/// <summary>What a text would do at its level: written or only checked.</summary>
/// <param name="Version">Of the document; unchanged when it was only checked.</param>
/// <param name="Written">It is in force.</param>
/// <param name="Tightens">Lines below that now say more than they may: they stay as written, and the meet counts.</param>
public sealed record PolicyChange(long Version, bool Written, IReadOnlyList<PolicyConflict> Tightens);

/// <summary>Writes policies: nobody writes what is looser than a mandatory line above, and no two overwrite each other unseen.</summary>
sealed class PolicyService(PolicyStore store, GovernanceCatalog catalog, TimeProvider time)
{
    const int MaxNote = 500;

    /// <exception cref="PorticoException">The text is none, looser than a mandatory line above, or another one was faster.</exception>
    public async Task<PolicyChange> WriteAsync(
        PolicyPlace place,
        string text,
        string? note,
        string actor,
        long version,
        bool checkOnly,
        CancellationToken ct
    )
    {
        if (note is { Length: > MaxNote })
            throw new PorticoException(ErrorTable.InvalidRequest, $"note has at most {MaxNote} characters.", "note");
        var snapshot = catalog.Current;
        var level = place.With(PolicyPlace.Read(text), version + 1);
        CheckExceptions(snapshot, place, level.Document);
        RefuseLooser(snapshot, place, level);
        var tightens = Below(snapshot, place, level).ToList();
        if (checkOnly)
            return new PolicyChange(version, false, tightens);
        var made = new PolicyVersion(place.Id, version + 1, text, actor, note, Now());
        if (!await store.AddAsync(made, ct))
            throw new PorticoException(
                ErrorTable.PreconditionFailed,
                "Another officer wrote this policy while you did. Read theirs, and write yours on top of it."
            );
        await catalog.RefreshAsync(ct);
        return new PolicyChange(version + 1, true, tightens);
    }

    /// <exception cref="PorticoException">The text is none, or looser than a mandatory line above.</exception>
    public async Task DraftAsync(PolicyPlace place, string text, string actor, CancellationToken ct)
    {
        var snapshot = catalog.Current;
        var level = place.With(PolicyPlace.Read(text), 1);
        CheckExceptions(snapshot, place, level.Document);
        RefuseLooser(snapshot, place, level);
        await store.PutDraftAsync(new PolicyDraft(place.Id, 1, text, actor, Now()), ct);
        await catalog.RefreshAsync(ct);
    }

    public async Task RemoveDraftAsync(PolicyPlace place, CancellationToken ct)
    {
        if (!await store.RemoveDraftAsync(place.Id, ct))
            throw GovernanceService.Missing("draft of", place.Id);
        await catalog.RefreshAsync(ct);
    }

    DateTimeOffset Now() => Micros.ToTime(Micros.Now(time));

    /// <summary>An exception is for somebody below the level that it is written in.</summary>
    static void CheckExceptions(GovernanceSnapshot snapshot, PolicyPlace place, PolicyDocument document)
    {
        foreach (var one in document.Exceptions)
        {
            var isBelow =
                WorkspaceId.TryParse(one.For, out var ws) && snapshot.Workspaces.TryGetValue(ws, out var workspace)
                    ? place.Scope == PolicyScope.Organisation && workspace.OrganisationId == place.Organisation.Id
                    : UseCaseId.TryParse(one.For, out var uc)
                        && snapshot.UseCases.TryGetValue(uc, out var useCase)
                        && place.UseCase is null
                        && (place.Workspace is null || useCase.WorkspaceId == place.Workspace.Id)
                        && snapshot.Workspaces[useCase.WorkspaceId].OrganisationId == place.Organisation.Id;
            if (!isBelow)
                throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    $"Line {one.Number}: the exception '{one.Name}' is for {one.For}, which is not below this level.",
                    "text"
                );
            if (one.Lifts.Keys.FirstOrDefault(l => !document.Lines.ContainsKey(l)) is { } line)
                throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    $"Line {one.Number}: the exception '{one.Name}' lifts {line}, of which this policy says nothing.",
                    "text"
                );
        }
    }

    void RefuseLooser(GovernanceSnapshot snapshot, PolicyPlace place, PolicyLevel level)
    {
        var conflicts = snapshot
            .Policies.LevelsOf(place.Organisation, place.Workspace, place.UseCase)
            .Where(l => l.Scope < place.Scope)
            .SelectMany(above => PolicyConflict.Find(above, level, place.Audience, time.GetUtcNow()))
            .ToList();
        if (conflicts.Count == 0)
            return;
        throw new PorticoException(
            ErrorTable.Conflict,
            string.Join(' ', conflicts.Take(3).Select(c => c.Says)) + " Tighten the line, or ask for an exception in the policy above.",
            "text"
        )
        {
            Details = new Dictionary<string, object> { ["conflicts"] = conflicts.Select(Describe).ToList() },
        };
    }

    /// <summary>Lines of the levels below that would now say more than they may.</summary>
    IEnumerable<PolicyConflict> Below(GovernanceSnapshot snapshot, PolicyPlace place, PolicyLevel level)
    {
        foreach (var version in snapshot.Policies.All.OrderBy(v => v.Level, StringComparer.Ordinal))
        {
            if (version.Level == place.Id)
                continue;
            var at = PolicyPlace.TryOf(snapshot, version.Level);
            if (
                at is null
                || at.Scope <= place.Scope
                || at.Organisation.Id != place.Organisation.Id
                || (place.Workspace is not null && at.Workspace?.Id != place.Workspace.Id)
            )
                continue;
            var below = at.With(PolicyReader.Read(version.Text).Document!, version.Version);
            foreach (var conflict in PolicyConflict.Find(level, below, at.Audience, time.GetUtcNow()))
                yield return conflict;
        }
    }

    static Dictionary<string, object> Describe(PolicyConflict c) =>
        new()
        {
            ["line"] = c.BelowLine.Name,
            ["below"] = Describe(c.Below, c.BelowLine),
            ["above"] = Describe(c.Above, c.AboveLine),
        };

    static Dictionary<string, object> Describe(PolicyLevel level, PolicyLine line) =>
        new()
        {
            ["level"] = level.Id,
            ["name"] = level.Name,
            ["version"] = level.Version,
            ["number"] = line.Number,
            ["text"] = line.Text,
        };
}
