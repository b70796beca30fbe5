namespace Portico.Guardrails.Normalising;

/// <summary>One pass over a text in normal form that tells which disguises it may wear.</summary>
static class Reading
{
    const int LeastRun = 20;
    const int LeastEscapes = 4;

    /// <summary>Letters that stand alone, one behind the other: lists and tables have fewer.</summary>
    const int LeastSingles = 7;

    /// <summary>Words with marks between their letters, with few others between them.</summary>
    const int LeastDotted = 3;

    const int DottedGap = 8;
    const int ShortText = 12;

    public static void Add(NormalText text, ref List<View>? views)
    {
        var seen = default(Hints);
        Look(text, ref seen, ref views);
        if (seen.Percents >= LeastEscapes)
            Encodings.Percent(text, ref views);
        if (seen.Entities >= LeastEscapes)
            Encodings.Entities(text, ref views);
        if (seen.Escapes >= LeastEscapes)
            Encodings.Escapes(text, ref views);
        var dotted = seen.DottedInARow >= LeastDotted || (seen.DottedInARow >= 2 && seen.Words < ShortText);
        if (seen.SinglesInARow >= LeastSingles || dotted)
            Letters.Spaced(text, dotted, ref views);
        if (seen.Leet >= 2 && seen.Leet * 8 >= seen.Words + seen.Leet)
            Letters.Leet(text, ref views);
        if (seen.Rotated >= 3 && seen.Rotated >= seen.Known)
            Letters.Rotated(text, ref views);
        if (seen.Reversed >= 3 && seen.Reversed >= seen.Known)
            Letters.Reversed(text, ref views);
        if (seen.Scrambled >= 2 && seen.Scrambled * 8 >= seen.Words)
            Letters.Scrambled(text, ref views);
    }

    struct Hints
    {
        public int Percents;
        public int Entities;
        public int Escapes;
        public int Singles;
        public int SinglesInARow;
        public int Dotted;
        public int DottedInARow;
        public int LastDotted;
        public int Leet;
        public int Words;
        public int Known;
        public int Rotated;
        public int Reversed;
        public int Scrambled;
    }

    static void Look(NormalText whole, ref Hints seen, ref List<View>? views)
    {
        var text = whole.Text.AsSpan();
        for (var at = 0; at < text.Length; )
        {
            while (at < text.Length && text[at] <= ' ')
                at++;
            var from = at;
            var (letters, digits, signs) = (0, 0, 0);
            for (; at < text.Length && text[at] > ' '; at++)
            {
                var c = text[at];
                if (char.IsAsciiLetter(c))
                    letters++;
                else if (char.IsAsciiDigit(c))
                    digits++;
                else if (c is '%' or '&' or '\\' && at + 2 < text.Length)
                {
                    signs++;
                    seen.Percents += c == '%' && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]) ? 1 : 0;
                    seen.Entities += c == '&' && (text[at + 1] == '#' || char.IsAsciiLetterLower(text[at + 1])) ? 1 : 0;
                    seen.Escapes += c == '\\' && text[at + 1] is 'u' or 'x' ? 1 : 0;
                }
            }
            if (from < at)
                Word(whole, text, from, at, letters, digits, ref seen, ref views);
        }
    }

    static void Word(
        NormalText whole,
        ReadOnlySpan<char> text,
        int from,
        int at,
        int letters,
        int digits,
        ref Hints seen,
        ref List<View>? views
    )
    {
        var length = at - from;
        if (length >= LeastRun)
            Encodings.Runs(whole, from, at, ref views);
        if (letters == 0 && digits == 0)
            return;
        if (length == 1)
        {
            seen.Singles += char.IsAsciiDigit(text[from]) ? 0 : 1;
            seen.SinglesInARow = Math.Max(seen.SinglesInARow, seen.Singles);
            seen.Words++;
            return;
        }
        seen.Words++;
        seen.Singles = 0;
        if (length >= 5 && Letters.IsDotted(text[from..at]))
        {
            seen.Dotted = seen.Words - seen.LastDotted <= DottedGap ? seen.Dotted + 1 : 1;
            seen.LastDotted = seen.Words;
            seen.DottedInARow = Math.Max(seen.DottedInARow, seen.Dotted);
        }
        else if (digits > 0 && Letters.IsLeet(text[from..at], letters))
            seen.Leet++;
        else if (letters >= 2)
            Known(text[from..at], ref seen);
    }

    static void Known(ReadOnlySpan<char> word, ref Hints seen)
    {
        while (word.Length > 0 && !char.IsAsciiLetter(word[0]))
            word = word[1..];
        while (word.Length > 0 && !char.IsAsciiLetter(word[^1]))
            word = word[..^1];
        if (word.Length is < 2 or > 16)
            return;
        var kinds = Vocabulary.Of(word);
        if (kinds == Vocabulary.Kinds.None)
        {
            if (word.Length >= 4 && Vocabulary.Unscrambled(word) is not null)
                seen.Scrambled++;
            return;
        }
        seen.Known += kinds.HasFlag(Vocabulary.Kinds.Word) ? 1 : 0;
        seen.Rotated += kinds.HasFlag(Vocabulary.Kinds.Rotated) ? 1 : 0;
        seen.Reversed += kinds.HasFlag(Vocabulary.Kinds.Reversed) ? 1 : 0;
    }
}
