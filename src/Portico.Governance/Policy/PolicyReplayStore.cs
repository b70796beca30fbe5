using System.Globalization;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Policy;

/// <summary>Runs of replays in the store, with what they found.</summary>
public sealed class PolicyReplayStore(Database database, TimeProvider time)
{
    public const string Signal = "governance/policy-replays";

    /// <summary>Runs that are not done, at the most.</summary>
    public const int MaxRunning = 5;

    /// <summary>Runs that are remembered.</summary>
    public const int MaxKept = 200;

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string State { get; set; } = "";
        public string LevelId { get; set; } = "";
        public string Document { get; set; } = "";
        public long? FromUs { get; set; }
        public long ToUs { get; set; }
        public long ReadsContents { get; set; }
        public string AskedBy { get; set; } = "";
        public string Position { get; set; } = "";
        public long Looked { get; set; }
        public long Refused { get; set; }
        public long Elsewhere { get; set; }
        public long Changed { get; set; }
        public long Opened { get; set; }
        public string Unjudged { get; set; } = "";
        public string Rules { get; set; } = "";
        public string? Problem { get; set; }
        public long CreatedUs { get; set; }
        public long UpdatedUs { get; set; }

        public PolicyReplayRun ToNoun() =>
            new()
            {
                Id = Id,
                State = State,
                Level = LevelId,
                Text = Document,
                From = Micros.ToTime(FromUs),
                To = Micros.ToTime(ToUs),
                ReadsContents = ReadsContents != 0,
                AskedBy = AskedBy,
                Position = Position,
                Counts = new ReplayCounts(Looked, Refused, Elsewhere, Changed, Opened, Read(Unjudged), Read(Rules)),
                Problem = Problem,
                CreatedAt = Micros.ToTime(CreatedUs),
                UpdatedAt = Micros.ToTime(UpdatedUs),
            };
    }

    /// <summary>Counts by name as one text: neither reasons nor names of rules have a space or an equals sign.</summary>
    static string Write(IReadOnlyDictionary<string, long> counts) =>
        string.Join(
            ' ',
            counts
                .OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key}={c.Value}"))
        );

    static Dictionary<string, long> Read(string counts) =>
        counts
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(c => c.Split('='))
            .ToDictionary(c => c[0], c => long.Parse(c[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>Writes a run down, and forgets the oldest ones that are done; false while as many run as may.</summary>
    public Task<bool> InsertAsync(PolicyReplayRun run, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                if (work.Engine == Engine.Postgres)
                    await work.Connection.ExecuteAsync(
                        "lock table governance_policy_replays in share row exclusive mode",
                        transaction: work.Transaction
                    );
                var made = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_policy_replays (id, state, level_id, document, from_us, to_us, reads_contents, asked_by, position, looked, refused,
                      elsewhere, changed, opened, unjudged, rules, created_us, updated_us)
                    select @Id, 'running', @Level, @Text, cast(@since as bigint), @until, @reads, @AskedBy, '', 0, 0, 0, 0, 0, '', '', @now, @now
                    where (select count(*) from governance_policy_replays where state = 'running') < @MaxRunning
                    """,
                    new
                    {
                        run.Id,
                        run.Level,
                        run.Text,
                        since = Micros.Of(run.From),
                        until = Micros.Of(run.To),
                        reads = run.ReadsContents ? 1 : 0,
                        run.AskedBy,
                        now = Micros.Of(run.CreatedAt),
                        MaxRunning,
                    },
                    work.Transaction
                );
                if (made == 0)
                    return false;
                const string Old =
                    "select id from governance_policy_replays where state <> 'running' and id not in (select id from governance_policy_replays order by id desc limit @MaxKept)";
                await work.Connection.ExecuteAsync(
                    $"delete from governance_policy_replay_calls where replay_id in ({Old})",
                    new { MaxKept },
                    work.Transaction
                );
                await work.Connection.ExecuteAsync(
                    $"delete from governance_policy_replays where id in ({Old})",
                    new { MaxKept },
                    work.Transaction
                );
                work.Signal(Signal, run.Id, 0);
                return true;
            },
            ct
        );

    public async Task<PolicyReplayRun?> FindAsync(string id, CancellationToken ct) =>
        (await ReadAsync("where id = @id", new { id }, ct)).SingleOrDefault();

    /// <summary>All that are remembered, the newest first.</summary>
    public Task<IReadOnlyList<PolicyReplayRun>> AllAsync(CancellationToken ct) =>
        ReadAsync("order by id desc limit @most", new { most = MaxKept + MaxRunning }, ct);

    /// <summary>The run whose turn it is: of several, each makes a step after the others.</summary>
    public async Task<PolicyReplayRun?> NextAsync(CancellationToken ct) =>
        (await ReadAsync("where state = 'running' order by updated_us, id limit 1", new { }, ct)).SingleOrDefault();

    async Task<IReadOnlyList<PolicyReplayRun>> ReadAsync(string rest, object parameters, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (await db.QueryAsync<Row>($"select * from governance_policy_replays {rest}", parameters)).Select(r => r.ToNoun()).ToList();
    }

    /// <summary>Moves a run on. False, and nothing is written, when it stands elsewhere than expected or was cancelled.</summary>
    /// <param name="run">As it stood.</param>
    /// <param name="position">The call that was looked at last.</param>
    /// <param name="state">From now on.</param>
    /// <param name="counts">Of the run.</param>
    /// <param name="findings">Of this step.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<bool> MoveAsync(
        PolicyReplayRun run,
        string position,
        string state,
        ReplayCounts counts,
        IReadOnlyList<ReplayFinding> findings,
        string? problem,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async work =>
            {
                var moved = await work.Connection.ExecuteAsync(
                    """
                    update governance_policy_replays set position = @position, state = @state, looked = @Looked, refused = @Refused, elsewhere = @Elsewhere,
                      changed = @Changed, opened = @Opened, unjudged = @unjudged, rules = @rules, problem = @problem, updated_us = @now
                    where id = @Id and state = 'running' and position = @from
                    """,
                    new
                    {
                        run.Id,
                        position,
                        state,
                        counts.Looked,
                        counts.Refused,
                        counts.Elsewhere,
                        counts.Changed,
                        counts.Opened,
                        unjudged = Write(counts.Unjudged),
                        rules = Write(counts.Rules),
                        problem,
                        from = run.Position,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (moved == 0)
                    return false;
                var room = PolicyReplayRun.MaxFindings - (run.Counts.Refused + run.Counts.Elsewhere + run.Counts.Changed);
                await work.Connection.ExecuteAsync(
                    "insert into governance_policy_replay_calls (replay_id, call_id, verdict, why) values (@Id, @CallId, @Verdict, @Why) on conflict do nothing",
                    findings
                        .Take((int)Math.Clamp(room, 0, PolicyReplayRun.MaxFindings))
                        .Select(f => new
                        {
                            run.Id,
                            f.CallId,
                            f.Verdict,
                            f.Why,
                        })
                        .ToList(),
                    work.Transaction
                );
                return true;
            },
            ct
        );

    /// <summary>False when it runs no longer.</summary>
    public async Task<bool> CancelAsync(string id, CancellationToken ct) =>
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_policy_replays set state = 'cancelled', updated_us = @now where id = @id and state = 'running'",
                    new { id, now = Micros.Now(time) },
                    work.Transaction
                ),
            ct
        ) > 0;

    /// <summary>What a run found, the newest call first.</summary>
    public async Task<IReadOnlyList<ReplayFinding>> FindingsAsync(string id, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<ReplayFinding>(
                """
                select call_id as CallId, verdict as Verdict, why as Why from governance_policy_replay_calls
                where replay_id = @id and call_id < @before order by call_id desc limit @take
                """,
                new
                {
                    id,
                    before = page.After ?? "~",
                    take = page.Limit + 1,
                }
            )
        ).AsList();
    }
}
