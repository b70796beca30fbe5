using System.Globalization;
using System.Text;
using Dapper;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>One line of a report: the group's values by dimension, and its sums. Money is nano-USD.</summary>
public sealed record UsageLine
{
    public required IReadOnlyDictionary<string, string> Group { get; init; }
    public long Calls { get; init; }
    public long CacheHits { get; init; }
    public long UnpricedCalls { get; init; }
    public long InputTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public long CacheWriteTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }
    public long CostNanoUsd { get; init; }
    public long SavedNanoUsd { get; init; }
    public string CostUsd => NanoUsd.Format(CostNanoUsd);
    public string SavedUsd => NanoUsd.Format(SavedNanoUsd);
    public long MeanDurationUs { get; init; }
}

/// <summary>Sums of usage by any dimensions over a range. Reads rollups, never rows.</summary>
public sealed class UsageReports(Database database)
{
    public const int MaxLines = 10_000;

    static readonly Dictionary<string, string> Dimensions = new(StringComparer.Ordinal)
    {
        ["organisation"] = "organisation_id",
        ["workspace"] = "workspace_id",
        ["use_case"] = "use_case_id",
        ["key"] = "key_id",
        ["person"] = "person_id",
        ["route"] = "route",
        ["model"] = "model",
        ["provider"] = "provider",
        ["outcome"] = "outcome",
    };

    static readonly Dictionary<string, long> Buckets = new(StringComparer.Ordinal)
    {
        ["minute"] = Rollups.MinuteUs,
        ["hour"] = 3_600_000_000,
        ["day"] = 86_400_000_000,
    };

    public static IEnumerable<string> DimensionNames => Buckets.Keys.Concat(Dimensions.Keys);

    sealed class Row
    {
        public long Bucket { get; set; }
        public string? G0 { get; set; }
        public string? G1 { get; set; }
        public string? G2 { get; set; }
        public string? G3 { get; set; }
        public long Calls { get; set; }
        public long CacheHits { get; set; }
        public long Unpriced { get; set; }
        public long Input { get; set; }
        public long CacheRead { get; set; }
        public long CacheWrite { get; set; }
        public long Output { get; set; }
        public long Reasoning { get; set; }
        public long Cost { get; set; }
        public long Saved { get; set; }
        public long Duration { get; set; }
    }

    /// <param name="fromUs">Inclusive, cut to the minute.</param>
    /// <param name="toUs">Exclusive.</param>
    /// <param name="groupBy">Names of <see cref="DimensionNames"/>: at most one time bucket and four others.</param>
    /// <param name="ct">Ends the read.</param>
    public async Task<IReadOnlyList<UsageLine>> ReadAsync(long fromUs, long toUs, IReadOnlyList<string> groupBy, CancellationToken ct)
    {
        var unknown = groupBy.FirstOrDefault(g => !Dimensions.ContainsKey(g) && !Buckets.ContainsKey(g));
        if (unknown is not null)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"There is no dimension '{unknown}'. Known: {string.Join(", ", DimensionNames)}.",
                "group_by"
            );
        var bucket = groupBy.Where(Buckets.ContainsKey).ToList();
        var names = groupBy.Where(Dimensions.ContainsKey).ToList();
        if (bucket.Count > 1 || names.Count > 4)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "group_by takes at most one of minute, hour, day and four other dimensions.",
                "group_by"
            );
        var size = bucket.Count == 0 ? 0 : Buckets[bucket[0]];
        var columns = names.Select((n, i) => $"{Dimensions[n]} as g{i}").ToList();
        var time = size == 0 ? "cast(0 as bigint)" : $"minute_us / {size} * {size}";
        var keys = new[] { "bucket" }.Concat(names.Select((_, i) => $"g{i}"));
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            $"""
            select {time} as bucket, {string.Concat(columns.Select(c => c + ", "))}
              cast(sum(calls) as bigint) as calls, cast(sum(cache_hits) as bigint) as cache_hits, cast(sum(unpriced) as bigint) as unpriced,
              cast(sum(input_tokens) as bigint) as input, cast(sum(cache_read_tokens) as bigint) as cache_read, cast(sum(cache_write_tokens) as bigint) as cache_write,
              cast(sum(output_tokens) as bigint) as output, cast(sum(reasoning_tokens) as bigint) as reasoning,
              cast(sum(cost_nano_usd) as bigint) as cost, cast(sum(saved_nano_usd) as bigint) as saved, cast(sum(duration_us) as bigint) as duration
            from observability_minutes where minute_us >= @fromUs and minute_us < @toUs
            group by {string.Join(", ", keys)} order by {string.Join(", ", keys)} limit {MaxLines}
            """,
            new { fromUs = fromUs / Rollups.MinuteUs * Rollups.MinuteUs, toUs }
        );
        return rows.Select(r => ToLine(r, bucket, names)).ToList();
    }

    static UsageLine ToLine(Row r, List<string> bucket, List<string> names)
    {
        var group = new Dictionary<string, string>(StringComparer.Ordinal);
        if (bucket.Count > 0)
            group[bucket[0]] = Micros.ToTime(r.Bucket).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string?[] values = [r.G0, r.G1, r.G2, r.G3];
        for (var i = 0; i < names.Count; i++)
            group[names[i]] = values[i] ?? "";
        return new UsageLine
        {
            Group = group,
            Calls = r.Calls,
            CacheHits = r.CacheHits,
            UnpricedCalls = r.Unpriced,
            InputTokens = r.Input,
            CacheReadTokens = r.CacheRead,
            CacheWriteTokens = r.CacheWrite,
            OutputTokens = r.Output,
            ReasoningTokens = r.Reasoning,
            CostNanoUsd = r.Cost,
            SavedNanoUsd = r.Saved,
            MeanDurationUs = r.Calls == 0 ? 0 : r.Duration / r.Calls,
        };
    }

    /// <summary>The same lines as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is quoted as text.</summary>
    public static string ToCsv(IReadOnlyList<UsageLine> lines, IReadOnlyList<string> groupBy)
    {
        var csv = new StringBuilder();
        csv.AppendJoin(
                ',',
                groupBy.Concat([
                    "calls",
                    "cache_hits",
                    "unpriced_calls",
                    "input_tokens",
                    "cache_read_tokens",
                    "cache_write_tokens",
                    "output_tokens",
                    "reasoning_tokens",
                    "cost_usd",
                    "saved_usd",
                ])
            )
            .Append("\r\n");
        foreach (var l in lines)
        {
            foreach (var name in groupBy)
                csv.Append(Cell(l.Group.GetValueOrDefault(name, ""))).Append(',');
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{l.Calls},{l.CacheHits},{l.UnpricedCalls},{l.InputTokens},{l.CacheReadTokens},{l.CacheWriteTokens},{l.OutputTokens},{l.ReasoningTokens},{l.CostUsd},{l.SavedUsd}\r\n"
            );
        }
        return csv.ToString();
    }

    static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
