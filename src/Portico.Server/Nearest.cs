namespace Portico.Server;

/// <summary>The known word that somebody probably meant.</summary>
static class Nearest
{
    /// <summary>The candidate nearest to the word, or null when none is near enough to be meant.</summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        var best = candidates.Select(c => (Name: c, Far: Distance(c, word))).OrderBy(c => c.Far).FirstOrDefault();
        return best.Name is not null && best.Far <= Math.Max(2, word.Length / 3) && best.Far < word.Length ? best.Name : null;
    }

    /// <summary>Levenshtein's distance without regard to case: the least insertions, deletions and replacements.</summary>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
