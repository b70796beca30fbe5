using System.Text;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>
/// Reads frames: <c>{slot}</c> is filled in, one of <c>[this|that]</c> is chosen, <c>\n</c> and <c>\t</c> are a new line and a tab. Braces around anything else and brackets without a choice are text.
/// </summary>
static class FrameReader
{
    /// <summary>In frames from elsewhere these stand for the signs that have a meaning here.</summary>
    const string Escaped = "\uE001\uE002\uE003\uE004\uE005\uE006";
    const string Signs = "{}[]|\\";

    public static string Escape(string text)
    {
        for (var i = 0; i < Signs.Length; i++)
            text = text.Replace(Signs[i], Escaped[i]);
        return text;
    }

    public static string Unescape(string text)
    {
        for (var i = 0; i < Signs.Length; i++)
            text = text.Replace(Escaped[i], Signs[i]);
        return text;
    }

    /// <summary>The lines of a block of frames.</summary>
    public static string[] Lines(string frames) =>
        frames.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Chooses one of each choice, inner ones too.</summary>
    public static string Choose(string frame, SeededChance chance)
    {
        var text = new StringBuilder();
        for (var at = 0; at < frame.Length; at++)
        {
            if (frame[at] == '\\' && at + 1 < frame.Length && frame[at + 1] is 'n' or 't')
            {
                text.Append(frame[++at] == 'n' ? '\n' : '\t');
                continue;
            }
            if (frame[at] == '[' && Choices(frame, at) is { Count: > 1 } choices)
            {
                text.Append(Choose(choices[chance.Below(choices.Count)], chance));
                at = choices.Sum(choice => choice.Length) + choices.Count + at;
                continue;
            }
            text.Append(frame[at]);
        }
        return text.ToString();
    }

    /// <summary>The name of the slot whose brace opens at <paramref name="at"/>, or null where none does.</summary>
    public static string? Slot(string frame, int at)
    {
        if (frame[at] != '{')
            return null;
        var end = at + 1;
        while (end < frame.Length && (char.IsAsciiLetterOrDigit(frame[end]) || frame[end] == ':'))
            end++;
        return end < frame.Length && frame[end] == '}' && end > at + 1 ? frame[(at + 1)..end] : null;
    }

    static List<string> Choices(string frame, int at)
    {
        var choices = new List<string>();
        var begin = at + 1;
        var depth = 0;
        for (var i = begin; i < frame.Length; i++)
        {
            if (frame[i] == '[')
                depth++;
            else if (frame[i] == ']' && depth-- == 0 || frame[i] == '|' && depth == 0)
            {
                choices.Add(frame[begin..i]);
                begin = i + 1;
                if (frame[i] == ']')
                    return choices;
            }
        }
        return [];
    }
}
