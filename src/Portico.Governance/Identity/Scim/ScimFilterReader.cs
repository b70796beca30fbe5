using System.Globalization;
using System.Text.Json;

namespace Portico.Governance.Identity.Scim;

/// <summary>Reads filters and the paths of patches. Names and operators are read in any case; <c>not</c> binds tighter than <c>and</c>, that tighter than <c>or</c>.</summary>
ref struct ScimFilterReader
{
    public const int MaxLength = 4_096;
    const int MaxDepth = 20;

    readonly ReadOnlySpan<char> text;
    readonly string errorType;
    int at;
    int depth;

    ScimFilterReader(ReadOnlySpan<char> text, string errorType)
    {
        this.text = text;
        this.errorType = errorType;
    }

    /// <exception cref="PorticoException">It is none: invalidFilter.</exception>
    public static ScimFilter Read(string filter)
    {
        if (filter.Length > MaxLength)
            throw ScimErrors.Bad(ScimErrors.InvalidFilter, $"A filter has at most {MaxLength} characters.");
        var reader = new ScimFilterReader(filter, ScimErrors.InvalidFilter);
        var read = reader.ReadOr();
        reader.SkipBlanks();
        return reader.at == filter.Length ? read : throw reader.Bad("something stands behind its end");
    }

    /// <summary>attr, attr.sub, attr[filter], attr[filter].sub.</summary>
    /// <exception cref="PorticoException">It is none: invalidPath.</exception>
    public static (ScimPath Path, ScimFilter? Filter, string? Sub) ReadPath(string path)
    {
        if (path.Length > MaxLength)
            throw ScimErrors.Bad(ScimErrors.InvalidPath, $"A path has at most {MaxLength} characters.");
        var reader = new ScimFilterReader(path, ScimErrors.InvalidPath);
        reader.SkipBlanks();
        var attribute = reader.ReadName();
        ScimFilter? filter = null;
        string? sub = null;
        if (reader.Takes('['))
        {
            filter = reader.ReadOr();
            reader.Expect(']');
            if (reader.Takes('.'))
                sub = reader.ReadWord().ToString();
        }
        reader.SkipBlanks();
        return reader.at == path.Length ? (attribute, filter, sub) : throw reader.Bad("something stands behind its end");
    }

    ScimFilter ReadOr()
    {
        Enter();
        var left = ReadAnd();
        while (TakesWord("or"))
            left = new ScimFilter.Or(left, ReadAnd());
        depth--;
        return left;
    }

    ScimFilter ReadAnd()
    {
        var left = ReadOne();
        while (TakesWord("and"))
            left = new ScimFilter.And(left, ReadOne());
        return left;
    }

    ScimFilter ReadOne()
    {
        SkipBlanks();
        if (TakesNot())
            return new ScimFilter.Not(ReadOne());
        if (Takes('('))
        {
            var inner = ReadOr();
            SkipBlanks();
            Expect(')');
            return inner;
        }
        var path = ReadName();
        if (Takes('['))
        {
            var inner = ReadOr();
            SkipBlanks();
            Expect(']');
            // Microsoft Entra ID: emails[type eq "work"].value eq "…", which the RFC has for paths of patches alone.
            return new ScimFilter.Some(path, Takes('.') ? new ScimFilter.And(inner, ReadComparison(ReadName())) : inner);
        }
        return ReadComparison(path);
    }

    ScimFilter ReadComparison(ScimPath path)
    {
        SkipBlanks();
        var word = ReadWord();
        if (word.Equals("pr", StringComparison.OrdinalIgnoreCase))
            return new ScimFilter.Present(path);
        var comparison = OperatorOf(word);
        SkipBlanks();
        var value = ReadValue();
        if (value is not string && comparison is ScimOperator.Contains or ScimOperator.StartsWith or ScimOperator.EndsWith)
            throw Bad("co, sw and ew compare with a text");
        if (value is bool or null && comparison is not (ScimOperator.Equal or ScimOperator.NotEqual))
            throw Bad("true, false and null are compared by eq and ne alone");
        return new ScimFilter.Compare(path, comparison, value);
    }

    /// <summary>A parenthesis belongs to it: an attribute could begin with the same letters.</summary>
    bool TakesNot()
    {
        var rest = text[at..];
        if (!rest.StartsWith("not", StringComparison.OrdinalIgnoreCase))
            return false;
        var behind = rest[3..].TrimStart(' ');
        if (behind.IsEmpty || behind[0] != '(')
            return false;
        at += 3;
        SkipBlanks();
        return true;
    }

    ScimOperator OperatorOf(ReadOnlySpan<char> word)
    {
        Span<char> lower = stackalloc char[2];
        if (word.Length == 2 && word.ToLowerInvariant(lower) == 2)
            switch (lower)
            {
                case "eq":
                    return ScimOperator.Equal;
                case "ne":
                    return ScimOperator.NotEqual;
                case "co":
                    return ScimOperator.Contains;
                case "sw":
                    return ScimOperator.StartsWith;
                case "ew":
                    return ScimOperator.EndsWith;
                case "gt":
                    return ScimOperator.Greater;
                case "ge":
                    return ScimOperator.GreaterOrEqual;
                case "lt":
                    return ScimOperator.Less;
                case "le":
                    return ScimOperator.LessOrEqual;
            }
        throw Bad("an operator is wanted: eq ne co sw ew gt ge lt le pr");
    }

    object? ReadValue()
    {
        if (at < text.Length && text[at] == '"')
            return ReadText();
        var from = at;
        while (at < text.Length && text[at] is not (' ' or ')' or ']'))
            at++;
        var word = text[from..at];
        if (word.Equals("true", StringComparison.OrdinalIgnoreCase))
            return true;
        if (word.Equals("false", StringComparison.OrdinalIgnoreCase))
            return false;
        if (word.Equals("null", StringComparison.OrdinalIgnoreCase))
            return null;
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Bad("a value is wanted: a text in quotes, a number, true, false or null");
    }

    string ReadText()
    {
        var from = at++;
        while (at < text.Length && text[at] != '"')
            at += text[at] == '\\' ? 2 : 1;
        if (at >= text.Length)
            throw Bad("a text has no end");
        at++;
        try
        {
            return JsonSerializer.Deserialize(text[from..at], ScimJson.Default.String)!;
        }
        catch (JsonException)
        {
            throw Bad("a text is not one of JSON");
        }
    }

    ScimPath ReadName()
    {
        var from = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_' or '.' or ':' or '$'))
            at++;
        var name = text[from..at].ToString();
        return ScimPath.Read(name) ?? throw Bad("the name of an attribute is wanted");
    }

    ReadOnlySpan<char> ReadWord()
    {
        var from = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_' or '$'))
            at++;
        return from < at ? text[from..at] : throw Bad("a word is missing");
    }

    bool TakesWord(string word)
    {
        var before = at;
        SkipBlanks();
        if (
            at > before
            && text[at..].StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && at + word.Length < text.Length
            && text[at + word.Length] is ' ' or '('
        )
        {
            at += word.Length;
            return true;
        }
        at = before;
        return false;
    }

    void Enter()
    {
        if (++depth > MaxDepth)
            throw Bad($"it is nested deeper than {MaxDepth}");
    }

    void SkipBlanks()
    {
        while (at < text.Length && text[at] == ' ')
            at++;
    }

    bool Takes(char c)
    {
        if (at >= text.Length || text[at] != c)
            return false;
        at++;
        return true;
    }

    void Expect(char c)
    {
        SkipBlanks();
        if (!Takes(c))
            throw Bad($"a {c} is missing");
    }

    readonly PorticoException Bad(string why) => ScimErrors.Bad(errorType, $"At character {at + 1}: {why}.");
}
