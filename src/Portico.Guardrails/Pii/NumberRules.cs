namespace Portico.Guardrails.Pii;

/// <summary>All formats of numbers, by how many letters and digits they have.</summary>
static class NumberRules
{
    /// <summary>Letters and digits of the longest number.</summary>
    public const int MaxCompact = 24;

    /// <summary>Characters of the longest way to write one.</summary>
    public const int MaxWritten = 40;

    public static readonly NumberRule[] All =
    [
        .. Cards.All,
        .. WesternNumbers.All,
        .. EasternNumbers.All,
        .. AmericanNumbers.All,
        .. AsianNumbers.All,
        .. SouthernNumbers.All,
        .. VatNumbers.All,
        .. DocumentNumbers.All,
    ];

    static readonly NumberRule[][] ByLength = Enumerable
        .Range(0, MaxCompact + 1)
        .Select(length => All.Where(r => r.Compact.Any(m => m.Length == length)).ToArray())
        .ToArray();

    /// <summary>Characters that a shape is told by.</summary>
    const int ShapeLength = 4;

    /// <summary>The same by which of the first characters are digits.</summary>
    static readonly NumberRule[][] ByShape = Enumerable
        .Range(0, ByLength.Length << ShapeLength)
        .Select(at =>
            ByLength[at >> ShapeLength]
                .Where(r => r.Compact.Any(m => m.Length == at >> ShapeLength && Begins(m, at & (1 << ShapeLength) - 1)))
                .ToArray()
        )
        .ToArray();

    /// <summary>The formats that a number can be of by its length and by which of its first characters are digits.</summary>
    /// <param name="compact">Letters and digits, nothing between.</param>
    public static ReadOnlySpan<NumberRule> Like(ReadOnlySpan<char> compact)
    {
        var shape = 0;
        for (var at = 0; at < ShapeLength && at < compact.Length; at++)
            shape |= char.IsAsciiDigit(compact[at]) ? 1 << at : 0;
        return ByShape[compact.Length << ShapeLength | shape];
    }

    /// <summary>A text whose digits stand there fits the beginning of a mask.</summary>
    static bool Begins(string mask, int digits)
    {
        for (var at = 0; at < ShapeLength && at < mask.Length; at++)
        {
            var isDigit = (digits >> at & 1) != 0;
            if (mask[at] != '*' && (mask[at] == '9' || char.IsAsciiDigit(mask[at])) != isDigit)
                return false;
        }
        return true;
    }
}
