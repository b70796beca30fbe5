using System.Data.Common;
using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Identity.Workloads;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;
using Portico.Storage;

namespace Portico.Governance;

sealed record KeyRow(ServiceKey Key, string SecretHash, string? OldSecretHash);

sealed record GovernanceRows(
    IReadOnlyList<Organisation> Organisations,
    IReadOnlyList<Workspace> Workspaces,
    IReadOnlyList<UseCase> UseCases,
    IReadOnlyList<Person> People,
    IReadOnlyList<KeyRow> Keys,
    PolicyRows Policies,
    IReadOnlyList<UseCaseApproval> Approvals,
    IReadOnlyList<Workload> Workloads
);

/// <summary>Reads governance from the store. The columns of a query are the fields of the row classes below.</summary>
sealed class GovernanceStore(Database database)
{
    public const string Signal = "governance";

    internal const string KeyColumns =
        "id, use_case_id, person_id, name, prefix, secret_hash, old_secret_hash, old_secret_until_us, state, expires_us, networks, allowed_routes, may_act_for_people, keep_content, last_used_us, version, created_us";

    public async Task<GovernanceRows> ReadAllAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        // One read transaction: a key must not be seen without the use case it belongs to.
        await using var transaction = await db.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        return new GovernanceRows(
            (
                await db.QueryAsync<OrganisationRow>(
                    "select id, name, operating_model, version from governance_organisations",
                    transaction: transaction
                )
            )
                .Select(r => r.ToNoun())
                .ToList(),
            (
                await db.QueryAsync<WorkspaceRow>(
                    "select id, organisation_id, name, responses_state, version from governance_workspaces",
                    transaction: transaction
                )
            )
                .Select(r => r.ToNoun())
                .ToList(),
            (
                await db.QueryAsync<UseCaseRow>(
                    "select id, workspace_id, name, purpose, owner, stage, risk_class, risk_set_by_name, risk_set_us, purpose_version, version from governance_use_cases",
                    transaction: transaction
                )
            )
                .Select(r => r.ToNoun())
                .ToList(),
            (
                await db.QueryAsync<PersonRow>(
                    "select id, organisation_id, email, name, disabled, disabled_by, erased_us, version from governance_people",
                    transaction: transaction
                )
            )
                .Select(r => r.ToNoun())
                .ToList(),
            (await db.QueryAsync<KeyTableRow>($"select {KeyColumns} from governance_keys", transaction: transaction))
                .Select(r => r.ToRow())
                .ToList(),
            await PolicyStore.ReadAllAsync(db, transaction),
            await UseCaseApprovals.ReadAllAsync(db, transaction),
            (
                await db.QueryAsync<WorkloadRow>(
                    $"select {WorkloadRow.Columns} from governance_workloads order by id",
                    transaction: transaction
                )
            )
                .Select(r => r.ToNoun())
                .ToList()
        );
    }

    public async Task<IReadOnlyList<KeyRow>> ListKeysAsync(Reach within, string? useCase, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters(new { take = page.Limit + 1 });
        values.Add("useCase", useCase, System.Data.DbType.String);
        values.Add("After", page.After, System.Data.DbType.String);
        var rows = await db.QueryAsync<KeyTableRow>(
            $"""
            select {KeyColumns} from governance_keys
            where (@useCase is null or use_case_id = @useCase) and (@After is null or id > @After) and {Within(
                within,
                values,
                "use_case_id"
            )}
            order by id limit @take
            """,
            values
        );
        return rows.Select(r => r.ToRow()).ToList();
    }

    /// <summary>The term that leaves what belongs to a use case within reach.</summary>
    static string Within(Reach within, DynamicParameters values, string useCase) =>
        within.IsEverywhere
            ? "1 = 1"
            : $"""
                {useCase} in (
                  select u.id from governance_use_cases u join governance_workspaces w on w.id = u.workspace_id
                  where {within.Sql(values, "w.organisation_id", "w.id", "u.id")}
                )
                """;

    public static async Task<KeyRow?> FindKeyAsync(DbConnection db, KeyId id, DbTransaction? transaction) =>
        (
            await db.QuerySingleOrDefaultAsync<KeyTableRow>(
                $"select {KeyColumns} from governance_keys where id = @id",
                new { id = id.ToString() },
                transaction
            )
        )?.ToRow();
}

