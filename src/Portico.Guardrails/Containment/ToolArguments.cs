using System.Text.Json;

namespace Portico.Guardrails.Containment;

/// <summary>What is wrong with arguments: where, as a JSON pointer, and what, in words that go behind the name of the argument.</summary>
readonly record struct ArgumentProblem(string? Pointer, string What);

/// <summary>Reads the arguments of a call so that every reader behind understands the same by them, or not at all.</summary>
static class ToolArguments
{
    /// <summary>UTF-16 units; larger ones are denied unread.</summary>
    public const int MaxChars = 262_144;

    /// <summary>Objects and lists within each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>Characters of a pointer in a reason.</summary>
    const int MaxPointer = 160;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>
    /// The object, or null and what is wrong. White space alone is an empty object, since some models write none for no arguments.
    /// </summary>
    public static JsonElement? Read(string text, out ArgumentProblem problem)
    {
        problem = default;
        if (text.Length > MaxChars)
            problem = new(null, $"have more than {MaxChars} characters; send less");
        else if (DepthOf(text) > MaxDepth)
            problem = new(null, $"go deeper than {MaxDepth} levels; send them flatter");
        else if (string.IsNullOrWhiteSpace(text))
            return Parse("{}");
        if (problem.What is not null)
            return null;
        try
        {
            var root = Parse(text);
            problem =
                root.ValueKind != JsonValueKind.Object
                    ? new(null, "are no JSON object; send { } with the arguments by name")
                    : Look(root, []) ?? default;
            return problem.What is null ? root : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            problem = new(null, "are no JSON; send one well-formed JSON object");
            return null;
        }
        catch (InvalidOperationException)
        {
            problem = new(null, "hold half of a character (a lone surrogate); send whole ones");
            return null;
        }
    }

    /// <summary>Calls back for every name, string and number, in their order, with the path to it.</summary>
    public static void Visit(JsonElement at, List<string> path, Action<List<string>, string, bool> leaf)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in at.EnumerateObject())
                {
                    path.Add(member.Name);
                    leaf(path, member.Name, true);
                    Visit(member.Value, path, leaf);
                    path.RemoveAt(path.Count - 1);
                }
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in at.EnumerateArray())
                {
                    path.Add(index++.ToString());
                    Visit(item, path, leaf);
                    path.RemoveAt(path.Count - 1);
                }
                break;
            case JsonValueKind.String:
                leaf(path, at.GetString()!, false);
                break;
            case JsonValueKind.Number:
                leaf(path, at.GetRawText(), false);
                break;
        }
    }

    /// <summary>A path as RFC 6901 writes it, cut to what a reason can bear.</summary>
    public static string Pointer(IReadOnlyList<string> path) =>
        Printable.Of(
            string.Concat(
                path.Select(p => "/" + p.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal))
            ),
            MaxPointer
        );

    static JsonElement Parse(string text) => JsonElement.Parse(text, Strict);

    /// <summary>
    /// Reads every name and string once, so that nothing behind can throw, and looks for names that two readers may take for different
    /// ones.
    /// </summary>
    static ArgumentProblem? Look(JsonElement at, List<string> path)
    {
        if (at.ValueKind == JsonValueKind.String)
            _ = at.GetString();
        else if (at.ValueKind == JsonValueKind.Number && !(at.TryGetDouble(out var number) && double.IsFinite(number)))
            return new(Pointer(path), "is too large a number; send one that a double can hold");
        else if (at.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in at.EnumerateArray())
            {
                path.Add(index++.ToString());
                if (Look(item, path) is { } problem)
                    return problem;
                path.RemoveAt(path.Count - 1);
            }
        }
        else if (at.ValueKind == JsonValueKind.Object)
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var member in at.EnumerateObject())
            {
                path.Add(member.Name);
                if (!names.Add(member.Name))
                    return new(Pointer(path), "stands twice, if in another case of letters; send each name once");
                if (Look(member.Value, path) is { } problem)
                    return problem;
                path.RemoveAt(path.Count - 1);
            }
        }
        return null;
    }

    static int DepthOf(string text)
    {
        var (depth, deepest, inString) = (0, 0, false);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\' when inString:
                    at++;
                    break;
                case '"':
                    inString = !inString;
                    break;
                case '{' or '[' when !inString:
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case '}' or ']' when !inString:
                    depth--;
                    break;
            }
        }
        return deepest;
    }
}
