using System.Globalization;
using Dapper;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>One line of a report: the group's values by dimension, and its sums. Money is nano-USD, times are microseconds.</summary>
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

    /// <summary>What is no token: searches of rerank calls, characters spoken, milliseconds listened to, images made.</summary>
    public long Searches { get; init; }
    public long Characters { get; init; }
    public long AudioMs { get; init; }
    public long Images { get; init; }

    /// <summary>What it costs now: what was billed and what re-rating changed of it.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>What re-rating changed of what was billed.</summary>
    public long AdjustedNanoUsd { get; init; }
    public long SavedNanoUsd { get; init; }
    public long BilledNanoUsd => CostNanoUsd - AdjustedNanoUsd;
    public string CostUsd => NanoUsd.Format(CostNanoUsd);
    public string BilledUsd => NanoUsd.Format(BilledNanoUsd);
    public string AdjustedUsd => NanoUsd.Format(AdjustedNanoUsd);
    public string SavedUsd => NanoUsd.Format(SavedNanoUsd);
    public long MeanDurationUs { get; init; }

    /// <summary>From arrival to end; null unless asked for.</summary>
    public Quantiles? Duration { get; init; }

    /// <summary>From arrival to the first output, of the calls that had output; null unless asked for.</summary>
    public Quantiles? FirstOutput { get; init; }
}

/// <summary>
/// Quantiles of a time in microseconds over <paramref name="Calls"/> timed calls, each within 4.5 % of the true one (see <see cref="LatencyBuckets"/>).
/// All zero when nothing was timed.
/// </summary>
public sealed record Quantiles(long Calls, long P50Us, long P95Us, long P99Us)
{
    internal static Quantiles From(IEnumerable<(int Bucket, long Calls)> counts)
    {
        var sorted = counts.OrderBy(c => c.Bucket).ToList();
        return new Quantiles(
            sorted.Sum(c => c.Calls),
            LatencyBuckets.Quantile(sorted, 0.50),
            LatencyBuckets.Quantile(sorted, 0.95),
            LatencyBuckets.Quantile(sorted, 0.99)
        );
    }
}

/// <summary>What a report covers.</summary>
public sealed record UsageQuery
{
    /// <summary>Microseconds, inclusive, cut to the minute.</summary>
    public required long FromUs { get; init; }

    /// <summary>Microseconds, exclusive.</summary>
    public required long ToUs { get; init; }

