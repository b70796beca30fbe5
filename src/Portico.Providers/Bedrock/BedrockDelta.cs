using System.Text.Json;

namespace Portico.Providers.Bedrock;

/// <summary>What one contentBlockDelta says. It comes for every few words of an answer, so it is read without a document.</summary>
ref struct BedrockDelta
{
    public int Index;
    public string? Text;
    public string? ToolInput;
    public string? Reasoning;
    public string? Signature;
    public string? Sealed;

    /// <exception cref="JsonException">It is not one JSON object.</exception>
    /// <exception cref="InvalidOperationException">A text in it is not valid.</exception>
    public static BedrockDelta Read(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        var delta = new BedrockDelta { Index = -1 };
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Not one JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("contentBlockIndex"u8))
            {
                reader.Read();
                delta.Index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) ? index : -1;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("delta"u8))
            {
                if (Opens(ref reader))
                    delta.ReadUnion(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        if (reader.Read())
            throw new JsonException("Not one JSON object.");
        return delta;
    }

    void ReadUnion(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8))
            {
                Text = Value(ref reader);
            }
            else if (reader.ValueTextEquals("toolUse"u8))
            {
                if (Opens(ref reader))
                    ReadTool(ref reader);
            }
            else if (reader.ValueTextEquals("reasoningContent"u8))
            {
                if (Opens(ref reader))
                    ReadReasoning(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    void ReadTool(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input"u8))
                ToolInput = Value(ref reader);
            else
                reader.Skip();
        }
    }

    void ReadReasoning(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8))
                Reasoning = Value(ref reader);
            else if (reader.ValueTextEquals("signature"u8))
                Signature = Value(ref reader);
            else if (reader.ValueTextEquals("redactedContent"u8))
                Sealed = Value(ref reader);
            else
                reader.Skip();
        }
    }

    /// <summary>Steps to the value of a member; true when it is an object, which is then open. Any other is stepped over.</summary>
    static bool Opens(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            return true;
        reader.Skip();
        return false;
    }

    static string? Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }
}
