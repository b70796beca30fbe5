using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names;

/// <summary>What the tagger sees of a word: rows of the table of weights, picked by hashes of the word, its neighbours and their looks.</summary>
static class TokenFeatures
{
    /// <summary>Features of a word; each picks one row.</summary>
    public const int Count = 58;

    const int Near = 5;
    const ulong Outside = 0x51ED270B;

    /// <summary>How a unit is written: 0 as usual, 1 without capitals, 2 with capitals mostly, 3 in capitals.</summary>
    public static ulong CaseOf(ReadOnlySpan<Token> tokens)
    {
        int words = 0,
            capital = 0,
            all = 0;
        foreach (ref readonly var token in tokens)
        {
            if (token.Shape is 0 or > Shape.CamelCapital || token.Length < 2 && token.Shape != Shape.OneCapital)
                continue;
            words++;
            capital += token.Shape is Shape.Capital or Shape.CamelCapital ? 1 : 0;
            all += token.Shape == Shape.AllCapitals ? 1 : 0;
        }
        if (words > 0 && capital + all == 0)
            return 1;
        if (words >= 3 && all * 10 > words * 7)
            return 3;
        return words >= 3 && (capital + all) * 10 > words * 7 ? 2u : 0;
    }

    /// <summary>Writes the rows of the word at <paramref name="at"/>; a feature that does not apply picks the row behind the last, whose weights are 0.</summary>
    public static void Write(ReadOnlySpan<Token> tokens, int at, ulong unitCase, int rowBits, Span<uint> rows)
    {
        ref readonly var t = ref tokens[at];
        Token empty = default;
        ref readonly var p1 = ref at > 0 ? ref tokens[at - 1] : ref empty;
        ref readonly var p2 = ref at > 1 ? ref tokens[at - 2] : ref empty;
        ref readonly var n1 = ref at + 1 < tokens.Length ? ref tokens[at + 1] : ref empty;
        ref readonly var n2 = ref at + 2 < tokens.Length ? ref tokens[at + 2] : ref empty;
        var shift = 64 - rowBits;
        var none = 1u << rowBits;

        ulong shape = t.Shape,
            listed = (ulong)t.Listed + 1;
        ulong before1 = p1.Lower == 0 && at == 0 ? Outside : p1.Lower,
            before2 = at < 2 ? Outside : p2.Lower;
        ulong after1 = at + 1 >= tokens.Length ? Outside : n1.Lower,
            after2 = at + 2 >= tokens.Length ? Outside : n2.Lower;
        ulong shapes = shape | (ulong)p1.Shape << 16 | (ulong)n1.Shape << 32;
        ulong lists3 = listed | (ulong)p1.Listed << 20 | (ulong)n1.Listed << 40;
        ulong gaps = t.Gap | (ulong)(at + 1 < tokens.Length ? n1.Gap : 4) << 4;
        var around = Around(tokens, at);

        var n = 0;
        ulong template = 0;
        // The word itself.
        n = Put(rows, n, t.Lower, ref template, shift, none);
        n = Put(rows, n, Both(t.Lower, shape), ref template, shift, none);
        n = Put(rows, n, t.Prefix3, ref template, shift, none);
        n = Put(rows, n, t.Suffix2, ref template, shift, none);
        n = Put(rows, n, t.Suffix3, ref template, shift, none);
        n = Put(rows, n, t.Suffix4, ref template, shift, none);
        n = Put(rows, n, Both(t.Suffix3, shape), ref template, shift, none);
        n = Put(rows, n, Pair(shape, unitCase), ref template, shift, none);
        n = Put(rows, n, Pair(shape, (ulong)Math.Min(t.Length, 12) + 1), ref template, shift, none);
        n = Put(rows, n, listed, ref template, shift, none);
        n = Put(rows, n, Pair(listed, shape), ref template, shift, none);
        n = Put(rows, n, Pair(Pair(listed, shape), unitCase), ref template, shift, none);
        // The words around.
        n = Put(rows, n, before1, ref template, shift, none);
        n = Put(rows, n, after1, ref template, shift, none);
        n = Put(rows, n, before2, ref template, shift, none);
        n = Put(rows, n, after2, ref template, shift, none);
        n = Put(rows, n, Both(before1, t.Lower), ref template, shift, none);
        n = Put(rows, n, Both(t.Lower, after1), ref template, shift, none);
        n = Put(rows, n, Both(before1, shape), ref template, shift, none);
        n = Put(rows, n, Both(after1, shape), ref template, shift, none);
        n = Put(rows, n, Both(before2, Pair(before1, shape)), ref template, shift, none);
        n = Put(rows, n, Both(after1, Pair(after2, shape)), ref template, shift, none);
        n = Put(rows, n, Both(before1, listed), ref template, shift, none);
        n = Put(rows, n, Both(after1, listed), ref template, shift, none);
        n = Put(rows, n, Both(before1, Pair(after1, shape)), ref template, shift, none);
        n = Put(rows, n, Both(before1, Pair(shape, unitCase)), ref template, shift, none);
        n = Put(rows, n, Both(before2, Pair(p1.Shape, shape)), ref template, shift, none);
        // How they look.
        n = Put(rows, n, Pair(p1.Shape, 1), ref template, shift, none);
        n = Put(rows, n, Pair(n1.Shape, 1), ref template, shift, none);
        n = Put(rows, n, Pair(shape, p1.Shape), ref template, shift, none);
        n = Put(rows, n, Pair(shape, n1.Shape), ref template, shift, none);
        n = Put(rows, n, shapes, ref template, shift, none);
        n = Put(rows, n, Pair(shapes, gaps), ref template, shift, none);
        n = Put(rows, n, Pair(shape | (ulong)p1.Shape << 16 | (ulong)p2.Shape << 32, t.Gap), ref template, shift, none);
        n = Put(rows, n, Pair(shape | (ulong)n1.Shape << 16 | (ulong)n2.Shape << 32, n1.Gap), ref template, shift, none);
        n = Put(rows, n, Pair(shape, gaps), ref template, shift, none);
        n = Put(rows, n, Pair(p2.Shape, 1), ref template, shift, none);
        n = Put(rows, n, Pair(n2.Shape, 1), ref template, shift, none);
        // The lists they stand in.
        n = Put(rows, n, Pair((ulong)p1.Listed, 1), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)n1.Listed, 1), ref template, shift, none);
        n = Put(rows, n, Pair(listed, (ulong)p1.Listed), ref template, shift, none);
        n = Put(rows, n, Pair(listed, (ulong)n1.Listed), ref template, shift, none);
        n = Put(rows, n, lists3, ref template, shift, none);
        n = Put(rows, n, Pair((ulong)p1.Listed << 16 | p1.Shape, shape), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)n1.Listed << 16 | n1.Shape, shape), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)p2.Listed << 16 | p2.Shape, shape), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)n2.Listed << 16 | n2.Shape, shape), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)p1.Listed << 32 | (ulong)p1.Shape << 16 | shape, listed), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)n1.Listed << 32 | (ulong)n1.Shape << 16 | shape, listed), ref template, shift, none);
        // What is near, and where it stands.
        n = Put(rows, n, Pair(around, shape), ref template, shift, none);
        n = Put(rows, n, Pair(around, listed), ref template, shift, none);
        n = Put(rows, n, Pair(around, p1.Shape | (ulong)t.Gap << 16), ref template, shift, none);
        n = Put(rows, n, Pair(around & 0x55, shapes), ref template, shift, none);
        n = Put(rows, n, Pair(around & 0xAA, shapes), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)Math.Min(at, 2) + 1, shape), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)Math.Min(tokens.Length - at, 3), shape), ref template, shift, none);
        n = Put(rows, n, Pair((ulong)Math.Min(at, 1) + 1, Pair(listed, shape)), ref template, shift, none);
        n = Put(rows, n, Pair(unitCase, 77), ref template, shift, none);
        System.Diagnostics.Debug.Assert(n == Count);
    }

    static int Put(Span<uint> rows, int n, ulong value, ref ulong template, int shift, uint none)
    {
        template += 0x632BE59BD9B4E019;
        rows[n] = value == 0 ? none : (uint)(WordHash.Mix(value, template) >> shift);
        return n + 1;
    }

    static ulong Pair(ulong a, ulong b) => a * 0x9FB21C651E98DF25 + b + 1;

    /// <summary>As <see cref="Pair"/>, and 0 where the first is.</summary>
    static ulong Both(ulong a, ulong b) => a == 0 || b == 0 ? 0 : Pair(a, b);

    /// <summary>Whether a street's word, a number, a postcode-like number, a town or country stand among the next words before (even bits) and behind (odd bits).</summary>
    static ulong Around(ReadOnlySpan<Token> tokens, int at)
    {
        ulong bits = 0;
        for (var i = Math.Max(0, at - Near); i < at; i++)
            bits |= Signs(tokens[i]);
        for (var i = at + 1; i < Math.Min(tokens.Length, at + 1 + Near); i++)
            bits |= Signs(tokens[i]) << 1;
        return bits;
    }

    static ulong Signs(in Token token)
    {
        ulong bits = 0;
        if ((token.Listed & (ListedAs.Street | ListedAs.StreetEnd)) != ListedAs.None)
            bits |= 1;
        if (Shape.IsNumber(token.Shape))
            bits |= token.Length >= 4 ? 16u : 4u;
        if ((token.Listed & (ListedAs.City | ListedAs.Country | ListedAs.Unit)) != ListedAs.None)
            bits |= 64;
        return bits;
    }
}
