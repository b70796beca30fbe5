using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>
/// The first token shortly behind some place that looks as if chance had made it: a run of letters and digits, a UUID, or groups of
/// them.
/// </summary>
static class NearRule
{
    const int MaxToken = 400;

    /// <param name="text">What is known.</param>
    /// <param name="behind">The place.</param>
    /// <param name="reach">Characters in which the token begins.</param>
    /// <param name="maxLines">Line ends before it.</param>
    /// <param name="kind">Of the finding.</param>
    /// <param name="score">Of a token that leaves no doubt.</param>
    /// <param name="mayBeMadeUp">Nothing else tells what tokens look like there, so that those that a person made up are taken for one.</param>
    /// <param name="sink">Receives the finding.</param>
    public static void Match(
        scoped ref TextWindow text,
        int behind,
        int reach,
        int maxLines,
        DetectorKind kind,
        float score,
        bool mayBeMadeUp,
        scoped ref FindingSink sink
    )
    {
        var lines = 0;
        for (var p = behind; p < behind + reach; )
        {
            var c = text[p];
            if (c == '\0' || c == '\n' && ++lines > maxLines || c is '.' or '?' or '!' && CharClass.Space.Has(text[p + 1]))
                return;
            if (!CharClass.Alphanumeric.Has(c) || p > 0 && CharClass.Alphanumeric.Has(text.Text[p - 1]))
            {
                p++;
                continue;
            }
            text.SawEnd = false;
            var end = TokenEnd(ref text, p);
            var isJoined = maxLines == 0 && IsJoined(text.Text[behind..p]);
            var found = end > p && !isJoined ? Score(text.Text[p..end], score) : 0;
            if (found > 0 && !mayBeMadeUp && Placeholders.IsMadeUp(text.Text[p..end]))
                found = 0;
            var isOther = found > 0 && !mayBeMadeUp && maxLines == 0 && HasPrefix(text.Text[p..end]);
            if (isOther)
                found = 0;
            if (found > 0 && (Boundaries.IsDigest(text.Text, p) || IsOneRun(text.Text[behind..p]) || IsPath(text.Text[behind..p])))
                found = 0;
            sink.Decide(ref text, p, end, kind.Id, found);
            if (found > 0)
                return;
            if (end > p && (isJoined || isOther || ValueScore.IsId(text.Text[p..end])))
                p = end;
            while (CharClass.Alphanumeric.Has(text[p]) && p < behind + reach)
                p++;
        }
    }

    /// <summary>Only signs of base64 between: the word before was part of the run itself.</summary>
    static bool IsOneRun(ReadOnlySpan<char> between)
    {
        foreach (var c in between)
        {
            if (!CharClass.Base64.Has(c))
                return false;
        }
        return between.Length > 1 || between is "+";
    }

    /// <summary>The rest of an address that gives nothing to a name.</summary>
    static bool IsPath(ReadOnlySpan<char> between) => between.Contains('/') && !between.ContainsAny("=: ");

    /// <summary>Only an underscore or nothing between: the name is the beginning of the token itself.</summary>
    static bool IsJoined(ReadOnlySpan<char> between) => between is "" or "_";

    /// <summary>A few small letters and a sign: a format, and none of those that the service is known to have.</summary>
    static bool HasPrefix(ReadOnlySpan<char> token)
    {
        var letters = token.IndexOfAnyExceptInRange('a', 'z');
        return letters is >= 2 and <= MaxPrefix && token[letters] is ('_' or '-');
    }

    const int MaxPrefix = 6;

    static int TokenEnd(scoped ref TextWindow text, int at)
    {
        var end = text.SkipWhile(at, CharClass.NearToken, MaxToken);
        end = text.SkipWhile(end, CharClass.Named('='), 2);
        if (CharClass.Alphanumeric.Has(text[end]))
            return -1;
        if (text[end] is '(' || text[end] == '@')
            return -1;
        while (end > at && text.Text[end - 1] is '.' or '-' or '~' or '%' or '/')
            end--;
        return end;
    }

    static float Score(ReadOnlySpan<char> token, float score)
    {
        if (token.Length < 16 || Placeholders.Is(token) || ValueScore.IsId(token))
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
        if (token.Contains('/') && look.Words > 0.15)
            return 0;
        if (longest >= 15)
            return look.Letters == 0 ? Math.Min(score, 0.55f) : score;
        return digits && longest >= 5 && token.Length >= 20 && look.Words < 0.3 && !token.Contains('/') && token.Count('.') < 3
            ? score - 0.05f
            : 0;
    }
}
