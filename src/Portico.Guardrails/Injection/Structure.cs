using System.Buffers;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Injection;

/// <summary>Findings that hold whatever the words say: marks of chat templates, characters and markup that hide text, pictures whose address carries data away.</summary>
static class Structure
{
    const int LeastSmuggled = 8;
    const int LeastInWords = 5;
    const int LeastMarks = 12;

    /// <summary>A value in a query that may be a text: addresses of pictures have short ones.</summary>
    const int LongValue = 48;

    /// <summary>Marks of roles and turns as model makers publish them: ChatML, Llama 2 and 3, Gemma, Phi, Mistral, Command R, DeepSeek.</summary>
    static readonly SearchValues<string> Markers = SearchValues.Create(
        [
            "<|im_start|>",
            "<|im_end|>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|end|>",
            "<|endoftext|>",
            "<|eot_id|>",
            "<|begin_of_text|>",
            "<|start_header_id|>",
            "[INST]",
            "[/INST]",
            "<<SYS>>",
            "<</SYS>>",
            "[SYSTEM_PROMPT]",
            "<start_of_turn>",
            "<end_of_turn>",
            "<|START_OF_TURN_TOKEN|>",
            "<｜User｜>",
            "<｜Assistant｜>",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    static readonly SearchValues<string> Hiding = SearchValues.Create(
        [
            "<!--",
            "display:none",
            "display: none",
            "font-size:0",
            "font-size: 0",
            "visibility:hidden",
            "visibility: hidden",
            "opacity:0;",
            "[//]: #",
            "[comment]: #",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Roles that begin a line of a transcript.</summary>
    static readonly SearchValues<string> Roles = SearchValues.Create(
        [
            "\nsystem:",
            "\n[system]",
            "\n<system>",
            "\nassistant:",
            "\n### system",
            "\n### instruction:",
            "</user_input>",
            "</context>",
            "</document>",
            "</tool_result>",
            "[end of document]",
            "[system message]",
            "system override:",
            "-- end of ",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    public static void Find(NormalText text, TextChannel channel, List<Finding> reasons)
    {
        Hidden(text, reasons);
        Marks(text, channel, reasons);
        Pictures(text, channel, reasons);
    }

    /// <summary>The piece that markup hides from a person around a place, if any.</summary>
    public static bool IsHidden(string text, int place)
    {
        var from = Math.Max(0, place - 200);
        var before = text.AsSpan(from, place - from);
        for (var at = before.IndexOfAny(Hiding); at >= 0; )
        {
            var rest = before[(at + 1)..];
            if (
                !rest.Contains("-->", StringComparison.Ordinal)
                && !rest.Contains("</", StringComparison.Ordinal)
                && !rest.Contains(")\n", StringComparison.Ordinal)
            )
                return true;
            var next = rest.IndexOfAny(Hiding);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return false;
    }

    static void Hidden(NormalText text, List<Finding> reasons)
    {
        var counts = text.Counts;
        var letters = text.Text.Length;
        var score =
            counts.Tags >= LeastSmuggled || counts.Selectors >= LeastSmuggled ? 0.97f
            : counts.Directions > 0 && TurnsLatin(text.Original) ? 0.9f
            : counts.InWords >= LeastInWords && counts.InWords * 40 >= letters ? 0.9f
            : counts.Marks + MarksKept(text) >= LeastMarks && (counts.Marks + MarksKept(text)) * 4 >= letters ? 0.8f
            : 0;
        if (score > 0)
        {
            var (from, until) = Span(text.Original);
            reasons.Add(new Finding(from, until - from, InjectionKinds.HiddenText, score));
        }
    }

    /// <summary>Marks on letters of ASCII, which no language writes in such numbers when they come apart.</summary>
    static int MarksKept(NormalText text)
    {
        if (ReferenceEquals(text.Text, text.Original))
            return 0;
        var count = 0;
        for (var at = 1; at < text.Text.Length; at++)
            count += text.Text[at] is >= '\u0300' and <= '\u036F' && char.IsAscii(text.Text[at - 1]) ? 1 : 0;
        return count;
    }

    static bool TurnsLatin(string text)
    {
        var from = text.AsSpan().IndexOfAny('\u202D', '\u202E');
        var letters = 0;
        for (var at = from + 1; at < text.Length && text[at] != '\u202C'; at++)
            letters += char.IsAsciiLetter(text[at]) ? 1 : 0;
        return letters >= LeastSmuggled;
    }

    /// <summary>From the first character that is not seen to the last.</summary>
    static (int From, int Until) Span(string text)
    {
        var (from, until) = (-1, 0);
        for (var at = 0; at < text.Length; at++)
        {
            var kind = CharacterTable.Of(text[at]);
            var unseen =
                kind
                    is CharacterClass.Invisible
                        or CharacterClass.Joiner
                        or CharacterClass.Direction
                        or CharacterClass.Selector
                        or CharacterClass.Mark
                || text[at] == '\uDB40';
            if (!unseen)
                continue;
            from = from < 0 ? at : from;
            until = Math.Min(text.Length, at + (text[at] == '\uDB40' ? 2 : 1));
        }
        return (Math.Max(from, 0), until);
    }

    static void Marks(NormalText text, TextChannel channel, List<Finding> reasons)
    {
        var data = channel is TextChannel.Retrieved or TextChannel.Tool;
        var at = text.Text.AsSpan().IndexOfAny(Markers);
        if (at >= 0)
        {
            Put(text, InjectionKinds.Template, at, EndOfLine(text.Text, at), data ? 0.8f : 0.4f, reasons);
            return;
        }
        at = data ? text.Text.AsSpan().IndexOfAny(Roles) : -1;
        if (at >= 0)
            Put(text, InjectionKinds.Template, at, EndOfLine(text.Text, at + 1), 0.35f, reasons);
    }

    /// <summary>A picture is fetched without anybody's doing: its query takes data along.</summary>
    static void Pictures(NormalText text, TextChannel channel, List<Finding> reasons)
    {
        var all = text.Text.AsSpan();
        for (var from = 0; from < all.Length; )
        {
            var at = all[from..].IndexOf("](http", StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return;
            at += from;
            var end = all[at..].IndexOfAny(')', '\n');
            end = end < 0 ? all.Length : at + end;
            var address = all[(at + 2)..end];
            var query = address.IndexOf('?');
            if (query >= 0 && CarriesData(address[(query + 1)..]))
            {
                var line = all[..at].LastIndexOf('[');
                Put(text, InjectionKinds.Exfiltration, Math.Max(0, line), end, channel == TextChannel.User ? 0.6f : 0.85f, reasons);
                return;
            }
            from = end;
        }
    }

    static bool CarriesData(ReadOnlySpan<char> query)
    {
        foreach (var part in query.Split('&'))
        {
            var value = query[part];
            value = value[(value.IndexOf('=') + 1)..];
            if (value.Length >= LongValue || value.ContainsAny('{', '[', '<') || value.ContainsAny('$', ' '))
                return true;
        }
        return query.Contains("secret", StringComparison.OrdinalIgnoreCase)
            || query.Contains("conversation", StringComparison.OrdinalIgnoreCase)
            || query.Contains("history", StringComparison.OrdinalIgnoreCase);
    }

    static int EndOfLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    static void Put(NormalText text, string kind, int from, int until, float score, List<Finding> reasons)
    {
        var (start, length) = text.Piece(from, until - from);
        reasons.Add(new Finding(start, length, kind, score));
    }
}
