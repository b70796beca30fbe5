using Portico.Core.Chat;
using Portico.Core.Tokens;

namespace Portico.Gateway.Stages;

/// <summary>
/// Counts requests. The overhead of the chat format is OpenAI's published rule (3 tokens a message, 1 a name, 3 for the reply); images count by the
/// published 85 + 170 a tile of 512 pixels, taken at its bound where the size is unknown.
/// </summary>
static class InputTokens
{
    const int PerMessage = 3;
    const int PerReply = 3;
    const int LowDetailImage = 85;
    public const int HighDetailImage = 1_105; // 85 + 6 × 170
    const int PerTool = 12;
    const int AudioTokens = 1_000;

    /// <summary>Of JSON that is not read: fewer than any tokenizer needs on it.</summary>
    const int BytesPerToken = 3;

    public static TokenCount OfChat(TokenCounter counter, string family, ChatRequest chat)
    {
        var tokens = PerReply;
        for (var i = 0; i < chat.Messages.Count; i++)
            tokens += OfMessage(counter, family, chat.Messages[i]);
        foreach (var tool in chat.Tools)
            tokens +=
                PerTool
                + counter.Count(family, tool.Name).Tokens
                + counter.Count(family, tool.Description).Tokens
                + counter.Count(family, tool.Parameters?.GetRawText()).Tokens;
        if (chat.ResponseFormat?.Schema is { } schema)
            tokens += counter.Count(family, schema.GetRawText()).Tokens;
        return new TokenCount(tokens, !TokenCounter.IsExact(family));
    }

    /// <summary>What a message adds to the count of its request.</summary>
    public static int OfMessage(TokenCounter counter, string family, ChatMessage message)
    {
        var tokens = PerMessage + (message.Name is null ? 0 : 1);
        // By index: the enumerator of a list behind its interface is an object, for every message of every call.
        for (var i = 0; i < message.Parts.Count; i++)
            tokens += OfPart(counter, family, message.Parts[i]);
        foreach (var call in message.ToolCalls)
            tokens += 8 + counter.Count(family, call.Name).Tokens + counter.Count(family, call.Arguments).Tokens;
        return tokens;
    }

    public static TokenCount OfEmbedding(TokenCounter counter, string family, EmbeddingRequest request)
    {
        var tokens = request.TokenInputs.Sum(t => t.Count);
        foreach (var text in request.Inputs)
            tokens += counter.Count(family, text).Tokens;
        return new TokenCount(tokens, !TokenCounter.IsExact(family));
    }

    static int OfPart(TokenCounter counter, string family, ContentPart part) =>
        part switch
        {
            TextPart text => counter.Count(family, text.Text).Tokens,
            ImagePart { Detail: "low" } => LowDetailImage,
            ImagePart => HighDetailImage,
            AudioPart => AudioTokens,
            ReasoningPart reasoning => counter.Count(family, reasoning.Text).Tokens,
            UnknownPart unknown => unknown.Bytes / BytesPerToken,
            FilePart file => (file.Data?.Length ?? 0) / 4,
            _ => 0,
        };
}
