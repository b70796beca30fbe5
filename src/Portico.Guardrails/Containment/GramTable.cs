using System.Runtime.InteropServices;

namespace Portico.Guardrails.Containment;

/// <summary>
/// The short pieces of a text, found by their hash and compared letter by letter, so that no chance hit says that a piece is there. Four
/// bytes a place, linear to make.
/// </summary>
sealed class GramTable
{
    /// <summary>
    /// Places looked at for one piece. Who finds texts whose hashes meet more often than this makes all such pieces count as found.
    /// </summary>
    const int MaxProbes = 128;

    readonly char[] text;
    readonly int[] slots;

    /// <param name="text">What the pieces stand in.</param>
    /// <param name="count">Pieces at most.</param>
    public GramTable(char[] text, int count)
    {
        this.text = text;
        slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(count * 2L, 4))];
    }

    public void Add(int at, int length)
    {
        var gram = text.AsSpan(at, length);
        var slot = (int)Hash(gram) & (slots.Length - 1);
        for (var probe = 0; probe < MaxProbes; probe++, slot = slot + 1 & slots.Length - 1)
        {
            if (slots[slot] == 0)
            {
                slots[slot] = at + 1;
                return;
            }
            if (text.AsSpan(slots[slot] - 1).StartsWith(gram))
                return;
        }
    }

    /// <summary>A place where the piece stands; negative = nowhere.</summary>
    public int Find(ReadOnlySpan<char> gram)
    {
        var slot = (int)Hash(gram) & (slots.Length - 1);
        var first = slot;
        for (var probe = 0; probe < MaxProbes; probe++, slot = slot + 1 & slots.Length - 1)
        {
            if (slots[slot] == 0)
                return -1;
            if (text.AsSpan(slots[slot] - 1).StartsWith(gram))
                return slots[slot] - 1;
        }
        return slots[first] - 1;
    }

    /// <summary>Four letters at a time, each mixed by the two halves of a product.</summary>
    static ulong Hash(ReadOnlySpan<char> gram)
    {
        var bytes = MemoryMarshal.AsBytes(gram);
        var hash = 0x9E3779B97F4A7C15ul ^ (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
        var rest = 0ul;
        foreach (var one in bytes)
            rest = rest << 8 | one;
        hash = Mix(hash ^ rest);
        return hash ^ hash >> 32;
    }

    static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value ^ 0xA0761D6478BD642Ful, 0xE7037ED1A0B428DBul, out var low);
        return high ^ low;
    }
}
