namespace Portico.Governance.Policy;

/// <summary>How long something is kept by a policy; null = as the installation says.</summary>
/// <param name="ContentsDays">What calls said, from the call on.</param>
/// <param name="ResponsesDays">Responses and conversations, from their making on.</param>
/// <param name="RecordsMonths">Records of calls: whole months, beside the one that runs.</param>
/// <param name="RecordsMinMonths">Records stay so long, whatever else is said.</param>
public sealed record RetentionTimes(long? ContentsDays, long? ResponsesDays, long? RecordsMonths, long? RecordsMinMonths)
{
    public static readonly RetentionTimes None = new(null, null, null, null);

    public static RetentionTimes Of(CompiledPolicy? policy) =>
        policy is null ? None : new(policy.ContentsDays, policy.ResponsesDays, policy.RecordsMonths, policy.RecordsMinMonths);

    /// <summary>For how many months records are kept. Where a floor and a bound cross, the floor holds: what was removed comes back from nowhere.</summary>
    /// <param name="installation">Of the installation, where no line says less or more.</param>
    public long MonthsOf(long installation) => Math.Max(Math.Min(RecordsMonths ?? installation, installation), RecordsMinMonths ?? 0);
}

/// <summary>What policies say about how long a workspace keeps what lies in the stores: of its use cases those that differ.</summary>
public sealed record WorkspaceRetention(string WorkspaceId, RetentionTimes Times, IReadOnlyDictionary<string, RetentionTimes> UseCases)
{
    /// <summary>Of a use case; null = of what is of none, or of one that is not known.</summary>
    public RetentionTimes For(string? useCase) => useCase is not null && UseCases.TryGetValue(useCase, out var own) ? own : Times;

    /// <summary>Some line says something.</summary>
    public bool Says => Times != RetentionTimes.None || UseCases.Count > 0;

    /// <summary>All workspaces in which some line says something.</summary>
    public static IReadOnlyList<WorkspaceRetention> All(GovernanceSnapshot snapshot, DateTimeOffset now)
    {
        if (snapshot.Policies.IsEmpty)
            return [];
        var useCases = snapshot.UseCases.Values.ToLookup(u => u.WorkspaceId);
        return snapshot
            .Workspaces.Values.Select(w => Of(snapshot, w, useCases[w.Id], now))
            .Where(w => w.Says)
            .OrderBy(w => w.WorkspaceId, StringComparer.Ordinal)
            .ToList();
    }

    static WorkspaceRetention Of(GovernanceSnapshot snapshot, Workspace workspace, IEnumerable<UseCase> useCases, DateTimeOffset now)
    {
        var organisation = snapshot.Organisations[workspace.OrganisationId];
        var all = PolicyBook.Compile(snapshot.Policies.LevelsOf(organisation, workspace, null).ToList(), [workspace.Id.ToString()], now);
        var times = RetentionTimes.Of(all);
        var own = new Dictionary<string, RetentionTimes>(StringComparer.Ordinal);
        foreach (var useCase in useCases)
            if (RetentionTimes.Of(snapshot.Policies.For(organisation, workspace, useCase)?.At(now)) is var its && its != times)
                own[useCase.Id.ToString()] = its;
        return new WorkspaceRetention(workspace.Id.ToString(), times, own);
    }
}
