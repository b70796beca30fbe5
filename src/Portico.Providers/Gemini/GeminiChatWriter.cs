using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>Where a request goes: the Gemini API and Vertex AI differ in a few members.</summary>
enum GeminiHost : byte
{
    GeminiApi,
    Vertex,
}

/// <summary>
/// Writes the canonical chat request in the form of generateContent (https://ai.google.dev/api/generate-content,
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference). Pure. What the protocol has no word for is left out and named, where
/// the answer stays usable without it; what would change the kind of answer is refused.
/// </summary>
static class GeminiChatWriter
{
    // The body is JSON for a JSON reader: escaping for HTML would only make it longer.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members of the protocol that callers may add to their request, as OpenAI's SDKs name extras or as Google does; they pass as they are.</summary>
    static readonly (string Given, string Native)[] NativeExtras =
    [
        ("safety_settings", "safetySettings"),
        ("safetySettings", "safetySettings"),
        ("cached_content", "cachedContent"),
        ("cachedContent", "cachedContent"),
    ];

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the protocol cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call, GeminiHost host)
    {
        var r = call.Request;
        var model = GeminiModel.Of(call.UpstreamModel);
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        new GeminiContentWriter(json, model, host, dropped).Write(r.Messages);
        GeminiToolWriter.Write(json, r, dropped);
        WriteConfig(json, call, model, dropped);
        WriteExtras(json, call, host, dropped);
        NameWhatHasNoWord(r, dropped);
        if (call.AnthropicBeta is not null)
            dropped.Add("anthropic-beta");
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    static void WriteConfig(Utf8JsonWriter json, ProviderCall call, GeminiModel model, DroppedNames dropped)
    {
        var r = call.Request;
        json.WriteStartObject("generationConfig"u8);
        if (r.Choices != 1)
            json.WriteNumber("candidateCount"u8, r.Choices);
        if ((call.OutputCap ?? r.MaxOutputTokens) is { } cap)
            json.WriteNumber("maxOutputTokens"u8, cap);
        if (r.Temperature is { } temperature)
            json.WriteNumber("temperature"u8, temperature);
        if (r.TopP is { } topP)
            json.WriteNumber("topP"u8, topP);
        if (r.TopK is { } topK)
            json.WriteNumber("topK"u8, topK);
        if (r.PresencePenalty is { } presence)
            json.WriteNumber("presencePenalty"u8, presence);
        if (r.FrequencyPenalty is { } frequency)
            json.WriteNumber("frequencyPenalty"u8, frequency);
        WriteSeed(json, r, dropped);
        WriteStop(json, r);
        WriteFormat(json, r.ResponseFormat);
        WriteThinking(json, r, model, dropped);
        json.WriteEndObject();
    }

    static void WriteSeed(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        if (r.Seed is not { } seed)
            return;
        if (seed is >= int.MinValue and <= int.MaxValue)
            json.WriteNumber("seed"u8, seed);
        else
            dropped.Add("seed");
    }

    static void WriteStop(Utf8JsonWriter json, ChatRequest r)
    {
        if (r.Stop.Count == 0)
            return;
        json.WriteStartArray("stopSequences"u8);
        foreach (var stop in r.Stop)
            json.WriteStringValue(stop);
        json.WriteEndArray();
    }

    /// <summary>JSON Schema as it is: https://ai.google.dev/gemini-api/docs/structured-output says which keywords count; others are passed over there.</summary>
    static void WriteFormat(Utf8JsonWriter json, ResponseFormat? format)
    {
        if (format is null or { Kind: ResponseFormatKind.Text })
            return;
        json.WriteString("responseMimeType"u8, "application/json"u8);
        if (format.Kind != ResponseFormatKind.JsonSchema)
            return;
        json.WritePropertyName("responseJsonSchema"u8);
        (
            format.Schema ?? throw Refusals.Wrong("response_format.json_schema.schema", "is missing: Gemini needs the schema of the answer")
        ).WriteTo(json);
    }

    /// <summary>Tokens of thinking for the efforts, as Google's own OpenAI layer counts them (https://ai.google.dev/gemini-api/docs/openai#thinking).</summary>
    static void WriteThinking(Utf8JsonWriter json, ChatRequest r, GeminiModel model, DroppedNames dropped)
    {
        if (r.ReasoningEffort is null && r.ReasoningTokens is null)
            return;
        var asked = r.ReasoningTokens is null ? "reasoning_effort" : "reasoning_tokens";
        var isOff = r.ReasoningTokens is { } tokens ? tokens <= 0 : r.ReasoningEffort == "none";
        if (!model.TakesThinking)
        {
            // What does not think need not be told not to.
            if (!isOff)
                dropped.Add(asked);
            return;
        }
        if (isOff && model.AlwaysThinks)
            dropped.Add(asked);
        var level = isOff ? model.LeastLevel : Level(r.ReasoningEffort, model);
        if (r.ReasoningTokens is null && level is null)
        {
            dropped.Add(asked);
            return;
        }
        json.WriteStartObject("thinkingConfig"u8);
        // The two members exclude each other. A number of tokens is taken by newer models too.
        if (r.ReasoningTokens is { } budget && !isOff)
            json.WriteNumber("thinkingBudget"u8, Math.Max(budget, model.LeastBudget));
        else if (model.TakesThinkingLevel)
            json.WriteString("thinkingLevel"u8, level);
        else
            json.WriteNumber("thinkingBudget"u8, isOff ? model.LeastBudget : Budget(level!));
        if (!isOff)
            json.WriteBoolean("includeThoughts"u8, true);
        json.WriteEndObject();
    }

    static string? Level(string? effort, GeminiModel model) =>
        effort switch
        {
            "minimal" => model.TakesThinkingLevel ? model.LeastLevel : "low",
            "low" or "medium" or "high" => effort,
            "xhigh" or "max" => "high",
            _ => null,
        };

    static int Budget(string level) =>
        level switch
        {
            "medium" => 8_192,
            "high" => 24_576,
            _ => 1_024,
        };

    static void WriteExtras(Utf8JsonWriter json, ProviderCall call, GeminiHost host, DroppedNames dropped)
    {
        // On Vertex AI a header asks for it.
        if (host == GeminiHost.GeminiApi && GoogleTiers.Word(call.Request) is { } tier)
            json.WriteString("service_tier"u8, tier);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in call.Request.Extra)
        {
            if (name is "service_tier" or "serviceTier")
            {
                if (!GoogleTiers.Takes(value, call.Connection, host))
                    dropped.Add(name);
                continue;
            }
            var native = NativeExtras.FirstOrDefault(e => e.Given == name).Native;
            if (native is null && name == "labels" && host == GeminiHost.Vertex)
                native = name;
            if (native is null || !written.Add(native))
            {
                dropped.Add(name);
                continue;
            }
            json.WritePropertyName(native);
            value.WriteTo(json);
        }
    }

    static void NameWhatHasNoWord(ChatRequest r, DroppedNames dropped)
    {
        foreach (var name in r.Unread)
            dropped.Add(name);
        if (r.User is not null)
            dropped.Add("user");
        // They can be asked for, but an answer of ours has no place for them.
        if (r.Logprobs)
            dropped.Add("logprobs");
        if (r.TopLogprobs is not null)
            dropped.Add("top_logprobs");
    }
}
