using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>
/// The password in an address: <c>scheme://user:password@host</c>. The finding is the password, or the user's name where that is a
/// token and alone.
/// </summary>
static class UriRule
{
    public static readonly DetectorKind Kind = new("secrets.url_password", "Password in an address");

    const int MaxUserInfo = 220;

    /// <param name="text">What is known.</param>
    /// <param name="behind">Behind the <c>://</c>.</param>
    /// <param name="sink">Receives the finding.</param>
    public static void Match(scoped ref TextWindow text, int behind, scoped ref FindingSink sink)
    {
        text.SawEnd = false;
        var colon = -1;
        var sign = -1;
        for (var p = behind; p < behind + MaxUserInfo; p++)
        {
            var c = text[p];
            if (
                c is '\0' or ' ' or '\t' or '\r' or '\n' or '"' or '\'' or '`' or '<' or '>' or '\\' or '|'
                || c == '/' && sign >= 0
                || c == '/' && colon < 0
                || c is '?' && sign >= 0
            )
                break;
            if (c == ':' && colon < 0 && sign < 0)
                colon = p;
            if (c == '@')
                sign = p;
            if (c == '/' && colon >= 0 && p == colon + 1)
                break;
        }
        var start = colon >= 0 ? colon + 1 : behind;
        var score = sign > start ? Score(text.Text[start..sign], text.Text[behind..Math.Max(behind, colon)], colon < 0, ref text, sign) : 0;
        if (score is > 0.5f and < 0.6f && IsDatabase(text.Text, behind))
            score = 0.3f;
        sink.Decide(ref text, start, sign, Kind.Id, score);
    }

    /// <summary>In addresses of databases the usual words stand for passwords in documents.</summary>
    static bool IsDatabase(ReadOnlySpan<char> text, int behind)
    {
        var before = text[Math.Max(0, behind - 24)..behind];
        return before.ContainsAny(databases);
    }

    static readonly System.Buffers.SearchValues<string> databases = System.Buffers.SearchValues.Create(
        ["postgres", "mysql", "mongodb", "redis", "amqp", "mssql", "mariadb", "jdbc"],
        StringComparison.OrdinalIgnoreCase
    );

    static float Score(ReadOnlySpan<char> value, ReadOnlySpan<char> user, bool isAlone, scoped ref TextWindow text, int sign)
    {
        if (isAlone)
            return new TokenLook(value).IsRandom && !Placeholders.Is(value) ? 0.8f : 0;
        if (
            value.ContainsAny("{}<>[]()")
            || value[0] is '$' or '%' && value.Length > 1 && value[1] is not (>= '0' and <= '9')
            || value.Contains("***", StringComparison.Ordinal)
            || value.Contains("xxx", StringComparison.OrdinalIgnoreCase)
            || value.Contains("://", StringComparison.Ordinal)
        )
            return 0;
        if (!char.IsAsciiLetterOrDigit(text[sign + 1]) && text[sign + 1] is not ('[' or '$' or '{' or '<' or '%'))
            return 0;
        if (value.Contains('/') && (value.Length < 20 || char.IsAsciiDigit(value[0]) && value.IndexOf('/') < 6))
            return 0;
        if (IsToBeReplaced(value))
            return 0;
        var isUsual =
            value is "password" or "pass" or "pwd" or "secret" or "passwd" or "PASSWORD" or "guest" or "postgres" or "root" or "admin"
            || value.SequenceEqual(user);
        if (
            isUsual
            && (text.Has(sign + 1, "localhost") || text.Has(sign + 1, "127.") || text.Has(sign + 1, "db") || text.Has(sign + 1, "host"))
        )
            return 0.3f;
        return isUsual ? 0.55f : 0.85f;
    }

    /// <summary>Says that something else is to stand there ("YOUR_PASSWORD", "replace-me"), or that there is none.</summary>
    static bool IsToBeReplaced(ReadOnlySpan<char> value) =>
        value is "anonymous" || Placeholders.HasSign(value) || value.StartsWith("yourpass", StringComparison.OrdinalIgnoreCase);
}
