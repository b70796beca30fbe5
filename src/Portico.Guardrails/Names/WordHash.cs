namespace Portico.Guardrails.Names;

/// <summary>Hashes of words and of features: 64 bits, the same on every machine (FNV-1a, with the finish of SplitMix64 for features).</summary>
static class WordHash
{
    const ulong Start = 14695981039346656037;
    const ulong Prime = 1099511628211;

    /// <summary>Of a word's lower-cased characters; never 0.</summary>
    public static ulong OfLower(ReadOnlySpan<char> word)
    {
        var hash = Start;
        foreach (var c in word)
            hash = (hash ^ char.ToLowerInvariant(c)) * Prime;
        hash ^= hash >> 31;
        hash *= 0x9E3779B97F4A7C15;
        return hash | 1;
    }

    /// <summary>Of characters as they are; never 0.</summary>
    public static ulong Of(ReadOnlySpan<char> word)
    {
        var hash = Start;
        foreach (var c in word)
            hash = (hash ^ c) * Prime;
        return hash | 1;
    }

    /// <summary>One number of two, in their order.</summary>
    public static ulong Mix(ulong a, ulong b)
    {
        var x = a * 0x9E3779B97F4A7C15 + b;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
