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

    public static ReadOnlySpan<NumberRule> OfLength(int compact) => ByLength[compact];
}
