using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Folds decoded events into one message: the plain answer is the fold of the stream.</summary>
sealed class MessagesAnswerFold(ModelCall call) : IAnswerFold
{
    readonly MessagesBlocks blocks = new();

    public void Add(ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
            if (blocks.Take(e) is { } added)
                added.Block.Text.Append(added.Fragment);
    }

    public byte[] ToJson(Usage usage) => JsonBytes.Of((Fold: this, Usage: usage), static (json, of) => of.Fold.Write(json, of.Usage));

    void Write(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, MessagesNames.MessageId(call));
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, call.RequestedModel);
        json.WriteStartArray("content"u8);
        foreach (var block in blocks.All)
            Write(json, block);
        json.WriteEndArray();
        json.WriteString("stop_reason"u8, blocks.StopReason);
        json.WriteNull("stop_sequence"u8);
        MessagesNames.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    void Write(Utf8JsonWriter json, MessagesBlock block)
    {
        json.WriteStartObject();
        switch (block.Kind)
        {
            case MessagesBlockKind.Text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, block.Text.ToString());
                break;
            case MessagesBlockKind.Thinking:
                json.WriteString("type"u8, "thinking"u8);
                json.WriteString("thinking"u8, block.Text.ToString());
                json.WriteString("signature"u8, block.Signature ?? "");
                break;
            case MessagesBlockKind.RedactedThinking:
                json.WriteString("type"u8, "redacted_thinking"u8);
                json.WriteString("data"u8, block.Sealed);
                break;
            default:
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, block.Id is { Length: > 0 } own ? own : MessagesNames.ToolId(call, block.ToolIndex));
                json.WriteString("name"u8, block.Name ?? "");
                json.WritePropertyName("input"u8);
                WriteInput(json, block.Text.ToString());
                break;
        }
        json.WriteEndObject();
    }

    /// <summary>
    /// The input is an object here. What a model wrote that is none, or that its cap cut, stands under a name that Anthropic gives for this case
    /// (https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming).
    /// </summary>
    static void WriteInput(Utf8JsonWriter json, string arguments)
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
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                document.RootElement.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // Given as the text that it is.
        }
        json.WriteStartObject();
        json.WriteString("INVALID_JSON"u8, arguments);
        json.WriteEndObject();
    }
}
