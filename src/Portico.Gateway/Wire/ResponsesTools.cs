using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Reads tools, tool_choice and the form of the answer of a Responses request. Here a tool is flat: name and parameters stand beside its type.</summary>
static class ResponsesTools
{
    const int MaxTools = 4_096;

    /// <param name="root">The request.</param>
    /// <param name="allowed">The functions that the choice allows; null = all.</param>
    /// <param name="bonds">Receives the tools that are no functions.</param>
    /// <param name="unread">Receives the names of what the canonical form has no word for.</param>
    public static IReadOnlyList<ToolDefinition> ReadTools(
        JsonElement root,
        IReadOnlySet<string>? allowed,
        ResponsesBonds bonds,
        ref UnreadNames unread
    )
    {
        if (JsonMember.Array(root, "tools", "") is not { } array)
            return [];
        if (array.GetArrayLength() > MaxTools)
            throw Json.Bad($"'tools' holds more than {MaxTools} tools.", "tools");
        var tools = new List<ToolDefinition>();
        var i = 0;
        foreach (var tool in array.EnumerateArray())
        {
            var path = $"tools[{i++}]";
            if (tool.ValueKind != JsonValueKind.Object)
                throw Json.Bad($"'{path}' must be an object.", path);
            var type = JsonMember.Needed(tool, "type", path);
            if (type != "function")
            {
                bonds.Tool($"{path}.type", type);
                continue;
            }
            MessagesBlockReader.NameOthers(tool, ["type", "name", "description", "parameters", "strict"], "tools", ref unread);
            var name = JsonMember.Needed(tool, "name", path, 256);
            if (allowed?.Contains(name) != false)
                tools.Add(
                    new ToolDefinition(
                        name,
                        JsonMember.Text(tool, "description", path),
                        JsonMember.Object(tool, "parameters", path),
                        JsonMember.Flag(tool, "strict", path)
                    )
                );
        }
        return tools;
    }

    /// <summary>The choice, and which functions it leaves.</summary>
    public static (ToolChoice? Choice, IReadOnlySet<string>? Allowed) ReadChoice(
        JsonElement root,
        ResponsesBonds bonds,
        ref UnreadNames unread
    )
    {
        if (JsonMember.Of(root, "tool_choice") is not { } choice)
            return (null, null);
        if (choice.ValueKind == JsonValueKind.String)
            return (Mode(choice.GetString()!, "tool_choice"), null);
        if (choice.ValueKind != JsonValueKind.Object)
            throw Wrong("tool_choice");
        var type = JsonMember.Needed(choice, "type", "tool_choice");
        switch (type)
        {
            case "function":
                MessagesBlockReader.NameOthers(choice, ["type", "name"], "tool_choice", ref unread);
                return (new ToolChoice(ToolChoiceMode.Named, JsonMember.Needed(choice, "name", "tool_choice", 256)), null);
            case "allowed_tools":
                MessagesBlockReader.NameOthers(choice, ["type", "mode", "tools"], "tool_choice", ref unread);
                return (Mode(JsonMember.Text(choice, "mode", "tool_choice") ?? "auto", "tool_choice.mode"), Allowed(choice, bonds));
            default:
                bonds.Choice("tool_choice.type", type);
                return (null, null);
        }
    }

    static HashSet<string> Allowed(JsonElement choice, ResponsesBonds bonds)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (JsonMember.Array(choice, "tools", "tool_choice") is not { } tools)
            throw Json.Bad("'tool_choice.tools' is missing.", "tool_choice.tools");
        var i = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            var path = $"tool_choice.tools[{i++}]";
            if (JsonMember.Text(tool, "type", path) is { } type && type != "function")
                bonds.Choice($"{path}.type", type);
            else
                names.Add(JsonMember.Needed(tool, "name", path, 256));
        }
        return names;
    }

    static ToolChoice Mode(string mode, string path) =>
        mode switch
        {
            "auto" => new ToolChoice(ToolChoiceMode.Auto),
            "none" => new ToolChoice(ToolChoiceMode.None),
            "required" => new ToolChoice(ToolChoiceMode.Required),
            _ => throw Wrong(path),
        };

    public static ResponseFormat? ReadFormat(JsonElement text, ref UnreadNames unread)
    {
        MessagesBlockReader.NameOthers(text, ["format", "verbosity"], "text", ref unread);
        if (JsonMember.Object(text, "format", "text") is not { } format)
            return null;
        const string Path = "text.format";
        MessagesBlockReader.NameOthers(format, ["type", "name", "schema", "strict", "description"], Path, ref unread);
        return JsonMember.Needed(format, "type", Path) switch
        {
            "text" => new ResponseFormat(ResponseFormatKind.Text),
            "json_object" => new ResponseFormat(ResponseFormatKind.JsonObject),
            "json_schema" => new ResponseFormat(
                ResponseFormatKind.JsonSchema,
                JsonMember.Needed(format, "name", Path, 256),
                JsonMember.Object(format, "schema", Path) ?? throw Json.Bad("'text.format.schema' is missing.", "text.format.schema"),
                JsonMember.Flag(format, "strict", Path),
                JsonMember.Text(format, "description", Path)
            ),
            _ => throw Json.Bad("'text.format.type' must be text, json_object or json_schema.", "text.format.type"),
        };
    }

    static PorticoException Wrong(string path) =>
        Json.Bad($"'{path}' must be none, auto, required or an object that names a function.", path);
}
