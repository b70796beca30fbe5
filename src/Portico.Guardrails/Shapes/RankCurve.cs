namespace Portico.Guardrails.Shapes;

/// <summary>
/// The ranks that centroids tell of: lines between their middles. Stands on memory of its caller, to ask several things at once.
/// </summary>
readonly ref struct RankCurve
{
    /// <summary>Numbers that it needs room for.</summary>
    public const int Room = 2 * (LengthSketch.MaxCentroids + 4);

    /// <summary>Halvings of an interval: far below what a sketch can tell apart.</summary>
    const int Halvings = 24;

    readonly Span<double> logs;
    readonly Span<double> ranks;
    readonly int size;

    public RankCurve(Span<double> room, ReadOnlySpan<double> means, ReadOnlySpan<double> weights, double total, double least, double most)
    {
        logs = room[..(Room / 2)];
        ranks = room[(Room / 2)..];
        if (means.Length == 0)
            return;
        Put(least, 0, ref size);
        var before = 0.0;
        for (var at = 0; at < means.Length; at++)
        {
            // A first or last one that lies at the extreme holds nothing else: its ranks are known to both ends.
            if (means[at] == least)
                Put(least, (before + weights[at]) / total, ref size);
            else if (means[at] == most && at == means.Length - 1)
                Put(most, before / total, ref size);
            else
                Put(means[at], (before + weights[at] / 2) / total, ref size);
            before += weights[at];
        }
        Put(most, 1, ref size);
    }

    void Put(double log, double rank, ref int place)
    {
        // Of one place the first and the last rank count.
        if (place >= 2 && logs[place - 1] == log && logs[place - 2] == log)
            place--;
        (logs[place], ranks[place]) = (log, Math.Min(rank, 1));
        place++;
    }

    public double LogAt(double rank)
    {
        if (size == 0)
            return double.NaN;
        var at = 1;
        while (at < size - 1 && ranks[at] < rank)
            at++;
        var span = ranks[at] - ranks[at - 1];
        return span <= 0 ? logs[at] : logs[at - 1] + (logs[at] - logs[at - 1]) * Math.Clamp((rank - ranks[at - 1]) / span, 0, 1);
    }

    public double RankOf(double log) => size == 0 ? double.NaN : (Below(log) + UpTo(log)) / 2;

    /// <summary>The share of what is less.</summary>
    double Below(double log)
    {
        var at = Place(log, isAfterEqual: false);
        return at == 0 ? 0
            : at == size ? 1
            : Between(at, log);
    }

    /// <summary>The share of what is not more.</summary>
    double UpTo(double log)
    {
        var at = Place(log, isAfterEqual: true);
        return at == 0 ? 0
            : at == size ? 1
            : Between(at, log);
    }

    /// <summary>The first point that is not less, or the first that is more.</summary>
    int Place(double log, bool isAfterEqual)
    {
        var (low, high) = (0, size);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var isBefore = logs[middle] < log || isAfterEqual && logs[middle] == log;
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    double Between(int at, double log) =>
        logs[at] == logs[at - 1]
            ? ranks[at]
            : ranks[at - 1] + (ranks[at] - ranks[at - 1]) * ((log - logs[at - 1]) / (logs[at] - logs[at - 1]));

    /// <summary>The median, and the distance within which half of all lies.</summary>
    public (double Median, double Deviation) Spread()
    {
        if (size == 0)
            return (double.NaN, double.NaN);
        var median = LogAt(0.5);
        var (low, high) = (0.0, Math.Max(logs[size - 1] - median, median - logs[0]));
        if (UpTo(median) - Below(median) >= 0.5)
            return (median, 0);
        for (var step = 0; step < Halvings; step++)
        {
            var middle = (low + high) / 2;
            var isEnough = UpTo(median + middle) - Below(median - middle) >= 0.5;
            (low, high) = isEnough ? (low, middle) : (middle, high);
        }
        return (median, high);
    }
}
