namespace Portico.Guardrails.Secrets;

/// <summary>
/// Names that hold a word of credentials and something that is none: public keys, keys of caches and tables, and what is said
/// of a credential rather than the credential ("token_type", "secretName").
/// </summary>
static class PublicName
{
    /// <summary>Characters before a word in which the word is looked for that stands before it.</summary>
    const int Reach = 24;

    /// <summary>Characters of a name behind a word.</summary>
    const int MaxRest = 40;

    /// <summary>Does a name with this word in it hold no credential?</summary>
    public static bool Is(scoped ref TextWindow text, int at, int behind, ContextWord word)
    {
        var rest = text.Text[behind..Math.Min(text.Length, text.SkipWhile(behind, CharClass.Identifier, MaxRest))];
        var end = LastWord(rest);
        if (endSpans.Contains(end) || end.Equals("id", StringComparison.OrdinalIgnoreCase) && IsKey(word))
            return true;
        if (word.Strength == ContextStrength.Password)
            return false;
        var before = text.Text[Math.Max(0, at - Reach)..at];
        if (word.Text == "key")
            return keySpans.Contains(LastWord(before.TrimEnd(before is [.., ' '] ? " " : Joints)));
        if (word.Text != "token")
            return false;
        before = before.TrimEnd(Joints);
        return before.EndsWith("key", StringComparison.OrdinalIgnoreCase)
            && keySpans.Contains(LastWord(before[..^"key".Length].TrimEnd(Joints)));
    }

    /// <summary>Signs between the words of a name.</summary>
    const string Joints = "_-.";

    /// <summary>A key that has an id beside it; the id of an access key is half of the credential.</summary>
    static bool IsKey(ContextWord word) =>
        word.Text.EndsWith("key", StringComparison.Ordinal) && !word.Text.StartsWith("access", StringComparison.Ordinal);

    /// <summary>Letters at the end, from the last capital behind a small one on.</summary>
    static ReadOnlySpan<char> LastWord(ReadOnlySpan<char> name)
    {
        var at = name.Length;
        while (at > 0 && char.IsAsciiLetter(name[at - 1]))
        {
            at--;
            if (at > 0 && char.IsAsciiLetterUpper(name[at]) && char.IsAsciiLetterLower(name[at - 1]))
                break;
        }
        return name[at..];
    }

    /// <summary>Keys that are shown to everybody, or that find something in a table or store.</summary>
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> keySpans = Words(
        "public pub site cache row object primary partition sort foreign idempotency dedup item translation"
    );

    /// <summary>What a name ends with that says something of a credential.</summary>
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> endSpans = Words(
        "name type kind class algorithm alg fingerprint thumbprint address contract uuid guid version endpoint path file alias arn header "
            + "provider size length count format scheme prefix field label policy hint selector placeholder project image region"
    );

    static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(string words) =>
        new HashSet<string>(words.Split(' '), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
