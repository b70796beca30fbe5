namespace Portico.Guardrails.Pii;

/// <summary>Payment cards: ISO/IEC 7812 with the ranges that the networks publish.</summary>
static class Cards
{
    const string Groups =
        "9999~9999~9999~9999|9999~999999~99999|9999~9999~9999~9999~999|9999~999999~9999|9999~9999~9999~9|9999~9999~9999~99|9999~9999~9999~999|999999~9999999999999|9999~9999~9999|9999~99999~99999";

    const string Masks = Groups + "|99999999999999999|999999999999999999";
    const string Context = "card|credit|visa|mastercard|amex|kreditkarte|carte|tarjeta|carta|karta|cc";

    public static readonly NumberRule[] All =
    [
        new("pii.card", "Payment card", "", Masks, t => IsLong(t) && IsValid(t), new(0.9f, 0.95f, 0.98f), Context),
        new("pii.card", "Payment card", "", Masks, t => !IsLong(t) && IsValid(t), new(0.6f, 0.8f, 0.98f), Context),
    ];

    /// <summary>Of 12 and 13 digits are bar codes and times too, of which one in ten has the check digit of a card.</summary>
    static bool IsLong(ReadOnlySpan<char> digits) => digits.Length >= 16 || (digits.Length >= 14 && digits[0] is '1' or '2' or '3');

    public static bool IsValid(ReadOnlySpan<char> digits) =>
        digits.Length is >= 12 and <= 19
        && CheckDigits.AreDigits(digits)
        && !CheckDigits.AreSame(digits)
        && HasRange(CheckDigits.Number(digits[..6]), digits.Length)
        && CheckDigits.Luhn(digits);

    /// <summary>Whether the first six digits are of a network that gives cards of that length.</summary>
    static bool HasRange(int prefix, int length) =>
        prefix switch
        {
            >= 400_000 and <= 499_999 => length is 13 or 16 or 19, // Visa
            >= 510_000 and <= 559_999 or >= 222_100 and <= 272_099 => length is 16, // Mastercard
            >= 340_000 and <= 349_999 or >= 370_000 and <= 379_999 => length is 15, // American Express
            >= 300_000 and <= 305_999 or >= 309_500 and <= 309_599 or >= 360_000 and <= 369_999 or >= 380_000 and <= 399_999 => length
                is >= 14
                    and <= 19, // Diners
            >= 350_000 and <= 359_999 => length is >= 16 and <= 19, // JCB
            >= 180_000 and <= 180_099 or >= 213_100 and <= 213_199 => length is 15, // JCB
            >= 601_100 and <= 601_199 or >= 622_126 and <= 622_925 or >= 644_000 and <= 659_999 => length is >= 16 and <= 19, // Discover
            >= 620_000 and <= 629_999 or >= 810_000 and <= 817_199 => length is >= 16 and <= 19, // UnionPay
            >= 220_000 and <= 220_499 => length is >= 16 and <= 19, // Mir
            >= 979_200 and <= 979_299 => length is 16, // Troy
            >= 606_282 and <= 606_282 or >= 636_368 and <= 636_368 or >= 637_000 and <= 637_999 => length is 16, // Hipercard, Elo
            >= 500_000 and <= 509_999 or >= 560_000 and <= 589_999 or >= 600_000 and <= 699_999 => length is >= 12 and <= 19, // Maestro, RuPay, Verve
            _ => false,
        };
}
