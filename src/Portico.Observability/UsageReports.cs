using System.Data.Common;
using System.Globalization;
using Dapper;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>
/// Sums of usage by any dimensions over a range. Reads rollups, never rows, and of those the coarsest that the range and the grouping allow
/// (<see cref="UsagePlan"/>).
/// </summary>
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

    static readonly Dictionary<string, Grain> Buckets = new(StringComparer.Ordinal)
    {
        ["minute"] = Grain.Minutes,
        ["hour"] = Grain.Hours,
        ["day"] = Grain.Days,
    };

    public static IEnumerable<string> DimensionNames => Buckets.Keys.Concat(Dimensions.Keys);

    internal static string ColumnOf(string dimension) => Dimensions[dimension];

    /// <summary>The parts of the statements that grouping and filters decide.</summary>
    sealed record Shape(
        string? Bucket,
        IReadOnlyList<string> Names,
        string Select,
        string Keys,
        string Where,
        DynamicParameters Parameters,
        IReadOnlyList<Stretch> Stretches
    );

    /// <exception cref="PorticoException">An unknown or repeated dimension, a range that ends before it begins, or more than <see cref="MaxLines"/> lines.</exception>
    public Task<IReadOnlyList<UsageLine>> ReadAsync(UsageQuery query, CancellationToken ct) => ReadAsync(query, Grain.Days, ct);

    /// <summary>The same from nothing coarser than a grain: what the answers of coarser ones are held against.</summary>
    internal async Task<IReadOnlyList<UsageLine>> ReadAsync(UsageQuery query, Grain coarsest, CancellationToken ct)
    {
        var shape = ShapeOf(query, coarsest);
        await using var db = await database.OpenReadAsync(ct);
        var lines = new Dictionary<UsageKey, RollupSums>();
        foreach (var stretch in shape.Stretches)
            await AddSumsAsync(db, shape, stretch, lines, ct);
        if (lines.Count > MaxLines)
            throw Bad($"The report has more than {MaxLines} lines. Ask for a shorter range, a filter, or fewer dimensions.", "group_by");
        Dictionary<UsageKey, UsageLatencies>? latencies = null;
        if (query.Quantiles)
        {
            latencies = lines.Keys.ToDictionary(k => k, _ => new UsageLatencies());
            foreach (var stretch in shape.Stretches)
                await AddLatenciesAsync(db, shape, stretch, latencies, ct);
        }
        return lines
            .OrderBy(l => l.Key.Bucket)
            .ThenBy(l => l.Key.G0, StringComparer.Ordinal)
            .ThenBy(l => l.Key.G1, StringComparer.Ordinal)
            .ThenBy(l => l.Key.G2, StringComparer.Ordinal)
            .ThenBy(l => l.Key.G3, StringComparer.Ordinal)
            .Select(l => ToLine(l.Key, l.Value, shape, latencies?[l.Key]))
            .ToList();
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

    static async Task AddSumsAsync(
        DbConnection db,
        Shape shape,
        Stretch stretch,
        Dictionary<UsageKey, RollupSums> lines,
        CancellationToken ct
    )
    {
        var sums = string.Join(", ", RollupSums.Columns.Split(", ").Select(c => $"cast(sum({c}) as bigint) as {c}"));
        var rows = await db.QueryAsync<UsageSumRow>(
            new CommandDefinition(
                $"""
                select {shape.Select}, {sums} from {stretch.Grain.Table} m where {shape.Where} group by {shape.Keys} limit {MaxLines + 1}
                """,
                Of(stretch, shape),
                cancellationToken: ct
            )
        );
        foreach (var row in rows)
            if (lines.TryGetValue(row.Key, out var known))
                known.Add(row.ToSums());
            else
                lines[row.Key] = row.ToSums();
    }

    /// <summary>A line that came between the two statements of a report has no sums in it, and no latencies.</summary>
    static async Task AddLatenciesAsync(
        DbConnection db,
        Shape shape,
        Stretch stretch,
        Dictionary<UsageKey, UsageLatencies> lines,
        CancellationToken ct
    )
    {
        if (stretch.Grain.HoldsLatencies)
        {
            // One after another: they are as many as groups and hours, each with two texts.
            var rows = db.QueryUnbufferedAsync<UsageCountsRow>(
                $"select {shape.Select}, m.durations, m.first_outputs from {stretch.Grain.Table} m where {shape.Where} and m.durations <> ''",
                Of(stretch, shape)
            );
            await foreach (var row in rows.WithCancellation(ct))
                if (lines.TryGetValue(row.Key, out var line))
                {
                    LatencyCounts.Read(row.Durations, line.Durations);
                    LatencyCounts.Read(row.FirstOutputs, line.FirstOutputs);
                }
            return;
        }
        var counted = db.QueryUnbufferedAsync<UsageLatencyRow>(
            $"""
            select {shape.Select}, l.measure as measure, l.bucket as latency_bucket, cast(sum(l.calls) as bigint) as calls
            from {stretch.Grain.Table} m join observability_latencies l on l.minute_us = m.start_us and l.group_id = m.group_id
            where {shape.Where} group by {shape.Keys}, l.measure, l.bucket
            """,
            Of(stretch, shape)
        );
        await foreach (var row in counted.WithCancellation(ct))
            if (lines.TryGetValue(row.Key, out var line))
                line.Add((Measure)row.Measure, (int)row.LatencyBucket, row.Calls);
    }

    static DynamicParameters Of(Stretch stretch, Shape shape)
    {
        var parameters = new DynamicParameters(new { from = stretch.FromUs, to = stretch.ToUs });
        parameters.AddDynamicParams(shape.Parameters);
        return parameters;
    }

    static Shape ShapeOf(UsageQuery query, Grain coarsest)
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
        var parameters = new DynamicParameters();
        var where = new List<string> { "m.start_us >= @from", "m.start_us < @to" };
        if (!query.Within.IsEverywhere)
            where.Add(query.Within.Sql(parameters, "m.organisation_id", "m.workspace_id", "m.use_case_id"));
        foreach (var (name, value) in query.Where)
        {
            if (!Dimensions.TryGetValue(name, out var column))
                throw Bad($"There is no dimension '{name}' to filter by. Known: {string.Join(", ", Dimensions.Keys)}.", name);
            where.Add($"m.{column} = @w_{name}");
            parameters.Add("w_" + name, value);
        }
        // Columns are named by their place in both clauses: an alias "bucket" could be taken for a column of that name.
        var cut = bucket.Count == 0 ? null : Buckets[bucket[0]];
        var time = cut is null ? "cast(0 as bigint)" : $"m.start_us / {cut.LengthUs} * {cut.LengthUs}";
        var select = new[] { $"{time} as bucket" }.Concat(names.Select((n, i) => $"m.{Dimensions[n]} as g{i}"));
        return new Shape(
            bucket.FirstOrDefault(),
            names,
            string.Join(", ", select),
            string.Join(", ", Enumerable.Range(1, 1 + names.Count)),
            string.Join(" and ", where),
            parameters,
            UsagePlan.For(query.FromUs, query.ToUs, cut is not null && cut.LengthUs < coarsest.LengthUs ? cut : coarsest)
        );
    }

    static UsageLine ToLine(UsageKey key, RollupSums s, Shape shape, UsageLatencies? latencies)
    {
        var group = new Dictionary<string, string>(StringComparer.Ordinal);
        if (shape.Bucket is { } bucket)
            group[bucket] = Micros.ToTime(key.Bucket).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        for (var i = 0; i < shape.Names.Count; i++)
            group[shape.Names[i]] = key.Value(i) ?? "";
        return new UsageLine
        {
            Group = group,
            Calls = s.Calls,
            CacheHits = s.CacheHits,
            UnpricedCalls = s.Unpriced,
            InputTokens = s.Input,
            CacheReadTokens = s.CacheRead,
            CacheWriteTokens = s.CacheWrite,
            OutputTokens = s.Output,
            ReasoningTokens = s.Reasoning,
            Searches = s.Searches,
            Characters = s.Characters,
            AudioMs = s.AudioMs,
            Images = s.Images,
            CostNanoUsd = s.Cost,
            AdjustedNanoUsd = s.Adjusted,
            SavedNanoUsd = s.Saved,
            MeanDurationUs = s.Calls == 0 ? 0 : s.Duration / s.Calls,
            Duration = Told(latencies?.Durations),
            FirstOutput = Told(latencies?.FirstOutputs),
        };
    }

    static Quantiles? Told(Dictionary<int, long>? counts) => counts is null ? null : Quantiles.From(counts.Select(c => (c.Key, c.Value)));

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
