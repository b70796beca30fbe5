using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Portico.Observability.Rerating;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability;

/// <summary>Sums by minute and every dimension that a report groups by: added up in memory for a batch, then one upsert a group.</summary>
static class Rollups
{
    public const long MinuteUs = 60_000_000;

    readonly record struct Group(
        long MinuteUs,
        string OrganisationId,
        string WorkspaceId,
        string UseCaseId,
        string KeyId,
        string PersonId,
        string Operation,
        string Route,
        string Model,
        string Provider,
        string ConnectionId,
        string DeploymentId,
        string Outcome,
        string ErrorCode
    )
    {
        /// <summary>The members that differ most: hashing all of them would cost more than the sums.</summary>
        public override int GetHashCode() => HashCode.Combine(MinuteUs, KeyId, PersonId, DeploymentId, Outcome);

        /// <summary>The number that ties a group's latencies to its sums: 64 bits of a hash over its dimensions. Never 0.</summary>
        public long Number()
        {
            string[] dimensions =
            [
                OrganisationId,
                WorkspaceId,
                UseCaseId,
                KeyId,
                PersonId,
                Operation,
                Route,
                Model,
                Provider,
                ConnectionId,
                DeploymentId,
                Outcome,
                ErrorCode,
            ];
            var text = string.Join('\n', dimensions);
            var number = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            return number == 0 ? 1 : number;
        }
    }

    sealed class Sums
    {
        public long Calls,
            CacheHits,
            Unpriced,
            Input,
            CacheRead,
            CacheWrite,
            Output,
            Reasoning,
            Searches,
            Characters,
            AudioMs,
            Images,
            Cost,
            Adjusted,
            Saved,
            Duration;
        public readonly Dictionary<(Measure, int Bucket), long> Latencies = [];

        public void Time(Measure measure, long us)
        {
            var key = (measure, LatencyBuckets.Of(us));
            Latencies[key] = Latencies.GetValueOrDefault(key) + 1;
        }
    }

    readonly record struct LatencyRow(long MinuteUs, long GroupId, long Measure, long Bucket, long Calls);

