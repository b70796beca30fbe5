using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Bedrock;

/// <summary>Usage and the reason of an end (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html, …/API_runtime_MessageStopEvent.html).</summary>
static class BedrockUsage
{
    /// <summary>
    /// The disjoint parts: cache reads and writes stand beside inputTokens (…/userguide/prompt-caching.html). Thinking is within outputTokens, and Bedrock does
    /// not tell how much of it. Nothing with <see cref="UsageSource.None"/> when there is no usage object.
    /// </summary>
    /// <param name="metadata">What has a member usage, and may say the tier that served.</param>
    public static Usage Of(JsonElement metadata)
    {
        var usage = BedrockJson.Member(metadata, "usage"u8);
        if (usage.ValueKind != JsonValueKind.Object)
            return default;
        long written1h = 0;
        if (usage.TryGetProperty("cacheDetails"u8, out var details) && details.ValueKind == JsonValueKind.Array)
            foreach (var detail in details.EnumerateArray())
                if (BedrockJson.Text(detail, "ttl"u8) == "1h")
                    written1h += Count(detail, "inputTokens"u8);
        var written = Math.Max(Count(usage, "cacheWriteInputTokens"u8), written1h);
        return new Usage
        {
            Input = Count(usage, "inputTokens"u8),
            CacheRead = Count(usage, "cacheReadInputTokens"u8),
            CacheWrite = written - written1h,
            CacheWriteLong = written1h,
            Output = Count(usage, "outputTokens"u8),
            Class = ServiceTiers.Told(BedrockJson.Member(BedrockJson.Member(metadata, "serviceTier"u8), "type"u8)),
            Source = UsageSource.Reported,
        };
    }

    static long Count(JsonElement parent, ReadOnlySpan<byte> name) =>
        BedrockJson.Member(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? Math.Clamp(number, 0, int.MaxValue)
            : 0;

    /// <summary>A full context window cuts the answer as a cap does; an answer that the model garbled is a failure of its service, not an end.</summary>
    /// <exception cref="UpstreamException">What the model wrote could not be read as an answer, or as a call of a tool.</exception>
    public static FinishReason Finish(string reason) =>
        reason switch
        {
            "end_turn" or "stop_sequence" => FinishReason.Stop,
            "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
            "tool_use" => FinishReason.ToolCalls,
            "guardrail_intervened" or "content_filtered" => FinishReason.ContentFilter,
            "malformed_model_output" or "malformed_tool_use" => throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"The model's answer could not be read by Bedrock ({reason})."
            ),
            _ => FinishReason.Other,
        };
}

/// <summary>Members of documents that may hold anything.</summary>
static class BedrockJson
{
    public static JsonElement Member(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
