using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Reads tools, tool_choice and response_format of a chat request.</summary>
static class ToolReader
{
    public static List<ToolDefinition>? ReadTools(ref Utf8JsonReader r, int max, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        Json.Expect(ref r, JsonTokenType.StartArray, "tools", "an array");
        var tools = new List<ToolDefinition>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            var path = $"tools[{tools.Count}]";
            if (tools.Count == max)
                throw Json.Bad($"'tools' holds more than {max} tools.", "tools");
            Json.Expect(ref r, JsonTokenType.StartObject, path, "an object");
            var tool = JsonElement.ParseValue(ref r);
            // Tools of other types (custom, provider-run) have no function; they stay in the body for providers that know them.
            if (!tool.TryGetProperty("function"u8, out var function))
            {
                unread.Add("tools");
                continue;
            }
            if (function.ValueKind != JsonValueKind.Object)
                throw Json.Bad($"'{path}.function' must be an object.", $"{path}.function");
            MessagesBlockReader.NameOthers(tool, ["type", "function", "cache_control"], "tools", ref unread);
            MessagesBlockReader.NameOthers(function, ["name", "description", "parameters", "strict"], "tools.function", ref unread);
            tools.Add(
                new ToolDefinition(
                    Text(function, "name", path) ?? throw Json.Bad($"'{path}.function.name' is missing.", $"{path}.function.name"),
                    Text(function, "description", path),
                    function.TryGetProperty("parameters"u8, out var parameters) && parameters.ValueKind == JsonValueKind.Object
                        ? parameters
                        : null,
                    Flag(function, "strict", path)
                )
                {
                    CacheUpTo = ContentPartReader.CacheMark(tool),
                }
            );
        }
        return tools;
    }

    public static ToolChoice? ReadChoice(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        const string Expected = "none, auto, required or an object that names a function";
        if (r.TokenType == JsonTokenType.Null)
            return null;
        if (r.TokenType == JsonTokenType.String)
            return r.GetString() switch
            {
                "auto" => new ToolChoice(ToolChoiceMode.Auto),
                "none" => new ToolChoice(ToolChoiceMode.None),
                "required" => new ToolChoice(ToolChoiceMode.Required),
                _ => throw Json.Bad($"'tool_choice' must be {Expected}.", "tool_choice"),
            };
        Json.Expect(ref r, JsonTokenType.StartObject, "tool_choice", Expected);
        var choice = JsonElement.ParseValue(ref r);
        // Other objects (allowed_tools, custom) stay in the body; the canonical form has no word for them.
        if (choice.TryGetProperty("function"u8, out var function) && function.ValueKind == JsonValueKind.Object)
        {
            MessagesBlockReader.NameOthers(choice, ["type", "function"], "tool_choice", ref unread);
            return new ToolChoice(ToolChoiceMode.Named, Text(function, "name", "tool_choice"));
        }
        unread.Add("tool_choice");
        return null;
    }

    public static ResponseFormat? ReadResponseFormat(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        Json.Expect(ref r, JsonTokenType.StartObject, "response_format", "an object");
        var format = JsonElement.ParseValue(ref r);
        var type = Text(format, "type", "response_format");
        // Of a kind that is not known the whole is named.
        if (type is "text" or "json_object" or "json_schema")
            MessagesBlockReader.NameOthers(format, ["type", "json_schema"], "response_format", ref unread);
        switch (type)
        {
            case "text":
                return new ResponseFormat(ResponseFormatKind.Text);
            case "json_object":
                return new ResponseFormat(ResponseFormatKind.JsonObject);
            case "json_schema":
                if (!format.TryGetProperty("json_schema"u8, out var schema) || schema.ValueKind != JsonValueKind.Object)
                    throw Json.Bad("'response_format.json_schema' must be an object.", "response_format.json_schema");
                MessagesBlockReader.NameOthers(
                    schema,
                    ["name", "schema", "strict", "description"],
                    "response_format.json_schema",
                    ref unread
                );
                return new ResponseFormat(
                    ResponseFormatKind.JsonSchema,
                    Text(schema, "name", "response_format.json_schema"),
                    schema.TryGetProperty("schema"u8, out var inner) ? inner : null,
                    Flag(schema, "strict", "response_format.json_schema"),
                    Text(schema, "description", "response_format.json_schema")
                );
            case null:
                throw Json.Bad("'response_format.type' is missing.", "response_format.type");
            default:
                unread.Add("response_format");
                return null;
        }
    }

    static string? Text(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw Json.Bad($"'{path}.{name}' must be a string.", $"{path}.{name}");
    }

    static bool? Flag(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Json.Bad($"'{path}.{name}' must be true or false.", $"{path}.{name}");
    }
}
