using System.Collections.Frozen;

namespace Portico.Guardrails.Pii;

/// <summary>Whether a text is a number of a kind: its shape and its check digits. The text is nothing but the number.</summary>
public static class NationalIds
{
    const int MaxLength = 64;

    static readonly FrozenDictionary<string, NumberRule[]> Rules = NumberRules
        .All.GroupBy(r => r.Kind, StringComparer.Ordinal)
        .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    /// <summary>The kinds that can be asked for.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [.. Rules.Keys.Append("pii.iban").Append("pii.email").Append("pii.crypto_wallet").Order(StringComparer.Ordinal)];

    /// <summary>Whether a text is one, however it is grouped: blanks, dashes, dots and slashes do not count.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>; any other is an <see cref="ArgumentException"/>.</param>
    /// <param name="text">The number and nothing else.</param>
    public static bool IsValid(string kind, ReadOnlySpan<char> text)
    {
        if (kind == "pii.email")
            return EmailAddresses.IsValid(text);
        if (kind == "pii.crypto_wallet")
            return Wallets.Score(text) > 0;
        if (text.Length > MaxLength)
            return false;
        Span<char> compact = stackalloc char[MaxLength];
        var count = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                compact[count++] = char.ToUpperInvariant(c);
            else if (!Letters.IsSeparator(c) && c is not ('+' or ':' or '(' or ')' or ','))
                return false;
        }
        if (kind == "pii.iban")
            return Iban.IsValid(compact[..count]);
        foreach (var rule in RulesOf(kind))
            if (!rule.IsLoose && rule.HasShape(compact[..count]) && (rule.Check?.Invoke(compact[..count]) ?? true))
                return true;
        return false;
    }

    /// <summary>Whether a text is one in a way in which people write it.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>; any other is an <see cref="ArgumentException"/>.</param>
    /// <param name="text">The number and nothing else.</param>
    public static bool IsWritten(string kind, ReadOnlySpan<char> text)
    {
        if (!IsValid(kind, text))
            return false;
        if (!Rules.TryGetValue(kind, out var rules))
            return true;
        foreach (var rule in rules)
            if (!rule.IsLoose && rule.IsWritten(text))
                return true;
        return false;
    }

    static NumberRule[] RulesOf(string kind) =>
        Rules.TryGetValue(kind, out var rules) ? rules : throw new ArgumentException($"No kind is called '{kind}'.", nameof(kind));
}
