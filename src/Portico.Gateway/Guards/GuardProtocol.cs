using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Gateway.Stages;

namespace Portico.Gateway.Guards;

/// <summary>A place in a text, in UTF-16 units.</summary>
readonly record struct GuardSpan(int Start, int Length);

/// <summary>What somebody said of a text.</summary>
/// <param name="Flagged">It is what the guard looks for.</param>
/// <param name="Score">How sure that is, 0 to 1.</param>
/// <param name="Reason">In words; short, and without control characters.</param>
/// <param name="Spans">Where; sorted, none over another.</param>
readonly record struct GuardVerdict(bool Flagged, double Score, string? Reason, IReadOnlyList<GuardSpan> Spans);

/// <summary>There is no verdict.</summary>
/// <param name="why">For callers: names no host.</param>
/// <param name="detail">For the trail; null = the same.</param>
/// <param name="inner">The cause.</param>
sealed class GuardFailedException(string why, string? detail = null, Exception? inner = null) : Exception(why, inner)
{
    public string Detail { get; } = detail ?? why;
}

/// <summary>What goes to a guard and how its answer is read, which is believed no further than it has to be. Pure. See docs/how-to/ask-a-guard.md.</summary>
static class GuardProtocol
{
    public const int Version = 1;

    /// <summary>UTF-16 units of all texts that go to a guard at once.</summary>
    public const int MostChars = 1_000_000;
    public const int MostReason = 200;
    const int MostSpans = 1_000;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <exception cref="GuardFailedException">The texts are more than a guard is given.</exception>
    public static byte[] Write(string call, string guard, IReadOnlyList<CallText> texts)
    {
        CheckLength(texts);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, Version);
            json.WriteString("call"u8, call);
            json.WriteString("guard"u8, guard);
            json.WriteStartArray("texts"u8);
            for (var i = 0; i < texts.Count; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, i);
                json.WriteString("channel"u8, TextPlace.Names.Of(texts[i].Channel));
                json.WriteString("where"u8, texts[i].Where.ToString());
                json.WriteString("text"u8, texts[i].Text);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    public static void CheckLength(IReadOnlyList<CallText> texts)
    {
        if (texts.Sum(t => (long)t.Text.Length) > MostChars)
            throw new GuardFailedException(
                string.Create(CultureInfo.InvariantCulture, $"its texts have more than the {MostChars} characters that a guard is given")
            );
    }

    /// <summary>One verdict for each text, in their order.</summary>
    /// <exception cref="GuardFailedException">It is no answer to these texts.</exception>
    public static GuardVerdict[] Read(ReadOnlyMemory<byte> answer, IReadOnlyList<CallText> texts)
    {
        try
        {
            using var document = JsonDocument.Parse(answer, Strict);
            if (
                document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("verdicts"u8, out var said)
                || said.ValueKind != JsonValueKind.Array
            )
                throw Bad("its answer has no list of verdicts");
            if (said.GetArrayLength() != texts.Count)
                throw Bad($"it gave {said.GetArrayLength()} verdicts for {texts.Count} texts");
            var verdicts = new GuardVerdict?[texts.Count];
            foreach (var one in said.EnumerateArray())
            {
                if (one.ValueKind != JsonValueKind.Object)
                    throw Bad("a verdict is no object");
                if (Number(one, "index"u8) is not { } index || index < 0 || index >= texts.Count || verdicts[index] is not null)
                    throw Bad("its verdicts do not name each text once");
                verdicts[index] = Verdict(one, texts[index].Text);
            }
            return Array.ConvertAll(verdicts, v => v!.Value);
        }
        catch (JsonException e)
        {
            throw new GuardFailedException("its answer is no JSON that can be read", null, e);
        }
    }

    static GuardVerdict Verdict(JsonElement one, string text)
    {
        if (!one.TryGetProperty("flagged"u8, out var said) || said.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw Bad("a verdict does not say whether it flags");
        var flagged = said.ValueKind == JsonValueKind.True;
        var score = flagged ? 1d : 0d;
        if (Member(one, "score"u8) is { } number)
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetDouble(out score) || score is not (>= 0 and <= 1))
                throw Bad("a score is no number from 0 to 1");
        string? reason = null;
        if (Member(one, "reason"u8) is { } words)
            reason = words.ValueKind == JsonValueKind.String ? Clean(words.GetString()!) : throw Bad("a reason is no text");
        var spans = Member(one, "spans"u8) is { } places ? Spans(places, text) : [];
        return flagged || spans.Count == 0
            ? new GuardVerdict(flagged, score, reason, spans)
            : throw Bad("a text that it does not flag has spans");
    }

    static IReadOnlyList<GuardSpan> Spans(JsonElement places, string text)
    {
        if (places.ValueKind != JsonValueKind.Array || places.GetArrayLength() > MostSpans)
            throw Bad($"spans are no list of at most {MostSpans}");
        var spans = new List<GuardSpan>();
        foreach (var one in places.EnumerateArray())
        {
            if (
                one.ValueKind != JsonValueKind.Object
                || Number(one, "start"u8) is not { } start
                || Number(one, "length"u8) is not { } length
                || start < 0
                || length < 1
                || length > text.Length - start
                || Cuts(text, start)
                || Cuts(text, start + length)
            )
                throw Bad("a span lies outside of its text, or cuts a character");
            spans.Add(new GuardSpan(start, length));
        }
        return Merged(spans);
    }

    /// <summary>Sorted, those that meet or lie over each other as one.</summary>
    public static List<GuardSpan> Merged(IEnumerable<GuardSpan> spans)
    {
        var merged = new List<GuardSpan>();
        foreach (var span in spans.OrderBy(s => s.Start).ThenBy(s => s.Length))
            if (merged is [.., var last] && span.Start <= last.Start + last.Length)
                merged[^1] = last with { Length = Math.Max(last.Length, span.Start + span.Length - last.Start) };
            else
                merged.Add(span);
        return merged;
    }

    static bool Cuts(string text, int at) => at > 0 && at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]);

    /// <summary>Words of somebody else for a caller: one line, without what a terminal or a page would do something for.</summary>
    public static string? Clean(string reason)
    {
        var clean = new StringBuilder(Math.Min(reason.Length, MostReason + 1));
        foreach (var rune in reason.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                clean.Append(' ');
            else if (category is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
                clean.Append(rune.ToString());
            if (clean.Length > MostReason)
                break;
        }
        var line = clean.ToString().Trim();
        return line.Length == 0 ? null : ShortText.UpTo(line, MostReason);
    }

    static JsonElement? Member(JsonElement of, ReadOnlySpan<byte> name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    static int? Number(JsonElement of, ReadOnlySpan<byte> name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number)
            ? number
            : null;

    static GuardFailedException Bad(string why) => new(why);
}
