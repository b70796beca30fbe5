namespace Portico.Guardrails.Pii;

/// <summary>Whether a number of the right shape can be one. The text is compact: digits and capitals, nothing between.</summary>
delegate bool NumberCheck(ReadOnlySpan<char> compact);

/// <summary>How sure a shape is by itself, in groups as people write it, and with a word beside it that says what it is.</summary>
readonly record struct Strength(float Plain, float Grouped, float InContext)
{
    /// <summary>Two check digits or a shape that nothing else has.</summary>
    public static readonly Strength Strong = new(0.9f, 0.9f, 0.97f);

    /// <summary>A date and a check digit, or a letter that is one.</summary>
    public static readonly Strength Dated = new(0.6f, 0.8f, 0.95f);

    /// <summary>One check digit: a tenth of all numbers of this length has it right.</summary>
    public static readonly Strength Checked = new(0.3f, 0.45f, 0.9f);

    /// <summary>Only a shape.</summary>
    public static readonly Strength Shape = new(0.15f, 0.25f, 0.8f);
}

/// <summary>One format of number.</summary>
/// <param name="Masks">
/// How it is written, apart by '|': 9 a digit, A a letter, * either, ~ nothing or one separator (blank, - . or /), the same throughout; everything else stands for itself.
/// </param>
/// <param name="IsLoose">Only the shape: its check digits are not looked at, so that it says nothing of validity.</param>
/// <param name="Context">Words that say what it is, in lower case, apart by '|'.</param>
sealed record NumberRule(
    string Kind,
    string Title,
    string Country,
    string Masks,
    NumberCheck? Check,
    Strength Strength,
    string Context,
    bool IsLoose = false
)
{
    /// <summary>The masks, each also without what it may leave out.</summary>
    public string[] Written { get; } = Masks.Split('|').SelectMany(Spread).ToArray();

    /// <summary>The masks without separators.</summary>
    public string[] Compact { get; } =
        Masks.Split('|').Select(m => string.Concat(m.Where(IsContent))).Distinct(StringComparer.Ordinal).ToArray();

    public string[] Words { get; } = Context.Length == 0 ? [] : Context.Split('|');

    static bool IsContent(char c) => char.IsAsciiLetterOrDigit(c) || c == '*';

    static IEnumerable<string> Spread(string mask) =>
        mask.Contains('~', StringComparison.Ordinal)
            ? [mask.Replace("~", "", StringComparison.Ordinal), .. " -./".Select(s => mask.Replace('~', s))]
            : [mask];

    /// <summary>Whether a compact text has the shape of one of the masks.</summary>
    public bool HasShape(ReadOnlySpan<char> compact)
    {
        foreach (var mask in Compact)
            if (Fits(mask, compact))
                return true;
        return false;
    }

    /// <summary>Whether a text is written as one of the masks.</summary>
    public bool IsWritten(ReadOnlySpan<char> text)
    {
        foreach (var mask in Written)
            if (Fits(mask, text))
                return true;
        return false;
    }

    /// <summary>Whether each character is what the mask has there.</summary>
    public static bool Fits(string mask, ReadOnlySpan<char> text)
    {
        if (mask.Length != text.Length)
            return false;
        for (var i = 0; i < mask.Length; i++)
        {
            var c = text[i];
            var fits = mask[i] switch
            {
                '9' => char.IsAsciiDigit(c),
                'A' => char.IsAsciiLetter(c),
                '*' => char.IsAsciiLetterOrDigit(c),
                var literal => char.ToUpperInvariant(Letters.Plain(c)) == literal,
            };
            if (!fits)
                return false;
        }
        return true;
    }
}
