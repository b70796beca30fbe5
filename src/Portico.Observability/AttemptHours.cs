using Dapper;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability;

/// <summary>
/// Attempts at a deployment that began in an hour: how many ended how (completed, abandoned, or the fault: caller, credential, rate_limit, model, upstream),
/// and the mean times of the completed ones, null where there was none.
/// </summary>
public sealed record AttemptHour(
    long HourUs,
    string ConnectionId,
    string DeploymentId,
    IReadOnlyDictionary<string, long> Attempts,
    long? MeanDurationUs,
    long? MeanFirstOutputUs
);

/// <summary>Sums of attempts by hour, deployment and ending: added up in memory for a batch, then one upsert a group.</summary>
static class AttemptHours
{
    public const long HourUs = 3_600_000_000;

    static readonly string UpsertOne = Upsert("values (?, ?, ?, ?, ?, ?, ?, ?)");

    readonly record struct Group(long HourUs, string ConnectionId, string DeploymentId, string Ending);

    sealed class Sums
    {
        public long Attempts,
            Duration,
            FirstOutputs,
            FirstOutput;
    }

    public static async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> records)
    {
        var groups = new Dictionary<Group, Sums>();
        foreach (var record in records)
        foreach (var attempt in record.Attempts)
            Add(groups, attempt);
        if (groups.Count == 0)
            return;
        // One order on every node: two nodes that upsert the same groups cannot deadlock.
        var ordered = groups.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal).ToList();
        if (work.Engine == Engine.Postgres)
            await AddAtOnceAsync(work, ordered);
        else
            AddOneByOne(work, ordered);
    }

    static void AddOneByOne(DbWork work, List<KeyValuePair<Group, Sums>> groups)
    {
        using var upsert = SqliteStatement.Of(work, UpsertOne);
        foreach (var (g, s) in groups)
            upsert
                .Add(g.HourUs)
                .Add(g.ConnectionId)
                .Add(g.DeploymentId)
                .Add(g.Ending)
                .Add(s.Attempts)
                .Add(s.Duration)
                .Add(s.FirstOutputs)
                .Add(s.FirstOutput)
                .Run();
    }

    static async Task AddAtOnceAsync(DbWork work, List<KeyValuePair<Group, Sums>> groups)
    {
        await using var command = RollupRows.Command(
            work,
            Upsert(
                """
                select * from unnest(
                  @p0::bigint[], @p1::text[], @p2::text[], @p3::text[], @p4::bigint[], @p5::bigint[], @p6::bigint[], @p7::bigint[])
                """
            )
        );
        RollupRows.Numbered(command, groups.Select(g => g.Key.HourUs));
        RollupRows.Named(command, groups.Select(g => g.Key.ConnectionId));
        RollupRows.Named(command, groups.Select(g => g.Key.DeploymentId));
        RollupRows.Named(command, groups.Select(g => g.Key.Ending));
        RollupRows.Numbered(command, groups.Select(g => g.Value.Attempts));
        RollupRows.Numbered(command, groups.Select(g => g.Value.Duration));
        RollupRows.Numbered(command, groups.Select(g => g.Value.FirstOutputs));
        RollupRows.Numbered(command, groups.Select(g => g.Value.FirstOutput));
        await command.ExecuteNonQueryAsync();
    }

    static string Upsert(string rows) =>
        $"""
            insert into observability_attempt_hours (hour_us, connection_id, deployment_id, ending, attempts, duration_us, first_outputs, first_output_us)
            {rows}
            on conflict (hour_us, connection_id, deployment_id, ending) do update set
              attempts = observability_attempt_hours.attempts + excluded.attempts,
              duration_us = observability_attempt_hours.duration_us + excluded.duration_us,
              first_outputs = observability_attempt_hours.first_outputs + excluded.first_outputs,
              first_output_us = observability_attempt_hours.first_output_us + excluded.first_output_us
            """;

    static void Add(Dictionary<Group, Sums> groups, AttemptRecord a)
    {
        // A failure without a fault is of before faults were told apart.
        var ending = a.Outcome is "completed" or "abandoned" ? a.Outcome : a.Fault ?? "upstream";
        var key = new Group(a.StartedAtUs / HourUs * HourUs, a.ConnectionId, a.DeploymentId, ending);
        if (!groups.TryGetValue(key, out var s))
            groups[key] = s = new Sums();
        s.Attempts++;
        s.Duration += a.DurationUs;
        if (a.FirstOutputUs <= 0)
            return;
        s.FirstOutputs++;
        s.FirstOutput += a.FirstOutputUs;
    }
}

/// <summary>How providers fared by the hour, over all nodes.</summary>
public sealed class AttemptReports(Database database)
{
    /// <summary>Lines of one answer; an hour, a deployment and an ending are one row.</summary>
    const int MaxRows = 50_000;

    sealed class Row
    {
        public long HourUs { get; set; }
        public string ConnectionId { get; set; } = "";
        public string DeploymentId { get; set; } = "";
        public string Ending { get; set; } = "";
        public long Attempts { get; set; }
        public long DurationUs { get; set; }
        public long FirstOutputs { get; set; }
        public long FirstOutputUs { get; set; }
    }

    /// <summary>The hours that begin in [from, to), cut to the hour, in their order.</summary>
    /// <exception cref="PorticoException">The range ends before it begins, or holds too much for one answer.</exception>
    public async Task<IReadOnlyList<AttemptHour>> ReadAsync(long fromUs, long toUs, string? connectionId, CancellationToken ct)
    {
        if (toUs < fromUs)
            throw new PorticoException(ErrorTable.InvalidRequest, "to must not lie before from.", "to");
        await using var db = await database.OpenReadAsync(ct);
        var rows = (
            await db.QueryAsync<Row>(
                $"""
                select hour_us, connection_id, deployment_id, ending, attempts, duration_us, first_outputs, first_output_us
                from observability_attempt_hours
                where hour_us >= @from and hour_us < @to {(connectionId is null ? "" : "and connection_id = @connectionId")}
                order by hour_us, connection_id, deployment_id limit {MaxRows + 1}
                """,
                new
                {
                    from = fromUs / AttemptHours.HourUs * AttemptHours.HourUs,
                    to = toUs,
                    connectionId,
                }
            )
        ).ToList();
        if (rows.Count > MaxRows)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "The range holds too much for one answer. Ask for a shorter one.",
                "from"
            );
        return rows.GroupBy(r => (r.HourUs, r.ConnectionId, r.DeploymentId)).Select(g => ToHour(g.Key, g.ToList())).ToList();
    }

    static AttemptHour ToHour((long HourUs, string ConnectionId, string DeploymentId) of, List<Row> rows)
    {
        var good = rows.Find(r => r.Ending == "completed");
        return new AttemptHour(
            of.HourUs,
            of.ConnectionId,
            of.DeploymentId,
            rows.ToDictionary(r => r.Ending, r => r.Attempts, StringComparer.Ordinal),
            good is null ? null : good.DurationUs / good.Attempts,
            good is null or { FirstOutputs: 0 } ? null : good.FirstOutputUs / good.FirstOutputs
        );
    }
}
