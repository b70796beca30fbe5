using Dapper;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>What one value of a dimension cost in one hour, by the prices that hold now.</summary>
public readonly record struct HourlySpend(string Value, long HourUs, long NanoUsd);

/// <summary>Cost by hour from the rollups, for whoever looks ahead.</summary>
public sealed class SpendHistory(Database database)
{
    public const long HourUs = 3_600_000_000;

    sealed class Row
    {
        public string Value { get; set; } = "";
        public long HourUs { get; set; }
        public long NanoUsd { get; set; }
    }

    /// <summary>Hours that cost something, in no order.</summary>
    /// <param name="dimension">A name that reports know: organisation, workspace, use_case, key, person, model, route.</param>
    /// <param name="values">The ids or names that are asked for.</param>
    /// <param name="fromUs">Inclusive, at a whole hour.</param>
    /// <param name="toUs">Exclusive.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<IReadOnlyList<HourlySpend>> ReadAsync(
        string dimension,
        IReadOnlyCollection<string> values,
        long fromUs,
        long toUs,
        CancellationToken ct
    )
    {
        var column = UsageReports.ColumnOf(dimension);
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            new CommandDefinition(
                $"""
                select {column} as value, start_us as hour_us, cast(sum(cost_nano_usd) as bigint) as nano_usd
                from observability_hours
                where start_us >= @fromUs and start_us < @toUs and cost_nano_usd <> 0
                  and {column} {(database.Engine == Engine.Postgres ? "= any(@values)" : "in @values")}
                group by 1, 2
                """,
                new
                {
                    fromUs,
                    toUs,
                    values = values.ToArray(),
                },
                cancellationToken: ct
            )
        );
        return rows.Select(r => new HourlySpend(r.Value, r.HourUs, r.NanoUsd)).ToList();
    }
}
