using Dapper;
using Portico.Storage;

namespace Portico.Models.Approval;

/// <summary>Reads and writes decisions about models.</summary>
static class DecisionStore
{
    sealed class Row
    {
        public string ModelId { get; set; } = "";
        public long Number { get; set; }
        public string? WorkspaceId { get; set; }
        public string State { get; set; } = "";
        public string Purpose { get; set; } = "";
        public string DecidedBy { get; set; } = "";
        public string? Reason { get; set; }
        public long DecidedUs { get; set; }
        public long Superseded { get; set; }

        public ModelDecision ToNoun() =>
            new()
            {
                ModelId = Id<IdKinds.Model>.Parse(ModelId),
                Number = Number,
                WorkspaceId = WorkspaceId is null ? null : Id<IdKinds.Workspace>.Parse(WorkspaceId),
                State = Enum.Parse<ModelState>(State, ignoreCase: true),
                Purpose = Enum.Parse<Purpose>(Purpose, ignoreCase: true),
                DecidedBy = DecidedBy,
                Reason = Reason,
                DecidedAt = Micros.ToTime(DecidedUs),
                Superseded = Superseded != 0,
            };
    }

    const string Columns = "model_id, number, workspace_id, state, purpose, decided_by, reason, decided_us, superseded";

    public static async Task<ILookup<ModelId, ModelDecision>> ReadInForceAsync(
        System.Data.Common.DbConnection db,
        System.Data.Common.DbTransaction transaction
    ) =>
        (await db.QueryAsync<Row>($"select {Columns} from models_decisions where superseded = 0", transaction: transaction))
            .Select(r => r.ToNoun())
            .ToLookup(d => d.ModelId);

    /// <summary>Decisions about a model, the newest first: all of them, or those about all workspaces and the ones named.</summary>
    public static async Task<IReadOnlyList<ModelDecision>> ReadAsync(
        Database database,
        ModelId model,
        IReadOnlyList<WorkspaceId>? workspaces,
        long before,
        int count,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        var named = database.Engine == Engine.Postgres ? "= any(@named)" : "in @named";
        return (
            await db.QueryAsync<Row>(
                $"""
                select {Columns} from models_decisions
                where model_id = @model and number < @before {(
                    workspaces is null ? "" : $"and (workspace_id is null or workspace_id {named})"
                )}
                order by number desc limit @count
                """,
                new
                {
                    model = model.ToString(),
                    before,
                    count,
                    named = workspaces?.Select(w => w.ToString()).ToArray() ?? [],
                }
            )
        ).Select(r => r.ToNoun()).ToList();
    }

    /// <summary>Adds a decision and lays aside those that it supersedes; none is added when another one came in between.</summary>
    public static async Task<int> InsertAsync(DbWork work, ModelDecision d)
    {
        var row = new
        {
            model = d.ModelId.ToString(),
            workspace = d.WorkspaceId?.ToString(),
            state = d.State.ToString().ToLowerInvariant(),
            purpose = d.Purpose.ToString().ToLowerInvariant(),
            d.DecidedBy,
            d.Reason,
            at = Micros.Of(d.DecidedAt),
        };
        await work.Connection.ExecuteAsync(
            d.WorkspaceId is null
                ? "update models_decisions set superseded = 1 where model_id = @model and superseded = 0"
                : "update models_decisions set superseded = 1 where model_id = @model and superseded = 0 and workspace_id = @workspace",
            row,
            work.Transaction
        );
        return await work.Connection.ExecuteAsync(
            """
            insert into models_decisions (model_id, number, workspace_id, state, purpose, decided_by, reason, decided_us, superseded)
            select @model, coalesce(max(number), 0) + 1, @workspace, @state, @purpose, @DecidedBy, @Reason, @at, 0 from models_decisions where model_id = @model
            """,
            row,
            work.Transaction
        );
    }
}
