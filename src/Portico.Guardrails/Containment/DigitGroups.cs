namespace Portico.Guardrails.Containment;

/// <summary>Digits that are written as one number: with spaces, dots, dashes or brackets between them, or without.</summary>
static class DigitGroups
{
    /// <summary>Marks between two digits of one number, at most: a bracket and a space.</summary>
    const int MaxGap = 2;

    /// <summary>Reads the group that begins at a digit: its digits, each one's place, and where it ends.</summary>
    public static int Read(ReadOnlySpan<char> text, int at, List<char> digits, List<int> places)
    {
        var last = at;
        for (var gap = 0; at < text.Length && gap <= MaxGap; at++)
        {
            if (char.IsAsciiDigit(text[at]))
            {
                digits.Add(text[at]);
                places.Add(at);
                (last, gap) = (at, 0);
            }
            else if (text[at] is ' ' or '-' or '.' or '/' or '(' or ')' or '+')
                gap++;
            else
                break;
        }
        return last + 1;
    }
}
