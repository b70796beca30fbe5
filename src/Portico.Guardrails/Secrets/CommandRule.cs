using System.Buffers.Text;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>Credentials by their place: headers of HTTP, options of commands, statements of SQL, arguments of well-known calls.</summary>
static class CommandRule
{
    public static readonly DetectorKind Header = new("secrets.authorization_header", "Authorization header");
    public static readonly DetectorKind Option = new("secrets.command_password", "Password on a command line");
    public static readonly DetectorKind Statement = new("secrets.statement_password", "Password in a statement or call");

    /// <summary>Characters before an option in which its command is looked for.</summary>
    const int Reach = 150;
    const int MaxValue = 500;

    static readonly CharClass UserEnd = CharClass.Of("a-zA-Z0-9_.@%+\\-$\\\\{}<>&");

    /// <summary><c>Bearer …</c></summary>
    public static void MatchBearer(scoped ref TextWindow text, int at, int behind, scoped ref FindingSink sink)
    {
        if (!Boundaries.BeginsName(text.Text, at))
            return;
        var p = Gap(ref text, behind);
        if (p == behind)
            return;
        text.SawEnd = false;
        var end = text.SkipWhile(p, CharClass.Token, MaxValue);
        var score = 0f;
        if (end - p >= 10 && text[end] is not ('(' or '$' or '{' or '<'))
        {
            var value = text.Text[p..end].TrimEnd(".");
            end = p + value.Length;
            var look = new TokenLook(value);
            score =
                Placeholders.Is(value)
                || Placeholders.IsMadeUp(value)
                || look.Words > 0.6
                || look.Digits == 0 && (look.Words > 0.3 || look.Length < 16)
                    ? 0
                : look.IsRandom ? 0.85f
                : 0.6f;
        }
        sink.Decide(ref text, p, end, Header.Id, score);
    }

    /// <summary><c>Basic …</c> with the base64 of a name, a colon and a password.</summary>
    public static void MatchBasic(scoped ref TextWindow text, int at, int behind, scoped ref FindingSink sink)
    {
        if (!Boundaries.BeginsName(text.Text, at))
            return;
        var p = Gap(ref text, behind);
        if (p == behind)
            return;
        text.SawEnd = false;
        var end = text.SkipWhile(text.SkipWhile(p, CharClass.Base64, MaxValue), CharClass.Named('='), 2);
        var score = end - p >= 8 && IsPair(text.Text[p..end]) ? 0.9f : 0;
        sink.Decide(ref text, p, end, Header.Id, score);
    }

    /// <summary><c>curl -u name:password</c></summary>
    public static void MatchUser(scoped ref TextWindow text, int at, int behind, scoped ref FindingSink sink)
    {
        if (at > 0 && !CharClass.Space.Has(text.Text[at - 1]) && text.Text[at - 1] is not ('"' or '\''))
            return;
        if (
            !Before(text.Text, at).Contains("curl", StringComparison.OrdinalIgnoreCase)
            && !Before(text.Text, at).Contains("wget", StringComparison.OrdinalIgnoreCase)
        )
            return;
        var p = text.SkipWhile(behind, OptionGap, 3);
        var quote = text[p] is '"' or '\'' ? text[p++] : '\0';
        var colon = text.SkipWhile(p, UserEnd, 80);
        if (text[colon] != ':')
            return;
        var start = colon + 1;
        text.SawEnd = false;
        var end = ValueEnd(ref text, start, quote);
        var user = text.Text[p..colon];
        var score = 0f;
        if (end > start)
            score = PasswordScore(text.Text[start..end], IsUsual(text.Text[start..end], user) ? 0.35f : 0.85f);
        else if (end == start && user.Length >= 16 && new TokenLook(user).IsRandom && !Placeholders.Is(user))
        {
            // The token is the name, and the password is empty.
            start = p;
            end = colon;
            score = 0.8f;
        }
        sink.Decide(ref text, start, end, Option.Id, score);
    }

    /// <summary><c>psexec … -p password</c> and other commands that take it so.</summary>
    public static void MatchOption(scoped ref TextWindow text, int at, int behind, scoped ref FindingSink sink)
    {
        if (at == 0 || !CharClass.Space.Has(text.Text[at - 1]))
            return;
        var before = Before(text.Text, at);
        if (!before.ContainsAny(commands))
            return;
        var p = text.SkipWhile(behind, OptionGap, 3);
        var isJoined = p == behind;
        if (
            isJoined
            && !before.Contains("mysql", StringComparison.OrdinalIgnoreCase)
            && !before.Contains("sshpass", StringComparison.OrdinalIgnoreCase)
        )
            return;
        var quote = text[p] is '"' or '\'' ? text[p++] : '\0';
        text.SawEnd = false;
        var end = ValueEnd(ref text, p, quote);
        var score =
            end - p >= 4 && !(text.Text[p] is '-' or '/' or '%' or '$' or '<') && !CharClass.Digit.Has(text.Text[p])
                ? PasswordScore(text.Text[p..end], 0.7f)
                : 0;
        sink.Decide(ref text, p, end, Option.Id, score);
    }

