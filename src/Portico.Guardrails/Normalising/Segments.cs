using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>Parts letters that stand in one row into words: as few words as can be, each one that we know.</summary>
static class Segments
{
    /// <summary>Shorter rows are words.</summary>
    const int LeastRow = 24;

    const int MaxWord = 14;

    public static string Part(string text)
    {
        var parted = new StringBuilder(text.Length + text.Length / 4);
        for (var at = 0; at < text.Length; )
        {
            var from = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            if (at - from >= LeastRow)
                Row(text.AsSpan(from, Math.Min(at - from, 2000)), parted);
            else
                parted.Append(text, from, at - from);
            if (at == from)
                parted.Append(text[at++]);
        }
        return parted.ToString();
    }

    /// <summary>The cheapest way: a word costs 1 and a letter outside of words costs 2.</summary>
    static void Row(ReadOnlySpan<char> row, StringBuilder parted)
    {
        var costs = new int[row.Length + 1];
        var steps = new int[row.Length + 1];
        for (var at = row.Length - 1; at >= 0; at--)
        {
            costs[at] = costs[at + 1] + 2;
            steps[at] = 1;
            for (var length = 1; length <= MaxWord && at + length <= row.Length; length++)
            {
                if (costs[at + length] + 1 < costs[at] && Vocabulary.Of(row.Slice(at, length)).HasFlag(Vocabulary.Kinds.Word))
                    (costs[at], steps[at]) = (costs[at + length] + 1, length);
            }
        }
        var word = false;
        for (var at = 0; at < row.Length; at += steps[at])
        {
            var known = steps[at] > 1;
            if (at > 0 && (known || word))
                parted.Append(' ');
            parted.Append(row.Slice(at, steps[at]));
            word = known;
        }
        parted.Append(' ');
    }
}
