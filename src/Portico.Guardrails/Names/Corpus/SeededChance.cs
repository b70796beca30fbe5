namespace Portico.Guardrails.Names.Corpus;

/// <summary>Chance that a seed repeats: SplitMix64 (Steele, Lea, Flood 2014). For making training data, for nothing secret.</summary>
sealed class SeededChance(ulong seed)
{
    ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var x = state;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>From 0 to <paramref name="bound"/>, without it.</summary>
    public int Below(int bound) => (int)((Next() >> 33) % (ulong)bound);

    public bool Percent(int percent) => Below(100) < percent;

    public int Between(int first, int last) => first + Below(last - first + 1);

    public T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    public void Shuffle<T>(T[] items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
