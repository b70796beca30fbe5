using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.Models.Cards;

/// <summary>Takes values out of the document and notes what has the wrong shape.</summary>
sealed class JsonReader(List<CardProblem> problems)
{
    public List<CardProblem> Problems => problems;

    static string In(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public string? String(JsonObject at, string name, string path)
    {
        if (at[name] is not { } node)
            return null;
        if (node is JsonValue value && value.TryGetValue<string>(out var text))
            return text;
        problems.Add(new CardProblem(In(path, name), "must be a text."));
        return null;
    }

    public JsonObject? Object(JsonObject at, string name, string path)
    {
        if (at[name] is null or JsonObject)
            return at[name]?.AsObject();
        problems.Add(new CardProblem(In(path, name), "must be an object."));
        return null;
    }

    public IReadOnlyList<string> Strings(JsonObject at, string name, string path)
    {
        if (at[name] is null)
            return [];
        if (at[name] is JsonArray list && list.All(n => n?.GetValueKind() == JsonValueKind.String))
            return list.Select(n => n!.GetValue<string>()).ToList();
        problems.Add(new CardProblem(In(path, name), "must be a list of texts."));
        return [];
    }

    public IEnumerable<(JsonObject Node, string Path)> Objects(JsonObject at, string name, string path)
    {
        if (at[name] is not { } node)
            yield break;
        if (node is not JsonArray list)
        {
            problems.Add(new CardProblem(In(path, name), "must be a list."));
            yield break;
        }
        for (var i = 0; i < list.Count; i++)
            if (list[i] is JsonObject one)
                yield return (one, $"{In(path, name)}[{i}]");
            else
                problems.Add(new CardProblem($"{In(path, name)}[{i}]", "must be an object."));
    }
}
