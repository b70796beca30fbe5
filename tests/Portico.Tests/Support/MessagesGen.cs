using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;

namespace Portico.Tests.Support;

/// <summary>Draws requests with what Anthropic's form can say beyond OpenAI's: thinking of earlier turns, marks of the cache, failed tools.</summary>
static class MessagesGen
{
    static readonly Gen<CacheLife> Marks = Gen.Frequency(
        (3, Gen.Constant(CacheLife.None)),
        (1, Gen.Elements(CacheLife.FiveMinutes, CacheLife.OneHour))
    );

    static readonly Gen<ContentPart[]> Thoughts = Gen.Frequency(
        (2, Gen.Constant(Array.Empty<ContentPart>())),
        (
            1,
            ChatGen
                .Text.Where(t => !string.IsNullOrWhiteSpace(t))
                .Select(t => new ContentPart[] { new ReasoningPart(t, "seal-" + t.Length) })
        ),
        (1, Gen.Constant(new ContentPart[] { new ReasoningPart("", null, "closed") }))
    );

    static Gen<ChatMessage> Enriched(ChatMessage m) =>
        from mark in Marks
        from thoughts in Thoughts
        from failed in Gen.Elements(true, false)
        let marked = m.Parts.Count == 0 ? m.Parts : [.. m.Parts.SkipLast(1), m.Parts[^1] with { CacheUpTo = mark }]
        select m.Role switch
        {
            ChatRole.Assistant => m with { Parts = [.. thoughts, .. marked] },
            ChatRole.Tool => m with { Parts = marked, ToolFailed = failed },
            _ => m with { Parts = marked },
        };

    /// <summary>Requests that the Messages API carries whole.</summary>
    public static readonly Gen<ChatRequest> Requests =
        from request in ChatGen.BothRequests
        from messages in Gen.CollectToArray(request.Messages.Select(Enriched))
        from mark in Marks
        from budget in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(1_024, 4_096).Select(n => (int?)n))
        from topK in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 500).Select(n => (int?)n))
        let thinks = budget is not null && request.ToolChoice?.Mode is not (ToolChoiceMode.Required or ToolChoiceMode.Named)
        select request with
        {
            Messages = messages,
            Tools = request.Tools.Select((t, i) => i == request.Tools.Count - 1 ? t with { CacheUpTo = mark } : t).ToList(),
            MaxOutputTokens = thinks ? 8_000 : request.MaxOutputTokens,
            ReasoningTokens = thinks ? budget : null,
            Temperature = thinks ? null : request.Temperature,
            TopP = thinks ? null : request.TopP,
            TopK = thinks ? null : topK,
        };
}
