using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>
/// What is given to a name that credentials have: <c>password = "…"</c>, <c>api-key: …</c>, <c>&lt;secret&gt;…&lt;</c>, <c>--token
/// …</c>, and what stands shortly behind such a name and
/// looks as if chance had made it. The finding is the value alone.
/// </summary>
static class AssignmentRule
{
    public static readonly DetectorKind Password = new("secrets.password", "Password");
    public static readonly DetectorKind Token = new("secrets.token", "Token, key or secret by its name");

    const int MaxName = 40;
    const int MaxValue = 800;

    /// <summary>Characters behind the word in which a token is looked for that nothing is between but other words.</summary>
    const int Nearby = 52;

    public static void Match(scoped ref TextWindow text, int at, int behind, ContextWord word, scoped ref FindingSink sink)
    {
        if (!word.MayFollowLetters && !Boundaries.BeginsName(text.Text, at))
            return;
        if (word.Text.Length <= 3 && (IsWithinRun(text.Text, at) || CharClass.Alphanumeric.Has(text[behind])))
            return;
        if (text[behind] == '=' && text[behind + 1] == '=' && CharClass.Space.Has(text[behind + 2]))
            return;
        var rest = Boundaries.Rest(ref text, behind);
        if (
            rest > 1
            || rest == 1
                && (word.Strength == ContextStrength.Password && word.Text.Length < 5 || text[behind] is not ('s' or 'S' or 'e' or 'E'))
        )
            return;
        if (PublicName.Is(ref text, at, behind, word))
            return;
        if (!Given(ref text, at, behind, word, ref sink) && (word.Strength != ContextStrength.Password || word.Text.Length > 5))
            Near(ref text, behind, word, ref sink);
    }

    /// <summary>A letter or digit stands before a short word, other than the small letters of a name: part of base64, rather.</summary>
    static bool IsWithinRun(ReadOnlySpan<char> text, int at) =>
        at > 0
        && char.IsAsciiLetterOrDigit(text[at - 1])
        && (
            !char.IsAsciiLetterLower(text[at - 1])
            || at > 1 && char.IsAsciiLetterOrDigit(text[at - 2]) && !char.IsAsciiLetterLower(text[at - 2])
            || at > 2 && text[at - 3] is '+' or '/'
        );

    /// <summary>Is something given to the name? True where a value was found, good or not.</summary>
    static bool Given(scoped ref TextWindow text, int at, int behind, ContextWord word, scoped ref FindingSink sink)
    {
        // Step 1: the rest of the name, what closes it, and a sign that something is given to it.
        var p = text.SkipWhile(behind, CharClass.Identifier, MaxName);
        var nameEnd = p;
        p = text.SkipWhile(p, Closers, 5);
        var isClosed = text.Text[nameEnd..Math.Min(p, text.Length)].ContainsAny("\"'`");
        p = text.SkipWhile(p, CharClass.Blank, 16);
        p = SkipValueWord(ref text, p);
        var isPhrase = false;
        if (word.Strength == ContextStrength.Password && p > nameEnd && nameEnd == behind)
        {
            var said = SkipPhrase(ref text, p);
            isPhrase = said > p;
            p = said;
        }
        var sign = Signs.Has(text[p]);
        var isFunction = text[p] == '(' || text[p] == ',' && isClosed;
        var isOption = false;
        var isElement = text[p] == '>' && at > 0 && text.Text[at - 1] == '<';
        if (sign)
            p = text.SkipWhile(p, Signs, 4);
        else if (isFunction)
            p++;
        else if (!isPhrase)
        {
            isOption = p > nameEnd && IsOption(text.Text, at, word);
            if (p == nameEnd || !(isOption || IsQuote(text[p]) && word.Strength == ContextStrength.Password))
                return false;
        }
        var hasBlanks = CharClass.Space.Has(text[p]);
        p = text.SkipWhile(p, CharClass.Space, 24);
        p = text.SkipWhile(p, Openers, 2);
        p = text.SkipWhile(p, Backslash, 3);

        // Step 2: the value, in quotes or not.
        var quote = '\0';
        if (IsQuote(text[p]))
            quote = text[p++];
        else if (IsQuote(text[p + 1]) && text[p] is '@' or 'b' or 'r' or 'f' or 'u' or 'L' or '$')
        {
            quote = text[p + 1];
            p += 2;
        }
        if (quote != '\0' && text[p] == quote && text[p + 1] == quote)
            p += 2;
        if (text[p] == '\0')
            return true;
        text.SawEnd = false;
        var isQuery = at > 0 && sign && IsQuery(text.Text, at);
        var end = quote != '\0' ? QuotedEnd(ref text, p, quote) : BareEnd(ref text, p, isQuery);
        var score = 0f;
        if (end > p && (quote != '\0' || !isFunction) && (!isElement || text[end] == '<'))
        {
            var value = text.Text[p..end];
            var isSetting = quote == '\0' && sign && !hasBlanks && IsCapital(text.Text, at, nameEnd);
            score = word.Strength switch
            {
                ContextStrength.Password when isPhrase && quote == '\0' => ValueScore.OfSaidPassword(value),
                ContextStrength.Password => ValueScore.OfPassword(value, quote != '\0', isSetting, isFunction),
                ContextStrength.Token => ValueScore.OfToken(value, quote != '\0', isFunction),
                _ => ValueScore.OfWeak(value, isFunction),
            };
            if (IsNegated(text.Text, at) && word.Strength != ContextStrength.Password)
                score = Math.Min(score, 0.4f);
            if (score > 0 && word.Strength != ContextStrength.Password && Placeholders.IsMadeUp(value))
                score = 0;
            if (score > 0 && Boundaries.IsDigest(text.Text, p) && word.Strength != ContextStrength.Password)
                score = 0;
        }
        sink.Decide(ref text, p, end, (word.Strength == ContextStrength.Password ? Password : Token).Id, score);
        if (end - p >= 8 && Placeholders.Is(text.Text[p..end]))
            return true;
        return score > 0 || quote == '\0' && (sign || isPhrase) && word.Strength == ContextStrength.Password;
    }

