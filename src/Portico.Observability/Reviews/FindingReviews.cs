using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Observability.Reviews;

/// <summary>Findings that somebody says are none: reported once each, decided by somebody who decides about policies.</summary>
public sealed class FindingReviews(Database database, FalseAlarms alarms, TimeProvider time)
{
    public const int MaxWords = 1_000;

    /// <summary>Writes a report down, or finds the one that is there.</summary>
    /// <exception cref="PorticoException">The call has no such finding, or the rule's own words or patterns found it.</exception>
    internal Task<FindingReview> ReportAsync(ApiActor actor, CallRecord call, int number, string? note, CancellationToken ct) =>
        WriteAsync(actor, call, number, note, queued: 0, ct);

    /// <summary>Decides about the words of a finding, reported or not.</summary>
    /// <exception cref="PorticoException">The call has no such finding, the rule's own words or patterns found it, or the reason is too long.</exception>
    internal async Task<FindingReview> ReviewAsync(
        ApiActor actor,
        Reach within,
        CallRecord call,
        int number,
        bool isFalseAlarm,
        string? reason,
        CancellationToken ct
    )
    {
        if (reason?.Length > MaxWords)
            throw Bad($"reason has at most {MaxWords} characters.", "reason");
        var review = await WriteAsync(actor, call, number, null, queued: 1, ct);
        return await DecideAsync(actor, within, review.Id.ToString(), isFalseAlarm, reason, ct);
    }

