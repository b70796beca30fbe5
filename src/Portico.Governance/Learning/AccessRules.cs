using Dapper;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>What people must have done before they call, and what pays for their exercises. A change signals every node.</summary>
public sealed class AccessRules(
    Database database,
    LearningCatalog catalog,
    GovernanceCatalog governance,
    CourseBook courses,
    TimeProvider time
)
{
    public const int MaxRules = 100;
    const int MaxModels = 5;

    sealed class SettingsRow
    {
        public string UseCaseId { get; set; } = "";
        public string Models { get; set; } = "[]";
        public long Version { get; set; }
    }

    /// <exception cref="PorticoException">It demands nothing, or names what the organisation does not have.</exception>
    public async Task<AccessRule> CreateAsync(
        OrganisationId organisation,
        WorkspaceId? workspace,
        bool acceptableUse,
        IReadOnlyList<string>? ids,
        DateTimeOffset? from,
        CancellationToken ct
    )
    {
        if (workspace is { } asked && governance.Current.Workspaces.GetValueOrDefault(asked)?.OrganisationId != organisation)
            throw GovernanceService.Missing("workspace", asked.ToString(), "workspace_id");
        var needed = Needed(organisation, acceptableUse, ids);
        if (catalog.Current.Rules(organisation).Count >= MaxRules)
            throw new PorticoException(ErrorTable.Conflict, $"There are {MaxRules} access rules already. Remove some first.");
        var now = Micros.ToTime(Micros.Now(time));
        var made = new AccessRule(AccessRuleId.New(time), organisation, workspace, acceptableUse, needed, from ?? now, now, 1);
        await database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_access_rules (id, organisation_id, workspace_id, acceptable_use, courses, from_us, version, created_us)
                    values (@id, @organisation, @workspace, @acceptableUse, @courses, @from, 1, @now)
                    """,
                    new
                    {
                        id = made.Id.ToString(),
                        organisation = organisation.ToString(),
                        workspace = workspace?.ToString(),
                        acceptableUse = acceptableUse ? 1 : 0,
                        courses = TextList.Write(needed),
                        from = Micros.Of(made.From),
                        now = Micros.Of(now),
                    },
                    work.Transaction
                );
                work.Signal(LearningCatalog.Signal, made.Id.ToString(), 1);
            },
            ct
        );
        await catalog.RefreshAsync(ct);
        return made;
    }

    IReadOnlyList<string> Needed(OrganisationId organisation, bool acceptableUse, IReadOnlyList<string>? ids)
    {
        var needed = (ids ?? []).Distinct(StringComparer.Ordinal).Select(c => courses.Find(organisation, c, "courses").Course.Id).ToList();
        return acceptableUse || needed.Count > 0
            ? needed
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A rule demands something: acceptable_use, courses, or both.",
                "acceptable_use"
            );
    }

    /// <exception cref="PorticoException">The organisation has no such rule.</exception>
    public AccessRule Find(OrganisationId organisation, string id) =>
        catalog.Current.Rules(organisation).FirstOrDefault(r => r.Id.ToString() == id)
        ?? throw GovernanceService.Missing("access rule", ShortText.UpTo(id, 80));

    /// <summary>What is null stays.</summary>
    /// <exception cref="PorticoException">It would demand nothing, or changed meanwhile.</exception>
    public async Task<AccessRule> ChangeAsync(
        AccessRule old,
        bool? acceptableUse,
        IReadOnlyList<string>? ids,
        DateTimeOffset? from,
        CancellationToken ct
    )
    {
        var needed = Needed(old.OrganisationId, acceptableUse ?? old.AcceptableUse, ids ?? old.Courses);
        await WriteAsync(
            old,
            """
            update governance_access_rules set acceptable_use = @acceptableUse, courses = @courses, from_us = @from, version = version + 1
            where id = @id and version = @version
            """,
            new
            {
                id = old.Id.ToString(),
                version = old.Version,
                acceptableUse = acceptableUse ?? old.AcceptableUse ? 1 : 0,
                courses = TextList.Write(needed),
                from = Micros.Of(from ?? old.From),
            },
            ct
        );
        return Find(old.OrganisationId, old.Id.ToString());
    }

    /// <exception cref="PorticoException">It changed meanwhile.</exception>
    public Task RemoveAsync(AccessRule old, CancellationToken ct) =>
        WriteAsync(
            old,
            "delete from governance_access_rules where id = @id and version = @version",
            new { id = old.Id.ToString(), version = old.Version },
            ct
        );

    async Task WriteAsync(AccessRule old, string sql, object values, CancellationToken ct)
    {
        var rows = await database.WriteAsync(
            async work =>
            {
                var changed = await work.Connection.ExecuteAsync(sql, values, work.Transaction);
                work.Signal(LearningCatalog.Signal, old.Id.ToString(), old.Version + 1);
                return changed;
            },
            ct
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
        await catalog.RefreshAsync(ct);
    }

    public async Task<ExerciseSettings> SettingsAsync(OrganisationId organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<SettingsRow>(
            "select use_case_id, models, version from governance_exercise_settings where organisation_id = @organisation",
            new { organisation = organisation.ToString() }
        );
        return row is null
            ? new ExerciseSettings(organisation, null, [], 0)
            : new ExerciseSettings(organisation, UseCaseId.Parse(row.UseCaseId), TextList.Read(row.Models), row.Version);
    }

    /// <exception cref="PorticoException">The use case is none of the organisation's, no model is named, or it changed meanwhile.</exception>
    public async Task<ExerciseSettings> ChangeSettingsAsync(
        ExerciseSettings old,
        UseCaseId useCase,
        IReadOnlyList<string>? models,
        CancellationToken ct
    )
    {
        var now = governance.Current;
        if (!now.UseCases.TryGetValue(useCase, out var found) || now.Workspaces[found.WorkspaceId].OrganisationId != old.OrganisationId)
            throw GovernanceService.Missing("use case", useCase.ToString(), "use_case_id");
        if (models is not { Count: > 0 and <= MaxModels } || models.Any(m => m is not { Length: > 0 and <= 256 }))
            throw new PorticoException(ErrorTable.InvalidRequest, $"models names 1 to {MaxModels} routes or models.", "models");
        var rows = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into governance_exercise_settings (organisation_id, use_case_id, models, version)
                    values (@organisation, @useCase, @models, 1)
                    on conflict (organisation_id) do update set use_case_id = excluded.use_case_id, models = excluded.models,
                      version = governance_exercise_settings.version + 1 where governance_exercise_settings.version = @version
                    """,
                    new
                    {
                        organisation = old.OrganisationId.ToString(),
                        useCase = useCase.ToString(),
                        models = TextList.Write(models),
                        version = old.Version,
                    },
                    work.Transaction
                ),
            ct
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
        return await SettingsAsync(old.OrganisationId, ct);
    }
}
