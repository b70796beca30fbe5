namespace Portico.Guardrails.Training;

/// <summary>Sentences from patterns: <c>[a|b|]</c> is a choice, <c>{name}</c> one of a list. The same seed gives the same sentences.</summary>
sealed class Grammar(IReadOnlyDictionary<string, string[]> lists, ulong seed)
{
    ulong state = seed * 0x9E3779B97F4A7C15 + 0x1234567;

    public int Next(int below)
    {
        // xorshift64 (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)(state % (ulong)below);
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    public string Expand(string pattern)
    {
        while (true)
        {
            var close = pattern.IndexOfAny([']', '}']);
            if (close < 0)
                return pattern.Trim();
            var square = pattern[close] == ']';
            var open = pattern.LastIndexOf(square ? '[' : '{', close);
            var inner = pattern[(open + 1)..close];
            var chosen = square ? Pick(inner.Split('|')) : Pick(lists[inner]);
            pattern = string.Concat(pattern.AsSpan(0, open), chosen, pattern.AsSpan(close + 1));
        }
    }
}
