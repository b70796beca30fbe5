using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;
using Portico.Guardrails.Topics;

namespace Portico.Guardrails.Grounding;

/// <summary>Reads a sentence into words and numbers, and tells what its negations are about.</summary>
static class GroundTokens
{
    /// <summary>Letters of a word that are read.</summary>
    const int MaxLetters = 48;

    /// <summary>Words behind a negation that it may be about.</summary>
    const int NegationReach = 5;

    /// <summary>A reference in brackets is no longer: <c>[12, 13]</c>.</summary>
    const int MaxReference = 12;

    /// <summary>Adds the tokens of a sentence.</summary>
    public static void Read(ReadOnlySpan<char> text, int start, int end, List<GroundToken> tokens)
    {
        var first = tokens.Count;
        var flags = GroundFlags.Opens;
        var before = '\0';
        for (var at = start; at < end; )
        {
            var c = text[at];
            var kind = char.IsAsciiDigit(c) ? Kinds.Other : Kinds.Of(c);
            if (kind == Kinds.Letter)
            {
                at = Word(text, at, end, flags, tokens, first);
                flags = GroundFlags.None;
            }
            else if (kind == Kinds.Ideograph)
            {
                Ideograph(before, c, at++, tokens);
                (before, flags) = (c, GroundFlags.None);
                continue;
            }
            else if (char.IsAsciiDigit(c))
            {
                at = NumberReader.Read(text, at, end, flags & GroundFlags.Parted, tokens);
                flags = GroundFlags.None;
            }
            else if (c == '[' && Reference(text, at, end) is > 0 and var behind)
                at = behind;
            else
            {
                at++;
                flags |= c switch
                {
                    ':' or '"' or '“' or '„' or '«' or '.' => GroundFlags.Opens | GroundFlags.Parted,
                    ',' or ';' or '(' or ')' or '—' or '–' => GroundFlags.Parted,
                    _ => GroundFlags.None,
                };
            }
            before = '\0';
        }
        Deny(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[first..]);
    }

    static int Word(ReadOnlySpan<char> text, int start, int end, GroundFlags flags, List<GroundToken> tokens, int first)
    {
        Span<char> folded = stackalloc char[MaxLetters];
        var (letters, capitals, digits, apostrophe, at) = (0, 0, 0, -1, start);
        for (; at < end; at++)
        {
            var c = text[at];
            var kind = Kinds.Of(c);
            if (kind == Kinds.Letter)
            {
                if (letters < MaxLetters)
                    folded[letters++] = CharacterTable.Fold(c);
                capitals += char.IsUpper(c) ? 1 : 0;
                digits += char.IsDigit(c) ? 1 : 0;
            }
            else if (c is '\'' or '’' && at + 1 < end && Kinds.Of(text[at + 1]) == Kinds.Letter)
                apostrophe = letters;
            else if (kind != Kinds.Skip && CharacterTable.Of(c) is not (CharacterClass.Invisible or CharacterClass.Joiner))
                break;
        }
        // What stands behind an apostrophe: n't denies, 's is no part of the name.
        var denies = apostrophe == letters - 1 && letters > 2 && folded[letters - 1] == 't' && folded[letters - 2] == 'n';
        if (apostrophe == letters - 1 && letters > 1 && folded[letters - 1] == 's')
            letters--;
        var word = folded[..letters];
        var token = new GroundToken
        {
            Start = start,
            End = at,
            Word = GroundHash.Of(word),
            Weight = CommonWords.WeightOf(word),
            Flags = flags,
        };
        var (length, tail) = WordStem.Of(word);
        token.Stem = GroundHash.Of(tail, GroundHash.Of(word[..length]));
        if (char.IsUpper(text[start]))
            token.Flags |= GroundFlags.Capital;
        if (letters > 1 && (capitals == letters || digits > 0))
            token.Flags |= GroundFlags.Code;
        if (denies || GroundWords.Negations.Contains(token.Word) && !IsNumero(text, at, word))
            (token.Flags, token.Weight) = (token.Flags | GroundFlags.Negation, 0);
        else if (GroundWords.UnitOf(word) != NumberUnit.None && NextIsDigit(text, at, end))
            token.Weight = 0;
        else
            Number(text, end, ref token, tokens, first);
        tokens.Add(token);
        return at;
    }