sealed class OrganisationRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string OperatingModel { get; set; } = "";
    public long Version { get; set; }

    public Organisation ToNoun() =>
        new(OrganisationId.Parse(Id), Name, Version) { OperatingModel = Enum.Parse<OperatingModel>(OperatingModel) };
}

sealed class WorkspaceRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Name { get; set; } = "";
    public string ResponsesState { get; set; } = "";
    public long Version { get; set; }

    public Workspace ToNoun() =>
        new(WorkspaceId.Parse(Id), Id<IdKinds.Organisation>.Parse(OrganisationId), Name, Version)
        {
            ResponsesState = Enum.Parse<ResponsesState>(ResponsesState),
        };
}

sealed class UseCaseRow
{
    public string Id { get; set; } = "";
    public string WorkspaceId { get; set; } = "";
    public string Name { get; set; } = "";
    public string? Purpose { get; set; }
    public string? Owner { get; set; }
    public string Stage { get; set; } = "";
    public string? RiskClass { get; set; }
    public string? RiskSetByName { get; set; }
    public long? RiskSetUs { get; set; }
    public long PurposeVersion { get; set; }
    public long Version { get; set; }

    public UseCase ToNoun() =>
        new(UseCaseId.Parse(Id), Id<IdKinds.Workspace>.Parse(WorkspaceId), Name, Purpose, Owner, Stage, Version)
        {
            RiskClass = RiskClass is null ? null : Enum.Parse<RiskClass>(RiskClass, ignoreCase: true),
            RiskSetBy = RiskSetByName,
            RiskSetAt = Micros.ToTime(RiskSetUs),
            PurposeVersion = PurposeVersion,
        };
}

sealed class PersonRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public long Disabled { get; set; }
    public string? DisabledBy { get; set; }
    public long? ErasedUs { get; set; }
    public long Version { get; set; }

    public Person ToNoun() =>
        new(PersonId.Parse(Id), Id<IdKinds.Organisation>.Parse(OrganisationId), Email, Name, Disabled != 0, Version)
        {
            DisabledBy = DisabledBy,
            ErasedAt = Micros.ToTime(ErasedUs),
        };
}

sealed class KeyTableRow
{
    public string Id { get; set; } = "";
    public string UseCaseId { get; set; } = "";
    public string? PersonId { get; set; }
    public string Name { get; set; } = "";
    public string Prefix { get; set; } = "";
    public string SecretHash { get; set; } = "";
    public string? OldSecretHash { get; set; }
    public long? OldSecretUntilUs { get; set; }
    public string State { get; set; } = "";
    public long? ExpiresUs { get; set; }
    public string Networks { get; set; } = "[]";
    public string AllowedRoutes { get; set; } = "[]";
    public long MayActForPeople { get; set; }
    public long KeepContent { get; set; }
    public long? LastUsedUs { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }

    public KeyRow ToRow() =>
        new(
            new ServiceKey
            {
                Id = KeyId.Parse(Id),
                UseCaseId = Id<IdKinds.UseCase>.Parse(UseCaseId),
                PersonId = PersonId is null ? null : Id<IdKinds.Person>.Parse(PersonId),
                Name = Name,
                Prefix = Prefix,
                State = Enum.Parse<KeyState>(State),
                ExpiresAt = Micros.ToTime(ExpiresUs),
                Networks = JsonSerializer.Deserialize(Networks, GovernanceJson.Default.IReadOnlyListString)!,
                AllowedRoutes = JsonSerializer.Deserialize(AllowedRoutes, GovernanceJson.Default.IReadOnlyListString)!,
                MayActForPeople = MayActForPeople != 0,
                KeepContent = KeepContent != 0,
                OldSecretUntil = Micros.ToTime(OldSecretUntilUs),
                LastUsedAt = Micros.ToTime(LastUsedUs),
                CreatedAt = Micros.ToTime(CreatedUs),
                Version = Version,
            },
            SecretHash,
            OldSecretHash
        );
}
