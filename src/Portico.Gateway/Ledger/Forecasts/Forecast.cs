namespace Portico.Gateway.Ledger.Forecasts;

/// <summary>How a forecast was made.</summary>
enum ForecastMethod
{
    /// <summary>Every hour to come like the same hour of the weeks before, the last ones most; from two weeks of spending on.</summary>
    HourOfWeek,

    /// <summary>As fast as in the last week, or since the spending began.</summary>
    Rate,
}

/// <summary>
/// Where a budget will stand at the end of its window, and when it runs out. Low and high hold four cases of five. Times of running out are null when that
/// is not within the window, or nothing is left already.
/// </summary>
sealed record Forecast
{
    public required ForecastMethod Method { get; init; }

    /// <summary>Whole hours of spending that it was made from.</summary>
    public required int HistoryHours { get; init; }

    /// <summary>Spent at the end of the window, in nano-USD, as if there were no limit; null for a window without end.</summary>
    public long? ExpectedNanoUsd { get; init; }
    public long? LowNanoUsd { get; init; }
    public long? HighNanoUsd { get; init; }
    public DateTimeOffset? RunsOutAt { get; init; }

    /// <summary>One case of ten is earlier.</summary>
    public DateTimeOffset? RunsOutEarliest { get; init; }

    /// <summary>One case of ten is later, or never in this window: then null.</summary>
    public DateTimeOffset? RunsOutLatest { get; init; }
}

/// <summary>How much was, or is expected to be, spent in all at a time; nano-USD.</summary>
sealed record SpentPoint(DateTimeOffset At, long NanoUsd);

sealed record ForecastPoint(DateTimeOffset At, long ExpectedNanoUsd, long LowNanoUsd, long HighNanoUsd);

/// <summary>The way of a budget through its window: what was spent, and where it goes from now on.</summary>
sealed record ForecastView(
    string Of,
    DateTimeOffset AsOf,
    DateTimeOffset? StartsAt,
    DateTimeOffset? ResetsAt,
    long LimitNanoUsd,
    long SpentNanoUsd,
    long HeldNanoUsd,
    Forecast? Forecast,
    IReadOnlyList<SpentPoint> Past,
    IReadOnlyList<ForecastPoint> Future
);