    /// <summary>Makes months and numbers in words numbers.</summary>
    static void Number(ReadOnlySpan<char> text, int end, ref GroundToken token, List<GroundToken> tokens, int first)
    {
        var byNumber =
            NextIsDigit(text, token.End, end)
            || tokens.Count > first && tokens[^1].Is(GroundFlags.Number) && token.Start - tokens[^1].End <= 2;
        if (
            GroundWords.Months.TryGetValue(token.Word, out var month)
            && (byNumber || token.End - token.Start > 2 && token.Is(GroundFlags.Capital) && !token.Is(GroundFlags.Opens))
        )
            (token.Value, token.Unit, token.Flags) = (month, NumberUnit.Month, token.Flags | GroundFlags.Number);
        else if (GroundWords.Spelled.TryGetValue(token.Word, out var value))
            (token.Value, token.Flags) = (value, token.Flags | GroundFlags.Number | GroundFlags.Spelled);
        else
            return;
        (token.Other, token.Weight, token.Word) = (token.Value, 0, GroundHash.Of(token.Value));
    }

    static bool NextIsDigit(ReadOnlySpan<char> text, int at, int end)
    {
        while (at < end && text[at] is ' ' or '.' or ',' or '\u00A0')
            at++;
        return at < end && char.IsAsciiDigit(text[at]);
    }

    /// <summary>"No. 5" denies nothing.</summary>
    static bool IsNumero(ReadOnlySpan<char> text, int at, ReadOnlySpan<char> word) =>
        word is "no" && at < text.Length && text[at] == '.' && NextIsDigit(text, at, text.Length);

    /// <summary>An ideograph says little alone; with the one before it is a word.</summary>
    static void Ideograph(char before, char c, int at, List<GroundToken> tokens)
    {
        ReadOnlySpan<char> pair = [before, c];
        var hash = GroundHash.Of(before == '\0' ? pair[1..] : pair);
        tokens.Add(
            new GroundToken
            {
                Start = at,
                End = at + 1,
                Word = GroundHash.Of(pair[1..]),
                Stem = hash,
                Weight = before == '\0' ? CommonWords.Frequent : CommonWords.Rare,
            }
        );
    }

    /// <summary>Behind a reference in brackets, or 0.</summary>
    static int Reference(ReadOnlySpan<char> text, int at, int end)
    {
        for (var behind = at + 1; behind < end && behind - at <= MaxReference; behind++)
        {
            if (text[behind] == ']')
                return behind + 1;
            if (!char.IsAsciiDigit(text[behind]) && text[behind] is not (',' or ' ' or '-' or '–'))
                return 0;
        }
        return 0;
    }

    /// <summary>Marks the word that each negation is about: the first that says something behind it, else the last before it.</summary>
    static void Deny(Span<GroundToken> tokens)
    {
        for (var at = 0; at < tokens.Length; at++)
        {
            if (!tokens[at].Is(GroundFlags.Negation))
                continue;
            if (at + 1 < tokens.Length && GroundWords.Limits.Contains(tokens[at + 1].Word))
            {
                tokens[at].Flags &= ~GroundFlags.Negation;
                continue;
            }
            var denied = -1;
            for (var next = at + 1; next < tokens.Length && next <= at + NegationReach && denied < 0; next++)
            {
                if (tokens[next].Is(GroundFlags.Parted))
                    break;
                denied = tokens[next].Weight > 0 ? next : -1;
            }
            for (
                var back = at - 1;
                back >= 0 && back >= at - NegationReach && denied < 0 && !tokens[back + 1].Is(GroundFlags.Parted);
                back--
            )
                denied = tokens[back].Weight > 0 ? back : -1;
            if (denied >= 0)
                tokens[denied].Flags |= GroundFlags.Denied;
        }
    }
}
