namespace Portico.Gateway.Ledger.Forecasts;

/// <summary>
/// The day under way: spent until now, and by its end. Low and high hold four cases of five; they, expected and method are null where too little was spent to
/// say anything. Money is nano-USD.
/// </summary>
sealed record SpendForecast
{
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required long SpentNanoUsd { get; init; }
    public required long? ExpectedNanoUsd { get; init; }
    public required long? LowNanoUsd { get; init; }
    public required long? HighNanoUsd { get; init; }
    public required ForecastMethod? Method { get; init; }

    /// <summary>Whole hours of spending that it was made from.</summary>
    public required int HistoryHours { get; init; }
}

/// <summary>Where the spending of a day goes, by the method of budgets, whether there is one or not.</summary>
sealed class SpendForecasts(BudgetForecasts budgets, TimeProvider time)
{
    /// <param name="scope">What the ids are of.</param>
    /// <param name="values">The ids or names whose spending is added up; a minute old at most.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<SpendForecast> TodayAsync(MeterScope scope, IReadOnlyCollection<string> values, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var series = await budgets.SumAsync(scope, values, ct);
        var spent = series.SumFrom(Micros.Of(day));
        var forecast = Forecaster.Of(SpendModel.From(series), now, day.AddDays(1), spent, long.MaxValue);
        return new SpendForecast
        {
            StartsAt = day,
            EndsAt = day.AddDays(1),
            AsOf = now,
            SpentNanoUsd = spent,
            ExpectedNanoUsd = forecast?.ExpectedNanoUsd,
            LowNanoUsd = forecast?.LowNanoUsd,
            HighNanoUsd = forecast?.HighNanoUsd,
            Method = forecast?.Method,
            HistoryHours = forecast?.HistoryHours ?? 0,
        };
    }
}
