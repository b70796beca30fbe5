using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Audit;
using Portico.Storage;

namespace Portico.Governance.Policy.Requests;

/// <summary>
/// Calls that wait for a person. The same call asks once; somebody else lets it pass for minutes or declines it with a reason; what nobody decides in a day is over.
/// </summary>
public sealed partial class PolicyRequests(
    Database database,
    PolicyGrants grants,
    AuditLog audit,
    TimeProvider time,
    ILogger<PolicyRequests> logger
)
{
    public const int MaxMinutes = 24 * 60;
    public const int MaxWords = 1_000;

    /// <summary>Requests of a workspace that wait at once; past it calls are refused without asking.</summary>
    public const int MaxOpen = 1_000;
    const long DayUs = 86_400_000_000;

    const string Columns = PolicyRequestRow.Columns;

    long raised;

    /// <summary>Requests that calls on this node raised.</summary>
    public long Raised => Interlocked.Read(ref raised);

    /// <summary>Lets the same call pass from now on, for some minutes.</summary>
    /// <exception cref="PorticoException">It is decided or over, it is the actor's own, or the minutes are out of bounds.</exception>
    internal async Task<PolicyRequest> ApproveAsync(
        ApiActor actor,
        Reach within,
        string id,
        int minutes,
        string? note,
        CancellationToken ct
    )
    {
        if (minutes is < 1 or > MaxMinutes)
            throw Bad($"minutes must be from 1 to {MaxMinutes}.", "minutes");
        var request = await OfOthersAsync(actor, within, id, ct);
        if (request.State != PolicyRequestState.Open)
            throw Decided(request);
        return await DecideAsync(actor, request, "approved", note, minutes * 60_000_000L, ct);
    }

    /// <summary>Leaves it refused; also takes back what passes now.</summary>
    /// <exception cref="PorticoException">It is over, it is the actor's own, or no reason is given.</exception>
    internal async Task<PolicyRequest> DeclineAsync(ApiActor actor, Reach within, string id, string? reason, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason))
            throw Bad("reason says why, for who asked.", "reason");
        var request = await OfOthersAsync(actor, within, id, ct);
        if (request.State != PolicyRequestState.Open && !request.Live)
            throw Decided(request);
        return await DecideAsync(actor, request, "declined", reason, null, ct);
    }

    static PorticoException Decided(PolicyRequest request) =>
        new(
            ErrorTable.Conflict,
            request.State == PolicyRequestState.Expired
                ? "Nobody decided in a day: it is over. The same call asks anew."
                : $"It was {request.State.ToString().ToLowerInvariant()} by {request.DecidedByName} already."
        );

    async Task<PolicyRequest> OfOthersAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var request = await FindAsync(within, id, ct);
        return request.PersonId == actor.Id
            ? throw new PorticoException(ErrorTable.PermissionDenied, "This call is your own: another person decides it, whoever you are.")
            : request;
    }

    async Task<PolicyRequest> DecideAsync(
        ApiActor actor,
        PolicyRequest request,
        string state,
        string? note,
        long? forUs,
        CancellationToken ct
    )
    {
        if (note?.Length > MaxWords)
            throw Bad($"The words have at most {MaxWords} characters.", forUs is null ? "reason" : "note");
        var now = Micros.Now(time);
        var decided = await database.WriteAsync(
            work =>
            {
                work.Signal(PolicyGrants.Signal, request.Id.ToString(), 1);
                return work.Connection.ExecuteAsync(
                    """
                    update governance_policy_requests set state = @state, note = @note, decided_by = @by, decided_by_name = @name, decided_us = @now,
                      until_us = @until, expires_us = @expires
                    where id = @id and ((state = 'open' and expires_us > @now) or (@state = 'declined' and state = 'approved' and until_us > @now))
                    """,
                    new
                    {
                        id = request.Id.ToString(),
                        state,
                        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
                        by = actor.Id,
                        name = actor.Name,
                        now,
                        until = now + forUs,
                        // Who asks again within a day is told the answer.
                        expires = now + (forUs ?? DayUs),
                    },
                    work.Transaction
                );
            },
            ct
        );
        if (decided == 0)
            throw new PorticoException(ErrorTable.Conflict, "It was decided meanwhile.");
        await grants.RefreshAsync(ct);
        return await FindAsync(Reach.Everywhere, request.Id.ToString(), ct);
    }

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    internal async Task<PolicyRequest> FindAsync(Reach within, string id, CancellationToken ct)
    {
        var values = new DynamicParameters(new { id });
        await using var db = await database.OpenReadAsync(ct);
        var row = PolicyRequestId.TryParse(id, out _)
            ? await db.QuerySingleOrDefaultAsync<PolicyRequestRow?>(
                $"select {Columns} from governance_policy_requests where id = @id and {Within(within, values)}",
                values
            )
            : null;
        return row?.ToNoun(Micros.Now(time)) ?? throw GovernanceService.Missing("policy request", ShortText.UpTo(id, 64));
    }

    /// <summary>Newest first.</summary>
    /// <param name="within">Whose are seen.</param>
    /// <param name="level">Those of an organisation, a workspace or a use case; null = all.</param>
    /// <param name="state">In a state; null = any.</param>
    /// <param name="page">Which.</param>
    /// <param name="ct">The caller.</param>
    internal async Task<Page<PolicyRequest>> ListAsync(
        Reach within,
        string? level,
        PolicyRequestState? state,
        PageRequest page,
        CancellationToken ct
    )
    {
        var now = Micros.Now(time);
        var values = new DynamicParameters(
            new
            {
                // Ids begin with a letter: a tilde stands behind all of them.
                before = page.After ?? "~",
                level = level ?? "",
                now,
                take = page.Limit + 1,
            }
        );
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<PolicyRequestRow>(
            $"""
            select {Columns} from governance_policy_requests
            where id < @before and (@level = '' or organisation_id = @level or workspace_id = @level or use_case_id = @level)
              and {InState(state)} and {Within(within, values)}
            order by id desc limit @take
            """,
            values
        );
        return page.Cut(rows.Select(r => r.ToNoun(now)).ToList(), r => r.Id.ToString());
    }

    static string InState(PolicyRequestState? state) =>
        state switch
        {
            null => "1 = 1",
            PolicyRequestState.Open => "(state = 'open' and expires_us > @now)",
            PolicyRequestState.Expired => "(state = 'expired' or (state = 'open' and expires_us <= @now))",
            PolicyRequestState.Approved => "state = 'approved'",
            _ => "state = 'declined'",
        };

    static string Within(Reach within, DynamicParameters values) => within.Sql(values, "organisation_id", "workspace_id", "use_case_id");

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Request} waits for a person: the policy of {Level} has call {CallId} ask")]
        public static partial void Raised(ILogger logger, string request, string callId, string level);
    }
}
