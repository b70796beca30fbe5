namespace Portico.Guardrails.Secrets;

/// <summary>A set of ASCII characters.</summary>
sealed class CharClass
{
    public static readonly CharClass Digit = Of("0-9");
    public static readonly CharClass Letter = Of("a-zA-Z");
    public static readonly CharClass Alphanumeric = Of("a-zA-Z0-9");
    public static readonly CharClass Word = Of("a-zA-Z0-9_");
    public static readonly CharClass Hex = Of("a-fA-F0-9");
    public static readonly CharClass Base64 = Of("a-zA-Z0-9+/");
    public static readonly CharClass Base64Url = Of("a-zA-Z0-9_\\-");
    public static readonly CharClass Identifier = Of("a-zA-Z0-9_.\\-");
    public static readonly CharClass Blank = Of(" \t");
    public static readonly CharClass Space = Of(" \t\r\n");

    /// <summary>What a token without blanks and quotes is made of.</summary>
    public static readonly CharClass Token = Of("a-zA-Z0-9_\\-+/=.~%");

    /// <summary>The same without what names are set apart from values by.</summary>
    public static readonly CharClass NearToken = Of("a-zA-Z0-9_\\-+/.~%");

    /// <summary>By the letter that shapes name them with (<see cref="TokenShape"/>).</summary>
    public static CharClass Named(char name) =>
        name switch
        {
            'd' => Digit,
            'h' => LowerHex,
            'H' => UpperHex,
            'x' => Hex,
            'a' => LowerAlphanumeric,
            'A' => UpperAlphanumeric,
            'n' => Alphanumeric,
            'w' => Word,
            'u' => Base64Url,
            'b' => Base64,
            'z' => Base32,
            'l' => Lower,
            'L' => Upper,
            't' => Letter,
            'e' => Padded,
            'g' => Identifier,
            'k' => Token,
            '=' => Equal,
            'p' => Crypt,
            'q' => Hash,
            'v' => Unreserved,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No class of characters has this name."),
        };

    static readonly CharClass LowerHex = Of("a-f0-9");
    static readonly CharClass UpperHex = Of("A-F0-9");
    static readonly CharClass LowerAlphanumeric = Of("a-z0-9");
    static readonly CharClass UpperAlphanumeric = Of("A-Z0-9");
    static readonly CharClass Base32 = Of("A-Z2-7");
    static readonly CharClass Lower = Of("a-z");
    static readonly CharClass Upper = Of("A-Z");
    static readonly CharClass Padded = Of("a-zA-Z0-9_=\\-");
    static readonly CharClass Equal = Of("=");

    static readonly CharClass Crypt = Of("a-zA-Z0-9./");
    static readonly CharClass Hash = Of("a-zA-Z0-9./+=$,_@:*\\-");
    static readonly CharClass Unreserved = Of("a-zA-Z0-9_.~\\-");

    readonly ulong low;
    readonly ulong high;

    CharClass(ulong low, ulong high) => (this.low, this.high) = (low, high);

    public bool Has(char c) => c < 64 ? (low >> c & 1) != 0 : c < 128 && (high >> (c - 64) & 1) != 0;

    /// <summary>
    /// As in a regular expression's brackets: characters, spans of them, and a backslash before what is meant as it stands.
    /// </summary>
    public static CharClass Of(string members)
    {
        ulong lower = 0,
            upper = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var first = members[i] == '\\' ? members[++i] : members[i];
            var last = i + 2 < members.Length && members[i + 1] == '-' ? members[i += 2] : first;
            for (var c = first; c <= last; c++)
            {
                if (c < 64)
                    lower |= 1UL << c;
                else
                    upper |= 1UL << (c - 64);
            }
        }
        return new CharClass(lower, upper);
    }
}
