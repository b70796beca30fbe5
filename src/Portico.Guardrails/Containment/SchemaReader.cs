using System.Text.Json;

namespace Portico.Guardrails.Containment;

/// <summary>Reads a schema of arguments. See <see cref="ArgumentSchema"/> for the keywords.</summary>
sealed class SchemaReader
{
    /// <summary>Schemas within each other.</summary>
    public const int MaxDepth = 16;

    /// <summary>Schemas in one.</summary>
    public const int MaxNodes = 2_000;

    /// <summary>UTF-16 units of a schema.</summary>
    public const int MaxChars = 262_144;

    readonly string tool;
    int nodes;

    SchemaReader(string tool) => this.tool = tool;

    /// <exception cref="ToolPolicyException">It is none, or asks for what nothing here checks.</exception>
    public static ArgumentSchema Read(string text, string tool)
    {
        var reader = new SchemaReader(tool);
        if (text.Length > MaxChars)
            throw reader.Bad("", $"has more than {MaxChars} characters");
        try
        {
            var root = JsonElement.Parse(text, new() { AllowDuplicateProperties = false });
            return reader.Node(root, "", 0);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw reader.Bad("", "is no JSON with each name once and each keyword of its type: " + e.Message);
        }
    }

    ArgumentSchema Node(JsonElement at, string where, int depth)
    {
        if (at.ValueKind == JsonValueKind.True)
            return ArgumentSchema.Anything;
        if (at.ValueKind != JsonValueKind.Object)
            throw Bad(where, "must be an object");
        if (depth > MaxDepth || ++nodes > MaxNodes)
            throw Bad(where, $"is deeper than {MaxDepth} levels, or one of more than {MaxNodes}");
        foreach (var keyword in at.EnumerateObject())
            if (KindsOf(keyword.Name) is null)
                throw Bad(where + "/" + keyword.Name, "is a keyword that is not checked here; leave it out");
        var length = (Whole(at, "minLength", where) ?? 0, Whole(at, "maxLength", where) ?? int.MaxValue);
        var count = (Whole(at, "minItems", where) ?? 0, Whole(at, "maxItems", where) ?? int.MaxValue);
        var hosts = Hosts(at, where, out var isMail);
        return new()
        {
            Kinds = Kinds(at, where),
            Properties = Properties(at, where, depth),
            Required = at.TryGetProperty("required", out var required) ? [.. required.EnumerateArray().Select(r => r.GetString()!)] : [],
            Additional = Additional(at, where, depth),
            Items = at.TryGetProperty("items", out var items) ? Node(items, where + "/items", depth + 1) : null,
            OneOf =
                at.TryGetProperty("const", out var only) ? [only]
                : at.TryGetProperty("enum", out var some) ? [.. some.EnumerateArray()]
                : null,
            Minimum = at.TryGetProperty("minimum", out var minimum) ? minimum.GetDouble() : double.NegativeInfinity,
            Maximum = at.TryGetProperty("maximum", out var maximum) ? maximum.GetDouble() : double.PositiveInfinity,
            Length = length,
            Count = count,
            Pattern = Pattern(at, where),
            Hosts = hosts,
            IsMail = isMail,
        };
    }

    /// <summary>What a keyword speaks of; null for one that is not known.</summary>
    static JsonKinds? KindsOf(string keyword) =>
        keyword switch
        {
            "properties" or "required" or "additionalProperties" => JsonKinds.Object,
            "items" or "minItems" or "maxItems" => JsonKinds.Array,
            "minLength" or "maxLength" or "pattern" or "format" or "hosts" => JsonKinds.String,
            "minimum" or "maximum" => JsonKinds.Number,
            "type" or "enum" or "const" => JsonKinds.None,
            "title" or "description" or "default" or "examples" or "deprecated" or "$schema" or "$comment" => JsonKinds.None,
            _ => null,
        };

    JsonKinds Kinds(JsonElement at, string where)
    {
        var spoken = JsonKinds.None;
        foreach (var keyword in at.EnumerateObject())
            spoken |= KindsOf(keyword.Name) ?? JsonKinds.None;
        if (!at.TryGetProperty("type", out var type))
            return spoken == JsonKinds.None ? JsonKinds.Any : spoken;
        var given = JsonKinds.None;
        foreach (var name in type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()) : [type.GetString()])
            given |= name switch
            {
                "object" => JsonKinds.Object,
                "array" => JsonKinds.Array,
                "string" => JsonKinds.String,
                "number" => JsonKinds.Number,
                "integer" => JsonKinds.Integer,
                "boolean" => JsonKinds.Boolean,
                "null" => JsonKinds.Null,
                _ => throw Bad(where + "/type", "names no type of JSON"),
            };
        // An integer is a number to a keyword.
        if ((spoken & ~(given | ((given & JsonKinds.Integer) != JsonKinds.None ? JsonKinds.Number : JsonKinds.None))) != JsonKinds.None)
            throw Bad(where, "has keywords of another type than it names");
        return given;
    }

    Dictionary<string, ArgumentSchema> Properties(JsonElement at, string where, int depth)
    {
        var found = new Dictionary<string, ArgumentSchema>(StringComparer.Ordinal);
        if (at.TryGetProperty("properties", out var properties))
            foreach (var property in properties.EnumerateObject())
                found[property.Name] = Node(property.Value, $"{where}/properties/{property.Name}", depth + 1);
        return found;
    }

    ArgumentSchema? Additional(JsonElement at, string where, int depth) =>
        !at.TryGetProperty("additionalProperties", out var additional) ? ArgumentSchema.Anything
        : additional.ValueKind == JsonValueKind.False ? null
        : Node(additional, where + "/additionalProperties", depth + 1);

    AnchoredPattern? Pattern(JsonElement at, string where)
    {
        if (!at.TryGetProperty("pattern", out var pattern))
            return null;
        try
        {
            return new(pattern.GetString()!);
        }
        catch (PatternException e)
        {
            throw Bad(where + "/pattern", $"cannot be taken at {e.At}: {e.Message}");
        }
    }

    HostList? Hosts(JsonElement at, string where, out bool isMail)
    {
        isMail = false;
        var hasHosts = at.TryGetProperty("hosts", out var hosts);
        if (!at.TryGetProperty("format", out var format))
            return hasHosts ? throw Bad(where + "/hosts", "needs a format of uri-host or email-host") : null;
        isMail = format.GetString() == "email-host";
        if (!isMail && format.GetString() != "uri-host")
            throw Bad(where + "/format", "is neither uri-host nor email-host");
        return hasHosts
            ? new HostList(hosts.EnumerateArray().Select(h => h.GetString()!), $"The schema of '{tool}', {where}/hosts")
            : throw Bad(where + "/hosts", "is missing: a format without hosts allows nothing");
    }

    int? Whole(JsonElement at, string name, string where)
    {
        if (!at.TryGetProperty(name, out var value))
            return null;
        return value.TryGetInt32(out var number) && number >= 0 ? number : throw Bad($"{where}/{name}", "must be a whole number from 0 on");
    }

    ToolPolicyException Bad(string where, string what) => new($"The schema of '{tool}'{(where.Length == 0 ? "" : $" at {where}")} {what}.");
}
