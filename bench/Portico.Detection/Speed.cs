using System.Diagnostics;
using System.Globalization;

namespace Portico.Detection;

/// <summary>
/// What a detector costs: microseconds for each KB of text (1,024 UTF-16 units) of one warm thread, the quickest of some runs of each text, since the machine does other things too. Told, and no floor: a slow machine fails
/// nothing.
/// </summary>
static class Speed
{
    const int Rounds = 8;
    const double WarmMs = 700;

    public static void Head(string title) =>
        Console.WriteLine($"\n### {title}: microseconds per KB, one warm thread\n\n| texts | measured | asked |\n|---|---|---|");

    public static void Row(string name, IReadOnlyList<string> texts, string asked, Action<string> run)
    {
        // Compiled and optimised before the clock runs.
        for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm).TotalMilliseconds < WarmMs; )
            foreach (var text in texts)
                run(text);
        var total = texts.Sum(t => Quickest(t, run, Rounds));
        var perKb = total / (texts.Sum(t => (double)t.Length) / 1024);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {perKb:0.0} | {asked} |"));
    }

    /// <summary>Microseconds of the quickest of some runs.</summary>
    public static double Quickest(string text, Action<string> run, int rounds)
    {
        var best = double.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var from = Stopwatch.GetTimestamp();
            run(text);
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        }
        return best;
    }
}
