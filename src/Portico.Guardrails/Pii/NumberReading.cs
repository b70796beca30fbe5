namespace Portico.Guardrails.Pii;

/// <summary>Reads numbers of persons, companies and things by the tables, and the addresses of wallets, which are longer.</summary>
static class NumberReading
{
    /// <summary>A word apart from its digits by a blank is part of a number only where the whole is at least as sure.</summary>
    const float LeastWithPrefix = 0.5f;

    /// <summary>Letters and digits of the shortest number.</summary>
    public const int Fewest = 5;

    /// <summary>The surest number that begins here, in one group or several.</summary>
    public static Candidate Find(ref Sight sight, int start, scoped ContextWindow context, bool isOther)
    {
        Span<char> compact = stackalloc char[NumberRules.MaxCompact + 1];
        var (count, at, separators, isPrefixed) = (0, start, 0, false);
        var best = default(Candidate);
        while (true)
        {
            var (group, hasDigit) = (at, false);
            for (; Letters.IsAlphanumeric(sight[at]); at++)
            {
                if (count > NumberRules.MaxCompact)
                    return at - start > 24 && separators == 0 ? Wallet(ref sight, start) : best;
                hasDigit |= char.IsAsciiDigit(sight[at]);
                compact[count++] = char.ToUpperInvariant(sight[at]);
            }
            if (count > NumberRules.MaxCompact)
                return at - start > 24 && separators == 0 ? Wallet(ref sight, start) : best;
            if (!hasDigit && at - group > 4 && separators > 0)
                return best;
            if (!hasDigit && separators == 0 && sight[at] == ' ')
            {
                isPrefixed = true;
                if (!CheckDigits.AreCapitals(sight.Text[start..at]))
                    return best;
            }
            if (
                count >= Fewest
                && !CheckDigits.AreSame(compact[..count])
                && (hasDigit || at - group == 1 || separators > 0)
                && EndsWell(ref sight, at, sight.Text[start..at].Contains(' '))
            )
            {
                var match = Match(compact[..count], sight.Text[start..at], context, isOther, isPrefixed);
                best = match.End == 0 ? best : best.Or(match with { End = at });
            }
            // Hong Kong writes the check digit in parentheses.
            if (count is 7 or 8 && separators == 0 && sight[at] == '(' && Letters.IsAlphanumeric(sight[at + 1]) && sight[at + 2] == ')')
            {
                compact[count] = char.ToUpperInvariant(sight[at + 1]);
                var match = Match(compact[..(count + 1)], sight.Text[start..(at + 3)], context, isOther, isPrefixed);
                best = match.End == 0 ? best : best.Or(match with { End = at + 3 });
            }
            if (
                !(Letters.IsSeparator(sight[at]) || sight[at] is '+' or ':')
                || !Letters.IsAlphanumeric(sight[at + 1])
                || at - start > NumberRules.MaxWritten
            )
                return best;
            if (sight[at] == ' ' && !char.IsAsciiDigit(sight[at + 1]) && char.IsAsciiLetterLower(sight[at + 1]))
                return best;
            separators++;
            at++;
        }
    }

    /// <summary>Whether a number may end here: no word, no decimals and no further group of it follow.</summary>
    static bool EndsWell(ref Sight sight, int end, bool isSpaced)
    {
        var c = sight[end];
        if (Letters.IsWord(c) || c is '@' or '%')
            return false;
        var next = sight[end + 1];
        if (c is '-' or '/' or '+' or '\u2011')
            return !Letters.IsWord(next);
        if (c is '.' or ',')
            return !char.IsAsciiDigit(next)
                || (
                    c == ',' && char.IsAsciiDigit(sight[end + 4]) && char.IsAsciiDigit(sight[end + 3]) && char.IsAsciiDigit(sight[end + 2])
                );
        if (c != ' ' || !isSpaced || !char.IsAsciiDigit(next))
            return true;
        // Of a number in groups a further group belongs to it, unless that is a date or a time.
        var at = end + 1;
        while (at < end + 20 && char.IsAsciiDigit(sight[at]))
            at++;
        return sight[at] is '/' or ':' || at - end > 6;
    }

    static Candidate Match(
        ReadOnlySpan<char> compact,
        ReadOnlySpan<char> written,
        scoped ContextWindow context,
        bool isOther,
        bool isPrefixed
    )
    {
        var best = default(Candidate);
        var isGrouped = compact.Length != written.Length;
        foreach (var rule in NumberRules.Like(compact))
        {
            if (!rule.IsWritten(written) || !(rule.Check?.Invoke(compact) ?? true))
                continue;
            var score =
                context.Has(rule.Words) ? rule.Strength.InContext
                : isGrouped ? rule.Strength.Grouped
                : rule.Strength.Plain;
            if (isOther && score < 0.7f)
                score *= 0.5f;
            if (!isPrefixed || score >= LeastWithPrefix)
                best = score > best.Score ? new Candidate(written.Length, rule.Kind, score) : best;
        }
        return best;
    }

    static Candidate Wallet(ref Sight sight, int start)
    {
        var at = start;
        while (at - start <= Wallets.MaxLength && Letters.IsAlphanumeric(sight[at]))
            at++;
        if (Letters.IsWord(sight[at]))
            return default;
        var score = Wallets.Score(sight.Text[start..at]);
        return score > 0 ? new Candidate(at, "pii.crypto_wallet", score) : default;
    }
}
