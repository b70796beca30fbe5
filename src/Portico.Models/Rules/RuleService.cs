using System.Text.Json;
using Dapper;
using Portico.Governance;
using Portico.Models.Cards;
using Portico.Storage;

namespace Portico.Models.Rules;

/// <summary>Reads the rules for the snapshot.</summary>
static class RuleStore
{
    sealed class Row
    {
        public string Id { get; set; } = "";
        public string OrganisationId { get; set; } = "";
        public string? WorkspaceId { get; set; }
        public string? KeyId { get; set; }
        public string Kind { get; set; } = "";
        public string Purpose { get; set; } = "";
        public long Strict { get; set; }
        public long? MaxRetentionDays { get; set; }
        public string? Regions { get; set; }
        public long Version { get; set; }

        public ModelRule ToNoun() =>
            new()
            {
                Id = RuleId.Parse(Id),
                OrganisationId = Id<IdKinds.Organisation>.Parse(OrganisationId),
                WorkspaceId = WorkspaceId is null ? null : Id<IdKinds.Workspace>.Parse(WorkspaceId),
                KeyId = KeyId is null ? null : Id<IdKinds.Key>.Parse(KeyId),
                Kind = Enum.Parse<RuleKind>(Kind),
                Purpose = Enum.Parse<Approval.Purpose>(Purpose),
                Strict = Strict != 0,
                MaxRetentionDays = (int?)MaxRetentionDays,
                Regions = Regions is null ? null : JsonSerializer.Deserialize(Regions, CardJson.Default.IReadOnlyListString),
                Version = Version,
            };
    }

    public static async Task<RuleBook> ReadAllAsync(System.Data.Common.DbConnection db, System.Data.Common.DbTransaction transaction) =>
        new(
            (
                await db.QueryAsync<Row>(
                    "select id, organisation_id, workspace_id, key_id, kind, purpose, strict, max_retention_days, regions, version from models_rules order by id",
                    transaction: transaction
                )
            )
                .Select(r => r.ToNoun())
                .ToList()
        );
}

/// <summary>Changes rules. A change takes no approval away; what it breaks is told.</summary>
sealed class RuleService(Database database, ModelsCatalog catalog, GovernanceCatalog governance, TimeProvider time)
{
    const int MaxRules = 1_000;
    const int MaxRegions = 50;
    const int MaxDays = 36_500;

    public async Task<ModelRule> CreateAsync(ModelRule draft, CancellationToken ct)
    {
        Check(draft);
        if (catalog.Current.Rules.All.Count >= MaxRules)
            throw new PorticoException(ErrorTable.Conflict, $"There are {MaxRules} rules already.");
        var rule = draft with { Id = RuleId.New(time), Version = 1 };
        await WriteAsync(
            """
            insert into models_rules (id, organisation_id, workspace_id, key_id, kind, purpose, strict, max_retention_days, regions, version, created_us, updated_us)
            values (@id, @organisation, @workspace, @key, @kind, @purpose, @strict, @days, @regions, 1, @now, @now)
            """,
            rule,
            ct
        );
        return rule;
    }

    public async Task<ModelRule> ChangeAsync(ModelRule changed, CancellationToken ct)
    {
        Check(changed);
        await WriteAsync(
            """
            update models_rules set kind = @kind, purpose = @purpose, strict = @strict, max_retention_days = @days, regions = @regions,
              version = version + 1, updated_us = @now
            where id = @id and version = @version
            """,
            changed,
            ct
        );
        return changed with { Version = changed.Version + 1 };
    }

    public Task DeleteAsync(ModelRule rule, CancellationToken ct) =>
        WriteAsync("delete from models_rules where id = @id and version = @version", rule, ct);

    async Task WriteAsync(string sql, ModelRule rule, CancellationToken ct)
    {
        var changed = await database.WriteAsync(
            async work =>
            {
                work.Signal(ModelsStore.Signal, rule.Id.ToString(), rule.Version);
                return await work.Connection.ExecuteAsync(
                    sql,
                    new
                    {
                        id = rule.Id.ToString(),
                        organisation = rule.OrganisationId.ToString(),
                        workspace = rule.WorkspaceId?.ToString(),
                        key = rule.KeyId?.ToString(),
                        kind = rule.Kind.ToString(),
                        purpose = rule.Purpose.ToString(),
                        strict = rule.Strict ? 1 : 0,
                        days = rule.MaxRetentionDays,
                        regions = rule.Regions is null
                            ? null
                            : JsonSerializer.Serialize(rule.Regions, CardJson.Default.IReadOnlyListString),
                        version = rule.Version,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );
        if (changed == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
        await catalog.RefreshAsync(ct);
    }

    void Check(ModelRule rule)
    {
        if (!governance.Current.Organisations.ContainsKey(rule.OrganisationId))
            throw Bad("organisation_id must name an organisation.", "organisation_id");
        if (rule is { WorkspaceId: not null, KeyId: not null })
            throw Bad("A rule is for the organisation, for one workspace_id or for one key_id.", "key_id");
        if (
            rule.WorkspaceId is { } id
            && !(governance.Current.Workspaces.TryGetValue(id, out var workspace) && workspace.OrganisationId == rule.OrganisationId)
        )
            throw Bad("workspace_id must name a workspace of the organisation.", "workspace_id");
        if (
            rule.KeyId is { } key
            && !(governance.Current.Callers.TryGetValue(key, out var caller) && caller.Organisation.Id == rule.OrganisationId)
        )
            throw Bad("key_id must name a key of the organisation.", "key_id");
        if (rule.Kind == RuleKind.MaxRetention != rule.MaxRetentionDays is not null)
            throw Bad("max_retention_days belongs to a rule of kind max_retention, and to no other.", "max_retention_days");
        if (rule.MaxRetentionDays is < 0 or > MaxDays)
            throw Bad($"max_retention_days must be from 0 to {MaxDays}.", "max_retention_days");
        if (rule.Kind == RuleKind.Regions != rule.Regions is not null)
            throw Bad("regions belongs to a rule of kind regions, and to no other.", "regions");
        if (rule.Regions is { } regions && (regions.Count is 0 or > MaxRegions || regions.Any(r => !CardCheck.IsRegion(r))))
            throw Bad($"regions must hold 1 to {MaxRegions} lower-case regions such as eu or eu-west-1.", "regions");
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
