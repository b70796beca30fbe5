using Portico.Guardrails.Names;

namespace Portico.Guardrails.Grounding;

/// <summary>
/// Cuts texts into sentences, lines and what stands between semicolons, and tells which sentences of an answer claim nothing: questions,
/// headings, code, greetings, and that something is not known.
/// </summary>
static class ClaimCutter
{
    /// <summary>A line with as many characters that goes on in lower case is a sentence that was wrapped.</summary>
    const int WrappedLine = 50;

    /// <summary>They say that nothing is claimed, wherever in a sentence they stand.</summary>
    static readonly string[] Idle =
    [
        "don't know",
        "do not know",
        "not sure",
        "cannot answer",
        "can't answer",
        "cannot find",
        "can't find",
        "could not find",
        "couldn't find",
        "no information",
        "not mention",
        "n't mention",
        "not specify",
        "n't specify",
        "the sources do",
        "the documents do",
        "let me know",
        "hope this helps",
        "hope that helps",
        "happy to help",
        "feel free to",
        "you're welcome",
        "thank you",
        "here is a summary",
        "here's a summary",
        "weiß nicht",
        "keine angaben",
        "nicht bekannt",
        "gerne weiter",
        "ne sais pas",
        "aucune information",
        "no lo sé",
        "no sé",
        "no hay información",
    ];

    /// <summary>Adds the sentences of a text without the blanks around them. Linear in the text.</summary>
    public static void Cut(string text, List<(int Start, int End)> sentences)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = SentenceCutter.End(text, start, true);
            for (int line = start, behind; line < end; line = behind)
            {
                behind = PartEnd(text, line, end);
                var (first, last) = (line, behind);
                while (first < last && char.IsWhiteSpace(text[first]))
                    first++;
                while (last > first && char.IsWhiteSpace(text[last - 1]))
                    last--;
                if (last > first)
                    sentences.Add((first, last));
            }
        }
    }

    /// <summary>Removes what claims nothing from the sentences of an answer, and the marks of lists before the others.</summary>
    public static void KeepClaims(string text, List<(int Start, int End)> sentences)
    {
        var (kept, isCode) = (0, false);
        for (var next = 0; next < sentences.Count; next++)
        {
            var (start, end) = sentences[next];
            var sentence = text.AsSpan(start, end - start);
            if (sentence.StartsWith("```", StringComparison.Ordinal))
            {
                isCode ^= sentence[3..].IndexOf("```", StringComparison.Ordinal) < 0;
                continue;
            }
            var at = start + Marker(sentence);
            if (!isCode && at < end && !IsIdle(text.AsSpan(at, end - at)))
                sentences[kept++] = (at, end);
        }
        sentences.RemoveRange(kept, sentences.Count - kept);
    }

    static int PartEnd(string text, int start, int end)
    {
        for (var at = start; at < end; at++)
        {
            if (text[at] == ';' && at + 1 < end && text[at + 1] == ' ')
                return at + 1;
            if (text[at] != '\n')
                continue;
            var isWrapped = at - start >= WrappedLine && at + 1 < end && char.IsLower(text[at + 1]);
            if (!isWrapped)
                return at + 1;
        }
        return end;
    }

    /// <summary>Characters of a bullet or of the number of a list's line.</summary>
    static int Marker(ReadOnlySpan<char> sentence)
    {
        var at = 0;
        while (at < sentence.Length && sentence[at] is '-' or '*' or '•' or '>' or ' ' or '_')
            at++;
        var digits = at;
        while (digits < sentence.Length && digits - at < 3 && char.IsAsciiDigit(sentence[digits]))
            digits++;
        if (digits > at && digits + 1 < sentence.Length && sentence[digits] is '.' or ')' && sentence[digits + 1] == ' ')
            at = digits + 2;
        return at;
    }

    static bool IsIdle(ReadOnlySpan<char> sentence)
    {
        var last = sentence.TrimEnd("\"'”’»)*_ ");
        if (sentence[0] == '#' || last.IsEmpty || last[^1] is '?' or '？' or ':' or '{' or '}')
            return true;
        Span<char> plain = stackalloc char[Math.Min(sentence.Length, SentenceCutter.LongestUnit)];
        sentence[..plain.Length].CopyTo(plain);
        plain.Replace('’', '\'');
        foreach (var phrase in Idle)
            if (((ReadOnlySpan<char>)plain).Contains(phrase, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
