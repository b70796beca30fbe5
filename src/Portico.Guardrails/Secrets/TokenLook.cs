namespace Portico.Guardrails.Secrets;

/// <summary>What a value looks like: how much of it chance could have made, and how much is words.</summary>
readonly ref struct TokenLook
{
    /// <summary>
    /// By first letter: the letters that often follow it within English words and names of code, counted over this project's
    /// own documents and identifiers (97 % of their pairs).
    /// </summary>
    static readonly string[] pairs =
    [
        "bcdfgiklmnprstuvwxy",
        "aeilorsuy",
        "acehiklorstuy",
        "adegilorsu",
        "abcdefgiklmnopqrstuvwxy",
        "aefilortu",
        "aeghilnorsu",
        "aeimortu",
        "abcdefglmnoprstvxz",
        "eou",
        "eins",
        "adefilostuy",
        "abeimopsu",
        "acdefgiklnostuvy",
        "abcdfgiklmnoprstuvwxy",
        "aehiloprstu",
        "u",
        "acdegiklmnoprstuvy",
        "acehiklopstuwy",
        "acehilorstuwy",
        "abcdefgilmnprst",
        "aeio",
        "aehinors",
        "acept",
        "eipst",
        "ae",
    ];
    static readonly uint[] follows = Follows();

    /// <summary>By n: n times the binary logarithm of n.</summary>
    static readonly float[] logs = [.. Enumerable.Range(0, MaxLength + 1).Select(n => n == 0 ? 0 : n * MathF.Log2(n))];

    /// <summary>Characters looked at.</summary>
    const int MaxLength = 250;

    public int Length { get; private init; }
    public int Lower { get; private init; }
    public int Upper { get; private init; }
    public int Digits { get; private init; }
    public int Others { get; private init; }

    /// <summary>How many different characters.</summary>
    public int Distinct { get; private init; }

    /// <summary>Bits a character, after Shannon (1948).</summary>
    public double Entropy { get; private init; }

    /// <summary>Letters within pieces that read like words, of all letters and digits.</summary>
    public double Words { get; private init; }

    public int Letters => Lower + Upper;

    public bool IsHex { get; private init; }

    /// <summary>Chance could have made it: many different characters, few words.</summary>
    public bool IsRandom =>
        Length >= 16
        && Distinct >= 7
        && Entropy >= 2.75
        && (
            Digits > 0 && Letters > 0 ? Words < 0.5
            : Letters == 0 ? Length >= 20 && Entropy >= 3.0
            : Length >= 20 && Words < 0.35
        );

    public TokenLook(ReadOnlySpan<char> value)
    {
        Span<byte> counts = stackalloc byte[128];
        counts.Clear();
        value = value[..Math.Min(value.Length, MaxLength)];
        Length = value.Length;
        var isHex = true;
        foreach (var c in value)
        {
            counts[c & 127]++;
            if (char.IsAsciiDigit(c))
                Digits++;
            else if (char.IsAsciiLetterLower(c))
                Lower++;
            else if (char.IsAsciiLetterUpper(c))
                Upper++;
            else
                Others++;
            isHex &= char.IsAsciiHexDigit(c);
        }
        IsHex = isHex;
        var sum = 0f;
        foreach (var c in value)
        {
            ref var count = ref counts[c & 127];
            if (count == 0)
                continue;
            Distinct++;
            sum += logs[count];
            count = 0;
        }
        Entropy = Length == 0 ? 0 : (logs[Length] - sum) / Length;
        Words = Letters == 0 ? 0 : (double)WordLetters(value) / (Letters + Digits);
    }

    /// <summary>
    /// Letters in pieces of three or more that read like words. A piece ends at what is no letter and where a small letter
    /// meets a capital one.
    /// </summary>
    static int WordLetters(ReadOnlySpan<char> value)
    {
        var letters = 0;
        for (var at = 0; at < value.Length; )
        {
            if (!char.IsAsciiLetter(value[at]))
            {
                at++;
                continue;
            }
            var end = at + 1;
            while (
                end < value.Length
                && char.IsAsciiLetter(value[end])
                && !(char.IsAsciiLetterLower(value[end - 1]) && char.IsAsciiLetterUpper(value[end]))
            )
                end++;
            if (IsWord(value[at..end]))
                letters += end - at;
            at = end;
        }
        return letters;
    }

    static bool IsWord(ReadOnlySpan<char> piece)
    {
        if (piece.Length < 3)
            return false;
        var usual = 0;
        var vowels = 0;
        for (var i = 0; i < piece.Length; i++)
        {
            var letter = (piece[i] | 32) - 'a';
            vowels += (1 << letter & 0x0110_4111) != 0 ? 1 : 0;
            if (i > 0)
                usual += (int)(follows[(piece[i - 1] | 32) - 'a'] >> letter & 1);
        }
        return vowels > 0 && usual * 6 >= (piece.Length - 1) * 5;
    }

    static uint[] Follows()
    {
        var bits = new uint[26];
        for (var i = 0; i < 26; i++)
        {
            foreach (var letter in pairs[i])
                bits[i] |= 1U << (letter - 'a');
        }
        return bits;
    }
}
