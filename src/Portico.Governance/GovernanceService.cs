using Dapper;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Budgets;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance;

/// <summary>Changes organisations, workspaces, use cases and people. Each change raises the version and signals every node.</summary>
public sealed partial class GovernanceService(
    Database database,
    GovernanceCatalog catalog,
    IEnumerable<IBudgetKeeper> budgets,
    TimeProvider time
)
{
    public const int MaxNameLength = 128;

    public async Task<Organisation> CreateOrganisationAsync(string name, CancellationToken ct)
    {
        var id = OrganisationId.New(time);
        await InsertAsync(
            "insert into governance_organisations (id, name, version, created_us, updated_us) values (@id, @name, 1, @now, @now) on conflict do nothing",
            new
            {
                id = id.ToString(),
                name = Name(name),
                now = Micros.Now(time),
            },
            $"There is an organisation '{name}' already.",
            ct
        );
        return catalog.Current.Organisations[id];
    }

    public async Task<Workspace> CreateWorkspaceAsync(OrganisationId organisation, string name, CancellationToken ct)
    {
        if (!catalog.Current.Organisations.ContainsKey(organisation))
            throw Missing("organisation", organisation.ToString(), "organisation_id");
        var id = WorkspaceId.New(time);
        await InsertAsync(
            "insert into governance_workspaces (id, organisation_id, name, version, created_us, updated_us) values (@id, @organisation, @name, 1, @now, @now) on conflict do nothing",
            new
            {
                id = id.ToString(),
                organisation = organisation.ToString(),
                name = Name(name),
                now = Micros.Now(time),
            },
            $"The organisation has a workspace '{name}' already.",
            ct
        );
        return catalog.Current.Workspaces[id];
    }

    /// <param name="workspace">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="owner">Who answers for it.</param>
    /// <param name="ct">The caller.</param>
    /// <param name="budget">Null = the one that the policy says, if it says any.</param>
    /// <exception cref="PorticoException">There is no such workspace, the name is taken, or the budget is larger than the policy allows.</exception>
    public async Task<UseCase> CreateUseCaseAsync(
        WorkspaceId workspace,
        string name,
        string? purpose,
        string? owner,
        CancellationToken ct,
        BudgetDraft? budget = null
    )
    {
        if (!catalog.Current.Workspaces.TryGetValue(workspace, out var parent))
            throw Missing("workspace", workspace.ToString(), "workspace_id");
        var given = BudgetDefaults.For(catalog.Current.PolicyOf(parent, time.GetUtcNow()), BudgetDefaults.OfUseCases, budget, time);
        var id = UseCaseId.New(time);
        await InsertAsync(
            "insert into governance_use_cases (id, workspace_id, name, purpose, owner, stage, version, created_us, updated_us) values (@id, @workspace, @name, @purpose, @owner, 'draft', 1, @now, @now) on conflict do nothing",
            new
            {
                id = id.ToString(),
                workspace = workspace.ToString(),
                name = Name(name),
                purpose,
                owner,
                now = Micros.Now(time),
            },
            $"The workspace has a use case '{name}' already.",
            ct,
            work => BudgetDefaults.GiveAsync(budgets, work, BudgetScope.UseCase, id.ToString(), given)
        );
        await BudgetDefaults.RefreshAsync(budgets, given, ct);
        return catalog.Current.UseCases[id];
    }

    public async Task<Person> CreatePersonAsync(OrganisationId organisation, string email, string name, CancellationToken ct)
    {
        if (!catalog.Current.Organisations.ContainsKey(organisation))
            throw Missing("organisation", organisation.ToString(), "organisation_id");
        if (email is null || !email.Contains('@', StringComparison.Ordinal) || email.Length > 254)
            throw new PorticoException(ErrorTable.InvalidRequest, "email must be an e-mail address.", "email");
        var id = PersonId.New(time);
        await InsertAsync(
            "insert into governance_people (id, organisation_id, email, name, disabled, version, created_us, updated_us) values (@id, @organisation, @email, @name, 0, 1, @now, @now) on conflict do nothing",
            new
            {
                id = id.ToString(),
                organisation = organisation.ToString(),
                email = email.Trim().ToLowerInvariant(),
                name = Name(name),
                now = Micros.Now(time),
            },
            $"The organisation has a person '{email}' already.",
            ct
        );
        return catalog.Current.People[id];
    }

    public Task ChangeOrganisationAsync(Organisation old, string? name, OperatingModel? model, CancellationToken ct) =>
        UpdateAsync(
            "governance_organisations",
            old.Id.ToString(),
            old.Version,
            "name = @name, operating_model = @model",
            new { name = Name(name ?? old.Name), model = (model ?? old.OperatingModel).ToString() },
            ct
        );

    public Task ChangeWorkspaceAsync(Workspace old, string? name, ResponsesState? responsesState, CancellationToken ct) =>
        UpdateAsync(
            "governance_workspaces",
            old.Id.ToString(),
            old.Version,
            "name = @name, responses_state = @state",
            new { name = Name(name ?? old.Name), state = (responsesState ?? old.ResponsesState).ToString() },
            ct
        );

    public Task ChangeUseCaseAsync(UseCase old, string? name, string? purpose, string? owner, string? stage, CancellationToken ct)
    {
        if (stage is not null and not ("draft" or "staging" or "canary" or "production" or "retired"))
            throw new PorticoException(ErrorTable.InvalidRequest, "stage must be draft, staging, canary, production or retired.", "stage");
        return UpdateAsync(
            "governance_use_cases",
            old.Id.ToString(),
            old.Version,
            "name = @name, purpose = @purpose, owner = @owner, stage = @stage, purpose_version = @purposeVersion",
            new
            {
                // What was approved for one purpose is not for another.
                purposeVersion = purpose is null || purpose == old.Purpose ? old.PurposeVersion : old.PurposeVersion + 1,
                name = Name(name ?? old.Name),
                purpose = purpose ?? old.Purpose,
                owner = owner ?? old.Owner,
                stage = stage ?? old.Stage,
            },
            ct
        );
    }

    /// <exception cref="PorticoException">It changed meanwhile, or the last owner would be disabled.</exception>
    public Task ChangePersonAsync(Person old, string? name, bool? disabled, CancellationToken ct) =>
        UpdateAsync(
            "governance_people",
            old.Id.ToString(),
            old.Version,
            "name = @name, disabled = @disabled, disabled_by = @by",
            new
            {
                name = Name(name ?? old.Name),
                disabled = (disabled ?? old.Disabled) ? 1 : 0,
                // What somebody here decides, no provider takes back.
                by = disabled is null ? old.DisabledBy : null,
            },
            ct,
            before: disabled == true && !old.Disabled
                ? async work =>
                {
                    await SignInRules.RequireNotNamedAsync(work, old.Id.ToString(), old.Name);
                    await Owners.RequireAnotherAsync(work, old.Id.ToString(), old.Name);
                }
                : null
        );

    async Task InsertAsync(string sql, object row, string taken, CancellationToken ct, Func<DbWork, Task>? also = null)
    {
        int made;
        try
        {
            made = await database.WriteAsync(
                async work =>
                {
                    var count = await work.Connection.ExecuteAsync(sql, row, work.Transaction);
                    if (count > 0 && also is not null)
                        await also(work);
                    work.Signal(GovernanceStore.Signal, "", 1);
                    return count;
                },
                ct
            );
        }
        catch (Exception e) when (DbErrors.IsReferred(e))
        {
            throw new PorticoException(ErrorTable.Conflict, "What it was to belong to was removed a moment ago.", inner: e);
        }
        if (made == 0)
            throw new PorticoException(ErrorTable.Conflict, taken, "name");
        await catalog.RefreshAsync(ct);
    }

    async Task UpdateAsync(
        string table,
        string id,
        long version,
        string set,
        object values,
        CancellationToken ct,
        Func<DbWork, Task>? before = null
    )
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("id", id);
        parameters.Add("version", version);
        parameters.Add("now", Micros.Now(time));
        int changed;
        try
        {
            changed = await WriteAsync();
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw new PorticoException(ErrorTable.Conflict, "Another one has this name already.", "name", e);
        }
        if (changed == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
        await catalog.RefreshAsync(ct);

        Task<int> WriteAsync() =>
            database.WriteAsync(
                async work =>
                {
                    if (before is not null)
                        await before(work);
                    var count = await work.Connection.ExecuteAsync(
                        $"update {table} set {set}, version = version + 1, updated_us = @now where id = @id and version = @version",
                        parameters,
                        work.Transaction
                    );
                    work.Signal(GovernanceStore.Signal, id, version + 1);
                    return count;
                },
                ct
            );
    }

    internal static string Name(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > MaxNameLength || trimmed.Any(char.IsControl))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"name must have 1 to {MaxNameLength} characters and no control characters.",
                "name"
            );
        return trimmed;
    }

    internal static PorticoException Missing(string noun, string id, string? param = null) =>
        new(ErrorTable.NotFound, $"There is no {noun} '{id}'.", param);
}
