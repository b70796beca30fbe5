using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Writes the conversation. Anthropic has two roles: system and developer messages go to the front as one system text, joined by line ends
/// as Anthropic's own compatibility layer does (https://platform.claude.com/docs/en/api/openai-sdk); answers of tools are blocks of a user message. Messages
/// of one role become one message, so that all answers to one turn's tool calls stand together, which the protocol demands. Texts of
/// white space alone are refused by the protocol and left out.
/// </summary>
sealed class AnthropicMessageWriter(Utf8JsonWriter json, DroppedNames dropped)
{
    const string User = "user";
    const string Assistant = "assistant";

    string? open;

    public void Write(IReadOnlyList<ChatMessage> messages)
    {
        WriteSystem(messages);
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            var m = messages[i];
            if (m.Name is not null)
                dropped.Add("messages.name");
            switch (m.Role)
            {
                case ChatRole.User:
                    WriteParts(m.Parts, User, $"messages[{i}]");
                    break;
                case ChatRole.Assistant:
                    WriteAssistant(m, $"messages[{i}]");
                    break;
                case ChatRole.Tool:
                    WriteToolResult(m, $"messages[{i}]");
                    break;
            }
        }
        Close();
        json.WriteEndArray();
    }

    void WriteSystem(IReadOnlyList<ChatMessage> messages)
    {
        var system = new StringBuilder();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role is not (ChatRole.System or ChatRole.Developer))
                continue;
            foreach (var part in messages[i].Parts)
            {
                if (part is not TextPart { Text: var text })
                    throw Refusals.CannotTake($"messages[{i}].content", "Anthropic takes only text in system messages");
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                if (system.Length > 0)
                    system.Append('\n');
                system.Append(text);
            }
        }
        if (system.Length > 0)
            json.WriteString("system"u8, system.ToString());
    }

    void WriteAssistant(ChatMessage m, string path)
    {
        WriteParts(m.Parts, Assistant, path);
        if (!string.IsNullOrWhiteSpace(m.Refusal))
            WriteText(m.Refusal, Assistant);
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            var call = m.ToolCalls[i];
            if (call.Name.Length == 0)
                throw Refusals.CannotTake($"{path}.tool_calls[{i}]", "Anthropic knows calls of functions only");
            Open(Assistant);
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, ToolId(call.Id));
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("input"u8);
            WriteArguments(call.Arguments, $"{path}.tool_calls[{i}].function.arguments");
            json.WriteEndObject();
        }
    }

    void WriteArguments(string arguments, string path)
    {
        if (string.IsNullOrWhiteSpace(arguments))
        {
            json.WriteStartObject();
            json.WriteEndObject();
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(arguments);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Refusals.Wrong(path, "must be the text of a JSON object: Anthropic takes the arguments of a tool call as an object");
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            throw Refusals.Wrong(path, "is not valid JSON: Anthropic takes the arguments of a tool call as an object");
        }
    }

    void WriteToolResult(ChatMessage m, string path)
    {
        Open(User);
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, ToolId(m.ToolCallId ?? ""));
        if (m.Parts.Any(p => p is not TextPart { Text: var t } || !string.IsNullOrWhiteSpace(t)))
        {
            json.WriteStartArray("content"u8);
            for (var i = 0; i < m.Parts.Count; i++)
                WriteBlock(m.Parts[i], $"{path}.content[{i}]");
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    void WriteParts(IReadOnlyList<ContentPart> parts, string role, string path)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is TextPart { Text: var text } && string.IsNullOrWhiteSpace(text))
                continue;
            Open(role);
            WriteBlock(parts[i], $"{path}.content[{i}]");
        }
    }

    void WriteText(string text, string role)
    {
        Open(role);
        WriteBlock(new TextPart(text), "");
    }

    void WriteBlock(ContentPart part, string path)
    {
        switch (part)
        {
            case TextPart { Text: var text }:
                if (string.IsNullOrWhiteSpace(text))
                    return;
                json.WriteStartObject();
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text);
                json.WriteEndObject();
                break;
            case ImagePart image:
                if (image.Detail is not (null or "auto"))
                    dropped.Add("image_url.detail");
                AnthropicSourceWriter.WriteImage(json, image.Url, path + ".image_url.url");
                break;
            case FilePart file:
                AnthropicSourceWriter.WriteFile(json, file, path + ".file");
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in Anthropic's protocol");
            case AudioPart:
                throw Refusals.CannotTake(path, "Anthropic takes no audio");
            default:
                throw Refusals.CannotTake(path, $"a part of type {part.GetType().Name} has no form in Anthropic's protocol");
        }
    }

    void Open(string role)
    {
        if (open == role)
            return;
        Close();
        open = role;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteStartArray("content"u8);
    }

    void Close()
    {
        if (open is null)
            return;
        json.WriteEndArray();
        json.WriteEndObject();
        open = null;
    }

    /// <summary>Ids must be letters, digits, '_' and '-'; other providers' ids may hold more. The same id always becomes the same one.</summary>
    internal static string ToolId(string id)
    {
        if (id.All(Allowed))
            return id;
        var clean = new StringBuilder(id.Length + 8);
        foreach (var c in id)
            if (Allowed(c))
                clean.Append(c);
            else
                clean.Append('_').Append(((int)c).ToString("x", CultureInfo.InvariantCulture));
        return clean.ToString();
    }

    static bool Allowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}

/// <summary>Names of fields that were left out, each once, in the order of finding.</summary>
sealed class DroppedNames
{
    readonly List<string> names = [];

    public IReadOnlyList<string> Names => names;

    public void Add(string name)
    {
        if (!names.Contains(name))
            names.Add(name);
    }
}

/// <summary>Requests that this protocol cannot carry. Another family may, so they do not end a call that has other deployments.</summary>
static class Refusals
{
    public static UpstreamException CannotTake(string param, string why) =>
        new(ErrorTable.UnsupportedByModel, Fault.Model, $"'{param}': {why}.") { UpstreamParam = param };

    public static UpstreamException Wrong(string param, string why) =>
        new(ErrorTable.InvalidRequest, Fault.Model, $"'{param}' {why}.") { UpstreamParam = param };
}
