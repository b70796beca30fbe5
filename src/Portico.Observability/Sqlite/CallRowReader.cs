using System.Globalization;
using System.Text.Json;
using Dapper;

namespace Portico.Observability.Sqlite;

/// <summary>Rows of a month's file back to records.</summary>
static class CallRowReader
{
    /// <summary>The records that a query over <c>calls c</c> selects, in its order.</summary>
    /// <param name="db">The month's file.</param>
    /// <param name="tail">What follows the joins: where, order, limit.</param>
    /// <param name="parameters">For the tail.</param>
    public static async Task<IReadOnlyList<CallRecord>> ReadAsync(System.Data.Common.DbConnection db, string tail, object parameters)
    {
        var rows = (
            await db.QueryAsync<CallRow>(
                $"select c.*, f.json as facts_json, t.facts as trail_facts, a.json as attempt_json from calls c join facts f on f.id = c.facts left join trails t on t.id = c.trail left join attempt_facts a on a.id = c.attempt_facts {tail}",
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

    static List<TrailEntry> Trail(string? facts, string? times)
    {
        if (facts is null || times is null)
            return [];
        return facts
            .Split(CallRows.RecordSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Zip(times.Split(' '))
            .Select(e =>
            {
                var parts = e.First.Split(CallRows.UnitSeparator, 2);
                return new TrailEntry(parts[0], parts[1], long.Parse(e.Second, CultureInfo.InvariantCulture));
            })
            .ToList();
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
        public string? Units { get; set; }

        protected Usage UsageFrom(UsageSource source) =>
            UnitsUsed.Give(
                Units,
                new Usage
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
                }
            );
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
        public string? UpstreamRequestId { get; set; }

        // The only attempt, where it has no row of its own.
        public string? AttemptJson { get; set; }
        public string? AttemptId { get; set; }
        public long AttemptStartedUs { get; set; }
        public long AttemptDurationUs { get; set; }
        public long AttemptFirstOutputUs { get; set; }

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
                UpstreamRequestId = UpstreamRequestId,
                Attempts = OnlyAttempt() is { } only ? [only.ToRecord()] : attempts.Select(a => a.ToRecord()).ToList(),
                Trail = CallRowReader.Trail(TrailFacts, TrailUs),
                Settlements = CallRowReader
                    .Settled(Settled)
                    .Select(s => new MeterSettlement(windows[s.Window].MeterId, windows[s.Window].StartUs, s.Amount))
                    .ToList(),
            };
            facts.Give(record);
            CallDetail.Give(Detail, record);
            return record;
        }

        AttemptRow? OnlyAttempt() =>
            AttemptJson is null
                ? null
                : new AttemptRow
                {
                    Id = AttemptId!,
                    Number = 1,
                    FactsJson = AttemptJson,
                    StartedUs = AttemptStartedUs,
                    DurationUs = AttemptDurationUs,
                    FirstOutputUs = AttemptFirstOutputUs,
                    InputTokens = InputTokens,
                    CacheReadTokens = CacheReadTokens,
                    CacheWriteTokens = CacheWriteTokens,
                    CacheWriteLongTokens = CacheWriteLongTokens,
                    AudioInputTokens = AudioInputTokens,
                    ImageInputTokens = ImageInputTokens,
                    OutputTokens = OutputTokens,
                    ReasoningTokens = ReasoningTokens,
                    AudioOutputTokens = AudioOutputTokens,
                    Units = Units,
                    CostNanoUsd = CostNanoUsd,
                    UpstreamRequestId = UpstreamRequestId,
                };
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
