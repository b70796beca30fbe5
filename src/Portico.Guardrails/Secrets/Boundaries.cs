namespace Portico.Guardrails.Secrets;

/// <summary>Where words begin and end within identifiers, and what numbers of other kinds are told by.</summary>
static class Boundaries
{
    /// <summary>A word begins there: no letter before, or a small one before a capital.</summary>
    public static bool BeginsName(ReadOnlySpan<char> text, int at)
    {
        if (at == 0 || !char.IsAsciiLetter(text[at - 1]))
            return true;
        if (char.IsAsciiLetterLower(text[at - 1]) && char.IsAsciiLetterUpper(text[at]))
            return true;
        return at > 1 && text[at - 2] == '\\' && text[at - 1] is 'n' or 'r' or 't';
    }

    /// <summary>How many letters of the word's own case go on behind it: "ization" of tokenization.</summary>
    public static int Rest(scoped ref TextWindow text, int behind)
    {
        var last = text.Text[behind - 1];
        var count = 0;
        while (
            count < 3
            && (
                char.IsAsciiLetterUpper(last)
                    ? char.IsAsciiLetterUpper(text[behind + count])
                    : char.IsAsciiLetterLower(text[behind + count])
            )
        )
            count++;
        return count;
    }

    /// <summary>
    /// Signs of a digest, a commit or an address before it: <c>sha256:</c>, <c>sha512-</c>, <c>@</c>, <c>#</c>, <c>/</c>,
    /// <c>h1:</c>.
    /// </summary>
    public static bool IsDigest(ReadOnlySpan<char> text, int at)
    {
        var before = text[Math.Max(0, at - 28)..at];
        if (before.Length == 0)
            return false;
        if (before[^1] is '#' or '@' or '/')
            return true;
        return before.Contains("sha1", StringComparison.OrdinalIgnoreCase)
            || before.Contains("sha256", StringComparison.OrdinalIgnoreCase)
            || before.Contains("sha384", StringComparison.OrdinalIgnoreCase)
            || before.Contains("sha512", StringComparison.OrdinalIgnoreCase)
            || before.Contains("md5", StringComparison.OrdinalIgnoreCase)
            || before.Contains("checksum", StringComparison.OrdinalIgnoreCase)
            || before.Contains("integrity", StringComparison.OrdinalIgnoreCase)
            || before.Contains("commit", StringComparison.OrdinalIgnoreCase)
            || before.Contains("digest", StringComparison.OrdinalIgnoreCase)
            || before.EndsWith("h1:")
            || before.EndsWith("base64,");
    }

    /// <summary>Where a UUID ends that begins there, or -1.</summary>
    public static int UuidEnd(scoped ref TextWindow text, int at)
    {
        for (var i = 0; i < 36; i++)
        {
            var c = text[at + i];
            if (i is 8 or 13 or 18 or 23 ? c != '-' : !char.IsAsciiHexDigit(c))
                return -1;
        }
        return CharClass.Word.Has(text[at + 36]) ? -1 : at + 36;
    }
}
