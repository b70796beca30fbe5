using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>A published format: what its tokens begin with and what follows.</summary>
sealed class TokenFormat
{
    /// <summary>Characters before the prefix that a token may have.</summary>
    const int Reach = 104;

    /// <summary>The number of a bot stands before, eight to ten digits.</summary>
    const int BackDigits = 10;

    /// <summary>Six and twenty-eight characters with an underscore between stand before.</summary>
    const int MaxMind = 35;

    /// <summary>Letters of a service's name; shorter words mean too much else.</summary>
    public const int LeastName = 5;

    /// <summary>Letters from which on chance makes no words of all of them.</summary>
    const int LeastSaid = 20;

    readonly TokenShape shape;
    readonly float score;
    readonly int back;
    readonly bool mayRepeat;
    readonly bool isMixed;
    readonly bool isInner;
    readonly bool hasSuffix;
    readonly bool hasChecksum;
    readonly bool isBase32;
    readonly bool isAddress;
    readonly bool endsWithAa;
    readonly bool isCommon;

    TokenFormat(string[] row)
    {
        Kind = new DetectorKind("secrets." + row[0], row[1]);
        Services = [.. row[0].Split('_')[..^1].Take(2).Where(w => w.Length >= LeastName && !ContextWord.All.Any(c => c.Text == w))];
        Prefixes = row[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        shape = new TokenShape(row[3]);
        score = float.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture);
        foreach (var flag in row[5].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (flag)
            {
                case "low":
                    mayRepeat = true;
                    break;
                case "mixed":
                    isMixed = true;
                    break;
                case "inner":
                    isInner = true;
                    break;
                case "suffix":
                    hasSuffix = true;
                    break;
                case "crc":
                    hasChecksum = true;
                    break;
                case "base32":
                    isBase32 = true;
                    break;
                case "url":
                    mayRepeat = isAddress = true;
                    break;
                case "common":
                    isCommon = true;
                    break;
                case "endaa":
                    endsWithAa = true;
                    break;
                case var _ when flag.StartsWith("back", StringComparison.Ordinal):
                    back = int.Parse(flag.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);
                    break;
                default:
                    throw new ArgumentException("No flag of a format is called " + flag, nameof(row));
            }
        }
    }

    public DetectorKind Kind { get; }

    public IReadOnlyList<string> Prefixes { get; }

    /// <summary>Names of who issues it, in small letters: the kind's first words.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>Reads a table: a line a row, its columns apart by bars.</summary>
    public static IEnumerable<TokenFormat> Read(string rows) => Columns(rows).Select(row => new TokenFormat(row));

    public static IEnumerable<string[]> Columns(string rows) =>
        rows.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(row => row.Split('|'));

    /// <summary>
    /// A prefix stands there: is a token around it? Returns whether the text holds the prefix in the right case, a token or
    /// not.
    /// </summary>
    public void Match(scoped ref TextWindow text, int at, int behind, string prefix, scoped ref FindingSink sink)
    {
        if (!text.Text[at..behind].SequenceEqual(prefix))
            return;
        text.SawEnd = false;
        var start = at - back;
        if (isInner)
        {
            start = at;
            while (start > 0 && at - start < Reach && CharClass.Base64.Has(text.Text[start - 1]))
                start--;
        }
        if (back == BackDigits)
        {
            start = at;
            while (start > 0 && at - start < BackDigits && CharClass.Digit.Has(text.Text[start - 1]))
                start--;
            if (at - start < 8)
                return;
        }
        if (start < 0 || !isInner && IsInside(text.Text, start, prefix.Length + back) || !IsBack(text.Text[start..at]))
            return;
        var end = shape.End(ref text, behind);
        if (end > 0 && hasSuffix && text[end] == '-' && CharClass.Digit.Has(text[end + 1]))
            end += 2;
        var sure = end > 0 ? Score(text.Text[start..at], text.Text[behind..end]) : 0;
        var sawEnd = text.SawEnd;
        var isNamed = sure <= 0 && !isAddress && prefix.Length >= LeastPrefix && IsNamed(text.Text, start);
        var run = sure <= 0 && (isNamed || IsDistinct(prefix)) ? text.SkipWhile(behind, CharClass.Token, shape.Least) : 0;
        var isNone = run > 0 && (end > 0 || isNamed && end == TokenShape.Other || run - behind < shape.Least);
        text.SawEnd |= sawEnd;
        if (!isNone)
            sink.Decide(ref text, start, end, Kind.Id, sure);
        else
            sink.Exclude(ref text, start, run);
    }