    /// <summary>The first token shortly behind that looks as if chance had made it.</summary>
    static void Near(scoped ref TextWindow text, int behind, ContextWord word, scoped ref FindingSink sink) =>
        NearRule.Match(ref text, behind, Nearby, 2, Token, 0.65f, false, ref sink);

    static readonly CharClass Closers = CharClass.Of("\"'`)]}\\\\");
    static readonly CharClass Openers = CharClass.Of("(\\[{");
    static readonly CharClass Backslash = CharClass.Of("\\\\");
    static readonly CharClass Signs = CharClass.Of("=:>|!~");

    static bool IsQuote(char c) => c is '"' or '\'' or '`';

    /// <summary>The word <c>value</c> between name and sign, as in attributes of XML and lists of variables in YAML.</summary>
    static int SkipValueWord(scoped ref TextWindow text, int at)
    {
        var p = text.SkipWhile(at, ValueGap, 16);
        return (text[p] | 32) == 'v' && (text[p + 1] | 32) == 'a' && text[p + 2] == 'l' && text[p + 3] == 'u' && text[p + 4] == 'e'
            ? text.SkipWhile(p + 5, ValueGap, 3)
            : at;
    }

    /// <summary>"password is …", "password for ada: …"</summary>
    static int SkipPhrase(scoped ref TextWindow text, int at)
    {
        if (text.Has(at, "is ") || text.Has(at, "is:"))
            return at + 3;
        if (text.Has(at, "was "))
            return at + 4;
        if (!text.Has(at, "for "))
            return at;
        var p = text.SkipWhile(at + 4, CharClass.Token, 30);
        return text[p] == ':' ? p + 1 : at;
    }

    static readonly CharClass ValueGap = CharClass.Of(" \t\r\n\"',");

    /// <summary>The name is an option of a command, or a word of a <c>.netrc</c> file.</summary>
    static bool IsOption(ReadOnlySpan<char> text, int at, ContextWord word)
    {
        var start = at;
        while (start > 0 && at - start < MaxName && CharClass.Identifier.Has(text[start - 1]))
            start--;
        if (text[start] == '-')
            return true;
        return word.Strength == ContextStrength.Password
            && text[Math.Max(0, start - 60)..start].Contains("login ", StringComparison.Ordinal);
    }

    /// <summary>The name itself says that what it holds is no secret: "fakeToken", "nonMatchingKey".</summary>
    static bool IsNegated(ReadOnlySpan<char> text, int at) => text[Math.Max(0, at - 20)..at].ContainsAny(negations);

    static readonly System.Buffers.SearchValues<string> negations = System.Buffers.SearchValues.Create(
        ["fake", "dummy", "nonmatching", "non_matching", "invalid", "wrong", "bogus", "not_a_", "nota"],
        StringComparison.OrdinalIgnoreCase
    );

    static bool IsQuery(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (start > 0 && at - start < MaxName && CharClass.Identifier.Has(text[start - 1]))
            start--;
        return start > 0 && text[start - 1] is '?' or '&';
    }

    /// <summary>A name all of capitals, as variables of an environment have.</summary>
    static bool IsCapital(ReadOnlySpan<char> text, int at, int end)
    {
        var start = at;
        while (start > 0 && at - start < MaxName && CharClass.Identifier.Has(text[start - 1]))
            start--;
        return end - start > 6 && !text[start..end].ContainsAnyInRange('a', 'z');
    }

    static int QuotedEnd(scoped ref TextWindow text, int at, char quote)
    {
        for (var p = at; p < at + MaxValue; p++)
        {
            var c = text[p];
            if (c is '\0' or '\n')
                return -1;
            if (c == quote && (text.Text[p - 1] != '\\' || p - 1 < at))
                return p;
            if (c == '\\' && text[p + 1] == quote)
                return p;
        }
        return -1;
    }

    static int BareEnd(scoped ref TextWindow text, int at, bool isQuery)
    {
        var p = at;
        for (; p < at + MaxValue; p++)
        {
            var c = text[p];
            if (
                c is '\0' or ' ' or '\t' or '\r' or '\n' or '"' or '\'' or '`' or '<' or ';' or ','
                || c >= 0x2000
                || isQuery && c is '&' or '#'
            )
                break;
            if (c == '\\' && text[p + 1] is 'n' or 'r' or 't' or '"')
                break;
        }
        if (p == at + MaxValue)
            return -1;
        while (
            p > at
            && text.Text[p - 1] is ')' or ']' or '}' or ',' or '.' or ':'
            && !text.Text[at..(p - 1)].Contains(Opening(text.Text[p - 1]))
        )
            p--;
        return p;
    }

    static char Opening(char closing) =>
        closing switch
        {
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => '\0',
        };
}
