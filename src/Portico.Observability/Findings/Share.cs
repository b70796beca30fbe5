namespace Portico.Observability.Findings;

/// <summary>A part of a whole, with the interval in which the true share lies with 95 % confidence (Wilson's, which holds for few and for shares near 0 or 1). All three from 0 to 1.</summary>
sealed record Share(double Value, double Low, double High)
{
    /// <summary>Of the standard normal distribution, two-sided 95 %.</summary>
    const double Z = 1.959964;

    /// <summary>Null where nothing was counted: then nothing is known.</summary>
    public static Share? Of(long part, long whole)
    {
        if (whole <= 0)
            return null;
        var (low, high) = Wilson(part, whole);
        return new Share((double)part / whole, low, high);
    }

    /// <summary>How far apart the ends are; 1 where nothing was counted.</summary>
    public static double Width(double part, double whole)
    {
        if (whole <= 0)
            return 1;
        var (low, high) = Wilson(part, whole);
        return high - low;
    }

    static (double Low, double High) Wilson(double part, double whole)
    {
        var p = part / whole;
        var below = 1 + Z * Z / whole;
        var middle = p + Z * Z / (2 * whole);
        var spread = Z * Math.Sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole));
        return (Math.Max(0, (middle - spread) / below), Math.Min(1, (middle + spread) / below));
    }
}
