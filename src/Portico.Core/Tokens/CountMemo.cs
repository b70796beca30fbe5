using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Portico.Core.Tokens;

/// <summary>
/// Remembers the counts of texts by a 128-bit fingerprint, never the texts: a conversation sends all its earlier messages with every turn, and an
/// application the same instructions with every call. The fingerprint is seeded for this process, so nobody outside can look for two texts that share one.
/// A fixed number of places; a newer text takes an older one's.
/// </summary>
sealed class CountMemo
{
    const int Places = 16_384;

    /// <summary>Shorter texts are counted as fast as they are looked up.</summary>
    const int ShortestChars = 32;

    sealed record Entry(UInt128 Fingerprint, BpeTokenizer Tokenizer, int Tokens);

    readonly long seed = BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
    readonly Entry?[] entries = new Entry?[Places];

    public int Count(BpeTokenizer tokenizer, ReadOnlySpan<char> text)
    {
        if (text.Length < ShortestChars)
            return tokenizer.Count(text);
        var fingerprint = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text), seed);
        ref var place = ref entries[(int)((ulong)fingerprint % Places)];
        if (Volatile.Read(ref place) is { } known && known.Fingerprint == fingerprint && known.Tokenizer == tokenizer)
            return known.Tokens;
        var tokens = tokenizer.Count(text);
        Volatile.Write(ref place, new Entry(fingerprint, tokenizer, tokens));
        return tokens;
    }
}
