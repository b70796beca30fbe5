using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Portico.SystemTests.Support;

/// <summary>One operation of the description.</summary>
sealed record ApiOperation(string Method, string Pattern, JsonObject Body)
{
    public override string ToString() => $"{Method} {Pattern}";

    public IEnumerable<JsonNode> Parameters => Body["parameters"]?.AsArray().Select(p => p!) ?? [];

    public bool Takes(string header) => Parameters.Any(p => p.Text("name") == header && p.Text("in") == "header");
}

/// <summary>
/// The OpenAPI document that a node serves, and a check of bodies against its schemas: the part of JSON Schema that the document uses. A keyword that the
/// check does not know fails it, so that nothing is passed over in silence.
/// </summary>
sealed class ApiDocument
{
    static readonly HashSet<string> KnownKeywords = new(StringComparer.Ordinal)
    {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "oneOf",
        "pattern",
        "format",
        "description",
        "default",
        "$ref",
    };

    ApiDocument(JsonObject root)
    {
        Root = root;
        Operations = root["paths"]!
            .AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => new ApiOperation(o.Key.ToUpperInvariant(), p.Key, o.Value!.AsObject())))
            .ToList();
    }

    public JsonObject Root { get; }
    public IReadOnlyList<ApiOperation> Operations { get; }

    public static async Task<ApiDocument> ReadAsync(Node node)
    {
        using var client = node.Client(null);
        return new ApiDocument(JsonNode.Parse(await client.GetStringAsync(new Uri("/api/openapi.json", UriKind.Relative)))!.AsObject());
    }

    /// <summary>The operation that a request is; null when none is described. A name of its own comes before a placeholder.</summary>
    public ApiOperation? Find(string method, string path) =>
        Operations
            .Where(o =>
                o.Method == method
                && Regex.IsMatch(
                    path.Split('?')[0],
                    "^" + Regex.Replace(Regex.Escape(o.Pattern).Replace("\\{", "{", StringComparison.Ordinal), "{[^}]+}", "[^/]+") + "$"
                )
            )
            .MinBy(o => o.Pattern.Count(c => c == '{'));

    public JsonNode Resolve(JsonNode schema)
    {
        while (schema["$ref"] is { } reference)
        {
            JsonNode? at = Root;
            foreach (var part in reference.GetValue<string>().TrimStart('#', '/').Split('/'))
                at = at?[part];
            schema = at ?? throw new ShouldAssertException($"{reference} leads nowhere");
        }
        return schema;
    }

    /// <summary>What of a value is not as its schema says; empty when all is.</summary>
    public List<string> Check(JsonNode? value, JsonNode schema, string at = "$")
    {
        schema = Resolve(schema);
        var wrong = new List<string>();
        foreach (var (keyword, _) in schema.AsObject())
            if (!KnownKeywords.Contains(keyword))
                wrong.Add($"{at}: this check does not know '{keyword}'");
        if (schema["oneOf"] is JsonArray choices)
        {
            if (choices.Count(c => Check(value, c!, at).Count == 0) != 1)
                wrong.Add($"{at}: {Show(value)} is not exactly one of the choices");
            return wrong;
        }
        if (schema["type"] is { } type && !TypesOf(type).Any(t => IsOf(value, t)))
            wrong.Add($"{at}: {Show(value)} is not of type {type.ToJsonString()}");
        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value)))
            wrong.Add($"{at}: {Show(value)} is not one of {allowed.ToJsonString()}");
        if (value is JsonObject o)
            CheckObject(o, schema, at, wrong);
        else if (value is JsonArray a && schema["items"] is { } items)
            for (var i = 0; i < a.Count; i++)
                wrong.AddRange(Check(a[i], items, $"{at}[{i}]"));
        else if (value is JsonValue v && v.GetValueKind() == JsonValueKind.String)
            CheckText(v.GetValue<string>(), schema, at, wrong);
        return wrong;
    }

    void CheckObject(JsonObject o, JsonNode schema, string at, List<string> wrong)
    {
        foreach (var name in schema["required"]?.AsArray().Select(r => r!.GetValue<string>()) ?? [])
            if (!o.ContainsKey(name))
                wrong.Add($"{at}: '{name}' is missing");
        var known = schema["properties"]?.AsObject();
        foreach (var (name, value) in o)
        {
            if (known?[name] is { } property)
                wrong.AddRange(Check(value, property, $"{at}.{name}"));
            else if (schema["additionalProperties"] is JsonObject more)
                wrong.AddRange(Check(value, more, $"{at}.{name}"));
            else if (schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False)
                wrong.Add($"{at}: '{name}' is not described");
        }
    }

    static void CheckText(string text, JsonNode schema, string at, List<string> wrong)
    {
        if (schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern.GetValue<string>()))
            wrong.Add($"{at}: '{text}' is not of the form {pattern}");
        if (
            schema["format"]?.GetValue<string>() == "date-time"
            && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        )
            wrong.Add($"{at}: '{text}' is not a time");
    }

    static IEnumerable<string> TypesOf(JsonNode type) =>
        type is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [type.GetValue<string>()];

    static bool IsOf(JsonNode? value, string type) =>
        (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("null", JsonValueKind.Null) => true,
            ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => value!.AsValue().TryGetValue<long>(out _),
            ("object", JsonValueKind.Object) => true,
            ("array", JsonValueKind.Array) => true,
            _ => false,
        };

    static string Show(JsonNode? value) => value?.ToJsonString() is { } text ? text[..Math.Min(80, text.Length)] : "null";
}
