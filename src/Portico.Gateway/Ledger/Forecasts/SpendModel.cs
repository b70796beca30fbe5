using Portico.Observability;

namespace Portico.Gateway.Ledger.Forecasts;

/// <summary>
/// What is spent in an hour to come, and how sure that is; from the hours that were. The method is in docs/decisions/0018. Interval: blocks of hours are
/// compared with what the others of their kind say; the variance of a block grows with the blocks ahead, by how much neighbours go together, and, since the
/// level itself is an estimate, with their square.
/// </summary>
sealed class SpendModel
{
    /// <summary>Fewer say nothing.</summary>
    public const int MinHours = 6;

    /// <summary>Two of every hour of the week.</summary>
    public const int SeasonalHours = 14 * 24;

    const int Week = 7 * 24;

    /// <summary>A week before counts so much of the one after it.</summary>
    const double Fading = 0.6;

    /// <summary>Where neighbours go together more than this, the sample is too small to say so.</summary>
    const double MaxNeighbours = 0.8;

    readonly double[] profile;
    readonly double blockHours;
    readonly double blockVariance;
    readonly double neighbours;
    readonly int blocks;
    readonly double quantile;

    public ForecastMethod Method { get; }
    public int HistoryHours { get; }

    SpendModel(ForecastMethod method, int history, double[] profile, double blockHours, List<double> residuals)
    {
        (Method, HistoryHours, this.profile, this.blockHours) = (method, history, profile, blockHours);
        blocks = residuals.Count;
        blockVariance = residuals.Sum(r => r * r) / Math.Max(1, blocks - 1);
        neighbours = Neighbours(residuals);
        quantile = StudentT.At90(blocks - 1);
    }

    /// <summary>Null when there is too little to say anything.</summary>
    public static SpendModel? From(SpendSeries series)
    {
        var hours = series.Whole;
        var first = hours.IndexOfAnyExcept(0L);
        if (first < 0 || hours.Length - first < MinHours)
            return null;
        hours = hours[first..];
        return hours.Length >= SeasonalHours ? Seasonal(hours, series.CurrentHourUs) : Rate(hours);
    }

    /// <summary>What the hour that begins there is expected to cost; nano-USD.</summary>
    public double ExpectedIn(long hourUs) => profile[SlotOf(hourUs) % profile.Length];

    /// <summary>Half the width of the interval after this many hours.</summary>
    public double SpreadAfter(double hours)
    {
        var ahead = hours / blockHours;
        var variance = blockVariance * (ahead * (1 + neighbours) / (1 - neighbours) + ahead * ahead / blocks);
        return quantile * Math.Sqrt(variance);
    }

    static int SlotOf(long hourUs) => (int)(hourUs / SpendHistory.HourUs % Week);

    static SpendModel Seasonal(ReadOnlySpan<long> hours, long currentHourUs)
    {
        var (sums, weights) = (new double[Week], new double[Week]);
        int SlotAt(int age) => SlotOf(currentHourUs - age * SpendHistory.HourUs);
        static double WeightAt(int age) => Math.Pow(Fading, (age - 1) / Week);
        for (var age = 1; age <= hours.Length; age++)
        {
            sums[SlotAt(age)] += WeightAt(age) * hours[^age];
            weights[SlotAt(age)] += WeightAt(age);
        }
        // A day against what the other weeks say of it: its own weight is taken out, or it would agree with itself.
        var residuals = new List<double>();
        for (var day = 0; day < hours.Length / 24; day++)
        {
            var residual = 0.0;
            for (var age = 1 + day * 24; age <= (day + 1) * 24; age++)
            {
                var (slot, weight) = (SlotAt(age), WeightAt(age));
                residual += hours[^age] - (sums[slot] - weight * hours[^age]) / (weights[slot] - weight);
            }
            residuals.Add(residual);
        }
        var byHour = sums.Select((s, i) => s / weights[i]).ToArray();
        return new SpendModel(ForecastMethod.HourOfWeek, hours.Length, byHour, 24, residuals);
    }

    static SpendModel Rate(ReadOnlySpan<long> hours)
    {
        var all = hours.Length;
        if (all > Week)
            hours = hours[^Week..];
        var total = 0.0;
        foreach (var hour in hours)
            total += hour;
        var rate = total / hours.Length;
        var block = Math.Clamp(hours.Length / 8, 1, 24);
        var residuals = new List<double>();
        for (var end = hours.Length; end >= block; end -= block)
        {
            var sum = 0.0;
            foreach (var hour in hours[(end - block)..end])
                sum += hour;
            residuals.Add(sum - rate * block);
        }
        return new SpendModel(ForecastMethod.Rate, all, [rate], block, residuals);
    }

    /// <summary>How much a block goes with the next, from 0 to <see cref="MaxNeighbours"/>.</summary>
    static double Neighbours(List<double> residuals)
    {
        var (own, together) = (0.0, 0.0);
        for (var i = 0; i < residuals.Count; i++)
        {
            own += residuals[i] * residuals[i];
            if (i > 0)
                together += residuals[i] * residuals[i - 1];
        }
        return own == 0 ? 0 : Math.Clamp(together / own, 0, MaxNeighbours);
    }
}

/// <summary>Student's distribution: small samples make wide intervals.</summary>
static class StudentT
{
    /// <summary>The 90 % quantile by degrees of freedom, from 1 on; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.</summary>
    static ReadOnlySpan<double> Quantiles =>
        [
            3.078,
            1.886,
            1.638,
            1.533,
            1.476,
            1.440,
            1.415,
            1.397,
            1.383,
            1.372,
            1.363,
            1.356,
            1.350,
            1.345,
            1.341,
            1.337,
            1.333,
            1.330,
            1.328,
            1.325,
        ];

    public static double At90(int degrees) => degrees <= Quantiles.Length ? Quantiles[Math.Max(1, degrees) - 1] : 1.310;
}
