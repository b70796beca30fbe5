namespace Portico.Server.Verbs;

/// <summary>What changes between two texts, line by line.</summary>
static class LineDiff
{
    /// <summary>Past so many pairs of lines all old ones are taken away and all new ones added.</summary>
    const long MaxPairs = 4_000_000;

    public static IEnumerable<string> Of(string before, string after)
    {
        var (a, b) = (before.TrimEnd('\n').Split('\n'), after.TrimEnd('\n').Split('\n'));
        return (long)a.Length * b.Length > MaxPairs ? a.Select(l => "- " + l).Concat(b.Select(l => "+ " + l)) : Of(a, b);
    }

    static IEnumerable<string> Of(string[] a, string[] b)
    {
        // The most lines that both have in common behind each pair of places.
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        for (var j = b.Length - 1; j >= 0; j--)
            common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var (x, y) = (0, 0);
        while (x < a.Length || y < b.Length)
            if (x < a.Length && y < b.Length && a[x] == b[y])
            {
                yield return "  " + a[x++];
                y++;
            }
            else if (x < a.Length && (y == b.Length || common[x + 1, y] >= common[x, y + 1]))
                yield return "- " + a[x++];
            else
                yield return "+ " + b[y++];
    }
}
