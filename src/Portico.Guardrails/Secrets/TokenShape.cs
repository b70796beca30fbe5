namespace Portico.Guardrails.Secrets;

/// <summary>
/// What follows a prefix: pieces one behind the other, each a literal in quotes or a class of characters with how many of them:
/// <c>u22 '.' h24</c>. Read from the left without a way
/// back, each piece as far as it goes; no piece may hold what the next begins with, unless its length is fixed.
/// </summary>
/// <remarks>
/// Classes: d digit, h H x hexadecimal (lower, upper, any), a A n letters and digits (lower, upper, any), l L t letters (the same),
/// w with underscore, u base64url, b base64, z base32, e base64url
/// and =, g with full stop, k what tokens are made of, = itself; <c>uuid</c>. Counts: <c>h40</c>, <c>h32-40</c>, <c>h32+</c>.
/// </remarks>
sealed class TokenShape
{
    const int Longest = 3000;
    const string Uuid = "x8 '-' x4 '-' x4 '-' x4 '-' x12";

    readonly List<Piece> pieces = [];

    public TokenShape(string shape)
    {
        foreach (var part in shape.Replace("uuid", Uuid, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '\'')
            {
                pieces.Add(new Piece(part.Trim('\''), null, 0, 0));
                continue;
            }
            var count = part.AsSpan(1);
            var dash = count.IndexOf('-');
            var isOpen = count[^1] == '+';
            var min = Number(
                isOpen ? count[..^1]
                : dash < 0 ? count
                : count[..dash]
            );
            var max =
                isOpen ? Longest
                : dash < 0 ? min
                : Number(count[(dash + 1)..]);
            pieces.Add(new Piece(null, CharClass.Named(part[0]), min, max));
        }
        Least = pieces.Sum(p => p.Literal?.Length ?? p.Min);
        Most = pieces.Sum(p => p.Literal?.Length ?? p.Max);
    }

    /// <summary>Characters at least.</summary>
    public int Least { get; }

    /// <summary>Characters at most.</summary>
    public int Most { get; }

    sealed record Piece(string? Literal, CharClass? Class, int Min, int Max);

    /// <summary>It has several parts, and what stands there has not.</summary>
    public const int Other = -2;

    /// <summary>
    /// Where it ends when it begins there; <see cref="Other"/> where one of several parts does not fit, -1 where it is too short
    /// or goes on behind what fits.
    /// </summary>
    public int End(scoped ref TextWindow text, int at)
    {
        foreach (var piece in pieces)
        {
            if (piece.Literal is { } literal)
            {
                if (!text.Has(at, literal))
                    return Other;
                at += literal.Length;
                continue;
            }
            var end = text.SkipWhile(at, piece.Class!, piece.Max);
            if (end - at < piece.Min)
                return pieces.Count > 2 ? Other : -1;
            at = end;
        }
        return CharClass.Word.Has(text[at]) ? -1 : at;
    }

    static int Number(ReadOnlySpan<char> digits) =>
        int.Parse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
}
