using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>
/// Private keys in armour: PEM (RFC 7468), OpenSSH, PGP (RFC 9580), SSH2 (RFC 4716). A finding begins at the BEGIN line and is <see
/// cref="MaxPart"/> characters long at most; what is behind is a finding of
/// its own, which is told by the BEGIN line within the characters before it.
/// </summary>
static class KeyBlockRule
{
    public static readonly DetectorKind Kind = new("secrets.private_key", "Private key");
    public static readonly DetectorKind Putty = new("secrets.putty_private_key", "PuTTY private key");

    /// <summary>Characters of one finding.</summary>
    public const int MaxPart = 3400;

    /// <summary>Findings of one key.</summary>
    public const int MaxParts = 3;

    /// <summary>A BEGIN line is told by so many characters.</summary>
    const int MaxLabel = 60;
    const int LeastBody = 24;
    const int LeastRun = 14;

    /// <param name="text">What is known.</param>
    /// <param name="at">Where the dashes and BEGIN begin.</param>
    /// <param name="behind">Behind them.</param>
    /// <param name="parts">Findings at most.</param>
    /// <param name="sink">Receives the findings.</param>
    public static void Match(scoped ref TextWindow text, int at, int behind, int parts, scoped ref FindingSink sink)
    {
        text.SawEnd = false;
        var label = text.SkipWhile(behind, Label, MaxLabel);
        var isPrivate = text.Text[behind..label].Contains("PRIVATE KEY", StringComparison.Ordinal) && text[label] == '-';
        if (!isPrivate)
        {
            sink.Decide(ref text, at, -1, Kind.Id, 0);
            return;
        }
        var body = text.SkipWhile(label, Dash, 5);
        var end = BodyEnd(ref text, at, body);
        if (end > body && !HasRun(text.Text[body..Math.Max(body, Math.Min(end, at + MaxPart))]))
            end = -1;
        var sawEnd = text.SawEnd;
        for (var part = 0; part < parts && at + part * MaxPart < Math.Max(end, at + 1); part++)
        {
            var start = at + part * MaxPart;
            var isWhole = start + MaxPart <= text.Length && (end < 0 ? text.Length : end) >= start + MaxPart;
            text.SawEnd = sawEnd && !isWhole;
            sink.Decide(ref text, start, Math.Min(end, start + MaxPart), Kind.Id, 0.98f);
        }
    }

    static readonly CharClass Label = CharClass.Of("A-Z0-9 ");
    static readonly CharClass Dash = CharClass.Of("\\-");

    /// <summary>Behind the END line, or behind the last line that may be of the key; -1 where too little of a key follows.</summary>
    static int BodyEnd(scoped ref TextWindow text, int at, int body)
    {
        var last = body;
        var count = 0;
        var inLine = 0;
        var words = 0;
        var limit = at + MaxPart * MaxParts;
        for (var p = body; p < limit; p++)
        {
            var c = text[p];
            if (c == '\0')
                break;
            if (c == '-' && text[p + 1] == '-' && text[p + 2] == '-' && text[p + 3] == '-')
            {
                if (count < LeastBody)
                    return -1;
                var end = text.SkipWhile(p, Dash, 5);
                if (text[end] == ' ')
                    end++;
                if (!text.Has(end, "END"))
                    return last;
                return Math.Min(limit, text.SkipWhile(text.SkipWhile(end, Label, MaxLabel), Dash, 5));
            }
            var isBreak = c == '\n' || c == '\\' && text[p + 1] == 'n';
            if (isBreak)
            {
                inLine = words = 0;
                continue;
            }
            if (CharClass.Base64.Has(c) || c == '=')
            {
                if (CharClass.Blank.Has(text.Text[p - 1]) && inLine > 0)
                    words++;
                if (words > 3 && inLine < 40)
                    return count < LeastBody ? -1 : last;
                inLine++;
                count++;
                last = p + 1;
            }
            else if (!Filler.Has(c))
                return count < LeastBody ? -1 : last;
        }
        return count < LeastBody ? -1 : Math.Min(last, limit);
    }

    /// <summary>A run of base64 that is no word: what follows is a key, not the text of a program that names one.</summary>
    static bool HasRun(ReadOnlySpan<char> body)
    {
        for (var at = 0; at < body.Length; )
        {
            var end = at;
            while (end < body.Length && CharClass.Base64.Has(body[end]))
                end++;
            if (end - at >= LeastRun && new TokenLook(body[at..end]).Words < 0.5)
                return true;
            at = end + 1;
        }
        return false;
    }

    static readonly CharClass Filler = CharClass.Of(" \t\r\n\"'\\\\,:.()@<>_;\\-|{}$#&");

    /// <summary>PuTTY: the lines behind <c>Private-Lines: n</c>.</summary>
    public static void MatchPutty(scoped ref TextWindow text, int behind, scoped ref FindingSink sink)
    {
        var start = text.SkipWhile(behind, PuttyCount, 8);
        start = text.SkipWhile(start, CharClass.Space, 4);
        text.SawEnd = false;
        var end = start;
        while (end < start + MaxPart && (CharClass.Base64.Has(text[end]) || text[end] is '=' or '\r' or '\n'))
        {
            if (text[end] == '\n' && text.Has(end + 1, "Private-"))
                break;
            end++;
        }
        sink.Decide(ref text, start, end - start < LeastBody ? -1 : end, Putty.Id, 0.97f);
    }

    static readonly CharClass PuttyCount = CharClass.Of(" 0-9");
}
