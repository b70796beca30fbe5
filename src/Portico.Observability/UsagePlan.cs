namespace Portico.Observability;

/// <summary>A stretch of time that a report reads from one table; from inclusive, to exclusive, microseconds.</summary>
readonly record struct Stretch(Grain Grain, long FromUs, long ToUs);

/// <summary>
/// Which rows answer a report: whole days where the range has them, hours and then minutes at its ends. A range of a month is read from some thirty days, at
/// most 46 hours and 118 minutes. Nothing coarser than what the report is cut by.
/// </summary>
static class UsagePlan
{
    /// <summary>Past this nothing is recorded: a range may be open at its end.</summary>
    static readonly long Last = Grain.Days.Floor(Micros.Of(DateTimeOffset.MaxValue));

    /// <param name="fromUs">Cut down to its minute.</param>
    /// <param name="toUs">Exclusive; the minute that holds it belongs to the range.</param>
    /// <param name="coarsest">What the lines of the report are cut by, or <see cref="Grain.Days"/> when by nothing.</param>
    public static IReadOnlyList<Stretch> For(long fromUs, long toUs, Grain coarsest)
    {
        var from = Grain.Minutes.Floor(Math.Clamp(fromUs, 0, Last));
        var to = Grain.Minutes.Ceiling(Math.Clamp(toUs, 0, Last));
        var stretches = new List<Stretch>();
        Cover(stretches, from, to, coarsest);
        return stretches;
    }

    static void Cover(List<Stretch> stretches, long from, long to, Grain grain)
    {
        if (from >= to)
            return;
        var (first, last) = (grain.Ceiling(from), grain.Floor(to));
        var finer =
            grain == Grain.Days ? Grain.Hours
            : grain == Grain.Hours ? Grain.Minutes
            : null;
        if (finer is null)
            stretches.Add(new Stretch(grain, from, to));
        else if (first >= last)
            Cover(stretches, from, to, finer);
        else
        {
            Cover(stretches, from, first, finer);
            stretches.Add(new Stretch(grain, first, last));
            Cover(stretches, last, to, finer);
        }
    }
}
