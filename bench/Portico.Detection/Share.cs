using System.Globalization;

namespace Portico.Detection;

/// <summary>How many of how many, with its 95 % interval after Wilson (1927).</summary>
readonly record struct Share(int Hits, int Of)
{
    const double Z = 1.96;

    public double Value => Of == 0 ? 0 : (double)Hits / Of;

    public (double Low, double High) Interval
    {
        get
        {
            if (Of == 0)
                return (0, 0);
            var (p, n) = (Value, (double)Of);
            var d = 1 + Z * Z / n;
            var centre = p + Z * Z / (2 * n);
            var half = Z * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
            return ((centre - half) / d, (centre + half) / d);
        }
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Value * 100:0.0} % ({Interval.Low * 100:0.0} to {Interval.High * 100:0.0}; {Hits} of {Of})"
        );
}
