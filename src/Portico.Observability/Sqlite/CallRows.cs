using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability.Sqlite;

/// <summary>The tables of a month's file, and rows to and from records.</summary>
static class CallRows
{
    const string UsageColumns =
        "input_tokens, cache_read_tokens, cache_write_tokens, cache_write_long_tokens, audio_input_tokens, image_input_tokens, output_tokens, reasoning_tokens, audio_output_tokens";

    // ASCII's own characters for this: no fact holds them.
    const char UnitSeparator = '\x1f';
    const char RecordSeparator = '\x1e';

    /// <summary>
    /// Rows of a few hundred bytes: without a rowid a row lies in the tree of its key, and what is over about 1 KB would spill into a page of its own.
    /// </summary>
    public const string Schema = """
        create table if not exists facts (id integer primary key, json text not null unique);
        create table if not exists attempt_facts (id integer primary key, json text not null unique);
        create table if not exists trails (id integer primary key, facts text not null unique);
        create table if not exists windows (id integer primary key, meter_id text not null, start_us integer not null, unique (meter_id, start_us));
        create table if not exists calls (
          id text primary key, facts integer not null, started_us integer not null,
          duration_us integer not null, first_output_us integer not null, overhead_us integer not null, counted_input_tokens integer not null,
          input_tokens integer not null, cache_read_tokens integer not null, cache_write_tokens integer not null, cache_write_long_tokens integer not null,
          audio_input_tokens integer not null, image_input_tokens integer not null,
          output_tokens integer not null, reasoning_tokens integer not null, audio_output_tokens integer not null,
          cost_nano_usd integer not null, held_nano_usd integer not null, saved_nano_usd integer not null,
          settled text, trail integer, trail_us text, detail text
        ) without rowid;
        create table if not exists attempts (
          call_id text not null, number integer not null, id text not null, facts integer not null, started_us integer not null,
          duration_us integer not null, first_output_us integer not null,
          input_tokens integer not null, cache_read_tokens integer not null, cache_write_tokens integer not null, cache_write_long_tokens integer not null,
          audio_input_tokens integer not null, image_input_tokens integer not null,
          output_tokens integer not null, reasoning_tokens integer not null, audio_output_tokens integer not null,
          cost_nano_usd integer not null, upstream_request_id text, error_message text,
          primary key (call_id, number)
        ) without rowid;
        """;

    const string CallColumns =
        $"id, facts, started_us, duration_us, first_output_us, overhead_us, counted_input_tokens, {UsageColumns}, cost_nano_usd, held_nano_usd, saved_nano_usd, settled, trail, trail_us, detail";
    const string AttemptColumns =
        $"call_id, number, id, facts, started_us, duration_us, first_output_us, {UsageColumns}, cost_nano_usd, upstream_request_id, error_message";

    /// <summary>Writes records; those that are there already stay as they are.</summary>
    public static void Insert(DbWork work, SharedParts shared, IEnumerable<CallRecord> records)
    {
        shared.Check(work);
        using var calls = new SqliteStatement(work, InsertInto("calls", CallColumns));
        using var attempts = new SqliteStatement(work, InsertInto("attempts", AttemptColumns));
        var text = new StringBuilder();
        Span<char> id = stackalloc char[CallId.TextLength];
        Span<char> attemptId = stackalloc char[AttemptId.TextLength];
        foreach (var r in records)
        {
            r.Id.Write(id);
            calls
                .Add(id)
                .Add(shared.Calls.NumberOf(CallFacts.Of(r), work))
                .Add(r.StartedAtUs)
                .Add(r.DurationUs)
                .Add(r.FirstOutputUs)
                .Add(r.OverheadUs)
                .Add(r.CountedInputTokens);
            AddUsage(calls, r.Usage);
            calls.Add(r.CostNanoUsd).Add(r.HeldNanoUsd).Add(r.SavedNanoUsd).Add(SettledText(r, text, shared, work));
            AddTrail(calls, r, text, shared, work);
            calls.Add(CallDetail.Of(r)).Run();
            foreach (var a in r.Attempts)
            {
                a.Id.Write(attemptId);
                attempts
                    .Add(id)
                    .Add(a.Number)
                    .Add(attemptId)
                    .Add(shared.Attempts.NumberOf(AttemptFacts.Of(a), work))
                    .Add(a.StartedAtUs)
                    .Add(a.DurationUs)
                    .Add(a.FirstOutputUs);
                AddUsage(attempts, a.Usage);
                attempts.Add(a.CostNanoUsd).Add(a.UpstreamRequestId).Add(a.ErrorMessage).Run();
            }
        }
    }

