using Dapper;
using Portico.Storage;

namespace Portico.Governance.Policy.Requests;

/// <summary>Calls ask, and find that the same was asked.</summary>
public sealed partial class PolicyRequests
{
    /// <summary>Asks, or finds that the same was asked: open, or declined within a day.</summary>
    /// <exception cref="PorticoException">Too many of the workspace wait.</exception>
    public async Task<PolicyRequest> AskAsync(PolicyAsk ask, CancellationToken ct)
    {
        var id = PolicyRequestId.New(time).ToString();
        var now = Micros.Now(time);
        var row = await database.WriteAsync(work => AskAsync(work, ask, id, now), ct);
        if (row is null)
            throw new PorticoException(
                ErrorTable.ApprovalRequired,
                $"The rule {ask.Rule} wants a person to decide about this call, and {MaxOpen} calls of the workspace wait already: none was added. Have an officer decide about those first."
            );
        if (row.Id == id)
        {
            Interlocked.Increment(ref raised);
            Log.Raised(logger, id, ask.CallId.ToString(), ask.Origin.Level);
            audit.Write(
                "policy.request",
                row,
                static (json, r) =>
                {
                    json.WriteString("request", r.Id);
                    json.WriteString("call", r.CallId);
                    json.WriteString("level", r.LevelId);
                    json.WriteNumber("version", r.LevelVersion);
                    json.WriteNumber("line", r.LineNumber);
                }
            );
        }
        return row.ToNoun(now);
    }

    static async Task<PolicyRequestRow?> AskAsync(DbWork work, PolicyAsk ask, string id, long now)
    {
        for (var tried = 0; ; tried++)
        {
            var known = await work.Connection.QueryFirstOrDefaultAsync<PolicyRequestRow?>(
                $"""
                select {Columns} from governance_policy_requests
                where digest = @Digest and expires_us > @now and state in ('open', 'declined') order by id desc limit 1
                """,
                new { ask.Digest, now },
                work.Transaction
            );
            if (known is not null)
            {
                if (known.Id != id)
                    await work.Connection.ExecuteAsync(
                        "update governance_policy_requests set asks = asks + 1 where id = @Id",
                        new { known.Id },
                        work.Transaction
                    );
                return known;
            }
            // Of two nodes that ask at once one inserts, and the other finds its row.
            if (tried > 1 || await CountOpenAsync(work, ask.Caller.WorkspaceId, now) >= MaxOpen)
                return null;
            await InsertAsync(work, ask, id, now);
        }
    }

    static Task<long> CountOpenAsync(DbWork work, string workspace, long now) =>
        work.Connection.ExecuteScalarAsync<long>(
            "select count(*) from governance_policy_requests where workspace_id = @workspace and state = 'open' and expires_us > @now",
            new { workspace, now },
            work.Transaction
        );

    static async Task InsertAsync(DbWork work, PolicyAsk ask, string id, long now)
    {
        await work.Connection.ExecuteAsync(
            "update governance_policy_requests set state = 'expired' where digest = @Digest and state = 'open' and expires_us <= @now",
            new { ask.Digest, now },
            work.Transaction
        );
        await work.Connection.ExecuteAsync(
            """
            insert into governance_policy_requests (id, state, organisation_id, workspace_id, use_case_id, key_id, person_id, call_id, operation, model, rule,
              level_id, level_version, line_number, channel, found_length, digest, asked_us, expires_us)
            values (@id, 'open', @organisation, @workspace, @useCase, @key, @person, @call, @Operation, @Model, @Rule,
              @level, @version, @number, @Channel, @FoundLength, @Digest, @now, @expires) on conflict do nothing
            """,
            new
            {
                id,
                organisation = ask.Caller.OrganisationId,
                workspace = ask.Caller.WorkspaceId,
                useCase = ask.Caller.UseCaseId,
                key = ask.Caller.KeyId,
                person = ask.Caller.PersonId,
                call = ask.CallId.ToString(),
                ask.Operation,
                Model = ShortText.UpTo(ask.Model, 256),
                ask.Rule,
                level = ask.Origin.Level,
                version = ask.Origin.Version,
                number = ask.Origin.Number,
                ask.Channel,
                ask.FoundLength,
                ask.Digest,
                now,
                expires = now + DayUs,
            },
            work.Transaction
        );
    }
}
