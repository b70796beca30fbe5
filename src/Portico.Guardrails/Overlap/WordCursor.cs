using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Overlap;

/// <summary>
/// Reads the words that overlaps are counted in: runs of letters and digits, and each ideograph. Case, marks on Latin letters, underscores and invisible characters within a word do not
/// matter, nor does anything between words.
/// </summary>
/// <remarks>Whether a word begins at a place is told by <see cref="MaxSkipped"/> + 1 characters before it, so that a text in pieces has the words of the whole.</remarks>
ref struct WordCursor
{
    /// <summary>A word with more letters counts as one that no text shares.</summary>
    public const int MaxLetters = 64;

    /// <summary>So many characters in a row that do not matter may stand within a word; more of them end it.</summary>
    public const int MaxSkipped = 8;

    /// <summary>Marks of code between two words that count: a ruler of signs is no code.</summary>
    const int MaxMarks = 6;

    const byte Gap = 0;
    const byte Letter = 1;
    const byte Ideograph = 2;
    const byte Skipped = 3;

    /// <summary>By UTF-16 unit.</summary>
    static readonly byte[] Classes = MakeClasses();

    readonly ReadOnlySpan<char> text;
    readonly Span<char> folded;
    readonly bool isAll;
    int at;
    int letters;

    /// <param name="text">What is known.</param>
    /// <param name="from">Words that begin before are not told.</param>
    /// <param name="isAll">Nothing follows.</param>
    /// <param name="room"><see cref="MaxLetters"/> characters.</param>
    public WordCursor(ReadOnlySpan<char> text, int from, bool isAll, Span<char> room)
    {
        this.text = text;
        this.isAll = isAll;
        folded = room;
        at = from;
        if (from < text.Length && Continues(text, from))
            PassWord();
    }

    /// <summary>Where the word begins.</summary>
    public int Start { get; private set; }

    /// <summary>Behind its last letter.</summary>
    public int End { get; private set; }

    /// <summary>Its letters in lower case; empty for a word that is too long.</summary>
    public readonly ReadOnlySpan<char> Folded => letters > MaxLetters ? default : folded[..letters];

    /// <summary>What follows may still belong to it: the last word of a text that goes on.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Brackets and operators between the word before and this one: a few at most.</summary>
    public int Marks { get; private set; }

    /// <summary>A line ends between the word before and this one.</summary>
    public bool IsOnNewLine { get; private set; }

    /// <summary>It could be a name: an ideograph, or three letters of which the first is no digit.</summary>
    public readonly bool IsName => letters is > 2 and <= MaxLetters && !char.IsDigit(folded[0]) || IsIdeograph;

    readonly bool IsIdeograph => letters == 1 && Classes[folded[0]] == Ideograph;

    /// <summary>Goes on to the next word, and tells whether there is one.</summary>
    public bool Next()
    {
        (Marks, IsOnNewLine) = (0, false);
        for (; at < text.Length; at++)
        {
            var c = text[at];
            switch (Classes[c])
            {
                case Ideograph:
                    (Start, End, letters, IsOpen) = (at, ++at, 1, false);
                    folded[0] = c;
                    return true;
                case Letter:
                    Start = at;
                    PassWord();
                    return true;
                case Gap when c == '\n':
                    IsOnNewLine = true;
                    break;
                case Gap when IsMark(c, at > 0 ? text[at - 1] : ' ') && Marks < MaxMarks:
                    Marks++;
                    break;
            }
        }
        return false;
    }

    void PassWord()
    {
        (letters, IsOpen) = (0, false);
        var skipped = 0;
        for (; at < text.Length && skipped <= MaxSkipped; at++)
        {
            var kind = Classes[text[at]];
            if (kind == Letter)
            {
                if (letters < MaxLetters)
                    folded[letters] = CharacterTable.Fold(text[at]);
                letters++;
                (skipped, End) = (0, at + 1);
            }
            else if (kind == Skipped)
                skipped++;
            else
                return;
        }
        IsOpen = at == text.Length && skipped <= MaxSkipped && !isAll;
    }

    /// <summary>Whether the letter at a place belongs to a word that began before.</summary>
    static bool Continues(ReadOnlySpan<char> text, int place)
    {
        if (Classes[text[place]] == Gap)
            return false;
        var before = place - 1;
        while (before >= 0 && place - before <= MaxSkipped && Classes[text[before]] == Skipped)
            before--;
        return before >= 0 && Classes[text[before]] == Letter;
    }

    /// <summary>Signs that prose has few of; of an operator with several characters the first counts.</summary>
    static bool IsMark(char c, char before) => c is '(' or ')' or '{' or '}' or '[' or ']' or ';' || IsOperator(c) && !IsOperator(before);

    static bool IsOperator(char c) => c is '=' or '<' or '>' or '+' or '*' or '/' or '&' or '|' or '^' or '%' or '!' or '~';

    static byte[] MakeClasses()
    {
        var classes = new byte[65536];
        for (var unit = 0; unit < classes.Length; unit++)
            classes[unit] = ClassOf((char)unit);
        return classes;
    }

    static byte ClassOf(char c) =>
        CharacterTable.Of(c)
            is CharacterClass.Invisible
                or CharacterClass.Joiner
                or CharacterClass.Direction
                or CharacterClass.Selector
                or CharacterClass.Mark
        || c == '_'
            ? Skipped
            : Kinds.Of(c) switch
            {
                Kinds.Letter => Letter,
                Kinds.Ideograph => Ideograph,
                Kinds.Skip => Skipped,
                _ => Gap,
            };
}
