namespace Portico.Guardrails.Grounding;

[Flags]
enum GroundFlags : byte
{
    None = 0,
    Capital = 1,

    /// <summary>No word stands before it in its sentence, or it opens something: its capital says nothing.</summary>
    Opens = 1 << 1,
    Negation = 1 << 2,

    /// <summary>The word that a negation is about.</summary>
    Denied = 1 << 3,
    Number = 1 << 4,

    /// <summary>A number in words: "three".</summary>
    Spelled = 1 << 5,

    /// <summary>Behind a comma or the like: a negation before does not reach here.</summary>
    Parted = 1 << 6,

    /// <summary>All capitals, or letters and digits: a name wherever it stands.</summary>
    Code = 1 << 7,
}

/// <summary>What a number counts. Those without a unit may stand for any but a month.</summary>
enum NumberUnit : byte
{
    None,
    Percent,
    Month,

    /// <summary>In a date of digits, where it may be the month.</summary>
    DatePart,
    Dollar,
    Euro,
    Pound,
    Yen,
    Franc,
}

/// <summary>A word or a number of a sentence.</summary>
struct GroundToken
{
    public int Start;
    public int End;

    /// <summary>Of the word in lower case, or of the number's value.</summary>
    public uint Word;
    public uint Stem;

    /// <summary>What it says of what the sentence claims, from 0 to 1; 0 for function words and numbers.</summary>
    public float Weight;
    public GroundFlags Flags;
    public NumberUnit Unit;
    public double Value;

    /// <summary>The other reading of <c>1.200</c>; the same as <see cref="Value"/> where there is one only.</summary>
    public double Other;

    public readonly bool Is(GroundFlags flag) => (Flags & flag) != GroundFlags.None;

    /// <summary>Both may be the same number.</summary>
    public readonly bool IsSameNumber(in GroundToken other) =>
        AreAlike(Unit, other.Unit) && (Value == other.Value || Value == other.Other || Other == other.Value);

    static bool AreAlike(NumberUnit one, NumberUnit other) =>
        one == other
        || one == NumberUnit.None && other != NumberUnit.Month
        || other == NumberUnit.None && one != NumberUnit.Month
        || one == NumberUnit.DatePart && other == NumberUnit.Month
        || other == NumberUnit.DatePart && one == NumberUnit.Month;
}

/// <summary>Hashes of words: 32 bits, the same on every machine.</summary>
static class GroundHash
{
    public static uint Of(ReadOnlySpan<char> word, uint hash = 0x811C9DC5)
    {
        foreach (var c in word)
        {
            hash = (hash ^ c) * 0x9E3779B1;
            hash ^= hash >> 15;
        }
        return hash;
    }

    public static uint Of(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        return ((uint)bits ^ (uint)(bits >> 32)) * 0x85EBCA6B ^ 0x27D4EB2F;
    }
}
