using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Gathers the usage of one answer. The counts repeat and grow over the events of a stream, so each is kept at its maximum, in Anthropic's own
/// parts: only <c>message_start</c> splits cache writes by their life, <c>message_delta</c> repeats their sum, and a field-wise maximum of mapped
/// usages would count the one-hour part twice. Cache reads and writes stand beside input_tokens, thinking inside output_tokens
/// (https://platform.claude.com/docs/en/api/messages).
/// </summary>
struct AnthropicUsage
{
    bool seen;
    long input;
    long cacheRead;
    long cacheWritten; // both lives
    long written5m;
    long written1h;
    long output;
    long thinking;
    PriceClass served;

    /// <summary>Takes a usage object; anything else is ignored.</summary>
    public void Take(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return;
        seen = true;
        Raise(ref input, usage, "input_tokens"u8);
        Raise(ref cacheRead, usage, "cache_read_input_tokens"u8);
        Raise(ref cacheWritten, usage, "cache_creation_input_tokens"u8);
        Raise(ref output, usage, "output_tokens"u8);
        if (usage.TryGetProperty("service_tier"u8, out var tier))
            served = ServiceTiers.Told(tier);
        if (usage.TryGetProperty("cache_creation"u8, out var lives))
        {
            Raise(ref written5m, lives, "ephemeral_5m_input_tokens"u8);
            Raise(ref written1h, lives, "ephemeral_1h_input_tokens"u8);
        }
        if (usage.TryGetProperty("output_tokens_details"u8, out var details))
            Raise(ref thinking, details, "thinking_tokens"u8);
    }

    /// <summary>The disjoint parts; nothing with <see cref="UsageSource.None"/> when no usage was seen.</summary>
    public readonly Usage ToUsage()
    {
        if (!seen)
            return default;
        var written = Math.Max(cacheWritten, written5m + written1h);
        var reasoning = Math.Min(thinking, output);
        return new Usage
        {
            Input = input,
            CacheRead = cacheRead,
            CacheWrite = written - written1h,
            CacheWriteLong = written1h,
            Output = output - reasoning,
            Reasoning = reasoning,
            Class = served,
            Source = UsageSource.Reported,
        };
    }

    static void Raise(ref long count, JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (
            parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
        )
            count = Math.Max(count, number);
    }

    /// <summary>
    /// The canonical reason (https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons). A full context window cuts the answer as a cap
    /// does. A paused turn is neither finished nor cut: the caller may send the answer back to have it go on.
    /// </summary>
    public static FinishReason Finish(string reason) =>
        reason switch
        {
            "end_turn" or "stop_sequence" => FinishReason.Stop,
            "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
            "tool_use" => FinishReason.ToolCalls,
            "refusal" => FinishReason.ContentFilter,
            _ => FinishReason.Other,
        };
}
