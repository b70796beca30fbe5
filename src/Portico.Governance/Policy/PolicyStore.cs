using System.Data.Common;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Policy;

/// <summary>Policies and drafts in the store.</summary>
sealed class PolicyStore(Database database)
{
    const string Columns = "level_id, version, document, actor, note, at_us";

    sealed class Row
    {
        public string LevelId { get; set; } = "";
        public long Version { get; set; }
        public string Document { get; set; } = "";
        public string Actor { get; set; } = "";
        public string? Note { get; set; }
        public long AtUs { get; set; }

        public PolicyVersion ToVersion() => new(LevelId, Version, Document, Actor, Note, Micros.ToTime(AtUs));

        public PolicyDraft ToDraft() => new(LevelId, Version, Document, Actor, Micros.ToTime(AtUs));
    }

    /// <summary>For the snapshot, in its read.</summary>
    public static async Task<PolicyRows> ReadAllAsync(DbConnection db, DbTransaction transaction) =>
        new(
            (
                await db.QueryAsync<Row>(
                    $"select {Columns} from governance_policies p where version = (select max(version) from governance_policies n where n.level_id = p.level_id)",
                    transaction: transaction
                )
            )
                .Select(r => r.ToVersion())
                .ToList(),
            (
                await db.QueryAsync<Row>(
                    "select level_id, version, document, actor, at_us from governance_policy_drafts",
                    transaction: transaction
                )
            )
                .Select(r => r.ToDraft())
                .ToList()
        );

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> VersionsAsync(string level, long? before, int take, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            new CommandDefinition(
                $"select {Columns} from governance_policies where level_id = @level and version < @before order by version desc limit @take",
                new
                {
                    level,
                    before = before ?? long.MaxValue,
                    take,
                },
                cancellationToken: ct
            )
        );
        return rows.Select(r => r.ToVersion()).ToList();
    }

    public async Task<PolicyVersion?> FindAsync(string level, long version, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QuerySingleOrDefaultAsync<Row>(
                $"select {Columns} from governance_policies where level_id = @level and version = @version",
                new { level, version }
            )
        )?.ToVersion();
    }

    /// <summary>False when somebody was there first: the version is taken.</summary>
    public Task<bool> AddAsync(PolicyVersion made, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var count = await work.Connection.ExecuteAsync(
                    $"insert into governance_policies ({Columns}) values (@Level, @Version, @Text, @Actor, @Note, @at) on conflict do nothing",
                    new
                    {
                        made.Level,
                        made.Version,
                        made.Text,
                        made.Actor,
                        made.Note,
                        at = Micros.Of(made.At),
                    },
                    work.Transaction
                );
                work.Signal(GovernanceStore.Signal, made.Level, made.Version);
                return count == 1;
            },
            ct
        );

    public Task PutDraftAsync(PolicyDraft draft, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_policy_drafts (level_id, version, document, actor, at_us) values (@Level, 1, @Text, @Actor, @at)
                    on conflict (level_id) do update set version = governance_policy_drafts.version + 1, document = @Text, actor = @Actor, at_us = @at
                    """,
                    new
                    {
                        draft.Level,
                        draft.Text,
                        draft.Actor,
                        at = Micros.Of(draft.At),
                    },
                    work.Transaction
                );
                work.Signal(GovernanceStore.Signal, draft.Level, 1);
                return 0;
            },
            ct
        );

    public Task<bool> RemoveDraftAsync(string level, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                work.Signal(GovernanceStore.Signal, level, 1);
                return await work.Connection.ExecuteAsync(
                        "delete from governance_policy_drafts where level_id = @level",
                        new { level },
                        work.Transaction
                    ) == 1;
            },
            ct
        );
}
