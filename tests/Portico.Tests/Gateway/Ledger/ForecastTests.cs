using Portico.Gateway.Ledger.Forecasts;
using Portico.Observability;

namespace Portico.Tests.Gateway.Ledger;

/// <summary>What a forecast says from the hours that were: no store, no clock.</summary>
public sealed class ForecastTests
{
    const long Usd = NanoUsd.PerUsd;
    static readonly DateTimeOffset Noon = new(2026, 3, 18, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset MonthEnd = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A history that ends at a time: what every hour before it cost, by how many hours ago it began.</summary>
    static SpendSeries Series(DateTimeOffset now, int hours, Func<DateTimeOffset, int, double> usd)
    {
        var current = Micros.Of(now) / SpendHistory.HourUs * SpendHistory.HourUs;
        var series = new SpendSeries(current);
        for (var age = 1; age <= hours; age++)
        {
            var at = current - age * SpendHistory.HourUs;
            series[at] = (long)(usd(Micros.ToTime(at), age) * Usd);
        }
        return series;
    }

    static Forecast? Of(SpendSeries series, DateTimeOffset now, DateTimeOffset? end, long spent, long limit) =>
        Forecaster.Of(SpendModel.From(series), now, end, spent, limit);

    [Fact]
    public void Less_than_six_hours_of_spending_say_nothing()
    {
        Of(Series(Noon, 5, (_, _) => 1), Noon, MonthEnd, 5 * Usd, 100 * Usd).ShouldBeNull();
        Of(Series(Noon, 0, (_, _) => 1), Noon, MonthEnd, 0, 100 * Usd).ShouldBeNull();
        Of(Series(Noon, 6, (_, _) => 1), Noon, MonthEnd, 6 * Usd, 100 * Usd)!.Method.ShouldBe(ForecastMethod.Rate);
    }

    [Fact]
    public void An_even_rate_goes_on_and_runs_out_to_the_minute()
    {
        var forecast = Of(Series(Noon, 48, (_, _) => 2), Noon, Noon.AddHours(12), spent: 24 * Usd, limit: 35 * Usd)!;
        (forecast.ExpectedNanoUsd, forecast.LowNanoUsd, forecast.HighNanoUsd).ShouldBe((48 * Usd, 48 * Usd, 48 * Usd));
        forecast.RunsOutAt.ShouldBe(Noon.AddHours(5.5));
        (forecast.RunsOutEarliest, forecast.RunsOutLatest).ShouldBe((forecast.RunsOutAt, forecast.RunsOutAt));
    }

    [Fact]
    public void A_budget_that_lasts_and_one_that_is_spent_run_out_at_no_time()
    {
        Of(Series(Noon, 48, (_, _) => 2), Noon, Noon.AddHours(12), 24 * Usd, 49 * Usd)!.RunsOutAt.ShouldBeNull();
        Of(Series(Noon, 48, (_, _) => 2), Noon, Noon.AddHours(12), 24 * Usd, 24 * Usd)!.RunsOutAt.ShouldBeNull();
    }

    [Fact]
    public void A_budget_without_end_has_a_day_on_which_it_runs_out_and_no_sum()
    {
        var forecast = Of(Series(Noon, 24 * 14, (_, _) => 1), Noon, null, spent: 0, limit: 240 * Usd)!;
        (forecast.ExpectedNanoUsd, forecast.LowNanoUsd, forecast.HighNanoUsd).ShouldBe((null, null, null));
        forecast.RunsOutAt.ShouldBe(Noon.AddDays(10));
        Of(Series(Noon, 24 * 14, (_, _) => 1), Noon, null, 0, 24 * 93 * Usd)!.RunsOutAt.ShouldBeNull();
    }

    static double OfficeHours(DateTimeOffset at) =>
        at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0
        : at.Hour is >= 8 and < 18 ? 10
        : 0;

    [Fact]
    public void Two_weeks_teach_nights_and_weekends()
    {
        // Wednesday noon until Sunday's end: six hours of today, ten of Thursday, ten of Friday.
        var end = new DateTimeOffset(2026, 3, 23, 0, 0, 0, TimeSpan.Zero);
        var forecast = Of(Series(Noon, 24 * 14, (at, _) => OfficeHours(at)), Noon, end, spent: 100 * Usd, limit: 300 * Usd)!;
        forecast.Method.ShouldBe(ForecastMethod.HourOfWeek);
        (forecast.ExpectedNanoUsd, forecast.HighNanoUsd).ShouldBe((360 * Usd, 360 * Usd));
        // 200 are left: six hours today and ten tomorrow take 160, four on Friday the rest.
        forecast.RunsOutAt.ShouldBe(new DateTimeOffset(2026, 3, 20, 12, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void The_weeks_that_were_last_count_most()
    {
        // Doubled a week ago: what comes is nearer to the last week than to the three before.
        var forecast = Of(Series(Noon, 24 * 28, (_, age) => age <= 168 ? 2 : 1), Noon, Noon.AddDays(1), 0, 1_000 * Usd)!;
        forecast.ExpectedNanoUsd.ShouldNotBeNull().ShouldBeInRange(34 * Usd, 36 * Usd);
        forecast.HighNanoUsd!.Value.ShouldBeGreaterThan(forecast.ExpectedNanoUsd!.Value);
    }

    /// <summary>The interval is a promise about many forecasts: what comes lies within it in about four cases of five, on either side alike.</summary>
    [Theory, InlineData(24 * 28), InlineData(24 * 6)]
    public void Intervals_hold_four_cases_of_five(int hours)
    {
        const int Cases = 400;
        var (below, above) = (0, 0);
        for (var seed = 1; seed <= Cases; seed++)
        {
            var random = new Random(seed);
            // Days differ by a third, hours of a day by a lot, as real spending does.
            var days = Enumerable.Range(0, 60).Select(_ => 1 + 0.33 * Normal(random)).ToArray();
            double At(DateTimeOffset at) =>
                Math.Max(0, (OfficeHours(at) + 1) * days[Math.Abs((at - Noon).Days + 30)] * (1 + 0.5 * Normal(random)));
            // Without two weeks nobody can know of nights: the rate is tried on even hours.
            double Even(DateTimeOffset at) => Math.Max(0, 5 * days[Math.Abs((at - Noon).Days + 30)] * (1 + 0.5 * Normal(random)));
            Func<DateTimeOffset, double> usd = hours >= SpendModel.SeasonalHours ? At : Even;
            var end = Noon.AddDays(5);
            var forecast = Of(Series(Noon, hours, (at, _) => usd(at)), Noon, end, 0, long.MaxValue / 8)!;
            var truth = 0.0;
            for (var at = Noon; at < end; at = at.AddHours(1))
                truth += usd(at) * Usd;
            below += truth < forecast.LowNanoUsd!.Value ? 1 : 0;
            above += truth > forecast.HighNanoUsd!.Value ? 1 : 0;
        }
        var said = $"of {Cases} cases (seeds 1 to {Cases}) {below} lay below and {above} above";
        (below + above).ShouldBeInRange(Cases / 20, Cases * 3 / 10, said);
        Math.Max(below, above).ShouldBeLessThan(Cases * 2 / 10, said);
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    [Fact]
    public void A_series_moves_on_with_the_hours_and_forgets_the_oldest()
    {
        var series = Series(Noon, SpendSeries.Kept, (_, age) => age);
        var hour = Micros.Of(Noon);
        series[hour] = 7 * Usd;
        series.MoveTo(hour + 2 * SpendHistory.HourUs);
        (series[hour], series[hour - SpendHistory.HourUs], series[series.CurrentHourUs]).ShouldBe((7 * Usd, Usd, 0));
        series.Whole[0].ShouldBe((SpendSeries.Kept - 2) * Usd);
        series.SumFrom(hour - SpendHistory.HourUs).ShouldBe(8 * Usd);
        series.ClearFrom(hour);
        series.SumFrom(hour - SpendHistory.HourUs).ShouldBe(Usd);
        series.MoveTo(hour + 10_000 * SpendHistory.HourUs);
        series.SumFrom(0).ShouldBe(0);
    }
}
