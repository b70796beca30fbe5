using System.Collections.Frozen;
using Npgsql;
using NpgsqlTypes;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability;

/// <summary>
/// Adds sums to the rows of their groups. SQLite: prepared statements, one group after another, there is no network between. PostgreSQL: one statement over
/// arrays. Groups come in one order on every node, so two nodes that add to the same ones cannot deadlock.
/// </summary>
static class RollupRows
{
    static readonly string[] Dimensions = RollupGroup.Columns.Split(", ");
    static readonly string[] Numbers = RollupSums.Columns.Split(", ");

    /// <summary>The function that adds counts within a statement; PostgreSQL has it from a migration, SQLite from us.</summary>
    const string AddCounts = "observability_add_counts";

    static readonly FrozenDictionary<Grain, string> UpsertOne = new[] { Grain.Minutes, Grain.Hours, Grain.Days }.ToFrozenDictionary(
        g => g,
        g => Upsert(g, $"values ({Marks(ColumnsOf(g).Count)})")
    );

    const string AddLatencies = """
        on conflict (minute_us, group_id, measure, bucket) do update set calls = observability_latencies.calls + excluded.calls
        """;

    public static async Task AddAsync(DbWork work, Grain grain, Dictionary<RollupGroup, RollupSums> groups)
    {
        if (groups.Count == 0)
            return;
        var ordered = groups
            .Select(g => (Group: g.Key, Dimensions: g.Key.Dimensions(), Sums: g.Value))
            .OrderBy(g => g.Group.StartUs)
            .ThenBy(g => string.Join('\n', g.Dimensions), StringComparer.Ordinal)
            .Select(g => new Line(g.Group, g.Dimensions, g.Sums, grain.HoldsLatencies ? 0 : g.Group.Number()))
            .ToList();
        if (work.Engine == Engine.Sqlite)
            AddOneByOne(work, grain, ordered);
        else
            await AddAtOnceAsync(work, grain, ordered);
    }

    readonly record struct Line(RollupGroup Group, string[] Dimensions, RollupSums Sums, long Number);

    readonly record struct LatencyRow(long MinuteUs, long GroupId, long Measure, long Bucket, long Calls);

    static void AddOneByOne(DbWork work, Grain grain, List<Line> lines)
    {
        if (grain.HoldsLatencies)
            SqliteStatement.Define(work, AddCounts, LatencyCounts.Add);
        using (var upsert = SqliteStatement.Of(work, UpsertOne[grain]))
            foreach (var line in lines)
            {
                upsert.Add(line.Group.StartUs);
                foreach (var dimension in line.Dimensions)
                    upsert.Add(dimension);
                if (!grain.HoldsLatencies)
                    upsert.Add(line.Number);
                foreach (var number in line.Sums.Numbers())
                    upsert.Add(number);
                if (grain.HoldsLatencies)
                    upsert.Add(CountsOf(line, Measure.Duration)).Add(CountsOf(line, Measure.FirstOutput));
                upsert.Run();
            }
        if (grain.HoldsLatencies)
            return;
        using var insert = SqliteStatement.Of(
            work,
            $"insert into observability_latencies (minute_us, group_id, measure, bucket, calls) values (?, ?, ?, ?, ?) {AddLatencies}"
        );
        foreach (var row in LatenciesOf(lines))
            insert.Add(row.MinuteUs).Add(row.GroupId).Add(row.Measure).Add(row.Bucket).Add(row.Calls).Run();
    }