    static readonly System.Buffers.SearchValues<string> commands = System.Buffers.SearchValues.Create(
        [
            "psexec",
            "sshpass",
            "docker login",
            "mysql",
            "plink",
            "pscp",
            "net use",
            "az login",
            "oc login",
            "cf login",
            "ansible-playbook",
            "podman login",
            "helm registry",
            "smbclient",
            "ldapsearch",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary><c>IDENTIFIED BY 'password'</c>, <c>ConvertTo-SecureString "password"</c>.</summary>
    public static void MatchStatement(scoped ref TextWindow text, int behind, scoped ref FindingSink sink)
    {
        var p = text.SkipWhile(behind, StatementGap, 20);
        if (text[p] is not ('"' or '\'' or '`'))
            return;
        var quote = text[p++];
        text.SawEnd = false;
        var end = ValueEnd(ref text, p, quote);
        sink.Decide(ref text, p, end, Statement.Id, end - p >= 3 ? PasswordScore(text.Text[p..end], 0.75f) : 0);
    }

    /// <summary><c>NetworkCredential("name", "password")</c>: the second argument.</summary>
    public static void MatchCall(scoped ref TextWindow text, int behind, scoped ref FindingSink sink)
    {
        var p = text.SkipWhile(behind, CallGap, 10);
        if (text[p] is not ('"' or '\''))
            return;
        var end = ValueEnd(ref text, p + 1, text[p]);
        if (end < 0)
            return;
        p = text.SkipWhile(end + 1, CallGap, 4);
        if (text[p] is not ('"' or '\''))
            return;
        var quote = text[p++];
        if (p - behind > Reach)
            return;
        text.SawEnd = false;
        end = ValueEnd(ref text, p, quote);
        sink.Decide(ref text, p, end, Statement.Id, end - p >= 3 ? PasswordScore(text.Text[p..end], 0.75f) : 0);
    }

    static readonly CharClass StatementGap = CharClass.Of(" \t\r\n(=A-Za-z\\-");
    static readonly CharClass CallGap = CharClass.Of(" \t\r\n(,");
    static readonly CharClass OptionGap = CharClass.Of(" \t=");
    static readonly CharClass HeaderGap = CharClass.Of(" \t:=\"'+\\\\");

    static ReadOnlySpan<char> Before(ReadOnlySpan<char> text, int at) => text[Math.Max(0, at - Reach)..at];

    static int Gap(scoped ref TextWindow text, int at)
    {
        if (text[at] == '%' && text[at + 1] == '2' && text[at + 2] == '0')
            return at + 3;
        return text.SkipWhile(at, HeaderGap, 6);
    }

    static int ValueEnd(scoped ref TextWindow text, int at, char quote)
    {
        for (var p = at; p < at + 128; p++)
        {
            var c = text[p];
            if (quote != '\0' ? c == quote : c is ' ' or '\t' or '\r' or '\n' or '\0' or '"' or '\'' or '`' or ';' or '|' or ')')
                return p;
            if (c is '\0' or '\n')
                return -1;
        }
        return -1;
    }

    /// <summary>What documents write where a password would stand: the user's name again, or the word for it.</summary>
    static bool IsUsual(ReadOnlySpan<char> value, ReadOnlySpan<char> user) =>
        value.SequenceEqual(user) || value.Equals("pass", StringComparison.OrdinalIgnoreCase) || value is "passwd" or "pwd";

    static float PasswordScore(ReadOnlySpan<char> value, float score)
    {
        if (
            value.Length == 0
            || value[0] is '$' or '<' or '{' or '%' or '['
            || value.ContainsAny("{}")
            || Placeholders.IsUniform(value)
            || value.Contains("***", StringComparison.Ordinal)
            || value.Contains("...", StringComparison.Ordinal)
            || value.Contains("xxx", StringComparison.OrdinalIgnoreCase)
        )
            return 0;
        return
            value.Contains("password", StringComparison.OrdinalIgnoreCase) && value.Length < 12
            || value.Equals("secret", StringComparison.OrdinalIgnoreCase)
            || value.Contains("your", StringComparison.OrdinalIgnoreCase)
            || value.Contains("<", StringComparison.Ordinal)
            ? 0.35f
            : score;
    }

    static bool IsPair(ReadOnlySpan<char> base64)
    {
        Span<byte> ascii = stackalloc byte[128];
        Span<byte> bytes = stackalloc byte[128];
        var count = Math.Min(base64.Length, 128) & ~3;
        for (var i = 0; i < count; i++)
            ascii[i] = (byte)base64[i];
        if (Base64.DecodeFromUtf8(ascii[..count], bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
            return false;
        var text = bytes[..written];
        var colon = text.IndexOf((byte)':');
        return colon >= 0 && text.IndexOfAnyExceptInRange((byte)32, (byte)126) < 0;
    }
}
