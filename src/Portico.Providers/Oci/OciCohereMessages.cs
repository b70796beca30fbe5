using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// A conversation in Cohere's older form: system messages are the preamble, the last message stands alone, results of tools behind it stand in a list of their
/// own, and what was before is the history (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/CohereMessage).
/// </summary>
static class OciCohereMessages
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, DroppedNames dropped)
    {
        var preamble = string.Join(
            "\n\n",
            messages.Select((m, i) => (m, i)).Where(x => IsSystem(x.m)).Select(x => Text(x.m, $"messages[{x.i}]", dropped))
        );
        var turns = messages.Select((m, i) => (Message: m, Path: $"messages[{i}]")).Where(x => !IsSystem(x.Message)).ToList();
        var calls = new Dictionary<string, ToolCall>(StringComparer.Ordinal);
        foreach (var (message, path) in turns)
        foreach (var call in message.ToolCalls)
            calls[call.Id] =
                call.Name.Length > 0 ? call : throw Refusals.CannotTake($"{path}.tool_calls", "Cohere knows calls of functions only");

        // What comes last: a message of the user, or the results of tools behind one.
        var results = turns.Count;
        while (results > 0 && turns[results - 1].Message.Role == ChatRole.Tool)
            results--;
        var isResults = results < turns.Count;
        var last = isResults ? turns.FindLastIndex(results - 1, x => x.Message.Role == ChatRole.User) : turns.Count - 1;
        if (last < 0 || (!isResults && turns[last].Message.Role != ChatRole.User))
            throw Refusals.CannotTake(
                "messages",
                "a conversation with a model of Cohere ends with a message of the user or results of tools"
            );

        if (preamble.Length > 0)
            json.WriteString("preambleOverride"u8, preamble);
        // With results the message is in the history before the calls, and empty here.
        json.WriteString("message"u8, isResults ? "" : Text(turns[last].Message, turns[last].Path, dropped));
        var history = turns[..(isResults ? results : last)];
        if (history.Count > 0)
        {
            json.WriteStartArray("chatHistory"u8);
            for (var i = 0; i < history.Count; i++)
                i = WriteTurn(json, history, i, calls, dropped);
            json.WriteEndArray();
        }
        if (isResults)
            WriteResults(json, turns[results..], calls, dropped);
    }

    static bool IsSystem(ChatMessage m) => m.Role is ChatRole.System or ChatRole.Developer;

    /// <summary>Writes a turn; gives the place of the last message that it took: results of one round of calls are one turn.</summary>
    static int WriteTurn(
        Utf8JsonWriter json,
        List<(ChatMessage Message, string Path)> history,
        int i,
        Dictionary<string, ToolCall> calls,
        DroppedNames dropped
    )
    {
        var (m, path) = history[i];
        json.WriteStartObject();
        if (m.Role == ChatRole.Tool)
        {
            var end = i;
            while (end + 1 < history.Count && history[end + 1].Message.Role == ChatRole.Tool)
                end++;
            json.WriteString("role"u8, "TOOL"u8);
            WriteResults(json, history[i..(end + 1)], calls, dropped);
            json.WriteEndObject();
            return end;
        }
        json.WriteString("role"u8, m.Role == ChatRole.Assistant ? "CHATBOT"u8 : "USER"u8);
        json.WriteString("message"u8, Text(m, path, dropped));
        if (m.ToolCalls.Count > 0)
        {
            json.WriteStartArray("toolCalls"u8);
            for (var c = 0; c < m.ToolCalls.Count; c++)
                WriteCall(json, m.ToolCalls[c], $"{path}.tool_calls[{c}]");
            json.WriteEndArray();
        }
        json.WriteEndObject();
        return i;
    }

    static void WriteCall(Utf8JsonWriter json, ToolCall call, string path)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("parameters"u8);
        CallArguments.Write(json, call.Arguments, $"{path}.function.arguments", "Cohere takes the arguments of a tool as an object");
        json.WriteEndObject();
    }

    static void WriteResults(
        Utf8JsonWriter json,
        IEnumerable<(ChatMessage Message, string Path)> results,
        Dictionary<string, ToolCall> calls,
        DroppedNames dropped
    )
    {
        json.WriteStartArray("toolResults"u8);
        foreach (var (m, path) in results)
        {
            if (!calls.TryGetValue(m.ToolCallId ?? "", out var call))
                throw Refusals.Wrong(
                    $"{path}.tool_call_id",
                    "answers no call of this conversation, and Cohere wants the call with its result"
                );
            if (m.ToolFailed)
                dropped.Add("messages.is_error");
            json.WriteStartObject();
            json.WritePropertyName("call"u8);
            WriteCall(json, call, path);
            json.WriteStartArray("outputs"u8);
            WriteOutput(json, Text(m, path, dropped));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>An output is an object: a tool's own, or one that holds its words.</summary>
    static void WriteOutput(Utf8JsonWriter json, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                document.RootElement.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // Words, then.
        }
        json.WriteStartObject();
        json.WriteString("output"u8, text);
        json.WriteEndObject();
    }

    static string Text(ChatMessage m, string path, DroppedNames dropped)
    {
        if (m.Name is not null && m.Role != ChatRole.Tool)
            dropped.Add("messages.name");
        var texts = new List<string>(m.Parts.Count);
        for (var i = 0; i < m.Parts.Count; i++)
        {
            var part = m.Parts[i];
            if (part.CacheUpTo != CacheLife.None)
                dropped.Add("cache_control");
            if (part is TextPart { Text: var text })
                texts.Add(text);
            else if (part is ReasoningPart)
                dropped.Add("messages.thinking");
            else
                throw Refusals.CannotTake(
                    $"{path}.content[{i}]",
                    part is UnknownPart unknown
                        ? $"a part of the type '{unknown.Type}' has no form in OCI Generative AI"
                        : $"models of Cohere take text on OCI, not a {part.GetType().Name}"
                );
        }
        if (!string.IsNullOrEmpty(m.Refusal))
            texts.Add(m.Refusal);
        return string.Concat(texts);
    }
}