    async Task<FindingReview> WriteAsync(ApiActor actor, CallRecord call, int number, string? note, int queued, CancellationToken ct)
    {
        if (number < 0 || number >= call.Findings.Count)
            throw new PorticoException(ErrorTable.NotFound, $"The call has no finding {number}.");
        if (note?.Length > MaxWords)
            throw Bad($"note has at most {MaxWords} characters.", "note");
        var finding = call.Findings[number];
        if (finding.Kind is null || finding.Digest is null)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The rule {finding.Rule} found one of its own words or patterns: whoever writes the policy changes the rule."
            );
        var id = FindingReviewId.New(time).ToString();
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into observability_finding_reviews (id, state, organisation_id, workspace_id, use_case_id, call_id, number, rule, kind, channel, place, start,
                      length, score_percent, action, digest, note, reported_by, reported_by_name, reported_us, queued)
                    values (@id, 'open', @OrganisationId, @WorkspaceId, @UseCaseId, @call, @number, @Rule, @Kind, @Channel, @Where, @Start, @Length, @ScorePercent,
                      @Action, @Digest, @note, @by, @name, @now, @queued) on conflict do nothing
                    """,
                    new
                    {
                        id,
                        call.OrganisationId,
                        call.WorkspaceId,
                        call.UseCaseId,
                        call = call.Id.ToString(),
                        number,
                        finding.Rule,
                        finding.Kind,
                        finding.Channel,
                        finding.Where,
                        finding.Start,
                        finding.Length,
                        finding.ScorePercent,
                        finding.Action,
                        finding.Digest,
                        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
                        by = actor.Id,
                        name = actor.Name,
                        now = Micros.Now(time),
                        queued,
                    },
                    work.Transaction
                ),
            ct
        );
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QuerySingleAsync<FindingReviewRow>(
                $"select {FindingReviewRow.Columns} from observability_finding_reviews where call_id = @call and number = @number",
                new { call = call.Id.ToString(), number }
            )
        ).ToNoun();
    }

    /// <summary>Decides it, or decides it otherwise than before, and with it all reviews of the same words of the same kind in the workspace.</summary>
    /// <exception cref="PorticoException">There is none within reach, or the words are too long.</exception>
    internal async Task<FindingReview> DecideAsync(
        ApiActor actor,
        Reach within,
        string id,
        bool isFalseAlarm,
        string? reason,
        CancellationToken ct
    )
    {
        if (reason?.Length > MaxWords)
            throw Bad($"reason has at most {MaxWords} characters.", "reason");
        var review = await FindAsync(within, id, ct);
        await database.WriteAsync(
            work =>
            {
                work.Signal(FalseAlarms.Signal, review.Id.ToString(), 1);
                return work.Connection.ExecuteAsync(
                    """
                    update observability_finding_reviews set state = @state, reason = @reason, decided_by = @by, decided_by_name = @name, decided_us = @now
                    where (workspace_id, digest) = (select s.workspace_id, s.digest from observability_finding_reviews s where s.id = @id)
                    """,
                    new
                    {
                        id = review.Id.ToString(),
                        state = FindingReviewRow.NameOf(isFalseAlarm ? ReviewState.FalseAlarm : ReviewState.Right),
                        reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
                        by = actor.Id,
                        name = actor.Name,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );
        await alarms.RefreshAsync(ct);
        return await FindAsync(within, id, ct);
    }

    /// <summary>Takes a decision back: the words wait again, and what was decided without a report before is as if nobody had been asked.</summary>
    /// <exception cref="PorticoException">There is none within reach, or nothing was decided.</exception>
    internal async Task UndoAsync(Reach within, string id, CancellationToken ct)
    {
        var review = await FindAsync(within, id, ct);
        if (review.State == ReviewState.Open)
            throw new PorticoException(ErrorTable.Conflict, "Nothing is decided here yet, so there is nothing to take back.");
        await database.WriteAsync(
            async work =>
            {
                const string same =
                    "(workspace_id, digest) = (select s.workspace_id, s.digest from observability_finding_reviews s where s.id = @id)";
                work.Signal(FalseAlarms.Signal, review.Id.ToString(), 1);
                var of = new { id = review.Id.ToString() };
                await work.Connection.ExecuteAsync(
                    $"""
                    update observability_finding_reviews set state = 'open', reason = null, decided_by = null, decided_by_name = null, decided_us = null
                    where {same}
                    """,
                    of,
                    work.Transaction
                );
                return await work.Connection.ExecuteAsync(
                    $"delete from observability_finding_reviews where queued = 1 and {same}",
                    of,
                    work.Transaction
                );
            },
            ct
        );
        await alarms.RefreshAsync(ct);
    }

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    internal async Task<FindingReview> FindAsync(Reach within, string id, CancellationToken ct)
    {
        var values = new DynamicParameters(new { id });
        await using var db = await database.OpenReadAsync(ct);
        var row = FindingReviewId.TryParse(id, out _)
            ? await db.QuerySingleOrDefaultAsync<FindingReviewRow?>(
                $"select {FindingReviewRow.Columns} from observability_finding_reviews where id = @id and {Within(within, values)}",
                values
            )
            : null;
        return row?.ToNoun() ?? throw new PorticoException(ErrorTable.NotFound, $"There is no finding review '{ShortText.UpTo(id, 64)}'.");
    }

    /// <summary>Newest first.</summary>
    /// <param name="within">Whose are seen.</param>
    /// <param name="level">Those of an organisation, a workspace or a use case; null = all.</param>
    /// <param name="call">Those of a call; null = of any.</param>
    /// <param name="state">In a state; null = any.</param>
    /// <param name="page">Which.</param>
    /// <param name="ct">The caller.</param>
    internal async Task<Page<FindingReview>> ListAsync(
        Reach within,
        string? level,
        string? call,
        ReviewState? state,
        PageRequest page,
        CancellationToken ct
    )
    {
        var values = new DynamicParameters(
            new
            {
                // Ids begin with a letter: a tilde stands behind all of them.
                before = page.After ?? "~",
                level = level ?? "",
                call = call ?? "",
                state = state is { } one ? FindingReviewRow.NameOf(one) : "",
                take = page.Limit + 1,
            }
        );
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<FindingReviewRow>(
            $"""
            select {FindingReviewRow.Columns} from observability_finding_reviews
            where id < @before and (@level = '' or organisation_id = @level or workspace_id = @level or use_case_id = @level)
              and (@call = '' or call_id = @call) and (@state = '' or state = @state) and {Within(within, values)}
            order by id desc limit @take
            """,
            values
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), r => r.Id.ToString());
    }

    static string Within(Reach within, DynamicParameters values) => within.Sql(values, "organisation_id", "workspace_id", "use_case_id");

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
