using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>Disguises of single letters: digits for letters, letters set apart, rotated by thirteen, from right to left, inner letters in another order.</summary>
static class Letters
{
    /// <summary>Digits and signs, and the letters they stand for.</summary>
    static char Leet(char c) =>
        c switch
        {
            '0' => 'o',
            '1' or '!' => 'i',
            '3' => 'e',
            '4' or '@' => 'a',
            '5' or '$' => 's',
            '6' or '9' => 'g',
            '7' => 't',
            '8' => 'b',
            _ => c,
        };

    /// <summary>Letters with single dots, dashes or underscores between them.</summary>
    public static bool IsDotted(ReadOnlySpan<char> word)
    {
        var pairs = 0;
        for (var at = 0; at + 1 < word.Length; at++)
        {
            if (
                char.IsLetter(word[at])
                && word[at + 1] is '.' or '-' or '_' or '*' or '|' or '/'
                && (at == 0 || !char.IsLetter(word[at - 1]))
            )
                pairs++;
        }
        return pairs >= 2 && pairs * 2 + 4 >= word.Length;
    }

    /// <summary>Letters with digits among them, or digits that read as a word.</summary>
    public static bool IsLeet(ReadOnlySpan<char> word, int letters)
    {
        while (word.Length > 0 && !char.IsAsciiLetterOrDigit(word[^1]))
            word = word[..^1];
        if (word.Length is < 2 or > 20)
            return false;
        Span<char> read = stackalloc char[word.Length];
        return letters > 0 && letters < word.Length && Read(word, read) || letters == 0 && Read(word, read) && IsWord(read);
    }

    /// <summary>The word with letters for digits, the likelier way for those that stand for two.</summary>
    static bool Read(ReadOnlySpan<char> word, Span<char> read)
    {
        var ones = false;
        for (var at = 0; at < word.Length; at++)
        {
            if (word[at] == '2')
                return false;
            read[at] = Leet(word[at]);
            ones |= word[at] == '1';
        }
        if (!ones || IsWord(read))
            return true;
        Span<int> places = stackalloc int[4];
        var count = 0;
        for (var at = 0; at < word.Length && count < places.Length; at++)
        {
            if (word[at] == '1')
                places[count++] = at;
        }
        for (var choice = 1; choice < 1 << count; choice++)
        {
            for (var at = 0; at < count; at++)
                read[places[at]] = (choice >> at & 1) == 1 ? 'l' : 'i';
            if (IsWord(read))
                return true;
        }
        for (var at = 0; at < count; at++)
            read[places[at]] = Guess(word, places[at]);
        return true;
    }

    /// <summary>Of words we do not know: l beside another l, at an end, or before an i; else i.</summary>
    static char Guess(ReadOnlySpan<char> word, int at) =>
        at > 0 && word[at - 1] == '1' || at + 1 < word.Length && word[at + 1] == '1' || at == word.Length - 1 ? 'l' : 'i';

    static bool IsWord(ReadOnlySpan<char> word) => Vocabulary.Of(word).HasFlag(Vocabulary.Kinds.Word);

    public static void Leet(NormalText whole, ref List<View>? views)
    {
        var text = whole.Text.AsSpan();
        var read = new char[text.Length];
        text.CopyTo(read);
        for (var at = 0; at < text.Length; )
        {
            var from = at;
            while (
                at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '@' or '$' || text[at] == '!' && IsInner(text, at))
            )
                at++;
            if (at - from is >= 1 and <= 20 && text[from..at].ContainsAny("013456789@$!"))
            {
                if (!Read(text[from..at], read.AsSpan(from, at - from)))
                    text[from..at].CopyTo(read.AsSpan(from));
            }
            at = at == from ? at + 1 : at;
        }
        Views.Put(ref views, new string(read), Disguise.Leet, whole, 0, text.Length);
    }

    static bool IsInner(ReadOnlySpan<char> text, int at) =>
        at > 0 && at + 1 < text.Length && char.IsAsciiLetterOrDigit(text[at - 1]) && char.IsAsciiLetterOrDigit(text[at + 1]);

    public static void Rotated(NormalText whole, ref List<View>? views) =>
        Views.Put(ref views, string.Concat(whole.Text.Select(Vocabulary.Rotate)), Disguise.Rotated, whole, 0, whole.Text.Length);

    public static void Reversed(NormalText whole, ref List<View>? views)
    {
        // Turned in pieces at what introduces it: the words before a colon are not reversed.
        var colon = whole.Text.IndexOf(": ", StringComparison.Ordinal);
        var from = colon is >= 0 and < 60 ? colon + 2 : 0;
        var turned = whole.Text.AsSpan(from).ToArray();
        Array.Reverse(turned);
        Views.Put(ref views, new string(turned), Disguise.Reversed, whole, from, whole.Text.Length);
    }

    public static void Scrambled(NormalText whole, ref List<View>? views)
    {
        var text = whole.Text.AsSpan();
        var read = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var from = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            var word = text[from..at];
            if (word.Length >= 4 && !IsWord(word) && Vocabulary.Unscrambled(word) is { } plain)
                read.Append(plain);
            else
                read.Append(word);
            if (at == from)
                read.Append(text[at++]);
        }
        Views.Put(ref views, read.ToString(), Disguise.Scrambled, whole, 0, text.Length);
    }

    /// <summary>Letters set apart are put together; more than one space, or one where dots stand between the letters, parts words.</summary>
    public static void Spaced(NormalText whole, bool dotted, ref List<View>? views)
    {
        var text = whole.Text.AsSpan();
        var read = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var apart =
                at > 0 && at + 1 < text.Length && (at < 2 || !char.IsLetterOrDigit(text[at - 2]) || !char.IsLetterOrDigit(text[at - 1]));
            if (
                dotted
                && apart
                && text[at] is '.' or '-' or '_' or '*' or '|' or '/'
                && char.IsLetterOrDigit(text[at - 1])
                && text[at + 1] > ' '
            )
                continue;
            if (!dotted && text[at] == ' ' && apart)
            {
                var until = at;
                while (until < text.Length && text[until] == ' ')
                    until++;
                if (until - at > 1)
                    read.Append(' ');
                at = until - 1;
                continue;
            }
            read.Append(text[at]);
        }
        Views.Put(ref views, Segments.Part(read.ToString()), Disguise.Spaced, whole, 0, text.Length);
    }
}
