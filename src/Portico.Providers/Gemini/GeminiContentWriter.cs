using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Writes the conversation. Gemini has two roles, user and model; system and developer messages stand apart as the instruction. Messages of one role become
/// one content, so that all answers to one turn's calls stand together, which the protocol demands. An answer is told by the function's name, which
/// the call it answers has. Empty texts are refused by the protocol and left out.
/// </summary>
sealed class GeminiContentWriter(Utf8JsonWriter json, GeminiModel model, GeminiHost host, DroppedNames dropped)
{
    const string User = "user";
    const string Model = "model";

    readonly GeminiMediaWriter media = new(json, host, dropped);
    readonly Dictionary<string, (string Name, int Place)> functions = new(StringComparer.Ordinal);
    readonly TurnWriter turns = new(json, "parts");

    public void Write(IReadOnlyList<ChatMessage> messages)
    {
        WriteInstruction(messages);
        json.WriteStartArray("contents"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            var m = messages[i];
            if (m.Name is not null)
                dropped.Add("messages.name");
            switch (m.Role)
            {
                case ChatRole.User:
                    WriteUser(m, $"messages[{i}]");
                    break;
                case ChatRole.Assistant:
                    WriteAssistant(m, $"messages[{i}]");
                    break;
                case ChatRole.Tool:
                    i = WriteToolResults(messages, i);
                    break;
            }
        }
        if (!turns.Any)
            throw Refusals.Wrong("messages", "must hold a message of the user: Gemini answers none that has only instructions");
        turns.Close();
        json.WriteEndArray();
    }

