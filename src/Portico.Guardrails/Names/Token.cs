using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names;

/// <summary>A word, a number or a sign of a unit, with what the features are made of.</summary>
struct Token
{
    /// <summary>UTF-16 units from the beginning of the unit.</summary>
    public int Start;
    public int Length;

    /// <summary>0: it touches what stands before; 1: a blank is between; 2: a line ends between; 3: it is the first.</summary>
    public byte Gap;

    /// <summary>How its characters look: one of <see cref="Shape"/>, or a sign's own number above them.</summary>
    public ushort Shape;
    public ListedAs Listed;

    /// <summary>Hashes of the lower-cased word and of its ends; 0 where the word is shorter or withheld in training.</summary>
    public ulong Lower;
    public ulong Prefix3;
    public ulong Suffix2;
    public ulong Suffix3;
    public ulong Suffix4;

    public readonly int End => Start + Length;
}

/// <summary>How the characters of a word look.</summary>
static class Shape
{
    public const ushort Lower = 1;
    public const ushort Capital = 2;
    public const ushort OneCapital = 3;
    public const ushort AllCapitals = 4;
    public const ushort CamelLower = 5;
    public const ushort CamelCapital = 6;
    public const ushort Uncased = 7;
    public const ushort DigitThenLetter = 8;
    public const ushort LetterThenDigit = 9;
    public const ushort Identifier = 10;
    public const ushort Address = 11;

    /// <summary>Digits alone: this and how many, to <see cref="MostDigits"/>.</summary>
    public const ushort Digits = 20;
    public const ushort MostDigits = 9;

    /// <summary>A sign: this and its character.</summary>
    public const ushort Sign = 64;

    public static bool IsName(ushort shape) => shape is Capital or OneCapital or AllCapitals or CamelCapital;

    public static bool IsNumber(ushort shape) => shape is > Digits and <= Digits + MostDigits;
}