    static async Task AddAtOnceAsync(DbWork work, Grain grain, List<Line> lines)
    {
        var columns = ColumnsOf(grain);
        var types = columns.Select(c => IsText(c) ? "text" : "bigint");
        var arrays = string.Join(", ", types.Select((t, i) => $"@p{i}::{t}[]"));
        await using (var command = Command(work, Upsert(grain, $"select * from unnest({arrays})")))
        {
            Numbered(command, lines.Select(l => l.Group.StartUs));
            for (var d = 0; d < Dimensions.Length; d++)
                Named(command, lines.Select(l => l.Dimensions[d]));
            if (!grain.HoldsLatencies)
                Numbered(command, lines.Select(l => l.Number));
            var numbers = lines.Select(l => l.Sums.Numbers()).ToList();
            for (var n = 0; n < Numbers.Length; n++)
                Numbered(command, numbers.Select(s => s[n]));
            if (grain.HoldsLatencies)
            {
                Named(command, lines.Select(l => CountsOf(l, Measure.Duration)));
                Named(command, lines.Select(l => CountsOf(l, Measure.FirstOutput)));
            }
            await command.ExecuteNonQueryAsync();
        }
        if (grain.HoldsLatencies)
            return;
        var latencies = LatenciesOf(lines);
        if (latencies.Count == 0)
            return;
        await using var add = Command(
            work,
            $"""
            insert into observability_latencies (minute_us, group_id, measure, bucket, calls)
            select * from unnest(@p0::bigint[], @p1::bigint[], @p2::bigint[], @p3::bigint[], @p4::bigint[]) {AddLatencies}
            """
        );
        Numbered(add, latencies.Select(l => l.MinuteUs));
        Numbered(add, latencies.Select(l => l.GroupId));
        Numbered(add, latencies.Select(l => l.Measure));
        Numbered(add, latencies.Select(l => l.Bucket));
        Numbered(add, latencies.Select(l => l.Calls));
        await add.ExecuteNonQueryAsync();
    }

    internal static NpgsqlCommand Command(DbWork work, string sql) =>
        new(sql, (NpgsqlConnection)work.Connection, (NpgsqlTransaction)work.Transaction);

    internal static void Numbered(NpgsqlCommand command, IEnumerable<long> values) =>
        command.Parameters.AddWithValue($"p{command.Parameters.Count}", NpgsqlDbType.Array | NpgsqlDbType.Bigint, values.ToArray());

    internal static void Named(NpgsqlCommand command, IEnumerable<string?> values) =>
        command.Parameters.AddWithValue($"p{command.Parameters.Count}", NpgsqlDbType.Array | NpgsqlDbType.Text, values.ToArray());

    static List<LatencyRow> LatenciesOf(List<Line> lines) =>
        lines
            .SelectMany(l =>
                l.Sums.Latencies.Select(t => new LatencyRow(l.Group.StartUs, l.Number, (long)t.Key.Measure, t.Key.Bucket, t.Value))
            )
            .OrderBy(l => (l.MinuteUs, l.GroupId, l.Measure, l.Bucket))
            .ToList();

    static string CountsOf(Line line, Measure measure) =>
        LatencyCounts.Print(line.Sums.Latencies.Where(l => l.Key.Measure == measure).Select(l => (l.Key.Bucket, l.Value)));

    static bool IsText(string column) => Dimensions.Contains(column) || column is "durations" or "first_outputs";

    static List<string> ColumnsOf(Grain grain) =>
        grain.HoldsLatencies
            ? ["start_us", .. Dimensions, .. Numbers, "durations", "first_outputs"]
            : ["start_us", .. Dimensions, "group_id", .. Numbers];

    static string Marks(int count) => string.Join(", ", Enumerable.Repeat("?", count));

    static string Upsert(Grain grain, string rows)
    {
        var sums = Numbers.Select(n => $"{n} = {grain.Table}.{n} + excluded.{n}");
        // Adding nothing keeps the text as it is, without asking the function.
        var others = grain.HoldsLatencies
            ? new[] { "durations", "first_outputs" }.Select(c =>
                $"{c} = case when excluded.{c} = '' then {grain.Table}.{c} else {AddCounts}({grain.Table}.{c}, excluded.{c}) end"
            )
            : ["group_id = excluded.group_id"];
        return $"""
            insert into {grain.Table} ({string.Join(", ", ColumnsOf(grain))}) {rows}
            on conflict (start_us, {RollupGroup.Columns}) do update set {string.Join(", ", others.Concat(sums))}
            """;
    }
}
