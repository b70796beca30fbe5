using System.Buffers;

namespace Portico.Guardrails.Secrets;

/// <summary>How sure it is that a value is a secret, given what the name before it says. 0 where it is none.</summary>
static class ValueScore
{
    /// <param name="value">Between the quotes, or up to the next blank.</param>
    /// <param name="isQuoted">It stands in quotes.</param>
    /// <param name="isSetting">Given to a name all of capitals without a blank: what follows is text, never a name of code.</param>
    /// <param name="isArgument">It stands in brackets or behind a comma: often the name of a column or parameter.</param>
    public static float OfPassword(ReadOnlySpan<char> value, bool isQuoted, bool isSetting, bool isArgument)
    {
        if (value.Length < 4 || value.Length > 200 || Placeholders.Is(value) || IsNumber(value))
            return 0;
        var look = new TokenLook(value);
        if (look.Letters + look.Digits == 0)
            return 0;
        if (isQuoted && value.ContainsAny(" \t"))
            return look.Digits > 0 && look.Others > 2 && look.Words < 0.5 ? 0.5f : 0;
        var isPlain = look.Digits == 0 && !value.ContainsAny("!@#$%^&*?+=~");
        if (isSetting)
            return isPlain && value.Length < 6 || IsPath(value) ? 0.3f : 0.7f;
        if (isQuoted)
        {
            if (isArgument && isPlain)
                return 0;
            if (IsPath(value))
                return 0.3f;
            return !isPlain ? 0.85f
                : look.Words < 0.5 ? 0.7f
                : look.Upper == 0 && look.Others == 0 && value.Length >= 6 ? 0.5f
                : 0.3f;
        }
        if (IsCode(value, look))
            return 0;
        if (look.Letters == 0)
            return look.Digits >= 6 && look.Others == 0 && !isArgument ? 0.4f : 0;
        if (isPlain)
            return look.Words < 0.35 && look.Upper > 0 && look.Lower > 0 && value.Length >= 8 ? 0.55f : 0;
        return look.Digits == 0 && look.Others == 1 && value[^1] is '?' or '!' or '*' ? 0.4f : 0.7f;
    }

    /// <summary>What a sentence says the password is: letters and digits or signs, no word.</summary>
    public static float OfSaidPassword(ReadOnlySpan<char> value)
    {
        if (value.Length is < 6 or > 60 || Placeholders.Is(value) || IsNumber(value))
            return 0;
        var look = new TokenLook(value);
        if (look.Letters == 0 || IsCode(value, look) || IsAddress(value) || value.Contains('/'))
            return 0;
        var inner = value[..^1].ContainsAny("!@#$%^&*?+=~_");
        return look.Digits > 0 && (look.Words < 0.9 || look.Length >= 8) || inner ? 0.65f : 0;
    }

    public static float OfToken(ReadOnlySpan<char> value, bool isQuoted, bool isArgument)
    {
        if (value.Length < 8 || Placeholders.Is(value) || value.ContainsAny(" \t") || IsNumber(value) || IsId(value))
            return 0;
        var look = new TokenLook(value);
        if (!isQuoted && IsCode(value, look))
            return 0;
        if (IsUuid(value))
            return 0.75f;
        if (IsAddress(value) || IsPath(value) && look.Words > 0.3)
            return 0.2f;
        if (look.IsRandom)
            return 0.85f;
        if (look.Others >= 8 && look.Others * 3 > look.Length && look.Distinct >= 12)
            return 0.55f;
        if (look.Words >= 0.6)
            return 0;
        if (look.Digits > 0 && look.Letters > 0)
            return value.Length >= 16 ? 0.65f
                : isArgument ? 0.4f
                : 0.6f;
        return look.Digits >= 16 || look.Letters > 0 && look.Words < 0.3 && look.Others == 0 && value.Length >= 16 ? 0.55f
            : isQuoted && look.Others > 3 && look.Words < 0.5 ? 0.5f
            : 0;
    }