    /// <summary>Names of <see cref="UsageReports.DimensionNames"/>: at most one time bucket and four others, each once.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>Dimension → the only value that counts.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Read the quantiles too.</summary>
    public bool Quantiles { get; init; }
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
        ["operation"] = "operation",
        ["route"] = "route",
        ["model"] = "model",
        ["provider"] = "provider",
        ["connection"] = "connection_id",
        ["deployment"] = "deployment_id",
        ["outcome"] = "outcome",
        ["error_code"] = "error_code",
    };

    static readonly Dictionary<string, long> Buckets = new(StringComparer.Ordinal)
    {
        ["minute"] = Rollups.MinuteUs,
        ["hour"] = 3_600_000_000,
        ["day"] = 86_400_000_000,
    };

    public static IEnumerable<string> DimensionNames => Buckets.Keys.Concat(Dimensions.Keys);

    internal static string ColumnOf(string dimension) => Dimensions[dimension];

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
        public long Searches { get; set; }
        public long Characters { get; set; }
        public long AudioMs { get; set; }
        public long Images { get; set; }
        public long Cost { get; set; }
        public long Adjusted { get; set; }
        public long Saved { get; set; }
        public long Duration { get; set; }

        // Of a row of latencies.
        public long Measure { get; set; }
        public long LatencyBucket { get; set; }

        public (long, string?, string?, string?, string?) Key => (Bucket, G0, G1, G2, G3);
    }

    /// <summary>The parts of the statement that grouping and filters decide.</summary>
    sealed record Shape(
        string? Bucket,
        IReadOnlyList<string> Names,
        string Select,
        string Keys,
        string Where,
        DynamicParameters Parameters
    );

    /// <exception cref="PorticoException">An unknown or repeated dimension, a range that ends before it begins, or more than <see cref="MaxLines"/> lines.</exception>
    public async Task<IReadOnlyList<UsageLine>> ReadAsync(UsageQuery query, CancellationToken ct)
    {
        var shape = ShapeOf(query);
        await using var db = await database.OpenReadAsync(ct);
        var rows = (
            await db.QueryAsync<Row>(
                $"""
                select {shape.Select},
                  cast(sum(calls) as bigint) as calls, cast(sum(cache_hits) as bigint) as cache_hits, cast(sum(unpriced) as bigint) as unpriced,
                  cast(sum(input_tokens) as bigint) as input, cast(sum(cache_read_tokens) as bigint) as cache_read, cast(sum(cache_write_tokens) as bigint) as cache_write,
                  cast(sum(output_tokens) as bigint) as output, cast(sum(reasoning_tokens) as bigint) as reasoning,
                  cast(sum(searches) as bigint) as searches, cast(sum(characters) as bigint) as characters,
                  cast(sum(audio_ms) as bigint) as audio_ms, cast(sum(images) as bigint) as images,
                  cast(sum(cost_nano_usd) as bigint) as cost, cast(sum(adjusted_nano_usd) as bigint) as adjusted,
                  cast(sum(saved_nano_usd) as bigint) as saved, cast(sum(duration_us) as bigint) as duration
                from observability_minutes m where {shape.Where}
                group by {shape.Keys} order by {shape.Keys} limit {MaxLines + 1}
                """,
                shape.Parameters
            )
        ).ToList();
        if (rows.Count > MaxLines)
            throw Bad($"The report has more than {MaxLines} lines. Ask for a shorter range, a filter, or fewer dimensions.", "group_by");
        var latencies = query.Quantiles ? await ReadLatenciesAsync(db, shape) : null;
        return rows.Select(r => ToLine(r, shape, latencies?[r.Key])).ToList();
    }

    /// <summary>The sums over lines; without quantiles, which do not add up.</summary>
    internal static UsageLine Sum(IReadOnlyList<UsageLine> lines)
    {
        var calls = lines.Sum(l => l.Calls);
        return new UsageLine
        {
            Group = new Dictionary<string, string>(StringComparer.Ordinal),
            Calls = calls,
            CacheHits = lines.Sum(l => l.CacheHits),
            UnpricedCalls = lines.Sum(l => l.UnpricedCalls),
            InputTokens = lines.Sum(l => l.InputTokens),
            CacheReadTokens = lines.Sum(l => l.CacheReadTokens),
            CacheWriteTokens = lines.Sum(l => l.CacheWriteTokens),
            OutputTokens = lines.Sum(l => l.OutputTokens),
            ReasoningTokens = lines.Sum(l => l.ReasoningTokens),
            Searches = lines.Sum(l => l.Searches),
            Characters = lines.Sum(l => l.Characters),
            AudioMs = lines.Sum(l => l.AudioMs),
            Images = lines.Sum(l => l.Images),
            CostNanoUsd = lines.Sum(l => l.CostNanoUsd),
            AdjustedNanoUsd = lines.Sum(l => l.AdjustedNanoUsd),
            SavedNanoUsd = lines.Sum(l => l.SavedNanoUsd),
            MeanDurationUs =
                calls == 0 ? 0 : (long)(lines.Aggregate((Int128)0, (sum, l) => sum + (Int128)l.MeanDurationUs * l.Calls) / calls),
        };
    }

    static async Task<ILookup<(long, string?, string?, string?, string?), Row>> ReadLatenciesAsync(
        System.Data.Common.DbConnection db,
        Shape shape
    )
    {
        var rows = await db.QueryAsync<Row>(
            $"""
            select {shape.Select}, l.measure as measure, l.bucket as latency_bucket, cast(sum(l.calls) as bigint) as calls
            from observability_minutes m join observability_latencies l on l.minute_us = m.minute_us and l.group_id = m.group_id
            where {shape.Where} group by {shape.Keys}, l.measure, l.bucket
            """,
            shape.Parameters
        );
        return rows.ToLookup(r => r.Key);
    }

    static Shape ShapeOf(UsageQuery query)
    {
        var unknown = query.GroupBy.FirstOrDefault(g => !Dimensions.ContainsKey(g) && !Buckets.ContainsKey(g));
        if (unknown is not null)
            throw Bad($"There is no dimension '{unknown}'. Known: {string.Join(", ", DimensionNames)}.", "group_by");
        var bucket = query.GroupBy.Where(Buckets.ContainsKey).ToList();
        var names = query.GroupBy.Where(Dimensions.ContainsKey).ToList();
        if (bucket.Count > 1 || names.Count > 4 || names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            throw Bad("group_by takes at most one of minute, hour, day and four other dimensions, each once.", "group_by");
        if (query.ToUs < query.FromUs)
            throw Bad("to must not lie before from.", "to");
        var parameters = new DynamicParameters(new { from = query.FromUs / Rollups.MinuteUs * Rollups.MinuteUs, to = query.ToUs });
        var where = new List<string> { "m.minute_us >= @from", "m.minute_us < @to" };
        foreach (var (name, value) in query.Where)
        {
            if (!Dimensions.TryGetValue(name, out var column))
                throw Bad($"There is no dimension '{name}' to filter by. Known: {string.Join(", ", Dimensions.Keys)}.", name);
            where.Add($"m.{column} = @w_{name}");
            parameters.Add("w_" + name, value);
        }
        // Columns are named by their place in both clauses: an alias "bucket" could be taken for a column of that name.
        var time = bucket.Count == 0 ? "cast(0 as bigint)" : $"m.minute_us / {Buckets[bucket[0]]} * {Buckets[bucket[0]]}";
        var select = new[] { $"{time} as bucket" }.Concat(names.Select((n, i) => $"m.{Dimensions[n]} as g{i}"));
        return new Shape(
            bucket.FirstOrDefault(),
            names,
            string.Join(", ", select),
            string.Join(", ", Enumerable.Range(1, 1 + names.Count)),
            string.Join(" and ", where),
            parameters
        );
    }

    static UsageLine ToLine(Row r, Shape shape, IEnumerable<Row>? latencies)
    {
        var group = new Dictionary<string, string>(StringComparer.Ordinal);
        if (shape.Bucket is { } bucket)
            group[bucket] = Micros.ToTime(r.Bucket).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string?[] values = [r.G0, r.G1, r.G2, r.G3];
        for (var i = 0; i < shape.Names.Count; i++)
            group[shape.Names[i]] = values[i] ?? "";
        Quantiles? Of(Measure measure) =>
            latencies is null
                ? null
                : Quantiles.From(latencies.Where(l => l.Measure == (long)measure).Select(l => ((int)l.LatencyBucket, l.Calls)));
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
            Searches = r.Searches,
            Characters = r.Characters,
            AudioMs = r.AudioMs,
            Images = r.Images,
            CostNanoUsd = r.Cost,
            AdjustedNanoUsd = r.Adjusted,
            SavedNanoUsd = r.Saved,
            MeanDurationUs = r.Calls == 0 ? 0 : r.Duration / r.Calls,
            Duration = Of(Measure.Duration),
            FirstOutput = Of(Measure.FirstOutput),
        };
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