    static string InsertInto(string table, string columns) =>
        $"insert into {table} ({columns}) values ({string.Join(',', Enumerable.Repeat('?', columns.Count(c => c == ',') + 1))}) on conflict do nothing";

    static void AddUsage(SqliteStatement statement, in Usage u) =>
        statement
            .Add(u.Input)
            .Add(u.CacheRead)
            .Add(u.CacheWrite)
            .Add(u.CacheWriteLong)
            .Add(u.AudioInput)
            .Add(u.ImageInput)
            .Add(u.Output)
            .Add(u.Reasoning)
            .Add(u.AudioOutput);

    /// <summary><c>12:800 13:50</c>: number of the window, amount.</summary>
    static string? SettledText(CallRecord r, StringBuilder text, SharedParts shared, DbWork work)
    {
        if (r.Settlements.Count == 0)
            return null;
        text.Clear();
        foreach (var s in r.Settlements)
        {
            if (text.Length > 0)
                text.Append(' ');
            text.Append(CultureInfo.InvariantCulture, $"{shared.Windows.NumberOf((s.MeterId, s.WindowStartUs), work)}:{s.Amount}");
        }
        return text.ToString();
    }

    /// <summary>The facts by number, and the time of each.</summary>
    static void AddTrail(SqliteStatement statement, CallRecord r, StringBuilder text, SharedParts shared, DbWork work)
    {
        if (r.Trail.Count == 0)
        {
            statement.Add((string?)null).Add((string?)null);
            return;
        }
        text.Clear();
        foreach (var entry in r.Trail)
            text.Append(entry.Stage).Append(UnitSeparator).Append(entry.Fact).Append(RecordSeparator);
        statement.Add(shared.Trails.NumberOf(text.ToString(), work));
        text.Clear();
        foreach (var entry in r.Trail)
            text.Append(text.Length == 0 ? "" : " ").Append(entry.AtUs);
        statement.Add(text.ToString());
    }

