using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using Portico.Providers.Gemini;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Writes the conversation (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html). Converse has two roles, which must take
/// turns: system and developer messages go to the front, answers of tools are blocks of a user message, and messages of one role become one.
/// Texts of white space alone are refused by the protocol and left out.
/// </summary>
sealed class BedrockMessageWriter(Utf8JsonWriter json, BedrockModel model, DroppedNames dropped)
{
    const string User = "user";
    const string Assistant = "assistant";
    const int MaxToolId = 64;

    readonly TurnWriter turns = new(json, "content");

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
        turns.Close();
        json.WriteEndArray();
    }

    void WriteSystem(IReadOnlyList<ChatMessage> messages)
    {
        var begun = false;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role is not (ChatRole.System or ChatRole.Developer))
                continue;
            foreach (var part in messages[i].Parts)
            {
                if (part is not TextPart { Text: var text })
                    throw Refusals.CannotTake($"messages[{i}].content", "Bedrock takes only text in system messages");
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                if (!begun)
                    json.WriteStartArray("system"u8);
                begun = true;
                WriteText(text);
                WriteCachePoint(json, part.CacheUpTo, model, dropped);
            }
        }
        if (begun)
            json.WriteEndArray();
    }

    void WriteAssistant(ChatMessage m, string path)
    {
        WriteParts(m.Parts, Assistant, path);
        if (!string.IsNullOrWhiteSpace(m.Refusal))
        {
            turns.Open(Assistant);
            WriteText(m.Refusal);
        }
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            var call = m.ToolCalls[i];
            if (call.Name.Length == 0)
                throw Refusals.CannotTake($"{path}.tool_calls[{i}]", "Bedrock knows calls of functions only");
            turns.Open(Assistant);
            json.WriteStartObject();
            json.WriteStartObject("toolUse"u8);
            json.WriteString("toolUseId"u8, ToolId(call.Id));
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("input"u8);
            CallArguments.Write(
                json,
                call.Arguments,
                $"{path}.tool_calls[{i}].function.arguments",
                "Bedrock takes the arguments of a tool call as an object"
            );
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    void WriteToolResult(ChatMessage m, string path)
    {
        turns.Open(User);
        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, ToolId(m.ToolCallId ?? ""));
        json.WriteStartArray("content"u8);
        var mark = CacheLife.None;
        for (var i = 0; i < m.Parts.Count; i++)
        {
            if (m.Parts[i] is ReasoningPart)
                throw Refusals.CannotTake($"{path}.content[{i}]", "the answer of a tool holds no thinking");
            WriteBlock(m.Parts[i], $"{path}.content[{i}]");
            mark = m.Parts[i].CacheUpTo > mark ? m.Parts[i].CacheUpTo : mark;
        }
        json.WriteEndArray();
        if (m.ToolFailed && model.TakesToolStatus)
            json.WriteString("status"u8, "error"u8);
        else if (m.ToolFailed)
            dropped.Add("messages.is_error");
        json.WriteEndObject();
        json.WriteEndObject();
        // A mark has no place inside of the answer; behind it, it covers the same.
        WriteCachePoint(json, mark, model, dropped);
    }

    void WriteParts(IReadOnlyList<ContentPart> parts, string role, string path)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is TextPart { Text: var text } && string.IsNullOrWhiteSpace(text))
                continue;
            if (parts[i] is ReasoningPart reasoning && !CanCarry(reasoning))
            {
                dropped.Add("messages.reasoning");
                continue;
            }
            turns.Open(role);
            WriteBlock(parts[i], $"{path}.content[{i}]");
            WriteCachePoint(json, parts[i].CacheUpTo, model, dropped);
        }
    }

    /// <summary>Thinking without its provider's seal is refused, and so is thinking of another vendor's model.</summary>
    bool CanCarry(ReasoningPart part) =>
        model.TakesReasoning
        && (part.Sealed is not null || (part.Signature is not null && GeminiSignature.FromCaller(part.Signature) is null));

    void WriteBlock(ContentPart part, string path)
    {
        switch (part)
        {
            case TextPart { Text: var text }:
                if (!string.IsNullOrWhiteSpace(text))
                    WriteText(text);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(reasoning);
                break;
            case ImagePart image:
                if (image.Detail is not (null or "auto"))
                    dropped.Add("image_url.detail");
                BedrockSourceWriter.WriteImage(json, image.Url, path + ".image_url.url");
                break;
            case AudioPart audio:
                BedrockSourceWriter.WriteAudio(json, audio);
                break;
            case FilePart file:
                BedrockSourceWriter.WriteFile(json, file, path + ".file");
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in Bedrock's protocol");
            default:
                throw Refusals.CannotTake(path, $"a part of type {part.GetType().Name} has no form in Bedrock's protocol");
        }
    }

    void WriteText(string text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    void WriteReasoning(ReasoningPart part)
    {
        json.WriteStartObject();
        json.WriteStartObject("reasoningContent"u8);
        if (part.Sealed is { } kept)
        {
            json.WriteString("redactedContent"u8, kept);
        }
        else
        {
            json.WriteStartObject("reasoningText"u8);
            json.WriteString("text"u8, part.Text);
            json.WriteString("signature"u8, part.Signature);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CachePointBlock.html</summary>
    internal static void WriteCachePoint(
        Utf8JsonWriter json,
        CacheLife life,
        BedrockModel model,
        DroppedNames dropped,
        bool inTools = false
    )
    {
        if (life == CacheLife.None)
            return;
        if (inTools ? !model.TakesCachePointsInTools : !model.TakesCachePoints)
        {
            dropped.Add("cache_control");
            return;
        }
        json.WriteStartObject();
        json.WriteStartObject("cachePoint"u8);
        json.WriteString("type"u8, "default"u8);
        if (life == CacheLife.OneHour && model.TakesLongCache)
            json.WriteString("ttl"u8, "1h"u8);
        else if (life == CacheLife.OneHour)
            dropped.Add("cache_control.ttl");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Ids have up to 64 letters, digits, '_' and '-'; other providers' ids may hold more. The same id always becomes the same one.</summary>
    static string ToolId(string id)
    {
        var clean = AnthropicMessageWriter.ToolId(id);
        return clean.Length <= MaxToolId ? clean : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clean)));
    }
}
