namespace Portico.Guardrails.Secrets;

/// <summary>The first token shortly behind some place that looks as if chance had made it: a run of letters and digits, a UUID, or groups of them.</summary>
static class NearRule
{
    const int MaxToken = 400;

    public static void Match(scoped ref TextWindow text, int behind, int reach, SecretKind kind, float score, scoped ref FindingSink sink)
    {
        var lines = 0;
        for (var p = behind; p < behind + reach; )
        {
            var c = text[p];
            if (c == '\0' || c == '\n' && ++lines > 2 || c is '.' or '?' or '!' && CharClass.Space.Has(text[p + 1]))
                return;
            if (!CharClass.Alphanumeric.Has(c) || p > 0 && CharClass.Alphanumeric.Has(text.Text[p - 1]))
            {
                p++;
                continue;
            }
            text.SawEnd = false;
            var end = TokenEnd(ref text, p);
            var found = end > p ? Score(text.Text[p..end], score) : 0;
            if (found > 0 && Boundaries.IsDigest(text.Text, p))
                found = 0;
            sink.Decide(ref text, p, end, kind.Id, found);
            if (found > 0)
                return;
            while (CharClass.Alphanumeric.Has(text[p]) && p < behind + reach)
                p++;
        }
    }

    static int TokenEnd(scoped ref TextWindow text, int at)
    {
        var end = text.SkipWhile(at, CharClass.Token, MaxToken);
        if (text[end] is '(' || text[end] == '@')
            return -1;
        while (end > at && text.Text[end - 1] is '.' or '-' or '~' or '%' or '/')
            end--;
        return end;
    }

    static float Score(ReadOnlySpan<char> token, float score)
    {
        if (token.Length < 16 || Placeholders.Is(token))
            return 0;
        var run = 0;
        var longest = 0;
        var digits = false;
        var isPlain = true;
        foreach (var c in token)
        {
            run = char.IsAsciiLetterOrDigit(c) ? run + 1 : 0;
            longest = Math.Max(longest, run);
            digits |= char.IsAsciiDigit(c);
            isPlain &= char.IsAsciiLetterOrDigit(c);
        }
        if (token.Length == 36 && Guid.TryParseExact(token, "D", out _))
            return score;
        var look = new TokenLook(token);
        if (!look.IsRandom || look.Words > 0.4)
            return 0;
        if (longest >= 15)
            return look.Letters == 0 ? Math.Min(score, 0.55f) : score;
        return digits && longest >= 5 && token.Length >= 20 && look.Words < 0.3 && token.Count('/') < 2 && token.Count('.') < 3 ? score - 0.05f : 0;
    }
}
