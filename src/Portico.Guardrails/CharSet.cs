namespace Portico.Guardrails;

/// <summary>A set of characters (UTF-16): sorted ranges that do not touch. Letters are in it in both cases.</summary>
sealed class CharSet
{
    public static readonly CharSet Empty = new([]);
    public static readonly CharSet Digit = new([('0', '9')]);
    public static readonly CharSet Word = Where(IsWord);
    public static readonly CharSet Space = Where(char.IsWhiteSpace);

    readonly (char From, char To)[] ranges;

    CharSet((char, char)[] ranges) => this.ranges = ranges;

    public IReadOnlyList<(char From, char To)> Ranges => ranges;

    public static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    public static CharSet Of(char c)
    {
        var (upper, lower) = (char.ToUpperInvariant(c), char.ToLowerInvariant(c));
        return Normal([(c, c), (upper, upper), (lower, lower)]);
    }

    public static CharSet Range(char from, char to)
    {
        var all = new List<(char, char)> { (from, to) };
        // The other case of what is in the range; past the first thousand characters there are few, and a range that large has both.
        for (var c = from; c <= to && c - from < 1_000; c++)
        {
            var (upper, lower) = (char.ToUpperInvariant(c), char.ToLowerInvariant(c));
            if (upper != c)
                all.Add((upper, upper));
            if (lower != c)
                all.Add((lower, lower));
            if (c == char.MaxValue)
                break;
        }
        return Normal(all);
    }

    public CharSet Or(CharSet other) => Normal([.. ranges, .. other.ranges]);

    public CharSet Opposite()
    {
        var all = new List<(char, char)>();
        var next = 0;
        foreach (var (from, to) in ranges)
        {
            if (from > next)
                all.Add(((char)next, (char)(from - 1)));
            next = to + 1;
        }
        if (next <= char.MaxValue)
            all.Add(((char)next, char.MaxValue));
        return new CharSet([.. all]);
    }

    public bool Has(char c)
    {
        foreach (var (from, to) in ranges)
            if (c >= from && c <= to)
                return true;
        return false;
    }

    static CharSet Where(Func<char, bool> isIn)
    {
        var all = new List<(char, char)>();
        for (var c = 0; c <= char.MaxValue; c++)
            if (isIn((char)c))
                all.Add(((char)c, (char)c));
        return Normal(all);
    }

    static CharSet Normal(IReadOnlyCollection<(char From, char To)> some)
    {
        var all = new List<(char From, char To)>();
        foreach (var range in some.OrderBy(r => r.From).ThenBy(r => r.To))
            if (all.Count > 0 && range.From <= all[^1].To + 1)
                all[^1] = (all[^1].From, range.To > all[^1].To ? range.To : all[^1].To);
            else
                all.Add(range);
        return new CharSet([.. all]);
    }
}
