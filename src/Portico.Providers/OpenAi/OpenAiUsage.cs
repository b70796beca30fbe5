using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>What a scan of one OpenAI document finds beside the content.</summary>
struct OpenAiFacts
{
    public Usage Usage;

    /// <summary>The class of service; null where the document names none. It is in <see cref="Usage"/> too, also where that has no tokens.</summary>
    public PriceClass? Class;
    public FinishReason Finish;
    public string? Model;
    public bool ChoicesEmpty;

    /// <summary>
    /// It tells of a failure: an error beside or in place of the choices, a choice that ended with one, or an object of that name. Whoever looks for choices
    /// alone takes it for the good end of an empty answer.
    /// </summary>
    public bool HasFailed;
}

/// <summary>
/// Reads usage, finish reason and model from a chunk or a whole answer without building anything. OpenAI counts cached and audio tokens
/// inside prompt_tokens and reasoning and audio inside completion_tokens
/// (https://platform.openai.com/docs/api-reference/chat/object): the parts are taken out, so that they are disjoint.
/// </summary>
static class OpenAiUsage
{
    /// <exception cref="JsonException">The document is not JSON, or its model's name is not UTF-8.</exception>
    public static OpenAiFacts Scan(ReadOnlySpan<byte> document)
    {
        try
        {
            return ScanObject(document);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text of the document is not valid.", e);
        }
    }

    static OpenAiFacts ScanObject(ReadOnlySpan<byte> document)
    {
        var facts = new OpenAiFacts { ChoicesEmpty = true };
        var reader = new Utf8JsonReader(document);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                    facts.Usage = ReadUsage(ref reader);
                else
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                ReadChoices(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                facts.Model = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                if (reader.TokenType != JsonTokenType.String)
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                    facts.Class = ServiceTiers.Told(reader.ValueSpan);
                else
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                facts.HasFailed |= IsError(ref reader);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                facts.HasFailed |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("error"u8);
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        if (facts.Class is { } served)
            facts.Usage = facts.Usage with { Class = served };
        // Reads on, so that a second document or a cut one is noticed.
        reader.Read();
        return facts;
    }

    /// <summary>Servers of the form write an empty one where all is well.</summary>
    static bool IsError(ref Utf8JsonReader r) =>
        r.TokenType is not (JsonTokenType.Null or JsonTokenType.False) && !(r.TokenType == JsonTokenType.String && r.ValueTextEquals(""u8));

    static void ReadChoices(ref Utf8JsonReader r, ref OpenAiFacts facts)
    {
        if (r.TokenType != JsonTokenType.StartArray)
        {
            r.Skip();
            return;
        }
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            facts.ChoicesEmpty = false;
            if (r.TokenType != JsonTokenType.StartObject)
            {
                r.Skip();
                continue;
            }
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            {
                var isFinish = r.ValueTextEquals("finish_reason"u8);
                r.Read();
                facts.HasFailed |= isFinish && r.TokenType == JsonTokenType.String && r.ValueTextEquals("error"u8);
                if (isFinish && r.TokenType == JsonTokenType.String && facts.Finish == FinishReason.None)
                    facts.Finish = Finish(r.ValueSpan);
                else
                    r.Skip();
            }
        }
    }

    public static FinishReason Finish(ReadOnlySpan<byte> reason) =>
        reason.SequenceEqual("stop"u8) ? FinishReason.Stop
        : reason.SequenceEqual("length"u8) ? FinishReason.Length
        : reason.SequenceEqual("tool_calls"u8) || reason.SequenceEqual("function_call"u8) ? FinishReason.ToolCalls
        : reason.SequenceEqual("content_filter"u8) ? FinishReason.ContentFilter
        : FinishReason.Other;

    /// <summary>Reads a usage object: that of chat completions, or that of responses, whose members have other names.</summary>
    internal static Usage ReadUsage(ref Utf8JsonReader r)
    {
        long prompt = 0,
            completion = 0,
            cached = 0,
            audioIn = 0,
            reasoning = 0,
            audioOut = 0,
            cacheWrite = 0;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (r.ValueTextEquals("prompt_tokens"u8) || r.ValueTextEquals("input_tokens"u8))
                prompt = Number(ref r);
            else if (r.ValueTextEquals("completion_tokens"u8) || r.ValueTextEquals("output_tokens"u8))
                completion = Number(ref r);
            else if (r.ValueTextEquals("prompt_cache_hit_tokens"u8)) // DeepSeek's name for the same part
                cached = Math.Max(cached, Number(ref r));
            else if (IsInputDetails(ref r) || IsOutputDetails(ref r))
            {
                var input = IsInputDetails(ref r);
                r.Read();
                if (r.TokenType != JsonTokenType.StartObject)
                {
                    r.Skip();
                    continue;
                }
                while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
                {
                    if (input && r.ValueTextEquals("cached_tokens"u8))
                        cached = Math.Max(cached, Number(ref r));
                    else if (input && r.ValueTextEquals("cache_write_tokens"u8))
                        cacheWrite = Number(ref r);
                    else if (r.ValueTextEquals("audio_tokens"u8))
                        _ = input ? audioIn = Number(ref r) : audioOut = Number(ref r);
                    else if (!input && r.ValueTextEquals("reasoning_tokens"u8))
                        reasoning = Number(ref r);
                    else
                    {
                        r.Read();
                        r.Skip();
                    }
                }
            }
            else
            {
                r.Read();
                r.Skip();
            }
        }
        // A provider whose parts exceed the whole is wrong about a part, not about the whole: the whole is what it bills.
        cached = Math.Min(cached, prompt);
        cacheWrite = Math.Min(cacheWrite, prompt - cached);
        audioIn = Math.Min(audioIn, prompt - cached - cacheWrite);
        reasoning = Math.Min(reasoning, completion);
        audioOut = Math.Min(audioOut, completion - reasoning);
        return new Usage
        {
            Input = prompt - cached - cacheWrite - audioIn,
            CacheRead = cached,
            CacheWrite = cacheWrite,
            AudioInput = audioIn,
            Output = completion - reasoning - audioOut,
            Reasoning = reasoning,
            AudioOutput = audioOut,
            Source = UsageSource.Reported,
        };
    }

    static bool IsInputDetails(ref Utf8JsonReader r) =>
        r.ValueTextEquals("prompt_tokens_details"u8) || r.ValueTextEquals("input_tokens_details"u8);

    static bool IsOutputDetails(ref Utf8JsonReader r) =>
        r.ValueTextEquals("completion_tokens_details"u8) || r.ValueTextEquals("output_tokens_details"u8);

    static long Number(ref Utf8JsonReader r)
    {
        r.Read();
        if (r.TokenType == JsonTokenType.Number && r.TryGetInt64(out var value))
            return Math.Max(0, value);
        r.Skip();
        return 0;
    }
}
