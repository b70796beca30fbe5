namespace Portico.Gateway.Ledger;

/// <summary>What a meter counts. Money is a budget, the rest are limits.</summary>
public enum MeterUnit
{
    NanoUsd,
    Requests,
    Tokens,

    /// <summary>Calls under way: held while they run, nothing is spent in the end.</summary>
    ConcurrentCalls,
}

/// <summary>Whose use is counted.</summary>
public enum MeterScope
{
    Organisation,
    Workspace,
    UseCase,
    Key,
    Person,

    /// <summary>A model of the hub by name.</summary>
    Model,

    /// <summary>A route by name.</summary>
    Route,
}

/// <summary>The span after which a meter begins anew, in UTC: calendar minutes, hours, days, months.</summary>
public enum MeterWindow
{
    Minute,
    Hour,
    Day,
    Month,

    /// <summary>Never: a fixed amount in all, and calls at once.</summary>
    Total,
}

/// <summary>A budget or a limit: how much of a unit one scope may use in a window.</summary>
public sealed record Meter
{
    /// <summary>budget_… for money, limit_… for the rest.</summary>
    public required string Id { get; init; }
    public required MeterScope Scope { get; init; }

    /// <summary>The id of the scope (the name for models and routes); * on keys, people and models: each its own count.</summary>
    public required string ScopeId { get; init; }
    public required MeterUnit Unit { get; init; }
    public required MeterWindow Window { get; init; }

    /// <summary>In the unit; money in nano-USD.</summary>
    public required long Limit { get; init; }

    /// <summary>Percentages of the limit at which an alert is raised, once a window.</summary>
    public IReadOnlyList<int> AlertPercents { get; init; } = [];

    /// <summary>Counted and reported, never enforced: shows who would be refused.</summary>
    public bool ShadowOnly { get; init; }
    public bool Disabled { get; init; }
    public long Version { get; init; } = 1;

    public bool IsBudget => Unit == MeterUnit.NanoUsd;

    /// <summary>The start of the window that holds this time, microseconds since 1970.</summary>
    public long WindowStartUs(DateTimeOffset time) =>
        Window switch
        {
            MeterWindow.Minute => Micros.Of(time) / 60_000_000 * 60_000_000,
            MeterWindow.Hour => Micros.Of(time) / 3_600_000_000 * 3_600_000_000,
            MeterWindow.Day => Micros.Of(time) / 86_400_000_000 * 86_400_000_000,
            MeterWindow.Month => Micros.Of(new DateTimeOffset(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero)),
            _ => 0,
        };

    /// <summary>When the window ends; null for a total.</summary>
    public DateTimeOffset? WindowEnd(long startUs) =>
        Window switch
        {
            MeterWindow.Minute => Micros.ToTime(startUs).AddMinutes(1),
            MeterWindow.Hour => Micros.ToTime(startUs).AddHours(1),
            MeterWindow.Day => Micros.ToTime(startUs).AddDays(1),
            MeterWindow.Month => Micros.ToTime(startUs).AddMonths(1),
            _ => null,
        };
}
