using System.Runtime.CompilerServices;
using Dapper;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>What one value of a dimension cost in one hour, by the prices that hold now.</summary>
public readonly record struct HourlySpend(string Value, long HourUs, long NanoUsd);

/// <summary>Cost by hour from the rollups, for whoever looks ahead.</summary>
public sealed class SpendHistory(Database database)
{
    public const long HourUs = 3_600_000_000;

    /// <summary>SQLite takes every value as a parameter and has a bound of them; a further chunk is a further look at all hours.</summary>
    internal const int MaxParameters = 10_000;

    sealed class Row
    {
        public string Value { get; set; } = "";
        public long HourUs { get; set; }
        public long NanoUsd { get; set; }
    }

    /// <summary>Hours that cost something, in no order, as the store gives them: of many values over weeks they are millions.</summary>
    /// <param name="dimension">A name that reports know: organisation, workspace, use_case, key, person, model, route.</param>
    /// <param name="values">The ids or names that are asked for.</param>
    /// <param name="fromUs">Inclusive, at a whole hour.</param>
    /// <param name="toUs">Exclusive.</param>
    /// <param name="ct">Ends the work.</param>
    public async IAsyncEnumerable<HourlySpend> ReadAsync(
        string dimension,
        IReadOnlyCollection<string> values,
        long fromUs,
        long toUs,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        if (values.Count == 0)
            yield break;
        var column = UsageReports.ColumnOf(dimension);
        var postgres = database.Engine == Engine.Postgres;
        await using var db = await database.OpenReadAsync(ct);
        foreach (var some in values.Chunk(postgres ? values.Count : MaxParameters))
        {
            var rows = db.QueryUnbufferedAsync<Row>(
                $"""
                select {column} as value, start_us as hour_us, cast(sum(cost_nano_usd) as bigint) as nano_usd
                from observability_hours
                where start_us >= @fromUs and start_us < @toUs and cost_nano_usd <> 0
                  and {column} {(postgres ? "= any(@some)" : "in @some")}
                group by 1, 2
                """,
                new
                {
                    fromUs,
                    toUs,
                    some,
                }
            );
            await foreach (var row in rows.WithCancellation(ct))
                yield return new HourlySpend(row.Value, row.HourUs, row.NanoUsd);
        }
    }
}