    static List<TrailEntry> Trail(string? facts, string? times)
    {
        if (facts is null || times is null)
            return [];
        return facts
            .Split(RecordSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Zip(times.Split(' '))
            .Select(e =>
            {
                var parts = e.First.Split(UnitSeparator, 2);
                return new TrailEntry(parts[0], parts[1], long.Parse(e.Second, CultureInfo.InvariantCulture));
            })
            .ToList();
    }

    /// <summary>The records that a query over <c>calls c</c> selects, in its order.</summary>
    /// <param name="db">The month's file.</param>
    /// <param name="tail">What follows the joins: where, order, limit.</param>
    /// <param name="parameters">For the tail.</param>
    public static async Task<IReadOnlyList<CallRecord>> ReadAsync(System.Data.Common.DbConnection db, string tail, object parameters)
    {
        var rows = (
            await db.QueryAsync<CallRow>(
                $"select c.*, f.json as facts_json, t.facts as trail_facts from calls c join facts f on f.id = c.facts left join trails t on t.id = c.trail {tail}",
                parameters
            )
        ).AsList();
        if (rows.Count == 0)
            return [];
        var attempts = (
            await db.QueryAsync<AttemptRow>(
                "select a.*, f.json as facts_json from attempts a join attempt_facts f on f.id = a.facts where a.call_id in @ids order by a.call_id, a.number",
                new { ids = rows.Select(r => r.Id) }
            )
        ).ToLookup(a => a.CallId, StringComparer.Ordinal);
        var windowIds = rows.SelectMany(r => Settled(r.Settled)).Select(s => s.Window).Distinct().ToList();
        var windows = (
            await db.QueryAsync<(long Id, string MeterId, long StartUs)>(
                "select id, meter_id, start_us from windows where id in @windowIds",
                new { windowIds }
            )
        ).ToDictionary(w => w.Id);
        return rows.Select(r => r.ToRecord(attempts[r.Id], windows)).ToList();
    }

    static IEnumerable<(long Window, long Amount)> Settled(string? text) =>
        text is null
            ? []
            : text.Split(' ')
                .Select(t =>
                {
                    var colon = t.IndexOf(':', StringComparison.Ordinal);
                    return (
                        long.Parse(t.AsSpan(0, colon), CultureInfo.InvariantCulture),
                        long.Parse(t.AsSpan(colon + 1), CultureInfo.InvariantCulture)
                    );
                });

    abstract class Row
    {
        public string Id { get; set; } = "";
        public string FactsJson { get; set; } = "";
        public long StartedUs { get; set; }
        public long DurationUs { get; set; }
        public long FirstOutputUs { get; set; }
        public long InputTokens { get; set; }
        public long CacheReadTokens { get; set; }
        public long CacheWriteTokens { get; set; }
        public long CacheWriteLongTokens { get; set; }
        public long AudioInputTokens { get; set; }
        public long ImageInputTokens { get; set; }
        public long OutputTokens { get; set; }
        public long ReasoningTokens { get; set; }
        public long AudioOutputTokens { get; set; }
        public long CostNanoUsd { get; set; }

        protected Usage UsageFrom(UsageSource source) =>
            new()
            {
                Input = InputTokens,
                CacheRead = CacheReadTokens,
                CacheWrite = CacheWriteTokens,
                CacheWriteLong = CacheWriteLongTokens,
                AudioInput = AudioInputTokens,
                ImageInput = ImageInputTokens,
                Output = OutputTokens,
                Reasoning = ReasoningTokens,
                AudioOutput = AudioOutputTokens,
                Source = source,
            };
    }

    sealed class CallRow : Row
    {
        public long OverheadUs { get; set; }
        public long CountedInputTokens { get; set; }
        public long HeldNanoUsd { get; set; }
        public long SavedNanoUsd { get; set; }
        public string? Settled { get; set; }
        public string? TrailFacts { get; set; }
        public string? TrailUs { get; set; }
        public string? Detail { get; set; }

        public CallRecord ToRecord(IEnumerable<AttemptRow> attempts, Dictionary<long, (long Id, string MeterId, long StartUs)> windows)
        {
            var facts = JsonSerializer.Deserialize(FactsJson, RowJson.Default.CallFacts);
            var record = new CallRecord
            {
                Id = CallId.Parse(Id),
                StartedAtUs = StartedUs,
                DurationUs = DurationUs,
                FirstOutputUs = FirstOutputUs,
                OverheadUs = OverheadUs,
                CountedInputTokens = (int)CountedInputTokens,
                Usage = UsageFrom(facts.UsageSource),
                CostNanoUsd = CostNanoUsd,
                HeldNanoUsd = HeldNanoUsd,
                SavedNanoUsd = SavedNanoUsd,
                Attempts = attempts.Select(a => a.ToRecord()).ToList(),
                Trail = CallRows.Trail(TrailFacts, TrailUs),
                Settlements = CallRows
                    .Settled(Settled)
                    .Select(s => new MeterSettlement(windows[s.Window].MeterId, windows[s.Window].StartUs, s.Amount))
                    .ToList(),
            };
            facts.Give(record);
            CallDetail.Give(Detail, record);
            return record;
        }
    }

    sealed class AttemptRow : Row
    {
        public string CallId { get; set; } = "";
        public long Number { get; set; }
        public string? UpstreamRequestId { get; set; }
        public string? ErrorMessage { get; set; }

        public AttemptRecord ToRecord()
        {
            var f = JsonSerializer.Deserialize(FactsJson, RowJson.Default.AttemptFacts);
            return new AttemptRecord
            {
                Id = AttemptId.Parse(Id),
                Number = (int)Number,
                DeploymentId = f.DeploymentId,
                ConnectionId = f.ConnectionId,
                Provider = f.Provider,
                Model = f.Model,
                StartedAtUs = StartedUs,
                DurationUs = DurationUs,
                FirstOutputUs = FirstOutputUs,
                Status = f.Status,
                Outcome = f.Outcome,
                Fault = f.Fault,
                ErrorCode = f.ErrorCode,
                ErrorMessage = ErrorMessage,
                Usage = UsageFrom(f.UsageSource),
                CostNanoUsd = CostNanoUsd,
                Unpriced = f.Unpriced,
                PriceId = f.PriceId,
                PriceVersion = f.PriceVersion,
                UpstreamRequestId = UpstreamRequestId,
            };
        }
    }
}
