using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>What output_config says of the answer.</summary>
readonly record struct MessagesOutput(string? Effort, ResponseFormat? Format);

/// <summary>Reads tools, the choice between them, and the smaller objects of a Messages request.</summary>
static class MessagesToolReader
{
    public static List<ToolDefinition>? ReadTools(ref Utf8JsonReader r, int max, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        Json.Expect(ref r, JsonTokenType.StartArray, "tools", "an array");
        var tools = new List<ToolDefinition>();
        for (var i = 0; r.Read() && r.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == max)
                throw Json.Bad($"'tools' holds more than {max} tools.", "tools");
            var path = $"tools[{i}]";
            Json.Expect(ref r, JsonTokenType.StartObject, path, "an object");
            var tool = JsonElement.ParseValue(ref r);
            // Tools of other types are Anthropic's own: it runs them, or its models know them by heart. They stay in the body.
            if (MessagesBlockReader.Text(tool, "type", $"{path}.type") is not (null or "custom"))
                unread.Add("tools");
            else
                tools.Add(ReadTool(tool, path, ref unread));
        }
        return tools;
    }

    static ToolDefinition ReadTool(JsonElement tool, string path, ref UnreadNames unread)
    {
        MessagesBlockReader.NameOthers(
            tool,
            ["type", "name", "description", "input_schema", "strict", "cache_control"],
            "tools",
            ref unread
        );
        if (!tool.TryGetProperty("input_schema"u8, out var schema) || schema.ValueKind != JsonValueKind.Object)
            throw Json.Bad($"'{path}.input_schema' must be an object.", $"{path}.input_schema");
        return new ToolDefinition(
            MessagesBlockReader.Name(tool, path),
            MessagesBlockReader.Text(tool, "description", $"{path}.description"),
            schema,
            MessagesBlockReader.Flag(tool, "strict", $"{path}.strict")
        )
        {
            CacheUpTo = MessagesBlockReader.CacheMark(tool, path),
        };
    }

    public static (ToolChoice? Choice, bool? Parallel) ReadChoice(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return default;
        Json.Expect(ref r, JsonTokenType.StartObject, "tool_choice", "an object");
        var choice = JsonElement.ParseValue(ref r);
        MessagesBlockReader.NameOthers(choice, ["type", "name", "disable_parallel_tool_use"], "tool_choice", ref unread);
        bool? parallel =
            MessagesBlockReader.Flag(choice, "disable_parallel_tool_use", "tool_choice.disable_parallel_tool_use") == true ? false : null;
        return MessagesBlockReader.Text(choice, "type", "tool_choice.type") switch
        {
            "auto" => (new ToolChoice(ToolChoiceMode.Auto), parallel),
            "any" => (new ToolChoice(ToolChoiceMode.Required), parallel),
            "none" => (new ToolChoice(ToolChoiceMode.None), parallel),
            "tool" => (new ToolChoice(ToolChoiceMode.Named, MessagesBlockReader.Name(choice, "tool_choice")), parallel),
            _ => throw Json.Bad("'tool_choice.type' must be auto, any, tool or none.", "tool_choice.type"),
        };
    }

    /// <summary>metadata.user_id.</summary>
    public static string? ReadUser(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        Json.Expect(ref r, JsonTokenType.StartObject, "metadata", "an object");
        using var metadata = JsonDocument.ParseValue(ref r);
        MessagesBlockReader.NameOthers(metadata.RootElement, ["user_id"], "metadata", ref unread);
        var user = MessagesBlockReader.Text(metadata.RootElement, "user_id", "metadata.user_id");
        return user is { Length: > 4096 } ? throw Json.Bad("'metadata.user_id' is longer than 4096 characters.", "metadata.user_id") : user;
    }

    /// <summary>https://platform.claude.com/docs/en/build-with-claude/effort and …/structured-outputs</summary>
    public static MessagesOutput ReadOutput(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return default;
        Json.Expect(ref r, JsonTokenType.StartObject, "output_config", "an object");
        var config = JsonElement.ParseValue(ref r);
        MessagesBlockReader.NameOthers(config, ["effort", "format"], "output_config", ref unread);
        var effort = MessagesBlockReader.Text(config, "effort", "output_config.effort");
        if (!config.TryGetProperty("format"u8, out var format) || format.ValueKind == JsonValueKind.Null)
            return new MessagesOutput(effort, null);
        if (format.ValueKind != JsonValueKind.Object)
            throw Json.Bad("'output_config.format' must be an object.", "output_config.format");
        if (MessagesBlockReader.Text(format, "type", "output_config.format.type") != "json_schema")
        {
            unread.Add("output_config.format");
            return new MessagesOutput(effort, null);
        }
        if (!format.TryGetProperty("schema"u8, out var schema) || schema.ValueKind != JsonValueKind.Object)
            throw Json.Bad("'output_config.format.schema' must be an object.", "output_config.format.schema");
        return new MessagesOutput(effort, new ResponseFormat(ResponseFormatKind.JsonSchema, null, schema));
    }
}
