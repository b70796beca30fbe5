using System.Text.Json;

namespace Portico.Providers.Simulated;

/// <summary>Makes the simplest JSON value that fits a schema: enough of JSON Schema for tools and structured answers.</summary>
static class SchemaSample
{
    const int MaxDepth = 32;

    public static string For(JsonElement? schema)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (schema is { ValueKind: JsonValueKind.Object } s)
                Write(json, s, s, 0);
            else
                json.WriteRawValue("{\"answer\":\"simulated\"}");
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    static void Write(Utf8JsonWriter json, JsonElement schema, JsonElement root, int depth)
    {
        schema = Follow(schema, root);
        if (depth > MaxDepth || schema.ValueKind != JsonValueKind.Object)
        {
            json.WriteNullValue();
            return;
        }
        if (schema.TryGetProperty("const"u8, out var constant))
        {
            constant.WriteTo(json);
            return;
        }
        if (schema.TryGetProperty("enum"u8, out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
        {
            values[0].WriteTo(json);
            return;
        }
        foreach (var choice in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
            if (schema.TryGetProperty(choice, out var options) && options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0)
            {
                Write(json, options[0], root, depth + 1);
                return;
            }
        WriteType(json, schema, root, depth);
    }

    static void WriteType(Utf8JsonWriter json, JsonElement schema, JsonElement root, int depth)
    {
        switch (TypeOf(schema))
        {
            case "string":
                json.WriteStringValue(Text(schema));
                break;
            case "integer":
            case "number":
                json.WriteNumberValue(Number(schema));
                break;
            case "boolean":
                json.WriteBooleanValue(true);
                break;
            case "null":
                json.WriteNullValue();
                break;
            case "array":
                json.WriteStartArray();
                var count = schema.TryGetProperty("minItems"u8, out var items) && items.TryGetInt32(out var n) ? Math.Clamp(n, 1, 16) : 1;
                if (schema.TryGetProperty("items"u8, out var item))
                    for (var i = 0; i < count; i++)
                        Write(json, item, root, depth + 1);
                json.WriteEndArray();
                break;
            default:
                json.WriteStartObject();
                if (schema.TryGetProperty("properties"u8, out var properties) && properties.ValueKind == JsonValueKind.Object)
                    foreach (var property in properties.EnumerateObject())
                    {
                        json.WritePropertyName(property.Name);
                        Write(json, property.Value, root, depth + 1);
                    }
                json.WriteEndObject();
                break;
        }
    }

    /// <summary>1, moved into the schema's bounds.</summary>
    static long Number(JsonElement schema)
    {
        long Bound(string name, long otherwise) =>
            schema.TryGetProperty(name, out var e) && e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var n) ? n : otherwise;
        var min = Math.Max(Bound("minimum", long.MinValue), Math.Min(Bound("exclusiveMinimum", long.MinValue), long.MaxValue - 1) + 1);
        var max = Math.Min(Bound("maximum", long.MaxValue), Math.Max(Bound("exclusiveMaximum", long.MaxValue), long.MinValue + 1) - 1);
        return Math.Min(Math.Max(1, min), max);
    }

    static string Text(JsonElement schema)
    {
        var text =
            schema.TryGetProperty("format"u8, out var format) && format.ValueKind == JsonValueKind.String
                ? format.GetString() switch
                {
                    "date" => "2026-01-01",
                    "date-time" => "2026-01-01T00:00:00Z",
                    "email" => "someone@example.com",
                    "uri" => "https://example.com/",
                    _ => "simulated",
                }
                : "simulated";
        return schema.TryGetProperty("minLength"u8, out var min) && min.TryGetInt32(out var n) && n > text.Length
            ? text.PadRight(Math.Min(n, 4096), '.')
            : text;
    }

    static string TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type"u8, out var type))
            return "object";
        if (type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0)
            type = type[0];
        return type.ValueKind == JsonValueKind.String ? type.GetString()! : "object";
    }

    static JsonElement Follow(JsonElement schema, JsonElement root)
    {
        if (
            schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("$ref"u8, out var reference)
            || reference.GetString() is not { } path
            || !path.StartsWith("#/", StringComparison.Ordinal)
        )
            return schema;
        var at = root;
        foreach (var part in path[2..].Split('/'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
                return default;
        return at;
    }
}
