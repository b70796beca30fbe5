using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway.Routing;

namespace Portico.Gateway.Stages;

/// <summary>
/// Counts the input and sees to it that it fits the context window: refuses, or drops the oldest turns, by the route's policy, and always says so.
/// Nothing is ever cut silently. Before the cache and the budget, because both depend on what is really sent.
/// </summary>
sealed class FitContext(TokenCounter counter) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var model = call.Plan!.Lead.Model;
        var count = call.Chat is { } chat
            ? InputTokens.OfChat(counter, model.TokenFamily, chat)
            : InputTokens.OfEmbedding(counter, model.TokenFamily, call.Embedding!);
        var fitted = call with { InputTokens = count.Tokens };
        var window = SmallestWindow(call.Plan);
        if (call.Chat is not null && window is { } limit && count.Tokens + (call.Chat.MaxOutputTokens ?? 0) > limit)
            fitted = Fit(fitted, limit, count);
        call.Context.Record.CountedInputTokens = fitted.InputTokens;
        call.Context.Record.CountEstimated = count.Estimated;
        return next(fitted, ct);
    }

    internal static int? SmallestWindow(RoutePlan plan)
    {
        int? smallest = null;
        foreach (var candidate in plan.Candidates)
            if (candidate.Deployment.Model.ContextTokens is { } window && (smallest is null || window < smallest))
                smallest = window;
        return smallest;
    }

    ModelCall Fit(ModelCall call, int limit, TokenCount count)
    {
        var chat = call.Chat!;
        var room = limit - (chat.MaxOutputTokens ?? 0);
        if (call.Plan!.Route.Context == ContextPolicy.Refuse || room <= 0)
        {
            // An estimate errs on the high side: only the provider can tell, so it is let through unless it is far over.
            if (count.Estimated && count.Tokens <= room * 2L)
                return call;
            throw TooLong(limit, count.Tokens, chat.MaxOutputTokens);
        }
        return DropOldest(call, room) ?? throw TooLong(limit, count.Tokens, chat.MaxOutputTokens);
    }

    /// <summary>Drops the oldest turns, never the system messages nor the last user turn; a tool call goes with its answers.</summary>
    ModelCall? DropOldest(ModelCall call, int room)
    {
        var chat = call.Chat!;
        var family = call.Plan!.Lead.Model.TokenFamily;
        var messages = chat.Messages.ToList();
        var dropped = 0;
        while (InputTokens.OfChat(counter, family, chat with { Messages = messages }).Tokens > room)
        {
            var first = messages.FindIndex(m => m.Role is not (ChatRole.System or ChatRole.Developer));
            var lastUser = messages.FindLastIndex(m => m.Role == ChatRole.User);
            if (first < 0 || first >= lastUser)
                return null;
            // One turn: from here to the next user message.
            var end = messages.FindIndex(first + 1, m => m.Role == ChatRole.User);
            dropped += end - first;
            messages.RemoveRange(first, end - first);
        }
        var what = $"dropped {dropped} oldest messages";
        call.Context.Record.ContextFitted = what;
        call.Context.Note("fit_context", what);
        var kept = chat with { Messages = messages };
        return call with { Chat = kept, MessagesChanged = true, InputTokens = InputTokens.OfChat(counter, family, kept).Tokens };
    }

    static PorticoException TooLong(int limit, int tokens, int? cap) =>
        new(
            ErrorTable.ContextLengthExceeded,
            $"This model's maximum context length is {limit} tokens. The messages have {tokens} tokens{(cap is { } c ? $" and {c} are asked for the answer" : "")}.",
            "messages"
        );
}

/// <summary>
/// Counts requests. The overhead of the chat format is OpenAI's published rule (3 tokens a message, 1 a name, 3 for the reply); images count by the
/// published 85 + 170 a tile of 512 pixels, taken at its bound where the size is unknown.
/// </summary>
static class InputTokens
{
    const int PerMessage = 3;
    const int PerReply = 3;
    const int LowDetailImage = 85;
    const int HighDetailImage = 1_105; // 85 + 6 × 170
    const int PerTool = 12;
    const int AudioTokens = 1_000;

    public static TokenCount OfChat(TokenCounter counter, string family, ChatRequest chat)
    {
        var tokens = PerReply;
        foreach (var message in chat.Messages)
        {
            tokens += PerMessage + (message.Name is null ? 0 : 1);
            foreach (var part in message.Parts)
                tokens += OfPart(counter, family, part);
            foreach (var call in message.ToolCalls)
                tokens += 8 + counter.Count(family, call.Name).Tokens + counter.Count(family, call.Arguments).Tokens;
        }
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
            FilePart file => (file.Data?.Length ?? 0) / 4,
            _ => 0,
        };
}