    void WriteInstruction(IReadOnlyList<ChatMessage> messages)
    {
        var begun = false;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role is not (ChatRole.System or ChatRole.Developer))
                continue;
            foreach (var part in messages[i].Parts)
            {
                NoteMark(part);
                if (part is not TextPart { Text: var text })
                    throw Refusals.CannotTake($"messages[{i}].content", "Gemini takes only text in system messages");
                if (text.Length == 0)
                    continue;
                if (!begun)
                {
                    json.WriteStartObject("systemInstruction"u8);
                    json.WriteStartArray("parts"u8);
                    begun = true;
                }
                WriteText(text, null);
            }
        }
        if (!begun)
            return;
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void WriteUser(ChatMessage m, string path)
    {
        for (var i = 0; i < m.Parts.Count; i++)
        {
            NoteMark(m.Parts[i]);
            if (m.Parts[i] is TextPart { Text.Length: 0 })
                continue;
            turns.Open(User);
            WritePart(m.Parts[i], $"{path}.content[{i}]");
        }
    }

    /// <summary>
    /// Thinking goes back as its seal alone, on the first call of a function or else on the last text, where it came from: the summary of
    /// thoughts is for readers, and the seal holds what the model needs.
    /// </summary>
    void WriteAssistant(ChatMessage m, string path)
    {
        var signature = SignatureOf(m);
        var last = m.ToolCalls.Count > 0 ? -1 : LastText(m);
        if (signature is not null && m.ToolCalls.Count == 0 && last < 0)
            dropped.Add("messages.thinking");
        for (var i = 0; i < m.Parts.Count; i++)
        {
            NoteMark(m.Parts[i]);
            if (m.Parts[i] is ReasoningPart or TextPart { Text.Length: 0 })
                continue;
            turns.Open(Model);
            if (m.Parts[i] is TextPart { Text: var text })
                WriteText(text, i == last ? signature : null);
            else
                WritePart(m.Parts[i], $"{path}.content[{i}]");
        }
        if (!string.IsNullOrEmpty(m.Refusal))
        {
            turns.Open(Model);
            WriteText(m.Refusal, null);
        }
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            turns.Open(Model);
            WriteCall(
                m.ToolCalls[i],
                i > 0 ? null : signature ?? (model.WantsSignatures ? GeminiSignature.OfAnother : null),
                $"{path}.tool_calls[{i}]"
            );
        }
    }

    /// <summary>The last seal of the turn. Thinking without a seal of Gemini's, as other providers give it, means nothing here.</summary>
    string? SignatureOf(ChatMessage m)
    {
        string? found = null;
        foreach (var part in m.Parts)
        {
            if (part is not ReasoningPart reasoning)
                continue;
            if (GeminiSignature.FromCaller(reasoning.Signature) is { } own)
                found = own;
            else
                dropped.Add("messages.thinking");
        }
        return found;
    }

    static int LastText(ChatMessage m)
    {
        for (var i = m.Parts.Count - 1; i >= 0; i--)
            if (m.Parts[i] is TextPart { Text.Length: > 0 })
                return i;
        return -1;
    }

    void WriteCall(ToolCall call, string? signature, string path)
    {
        if (call.Name.Length == 0)
            throw Refusals.CannotTake(path, "Gemini knows calls of functions only");
        functions[call.Id] = (call.Name, functions.Count);
        json.WriteStartObject();
        json.WriteStartObject("functionCall"u8);
        WriteId(call.Id);
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("args"u8);
        GeminiCallValues.WriteArguments(json, call.Arguments, path + ".function.arguments");
        json.WriteEndObject();
        if (signature is not null)
            json.WriteString("thoughtSignature"u8, signature);
        json.WriteEndObject();
    }

    /// <summary>Vertex AI refuses a request that names ids; order and name tell there which answer is which call's.</summary>
    void WriteId(string id)
    {
        if (host == GeminiHost.GeminiApi && model.HasCallIds && id.Length > 0)
            json.WriteString("id"u8, id);
    }

    /// <summary>Answers that stand together go in the order of their calls: without ids the place tells which is which.</summary>
    /// <returns>The place of the last of them.</returns>
    int WriteToolResults(IReadOnlyList<ChatMessage> messages, int first)
    {
        var last = first;
        while (last + 1 < messages.Count && messages[last + 1].Role == ChatRole.Tool)
            last++;
        var places = Enumerable.Range(first, last - first + 1);
        foreach (var i in places.OrderBy(i => FunctionOf(messages[i], i).Place))
            WriteToolResult(messages[i], FunctionOf(messages[i], i).Name, $"messages[{i}]");
        return last;
    }

    (string Name, int Place) FunctionOf(ChatMessage m, int i) =>
        functions.TryGetValue(m.ToolCallId ?? "", out var function)
            ? function
            : throw Refusals.Wrong(
                $"messages[{i}].tool_call_id",
                "answers no call that stands before it: Gemini tells answers by the function's name"
            );

    void WriteToolResult(ChatMessage m, string name, string path)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < m.Parts.Count; i++)
        {
            NoteMark(m.Parts[i]);
            if (m.Parts[i] is not TextPart { Text: var piece })
                throw Refusals.CannotTake($"{path}.content[{i}]", "Gemini takes only text as the result of a function");
            text.Append(piece);
        }
        turns.Open(User);
        json.WriteStartObject();
        json.WriteStartObject("functionResponse"u8);
        WriteId(m.ToolCallId!);
        json.WriteString("name"u8, name);
        json.WritePropertyName("response"u8);
        GeminiCallValues.WriteResult(json, text.ToString(), m.ToolFailed);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void WritePart(ContentPart part, string path)
    {
        switch (part)
        {
            case TextPart { Text: var text }:
                WriteText(text, null);
                break;
            case ImagePart image:
                media.WriteImage(image, path + ".image_url.url");
                break;
            case AudioPart audio:
                GeminiMediaWriter.WriteInline(json, $"audio/{audio.Format}", audio.Data);
                break;
            case FilePart file:
                media.WriteFile(file, path + ".file");
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in Gemini's protocol");
            default:
                throw Refusals.CannotTake(path, $"a part of type {part.GetType().Name} has no form in Gemini's protocol");
        }
    }

    void WriteText(string text, string? signature)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        if (signature is not null)
            json.WriteString("thoughtSignature"u8, signature);
        json.WriteEndObject();
    }

    /// <summary>Gemini caches by itself; what is to be kept by name is made beforehand and told as cached_content.</summary>
    void NoteMark(ContentPart part)
    {
        if (part.CacheUpTo != CacheLife.None)
            dropped.Add("messages.cache_control");
    }
}
