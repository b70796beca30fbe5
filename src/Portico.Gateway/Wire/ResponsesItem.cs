using System.Text;
using System.Text.Json;

namespace Portico.Gateway.Wire;

enum ResponsesItemKind : byte
{
    Message,
    FunctionCall,
    Reasoning,
}

/// <summary>A part of a message: text, or a refusal. Of reasoning: a summary.</summary>
sealed class ResponsesPart(bool isRefusal)
{
    public bool IsRefusal => isRefusal;
    public StringBuilder Text { get; } = new();
}

/// <summary>One item of a response's output, as far as it has come.</summary>
sealed class ResponsesItem(ResponsesItemKind kind, string id, int index)
{
    public ResponsesItemKind Kind => kind;
    public string Id => id;

    /// <summary>Its place in the output.</summary>
    public int Index => index;
    public string Status { get; set; } = "in_progress";
    public List<ResponsesPart> Parts { get; } = [];
    public string CallId { get; init; } = "";
    public string Name { get; init; } = "";
    public StringBuilder Arguments { get; } = new();

    /// <summary>The provider's seal over the reasoning, as the caller gets it.</summary>
    public string? Seal { get; set; }

    /// <summary>The part that is being written, null before the first.</summary>
    public ResponsesPart? Open { get; set; }

    /// <param name="json">Receives the item as it is now.</param>
    /// <param name="withSeal">The seal is told.</param>
    public void Write(Utf8JsonWriter json, bool withSeal)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        switch (kind)
        {
            case ResponsesItemKind.Message:
                json.WriteString("type"u8, "message"u8);
                json.WriteString("status"u8, Status);
                json.WriteString("role"u8, "assistant"u8);
                json.WriteStartArray("content"u8);
                foreach (var part in Parts)
                    WritePart(json, part, part.Text.ToString());
                json.WriteEndArray();
                break;
            case ResponsesItemKind.FunctionCall:
                json.WriteString("type"u8, "function_call"u8);
                json.WriteString("status"u8, Status);
                json.WriteString("arguments"u8, Arguments.ToString());
                json.WriteString("call_id"u8, CallId);
                json.WriteString("name"u8, Name);
                break;
            default:
                json.WriteString("type"u8, "reasoning"u8);
                json.WriteStartArray("summary"u8);
                foreach (var part in Parts)
                    WriteSummary(json, part.Text.ToString());
                json.WriteEndArray();
                if (withSeal && Seal is not null)
                    json.WriteString("encrypted_content"u8, Seal);
                break;
        }
        json.WriteEndObject();
    }

    public static void WritePart(Utf8JsonWriter json, ResponsesPart part, string text)
    {
        json.WriteStartObject();
        if (part.IsRefusal)
        {
            json.WriteString("type"u8, "refusal"u8);
            json.WriteString("refusal"u8, text);
        }
        else
        {
            json.WriteString("type"u8, "output_text"u8);
            json.WriteStartArray("annotations"u8);
            json.WriteEndArray();
            json.WriteStartArray("logprobs"u8);
            json.WriteEndArray();
            json.WriteString("text"u8, text);
        }
        json.WriteEndObject();
    }

    public static void WriteSummary(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "summary_text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}
