using System.Data.Common;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Policy.Approvals;

/// <summary>Says how much risk use cases bear, and approves them. What was decided is in the snapshot of every node, and stays as history.</summary>
public sealed class UseCaseApprovals(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    const int MaxWords = 1_000;

    const string Columns = UseCaseApprovalRow.Columns;

    /// <summary>For the snapshot, in its read: those that were not taken back.</summary>
    internal static async Task<IReadOnlyList<UseCaseApproval>> ReadAllAsync(DbConnection db, DbTransaction transaction) =>
        (
            await db.QueryAsync<UseCaseApprovalRow>(
                $"select {Columns} from governance_use_case_approvals where revoked_us is null",
                transaction: transaction
            )
        )
            .Select(r => r.ToNoun())
            .ToList();

    /// <exception cref="PorticoException">There is no such use case within reach.</exception>
    internal (UseCase UseCase, UseCaseStanding Standing) Find(Reach within, string id, string? param = null)
    {
        var snapshot = catalog.Current;
        return
            UseCaseId.TryParse(id, out var parsed)
            && snapshot.UseCases.TryGetValue(parsed, out var useCase)
            && within.Has(useCase, snapshot)
            ? (useCase, snapshot.StandingOf(useCase, time.GetUtcNow()))
            : throw GovernanceService.Missing("use case", ShortText.UpTo(id, 64), param);
    }

    /// <summary>All approvals that a use case ever had, newest first.</summary>
    internal async Task<IReadOnlyList<UseCaseApproval>> HistoryAsync(UseCase useCase, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<UseCaseApprovalRow>(
            $"select {Columns} from governance_use_case_approvals where use_case_id = @id order by id desc limit 200",
            new { id = useCase.Id.ToString() }
        );
        return rows.Select(r => r.ToNoun()).ToList();
    }

    /// <summary>Says the class. Of a higher one no approval is there yet; a lower one keeps those of the higher.</summary>
    /// <exception cref="PorticoException">It changed meanwhile.</exception>
    internal async Task ClassifyAsync(ApiActor actor, UseCase useCase, RiskClass risk, CancellationToken ct)
    {
        var now = Micros.Now(time);
        await WriteAsync(
            useCase,
            """
            update governance_use_cases set risk_class = @risk, risk_set_by = @by, risk_set_by_name = @name, risk_set_us = @now,
              version = version + 1, updated_us = @now
            where id = @id and version = @version
            """,
            new
            {
                id = useCase.Id.ToString(),
                version = useCase.Version,
                risk = risk.ToString().ToLowerInvariant(),
                by = actor.Id,
                name = actor.Name,
                now,
            },
            ct
        );
    }

    /// <summary>Approves a use case as it is: its class and its purpose. Again by the same person, it counts from now on.</summary>
    /// <exception cref="PorticoException">It has no class yet, or changed meanwhile.</exception>
    internal async Task ApproveAsync(ApiActor actor, UseCase useCase, string? note, CancellationToken ct)
    {
        if (useCase.RiskClass is not { } risk)
            throw new PorticoException(
                ErrorTable.Conflict,
                "The use case has no risk class yet: say first how much risk it bears, then approve it for that."
            );
        // Only what was looked at is approved: the version stands in the condition.
        await WriteAsync(
            useCase,
            """
            insert into governance_use_case_approvals (id, use_case_id, risk_class, purpose_version, approved_by, approved_by_name, approved_us, note)
            select @approval, id, risk_class, purpose_version, @by, @name, @now, @note from governance_use_cases where id = @id and version = @version
            """,
            new
            {
                approval = "ucapp_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
                id = useCase.Id.ToString(),
                version = useCase.Version,
                by = actor.Id,
                name = actor.Name,
                now = Micros.Now(time),
                note = Words(note, "note"),
            },
            ct
        );
    }

    /// <summary>Takes all approvals of a use case back.</summary>
    /// <exception cref="PorticoException">It has none, or no reason is given.</exception>
    internal async Task RevokeAsync(ApiActor actor, UseCase useCase, string? reason, CancellationToken ct)
    {
        var why =
            Words(reason, "reason")
            ?? throw new PorticoException(ErrorTable.InvalidRequest, "reason says why the use case is approved no longer.", "reason");
        await WriteAsync(
            useCase,
            """
            update governance_use_case_approvals set revoked_by = @by, revoked_by_name = @name, revoked_us = @now, reason = @why
            where use_case_id = @id and revoked_us is null
            """,
            new
            {
                id = useCase.Id.ToString(),
                by = actor.Id,
                name = actor.Name,
                now = Micros.Now(time),
                why,
            },
            ct,
            "The use case has no approval that could be taken back."
        );
    }

    async Task WriteAsync(
        UseCase useCase,
        string sql,
        object values,
        CancellationToken ct,
        string none = "The use case changed while you decided. Look at it again."
    )
    {
        var written = await database.WriteAsync(
            work =>
            {
                work.Signal(GovernanceStore.Signal, useCase.Id.ToString(), useCase.Version + 1);
                return work.Connection.ExecuteAsync(sql, values, work.Transaction);
            },
            ct
        );
        if (written == 0)
            throw new PorticoException(ErrorTable.Conflict, none);
        await catalog.RefreshAsync(ct);
    }

    static string? Words(string? text, string param) =>
        text?.Length > MaxWords
            ? throw new PorticoException(ErrorTable.InvalidRequest, $"{param} has at most {MaxWords} characters.", param)
        : string.IsNullOrWhiteSpace(text) ? null
        : text.Trim();
}
