using Portico.Observability;

namespace Portico.Gateway.Ledger.Forecasts;

/// <summary>Walks a budget through the hours to come, as its <see cref="SpendModel"/> has them. Pure.</summary>
static class Forecaster
{
    /// <summary>How far a budget without end is looked ahead for when it runs out.</summary>
    public static readonly TimeSpan Furthest = TimeSpan.FromDays(92);

    /// <summary>One instant of the walk: what will have been spent from now to then.</summary>
    readonly record struct Step(long AtUs, double Expected, double Low, double High);

    /// <summary>Null where nothing can be said.</summary>
    public static Forecast? Of(SpendModel? model, DateTimeOffset now, DateTimeOffset? end, long spent, long limit)
    {
        if (model is null)
            return null;
        var left = (double)limit - spent;
        var (before, last) = (new Step(Micros.Of(now), 0, 0, 0), default(Step));
        DateTimeOffset? expected = null,
            earliest = null,
            latest = null;
        foreach (var step in Walk(model, now, end ?? now + Furthest))
        {
            if (left > 0)
            {
                expected ??= Crossing(before, step, s => s.Expected, left);
                earliest ??= Crossing(before, step, s => s.High, left);
                latest ??= Crossing(before, step, s => s.Low, left);
            }
            (before, last) = (step, step);
        }
        return new Forecast
        {
            Method = model.Method,
            HistoryHours = model.HistoryHours,
            ExpectedNanoUsd = end is null ? null : spent + Whole(last.Expected),
            LowNanoUsd = end is null ? null : spent + Whole(last.Low),
            HighNanoUsd = end is null ? null : spent + Whole(last.High),
            RunsOutAt = expected,
            RunsOutEarliest = earliest,
            RunsOutLatest = latest,
        };
    }

    /// <summary>The way ahead at the ends of steps of this length, the end of the window included.</summary>
    public static List<ForecastPoint> Future(SpendModel model, DateTimeOffset now, DateTimeOffset end, long spent, TimeSpan every)
    {
        var points = new List<ForecastPoint>();
        foreach (var step in Walk(model, now, end))
            if (step.AtUs % (long)every.TotalMicroseconds == 0 || step.AtUs == Micros.Of(end))
                points.Add(
                    new ForecastPoint(
                        Micros.ToTime(step.AtUs),
                        spent + Whole(step.Expected),
                        spent + Whole(step.Low),
                        spent + Whole(step.High)
                    )
                );
        return points;
    }

    /// <summary>Ends of hours, the rest of the one under way first.</summary>
    static IEnumerable<Step> Walk(SpendModel model, DateTimeOffset now, DateTimeOffset end)
    {
        var (from, to) = (Micros.Of(now), Micros.Of(end));
        var expected = 0.0;
        for (var at = from; at < to; )
        {
            var hour = at / SpendHistory.HourUs * SpendHistory.HourUs;
            var next = Math.Min(hour + SpendHistory.HourUs, to);
            expected += model.ExpectedIn(hour) * (next - at) / SpendHistory.HourUs;
            var spread = model.SpreadAfter((double)(next - from) / SpendHistory.HourUs);
            yield return new Step(next, expected, Math.Max(0, expected - spread), expected + spread);
            at = next;
        }
    }

    /// <summary>When a line from one step to the next reaches what is left; null when it does not.</summary>
    static DateTimeOffset? Crossing(Step before, Step after, Func<Step, double> of, double left)
    {
        var (low, high) = (of(before), of(after));
        if (high < left)
            return null;
        var share = high <= low ? 0 : Math.Clamp((left - low) / (high - low), 0, 1);
        return Micros.ToTime(before.AtUs + (long)((after.AtUs - before.AtUs) * share));
    }

    static long Whole(double nano) => (long)Math.Min(Math.Round(nano), long.MaxValue / 4);
}
