namespace Portico.Guardrails.Containment;

/// <summary>
/// A pattern of a schema: as <see cref="PatternReader"/> reads it, with <c>^</c> first and <c>$</c> last for the ends of the value.
/// Letters stand for both cases. Linear in the value.
/// </summary>
sealed class AnchoredPattern
{
    /// <summary>UTF-16 units of a value that a pattern looks at; a longer one does not fit it.</summary>
    public const int MaxValue = 4_096;

    readonly Automaton automaton;
    readonly bool fromStart;
    readonly bool toEnd;
    readonly bool takesEmpty;

    /// <exception cref="PatternException">It is none.</exception>
    public AnchoredPattern(string text)
    {
        fromStart = text.StartsWith('^');
        toEnd = text.EndsWith('$') && Backslashes(text) % 2 == 0;
        var bare = text[(fromStart ? 1 : 0)..^(toEnd ? 1 : 0)];
        if ((fromStart || toEnd) && HasBareAlternative(bare))
            throw new PatternException("Write ^(one|other)$: a ^ first or a $ last is of the whole pattern.", 1);
        var pattern = PatternReader.Read(bare);
        takesEmpty = IsEmptyTaken(pattern.Node) && !pattern.BorderBefore && !pattern.BorderBehind;
        automaton = new([pattern]);
    }

    public bool Fits(string value)
    {
        if (value.Length > MaxValue)
            return false;
        // What finds the empty text finds it everywhere, if only at one of the ends.
        if (takesEmpty && (value.Length == 0 || !fromStart || !toEnd))
            return true;
        for (var at = 0; at < value.Length && (at == 0 || !fromStart); at++)
        {
            var length = automaton.Match(value, at, null, isAll: true, out _);
            if (length > 0 && (!toEnd || at + length == value.Length))
                return true;
        }
        return false;
    }

    static int Backslashes(string text) => text.Length - 1 - text.AsSpan(0, text.Length - 1).TrimEnd('\\').Length;

    static bool HasBareAlternative(string text)
    {
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '[':
                    // A bracket that closes right at the start is a letter of the set.
                    at += at + 1 < text.Length && text[at + 1] == '^' ? 2 : 1;
                    for (var first = true; at < text.Length && (first || text[at] != ']'); at++, first = false)
                        at += text[at] == '\\' ? 1 : 0;
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '|' when depth == 0:
                    return true;
            }
        }
        return false;
    }

    static bool IsEmptyTaken(PatternNode node) =>
        node switch
        {
            PatternNode.Sequence sequence => sequence.Items.All(IsEmptyTaken),
            PatternNode.Either either => either.Items.Any(IsEmptyTaken),
            PatternNode.Repeat repeat => repeat.Least == 0 || IsEmptyTaken(repeat.Item),
            _ => false,
        };
}
