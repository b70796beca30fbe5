using Portico.Observability;

namespace Portico.Gateway.Ledger.Forecasts;

/// <summary>What one organisation, key, model … cost in every hour of the last four weeks. The last hour is the one under way.</summary>
sealed class SpendSeries(long currentHourUs)
{
    /// <summary>Whole hours that are kept; four weeks, so that an hour of the week has four of its kind.</summary>
    public const int Kept = 28 * 24;

    readonly long[] hours = new long[Kept + 1];

    /// <summary>The start of the hour under way.</summary>
    public long CurrentHourUs { get; private set; } = currentHourUs;

    public long FirstHourUs => CurrentHourUs - Kept * SpendHistory.HourUs;

    /// <summary>The hours that are over, oldest first.</summary>
    public ReadOnlySpan<long> Whole => hours.AsSpan(0, Kept);

    public long this[long hourUs]
    {
        get => IndexOf(hourUs) is var i and >= 0 and <= Kept ? hours[i] : 0;
        set
        {
            if (IndexOf(hourUs) is var i and >= 0 and <= Kept)
                hours[i] = value;
        }
    }

    int IndexOf(long hourUs) => (int)Math.Clamp((hourUs - FirstHourUs) / SpendHistory.HourUs, -1, Kept + 1);

    /// <summary>Makes another hour the one under way; what falls out at the old end is forgotten.</summary>
    public void MoveTo(long hourUs)
    {
        var by = (int)Math.Min((hourUs - CurrentHourUs) / SpendHistory.HourUs, Kept + 1);
        if (by <= 0)
            return;
        hours.AsSpan(by).CopyTo(hours);
        hours.AsSpan(Kept + 1 - by).Clear();
        CurrentHourUs = hourUs;
    }

    public void ClearFrom(long hourUs)
    {
        if (IndexOf(hourUs) is var i and <= Kept)
            hours.AsSpan(Math.Max(0, i)).Clear();
    }

    /// <summary>Adds what another one has in the hours that are kept here.</summary>
    public void Add(SpendSeries other)
    {
        for (var i = 0; i <= Kept; i++)
            this[other.FirstHourUs + i * SpendHistory.HourUs] += other.hours[i];
    }

    /// <summary>What was spent in the hours from one on, the one under way included.</summary>
    public long SumFrom(long hourUs)
    {
        var sum = 0L;
        for (var i = Math.Max(0, IndexOf(hourUs)); i <= Kept; i++)
            sum += hours[i];
        return sum;
    }
}
