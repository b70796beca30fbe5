using System.Text.Json;

namespace Portico.Guardrails.Training;

/// <summary>Where something stands in a text, in UTF-16 units.</summary>
public sealed record LabelledSpan(int Start, int End, string Type);

/// <summary>A labelled text.</summary>
public sealed record LabelledText(
    string Set,
    string Id,
    string Text,
    string Label,
    string Kind,
    IReadOnlyList<LabelledSpan> Spans,
    JsonElement? Meta
)
{
    /// <summary>Items made from one source or template share it: they are never on two sides of a split.</summary>
    public string Group => Id[..Id.LastIndexOf('-')];

    public bool IsPositive => Label is "attack" or "harmful" or "secret" or "pii" or "valid";
}

/// <summary>Sets of labelled texts, a JSON object a line. Who has them gives the lines: nothing here reads a file.</summary>
/// <param name="lines">The lines of a set, by its name.</param>
public sealed class LabelledSets(Func<string, IEnumerable<string>> lines)
{
    /// <summary>The file of a set in its folder.</summary>
    public const string File = "dev.jsonl";

    /// <summary>No set at all: what is trained then is trained on the product's own patterns.</summary>
    public static LabelledSets None => new(_ => []);

    public IReadOnlyList<LabelledText> Read(string set)
    {
        var items = new List<LabelledText>();
        foreach (var line in lines(set))
        {
            using var json = JsonDocument.Parse(line);
            var item = json.RootElement;
            var text = item.GetProperty("text").GetString()!;
            var spans = item.TryGetProperty("spans", out var found)
                ? found
                    .EnumerateArray()
                    .Select(s => new LabelledSpan(
                        Utf16(text, s.GetProperty("start").GetInt32()),
                        Utf16(text, s.GetProperty("end").GetInt32()),
                        s.TryGetProperty("type", out var type) ? type.GetString() ?? "" : ""
                    ))
                    .ToList()
                : [];
            items.Add(
                new LabelledText(
                    set,
                    item.GetProperty("id").GetString()!,
                    text,
                    item.GetProperty("label").GetString()!,
                    item.TryGetProperty("kind", out var kind) ? kind.GetString() ?? "" : "",
                    spans,
                    item.TryGetProperty("meta", out var meta) ? meta.Clone() : null
                )
            );
        }
        return items;
    }

    /// <summary>From code points, as the sets count, to UTF-16 units.</summary>
    static int Utf16(string text, int codePoints)
    {
        var at = 0;
        for (; codePoints > 0 && at < text.Length; codePoints--)
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        return at;
    }
}