    /// <summary>Characters of a prefix that says something beside its service's name.</summary>
    const int LeastPrefix = 3;

    /// <summary>The service's name stands shortly before: what begins so there and is too short is no token either.</summary>
    bool IsNamed(ReadOnlySpan<char> text, int start)
    {
        const int reach = 32;
        var from = Math.Max(0, start - reach);
        foreach (var service in Services)
        {
            if (text[from..start].Contains(service, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Nothing else begins so: what begins so and is too short, or always the same, is no token at all.</summary>
    bool IsDistinct(string prefix) =>
        prefix.Length >= 4
        && back == 0
        && !isInner
        && !isAddress
        && !isCommon
        && score >= 0.9f
        && prefix.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    float Score(ReadOnlySpan<char> before, ReadOnlySpan<char> rest)
    {
        if (endsWithAa && !rest.EndsWith("AA"))
            return 0;
        if (rest.EndsWith("EXAMPLE") || isInner && before.Length < 20)
            return 0;
        if (hasChecksum && Checksum.IsGitHub(rest))
            return 0.99f;
        if (rest.Length >= 8 && (mayRepeat ? Placeholders.IsFilled(rest) : Placeholders.IsUniform(rest)))
            return 0;
        if (rest.Length >= 16 && Placeholders.HasSign(rest))
            return 0;
        if (rest.Contains("xxxx", StringComparison.OrdinalIgnoreCase) && !mayRepeat)
            return 0;
        if (!isAddress && rest.Length >= LeastSaid && IsSaid(rest))
            return 0;
        if (isMixed)
        {
            var look = new TokenLook(rest);
            if (look.Digits == 0 || look.Letters == 0 || look.Words > 0.6)
                return 0;
        }
        if (isBase32 && rest.ContainsAny("0189"))
            return 0.6f;
        if (hasChecksum)
            return new TokenLook(rest).Digits * 10 > rest.Length * 8 ? 0.3f : 0.85f;
        return score;
    }

    /// <summary>Words alone: a name of code that begins as a token does, or what a document writes in its place.</summary>
    static bool IsSaid(ReadOnlySpan<char> rest)
    {
        var look = new TokenLook(rest);
        return look.Digits == 0 && look.Words > 0.6;
    }

    /// <summary>What stands between the token's start and the prefix, where the prefix is not first.</summary>
    bool IsBack(ReadOnlySpan<char> before) =>
        back switch
        {
            0 or BackDigits => true,
            4 => CharClass.Digit.Has(before[3])
                && !before.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~."),
            11 or 14 => !before.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
            MaxMind => !before.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
            _ => !before.ContainsAnyExcept("abcdef0123456789"),
        };

    /// <summary>A letter or digit stands before, and is not the end of an escape; behind a long prefix a digit or underscore may.</summary>
    static bool IsInside(ReadOnlySpan<char> text, int start, int length)
    {
        if (start == 0 || !CharClass.Word.Has(text[start - 1]))
            return false;
        var before = text[start - 1];
        if (start > 1 && text[start - 2] == '\\' && before is 'n' or 'r' or 't')
            return false;
        if (start > 2 && text[start - 3] == '%' && char.IsAsciiHexDigit(before) && char.IsAsciiHexDigit(text[start - 2]))
            return false;
        if (before == 'm' && start > 2 && char.IsAsciiDigit(text[start - 2]))
            return false;
        return length < 4 || char.IsAsciiLetter(before);
    }
}