    public static async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> records)
    {
        var groups = new Dictionary<Group, Sums>();
        foreach (var r in records)
            Add(groups, r);
        // One order on every node: two nodes that upsert the same groups cannot deadlock.
        foreach (var (g, s) in groups.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal))
            await work.Connection.ExecuteAsync(Upsert, Parameters(g, s), work.Transaction);
        var latencies = groups
            .SelectMany(p =>
            {
                var number = p.Key.Number();
                return p.Value.Latencies.Select(l => new LatencyRow(p.Key.MinuteUs, number, (long)l.Key.Item1, l.Key.Bucket, l.Value));
            })
            .OrderBy(l => (l.MinuteUs, l.GroupId, l.Measure, l.Bucket))
            .ToList();
        if (latencies.Count > 0)
            await AddLatenciesAsync(work, latencies);
    }

    /// <summary>
    /// What adjustments change of the sums: cost, and how many calls are unpriced. Groups are those of the calls' own records, so that reports say it where
    /// they said the old cost.
    /// </summary>
    public static async Task AdjustAsync(DbWork work, IReadOnlyList<Adjustment> adjustments)
    {
        var groups = new Dictionary<Group, Sums>();
        foreach (var a in adjustments)
        {
            var key = GroupOf(a.Call);
            if (!groups.TryGetValue(key, out var s))
                groups[key] = s = new Sums();
            s.Cost += a.Difference;
            s.Adjusted += a.Difference;
            s.Unpriced += (a.NewUnpriced ? 1 : 0) - (a.OldUnpriced ? 1 : 0);
        }
        foreach (var (g, s) in groups.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal))
            await work.Connection.ExecuteAsync(Upsert, Parameters(g, s), work.Transaction);
    }

    const string AddLatencies = """
        on conflict (minute_us, group_id, measure, bucket) do update set calls = observability_latencies.calls + excluded.calls
        """;

    /// <summary>PostgreSQL: one statement over arrays. SQLite: one call after another, there is no network between.</summary>
    static async Task AddLatenciesAsync(DbWork work, List<LatencyRow> rows)
    {
        if (work.Engine == Engine.Sqlite)
        {
            using var insert = new SqliteStatement(
                work,
                $"insert into observability_latencies (minute_us, group_id, measure, bucket, calls) values (?, ?, ?, ?, ?) {AddLatencies}"
            );
            foreach (var row in rows)
                insert.Add(row.MinuteUs).Add(row.GroupId).Add(row.Measure).Add(row.Bucket).Add(row.Calls).Run();
            return;
        }
        await using var command = new NpgsqlCommand(
            $"""
            insert into observability_latencies (minute_us, group_id, measure, bucket, calls)
            select * from unnest(@p0::bigint[], @p1::bigint[], @p2::bigint[], @p3::bigint[], @p4::bigint[]) {AddLatencies}
            """,
            (NpgsqlConnection)work.Connection,
            (NpgsqlTransaction)work.Transaction
        );
        void Column(int n, Func<LatencyRow, long> of) => command.Parameters.AddWithValue("p" + n, rows.Select(of).ToArray());
        Column(0, l => l.MinuteUs);
        Column(1, l => l.GroupId);
        Column(2, l => l.Measure);
        Column(3, l => l.Bucket);
        Column(4, l => l.Calls);
        await command.ExecuteNonQueryAsync();
    }

    static Group GroupOf(CallRecord r) =>
        new(
            r.StartedAtUs / MinuteUs * MinuteUs,
            r.OrganisationId ?? "",
            r.WorkspaceId ?? "",
            r.UseCaseId ?? "",
            r.KeyId ?? "",
            r.PersonId ?? "",
            r.Operation,
            r.Route ?? "",
            r.Model ?? "",
            r.Provider ?? "",
            r.ConnectionId ?? "",
            r.DeploymentId ?? "",
            Outcomes.Name(r.Outcome),
            r.ErrorCode ?? ""
        );

    static void Add(Dictionary<Group, Sums> groups, CallRecord r)
    {
        var key = GroupOf(r);
        if (!groups.TryGetValue(key, out var s))
            groups[key] = s = new Sums();
        s.Calls++;
        s.CacheHits += r.Cache == "hit" ? 1 : 0;
        s.Unpriced += r.Unpriced ? 1 : 0;
        s.Input += r.Usage.Input + r.Usage.AudioInput + r.Usage.ImageInput;
        s.CacheRead += r.Usage.CacheRead;
        s.CacheWrite += r.Usage.CacheWrite + r.Usage.CacheWriteLong;
        s.Output += r.Usage.Output + r.Usage.AudioOutput + r.Usage.ImageOutput;
        s.Reasoning += r.Usage.Reasoning;
        s.Searches += r.Usage.Searches;
        s.Characters += r.Usage.Characters;
        s.AudioMs += r.Usage.AudioMs;
        s.Images += r.Usage.Images;
        s.Cost += r.CostNanoUsd;
        s.Saved += r.SavedNanoUsd;
        s.Duration += r.DurationUs;
        s.Time(Measure.Duration, r.DurationUs);
        if (r.FirstOutputUs > 0)
            s.Time(Measure.FirstOutput, r.FirstOutputUs);
    }

    static object Parameters(Group g, Sums s) =>
        new
        {
            g.MinuteUs,
            g.OrganisationId,
            g.WorkspaceId,
            g.UseCaseId,
            g.KeyId,
            g.PersonId,
            g.Operation,
            g.Route,
            g.Model,
            g.Provider,
            g.ConnectionId,
            g.DeploymentId,
            g.Outcome,
            g.ErrorCode,
            GroupId = g.Number(),
            s.Calls,
            s.CacheHits,
            s.Unpriced,
            s.Input,
            s.CacheRead,
            s.CacheWrite,
            s.Output,
            s.Reasoning,
            s.Searches,
            s.Characters,
            s.AudioMs,
            s.Images,
            s.Cost,
            s.Adjusted,
            s.Saved,
            s.Duration,
        };

    const string Upsert = """
        insert into observability_minutes (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider,
          connection_id, deployment_id, outcome, error_code, group_id,
          calls, cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, searches, characters, audio_ms, images,
          cost_nano_usd, adjusted_nano_usd, saved_nano_usd, duration_us)
        values (@MinuteUs, @OrganisationId, @WorkspaceId, @UseCaseId, @KeyId, @PersonId, @Operation, @Route, @Model, @Provider,
          @ConnectionId, @DeploymentId, @Outcome, @ErrorCode, @GroupId,
          @Calls, @CacheHits, @Unpriced, @Input, @CacheRead, @CacheWrite, @Output, @Reasoning, @Searches, @Characters, @AudioMs, @Images, @Cost, @Adjusted, @Saved, @Duration)
        on conflict (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id,
          outcome, error_code) do update set
          group_id = excluded.group_id,
          calls = observability_minutes.calls + excluded.calls,
          cache_hits = observability_minutes.cache_hits + excluded.cache_hits,
          unpriced = observability_minutes.unpriced + excluded.unpriced,
          input_tokens = observability_minutes.input_tokens + excluded.input_tokens,
          cache_read_tokens = observability_minutes.cache_read_tokens + excluded.cache_read_tokens,
          cache_write_tokens = observability_minutes.cache_write_tokens + excluded.cache_write_tokens,
          output_tokens = observability_minutes.output_tokens + excluded.output_tokens,
          reasoning_tokens = observability_minutes.reasoning_tokens + excluded.reasoning_tokens,
          searches = observability_minutes.searches + excluded.searches,
          characters = observability_minutes.characters + excluded.characters,
          audio_ms = observability_minutes.audio_ms + excluded.audio_ms,
          images = observability_minutes.images + excluded.images,
          cost_nano_usd = observability_minutes.cost_nano_usd + excluded.cost_nano_usd,
          adjusted_nano_usd = observability_minutes.adjusted_nano_usd + excluded.adjusted_nano_usd,
          saved_nano_usd = observability_minutes.saved_nano_usd + excluded.saved_nano_usd,
          duration_us = observability_minutes.duration_us + excluded.duration_us
        """;
}
