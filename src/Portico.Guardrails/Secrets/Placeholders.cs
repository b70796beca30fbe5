using System.Buffers;

namespace Portico.Guardrails.Secrets;

/// <summary>What stands where a secret would, in documents and templates.</summary>
static class Placeholders
{
    static readonly SearchValues<string> signs = SearchValues.Create(
        [
            "example",
            "placeholder",
            "changeme",
            "change_me",
            "change-me",
            "replace",
            "redacted",
            "insert",
            "your_",
            "your-",
            "yourpass",
            "yoursecret",
            "yourtoken",
            "yourapikey",
            "xxxx",
            "****",
            "....",
            "####",
            "dummy",
            "fake-",
            "-fake",
            "fake_",
            "a_fake",
            "todo",
            "not-set",
            "notset",
            "not_set",
            "_here",
            "-here",
            "process.env",
            "os.environ",
            "getenv",
            "environ[",
            "env.",
            "env[",
            "env(",
            "secrets.",
            "vault:",
            "${{",
            "localhost",
            "lorem",
            "foobar",
            "not-a-",
            "not_a_",
            "invalid-",
            "nonexist",
            "undefined",
            "null",
            "string",
            "-----begin",
            "enc[",
            "enc(",
            "{cipher}",
            "@sha256:",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Whole values that are names of themselves.</summary>
    static readonly HashSet<string> words = new(
        [
            "password",
            "passwd",
            "pass",
            "pwd",
            "secret",
            "token",
            "key",
            "apikey",
            "api_key",
            "api-key",
            "user",
            "username",
            "login",
            "admin",
            "none",
            "null",
            "nil",
            "true",
            "false",
            "yes",
            "no",
            "required",
            "optional",
            "string",
            "text",
            "hidden",
            "default",
            "test",
            "testing",
            "value",
            "undefined",
            "empty",
            "unknown",
            "bearer",
            "basic",
            "auth",
            "oauth",
            "oauth2",
            "object",
            "number",
            "boolean",
            "integer",
            "access_token",
            "refresh_token",
            "id_token",
            "accesstoken",
            "client_secret",
            "input",
            "blank",
            "enabled",
            "disabled",
            "prompt",
            "stdin",
            "file",
            "env",
            "vault",
            "plaintext",
            "encrypted",
            "hashed",
            "new-password",
            "current-password",
            "public",
            "private",
            "notapassword",
            "incorrect",
            "correct",
            "invalid",
            "valid",
            "wrong",
            "missing",
            "base64",
            "md5",
            "sha1",
            "sha256",
            "sha512",
            "bcrypt",
            "argon2id",
            "hs256",
            "rs256",
            "es256",
        ],
        StringComparer.OrdinalIgnoreCase
    );
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> wordSpans = words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A placeholder, a template, or too uniform to be a secret.</summary>
    public static bool Is(ReadOnlySpan<char> value)
    {
        if (value.Length == 0 || wordSpans.Contains(value) || value.ContainsAny(signs) || IsTemplate(value))
            return true;
        return IsUniform(value);
    }

    /// <summary>Nothing but X or 0, as forms are filled.</summary>
    public static bool IsFilled(ReadOnlySpan<char> token) => token[0] is 'X' or 'x' or '0' && !token.ContainsAnyExcept(token[0]);

    /// <summary>What says that another value is to stand there, and chance does not write.</summary>
    public static bool HasSign(ReadOnlySpan<char> token) => token.ContainsAny(tokenSigns);

    static readonly SearchValues<string> tokenSigns = SearchValues.Create(
        ["placeholder", "changeme", "change_me", "replace_", "redacted", "your_", "your-", "_here", "-here"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>
    /// A person made it up: it counts, or is hexadecimal in both cases. Where a service's name tells its key, that is no sign: what
    /// people show there looks so.
    /// </summary>
    public static bool IsMadeUp(ReadOnlySpan<char> value) => value.Length >= LeastMade && (IsCounted(value) || IsMixedHex(value));

    /// <summary>Characters from which on a value is long enough to tell that a person made it up.</summary>
    const int LeastMade = 16;

    /// <summary>Characters that follow each other before they count as counted: chance makes fewer.</summary>
    const int LeastCounted = 4;

    /// <summary>
    /// Two fifths of it count up or down through the alphabet or the digits, letters and digits each for themselves: "1a2b3c4d",
    /// "AbCdEf", "0987654321".
    /// </summary>
    static bool IsCounted(ReadOnlySpan<char> value)
    {
        var counted = 0;
        var (letter, letterStep, letters) = (0, 0, 0);
        var (digit, digitStep, digits) = (0, 0, 0);
        foreach (var c in value)
        {
            if (char.IsAsciiLetter(c))
                Count(c & 31, 26, ref letter, ref letterStep, ref letters, ref counted);
            else if (char.IsAsciiDigit(c))
                Count(c - '0' + 1, 10, ref digit, ref digitStep, ref digits, ref counted);
        }
        counted += (letters >= LeastCounted ? letters : 0) + (digits >= LeastCounted ? digits : 0);
        return counted * 5 >= value.Length * 2;
    }

    /// <summary>One more letter or digit: the run goes on, or ends and another begins. The same once more (aA) changes nothing.</summary>
    static void Count(int sign, int of, ref int last, ref int step, ref int run, ref int counted)
    {
        var by = (sign - last + of) % of is var up && up == of - 1 ? -1 : up;
        if (last != 0 && by == 0)
            return;
        if (last != 0 && by is 1 or -1 && (step == 0 || step == by))
            (step, run) = (by, run + 1);
        else
        {
            counted += run >= LeastCounted ? run : 0;
            (step, run) = last != 0 && by is 1 or -1 ? (by, 2) : (0, 1);
        }
        last = sign;
    }

    /// <summary>Hexadecimal in both cases: machines write one.</summary>
    static bool IsMixedHex(ReadOnlySpan<char> value)
    {
        if (value.Length < 24)
            return false;
        var look = new TokenLook(value);
        return look.IsHex && look.Digits > 0 && look.Lower > 0 && look.Upper > 0 && look.Letters >= 6;
    }

    /// <summary>One character again and again, or two.</summary>
    public static bool IsUniform(ReadOnlySpan<char> value)
    {
        if (value.Length < 4)
            return false;
        var look = new TokenLook(value);
        return look.Distinct <= (value.Length < 8 ? 1 : 2)
            || value.Length >= 20 && look.Entropy < 2.35
            || value.Length >= 16 && LongestRepeat(value) * 3 > value.Length;
    }

    /// <summary>Names in brackets of a template language, a variable of a shell, or words in pointed brackets.</summary>
    static bool IsTemplate(ReadOnlySpan<char> value)
    {
        if (value[0] is '$' && value.Length > 1 && (value[1] is '{' or '(' or '_' || IsName(value[1..], '\0')))
            return true;
        if (value[0] is '$' && value.IndexOf('/') is > 1 and var slash && IsName(value[1..slash], '\0'))
            return true;
        if (value[0] is '%' && value.Length > 2 && (IsName(value[1..], '%') || value[1] is 's' or '('))
            return true;
        if (value[0] is '<' && value.Contains('>') || value[0] is '[' && value.Contains(']') && !value.ContainsAnyInRange('0', '9'))
            return true;
        for (var at = value.IndexOf('{'); at >= 0; )
        {
            var inner = value[(at + 1)..];
            var isDouble = inner.StartsWith("{");
            var isShell = at > 0 && value[at - 1] is '$' or '#' or '%';
            if ((isDouble || isShell || at == 0) && IsName(isDouble ? inner[1..].TrimStart() : inner, '}', isDouble))
                return true;
            var other = inner.IndexOf('{');
            at = other < 0 ? -1 : at + 1 + other;
        }
        return value.StartsWith("@@") || value.StartsWith("__") && value.EndsWith("__");
    }

    /// <summary>A name, and then the sign, or the end where the sign is 0.</summary>
    static bool IsName(ReadOnlySpan<char> value, char sign, bool isDouble = false)
    {
        var at = 0;
        while (at < value.Length && (char.IsAsciiLetterOrDigit(value[at]) || value[at] is '_' or '.' or '-' or ' '))
            at++;
        if (at == 0 && sign != '}')
            return false;
        if (sign == '\0')
            return at == value.Length && !char.IsAsciiDigit(value[0]) && new TokenLook(value).Words > 0.5;
        return at < value.Length && value[at] == sign && (!isDouble || at + 1 < value.Length && value[at + 1] == sign);
    }

    static int LongestRepeat(ReadOnlySpan<char> value)
    {
        var (longest, run) = (1, 1);
        for (var i = 1; i < value.Length; i++)
        {
            run = value[i] == value[i - 1] ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }
        return longest;
    }
}