    public static float OfWeak(ReadOnlySpan<char> value, bool isArgument)
    {
        if (value.Length < 14 || Placeholders.Is(value) || value.ContainsAny(" \t") || IsNumber(value) || IsId(value))
            return 0;
        var look = new TokenLook(value);
        if (look.Digits == look.Length || IsCode(value, look) || IsPath(value) && look.Words > 0.2)
            return 0;
        if (IsUuid(value))
            return 0.4f;
        return look.IsRandom && (look.Digits > 0 || look.Length >= 24) ? (isArgument ? 0.5f : 0.65f) : 0;
    }

    /// <summary>Ids of answers, messages, runs and files that providers of models give out, addresses on chains, accounts of Windows: no secrets.</summary>
    public static bool IsId(ReadOnlySpan<char> value)
    {
        if (value.Length == AddressLength && value.StartsWith("0x") && !value[2..].ContainsAnyExcept(hex))
            return true;
        foreach (var prefix in ids)
        {
            if (value.StartsWith(prefix))
                return true;
        }
        return false;
    }

    /// <summary>0x and twenty bytes: an address of Ethereum (ERC-55). Its private keys have thirty-two.</summary>
    const int AddressLength = 42;

    static readonly SearchValues<char> hex = SearchValues.Create("0123456789abcdefABCDEF");

    static readonly string[] ids =
    [
        "chatcmpl",
        "cmpl-",
        "msg_",
        "resp_",
        "call_",
        "toolu_",
        "req_",
        "req-",
        "run_",
        "asst_",
        "thread_",
        "file-",
        "file_",
        "batch_",
        "fc_",
        "rs_",
        "gen-",
        "org-",
        "proj_",
        "vs_",
        "step_",
        "evt_",
        "cus_",
        "pi_",
        "price_",
        "prod_",
        "sub_",
        "acct_",
        "srvtoolu_",
        "embd-",
        "modr-",
        "ftjob-",
        "ctx_",
        "item_",
        "event_",
        "sess_",
        "S-1-5-",
    ];

    /// <summary>A number, a date or an address of a network.</summary>
    static bool IsNumber(ReadOnlySpan<char> value) =>
        value.ContainsAny(".:-") && !value.ContainsAnyExcept("0123456789.:-/TZ")
        || double.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)
            && value.Contains('.');

    static bool IsUuid(ReadOnlySpan<char> value) => value.Length == 36 && Guid.TryParseExact(value, "D", out _);

    /// <summary>An address, or a name of a resource.</summary>
    static bool IsAddress(ReadOnlySpan<char> value) =>
        value.Contains("://", StringComparison.Ordinal) || value.StartsWith("arn:") || value.StartsWith("urn:");

    /// <summary>An address, a path, or names with full stops between.</summary>
    static bool IsPath(ReadOnlySpan<char> value) =>
        value[0] == '/' && value.Count('/') > 1 && !value.Contains('+')
        || IsAddress(value)
        || value.StartsWith("./")
        || value.StartsWith("~/")
        || value.Contains('\\') && value.Contains(':');

    /// <summary>A call, a generic type, a member of something, an operator.</summary>
    static bool IsCode(ReadOnlySpan<char> value, TokenLook look)
    {
        if (
            value.Contains("()", StringComparison.Ordinal)
            || value.Contains("=>", StringComparison.Ordinal)
            || value.Contains("::", StringComparison.Ordinal)
            || value.Contains("->", StringComparison.Ordinal)
        )
            return true;
        if (
            value.Contains(").", StringComparison.Ordinal)
            || value.Contains("))", StringComparison.Ordinal)
            || value.Contains("](", StringComparison.Ordinal)
        )
            return true;
        var bracket = value.IndexOfAny("([");
        if (bracket > 1 && IsName(value[..bracket]))
            return true;
        return IsName(value) && look.Words > 0.6 && (look.Digits < 2 || value.Contains('.'));
    }

    /// <summary>Letters, digits, underscores and full stops, a letter first.</summary>
    static bool IsName(ReadOnlySpan<char> value)
    {
        if (!char.IsAsciiLetter(value[0]) && value[0] is not ('_' or '$' or '@' or '&' or '*' or '!'))
            return false;
        foreach (var c in value[1..])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '?' or '!'))
                return false;
        }
        return true;
    }
}
