using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Writes the canonical chat request in the form of the Messages API (https://platform.claude.com/docs/en/api/messages). Pure. What the protocol
/// has no word for is left out and named, where the answer stays usable without it; what would change the kind of answer is refused.
/// </summary>
static class AnthropicChatWriter
{
    // The body is JSON for a JSON reader: escaping for HTML would only make it longer.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fewest tokens that may be set for thinking.</summary>
    const int LeastBudget = 1_024;

    /// <summary>Members of the Messages API that callers of other dialects add to their request; they pass as they are.</summary>
    static readonly string[] NativeExtras =
    [
        "thinking",
        "top_k",
        "cache_control",
        "container",
        "context_management",
        "inference_geo",
        "mcp_servers",
        "speed",
    ];

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the protocol cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call)
    {
        var r = call.Request;
        if (r.Choices != 1)
            throw Refusals.CannotTake("n", "Anthropic gives one choice; ask once for each");
        var model = AnthropicModel.Of(call.UpstreamModel);
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        json.WriteString("model"u8, call.UpstreamModel);
        json.WriteNumber("max_tokens"u8, call.OutputCap ?? r.MaxOutputTokens ?? model.DefaultCap);
        if (r.Stream)
            json.WriteBoolean("stream"u8, true);
        new AnthropicMessageWriter(json, model, dropped).Write(r.Messages);
        AnthropicToolWriter.Write(json, r, dropped);
        var thinks = WriteThinking(json, call, model, dropped);
        WriteSampling(json, r, model, thinks, dropped);
        WriteOutputConfig(json, r, model, dropped);
        WriteStop(json, r, dropped);
        WriteUser(json, call);
        WriteExtras(json, call, thinks, dropped);
        dropped.AddWithoutWord(r);
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    /// <summary>True when the request has the model think.</summary>
    static bool WriteThinking(Utf8JsonWriter json, ProviderCall call, AnthropicModel model, DroppedNames dropped)
    {
        var r = call.Request;
        // The caller's own words on thinking win.
        if (r.Extra.FirstOrDefault(e => e.Key == "thinking") is { Key: not null } own)
            return AnthropicDecoder.Text(own.Value, "type"u8) != "disabled";
        if (r.ReasoningTokens is > 0 and var tokens)
            return WriteBudget(json, call, model, tokens, dropped);
        if (r.ReasoningTokens == 0)
        {
            if (model.TakesThinkingSwitch)
                WriteType(json, "thinking"u8, "disabled");
            return false;
        }
        if (r.ReasoningEffort is not { } effort)
            return false;
        if (effort == "none")
        {
            // Before 4.6 a model thinks only when told to; the other new lines always do.
            if (model.TakesThinkingSwitch)
                WriteType(json, "thinking"u8, "disabled");
            else if (model.TakesEffort && model.Line != "opus")
                dropped.Add("reasoning_effort");
            return false;
        }
        // A forced tool and thinking exclude each other.
        if (
            !model.TakesThinkingSwitch
            || Effort(effort, model) is null
            || r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named
        )
            return false;
        WriteType(json, "thinking"u8, "adaptive");
        return true;
    }

    /// <summary>
    /// Thinking with a number of tokens (https://platform.claude.com/docs/en/build-with-claude/extended-thinking): from 1,024 on and below the cap. Models
    /// from 4.7 on decide themselves how much and refuse a number.
    /// </summary>
    static bool WriteBudget(Utf8JsonWriter json, ProviderCall call, AnthropicModel model, int tokens, DroppedNames dropped)
    {
        var room = (call.OutputCap ?? call.Request.MaxOutputTokens ?? model.DefaultCap) - 1;
        if (call.Request.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named || room < LeastBudget)
        {
            dropped.Add("thinking");
            return false;
        }
        if (!model.TakesThinkingBudget)
        {
            WriteType(json, "thinking"u8, "adaptive");
            return true;
        }
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, "enabled"u8);
        json.WriteNumber("budget_tokens"u8, Math.Clamp(tokens, LeastBudget, room));
        json.WriteEndObject();
        return true;
    }

    static void WriteSampling(Utf8JsonWriter json, ChatRequest r, AnthropicModel model, bool thinks, DroppedNames dropped)
    {
        var takes = model.TakesSampling && !thinks;
        if (r.Temperature is { } temperature)
        {
            // The scale ends at 1 here; Anthropic's compatibility layer caps the same way.
            if (takes)
                json.WriteNumber("temperature"u8, dropped.AtMost(temperature, 1, "temperature"));
            else
                dropped.Add("temperature");
        }
        if (r.TopP is { } topP)
        {
            if (takes && (r.Temperature is null || model.TakesBothSamplings))
                json.WriteNumber("top_p"u8, topP);
            else
                dropped.Add("top_p");
        }
        if (r.TopK is { } topK)
        {
            if (takes)
                json.WriteNumber("top_k"u8, topK);
            else
                dropped.Add("top_k");
        }
    }

    /// <summary>
    /// Effort and the schema of the answer (https://platform.claude.com/docs/en/build-with-claude/structured-outputs): the native form, which every
    /// current model has and which leaves the answer a text; a forced tool would make it a tool call and shut out thinking and the caller's tools.
    /// </summary>
    static void WriteOutputConfig(Utf8JsonWriter json, ChatRequest r, AnthropicModel model, DroppedNames dropped)
    {
        var effort = r.ReasoningEffort is null or "none" ? null : Effort(r.ReasoningEffort, model);
        if (effort is null && r.ReasoningEffort is not (null or "none"))
            dropped.Add("reasoning_effort");
        var format = r.ResponseFormat;
        // There is no JSON without a schema.
        if (format?.Kind == ResponseFormatKind.JsonObject)
            dropped.Add("response_format");
        var schema = format?.Kind == ResponseFormatKind.JsonSchema ? format.Schema : null;
        if (format?.Kind == ResponseFormatKind.JsonSchema && schema is null)
            throw Refusals.Wrong("response_format.json_schema.schema", "is missing: Anthropic needs the schema of the answer");
        if (effort is null && schema is null)
            return;
        json.WriteStartObject("output_config"u8);
        if (effort is not null)
            json.WriteString("effort"u8, effort);
        if (schema is { } s)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WritePropertyName("schema"u8);
            s.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static string? Effort(string effort, AnthropicModel model) =>
        !model.TakesEffort
            ? null
            : effort switch
            {
                "minimal" or "low" => "low",
                "medium" => "medium",
                "high" => "high",
                "xhigh" => model.TakesHighestEfforts ? "xhigh" : "high",
                "max" => model.Version >= 406 ? "max" : "high",
                _ => null,
            };

    static void WriteStop(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        // A stop of white space alone is refused.
        var stops = r.Stop.Where(s => !string.IsNullOrWhiteSpace(s)).ToList();
        if (stops.Count < r.Stop.Count)
            dropped.Add("stop");
        if (stops.Count == 0)
            return;
        json.WriteStartArray("stop_sequences"u8);
        foreach (var stop in stops)
            json.WriteStringValue(stop);
        json.WriteEndArray();
    }

    /// <summary>
    /// The protocol wants an opaque name and nothing that identifies: callers of other dialects put addresses of e-mail there, so a hash is sent. Callers of
    /// this one know what they send.
    /// </summary>
    static void WriteUser(Utf8JsonWriter json, ProviderCall call)
    {
        if (call.Request.User is not { Length: > 0 } user)
            return;
        json.WriteStartObject("metadata"u8);
        json.WriteString("user_id"u8, IsNative(call) ? user : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user))));
        json.WriteEndObject();
    }

    /// <summary>The caller speaks this protocol itself: what the canonical form does not know are members of it.</summary>
    static bool IsNative(ProviderCall call) => call.ReplyDialect == Dialect.AnthropicMessages;

    static void WriteExtras(Utf8JsonWriter json, ProviderCall call, bool thinks, DroppedNames dropped)
    {
        var model = AnthropicModel.Of(call.UpstreamModel);
        foreach (var (name, value) in call.Request.Extra)
        {
            if (
                (!IsNative(call) && !NativeExtras.Contains(name, StringComparer.Ordinal))
                || (name == "top_k" && (thinks || !model.TakesSampling))
            )
            {
                dropped.Add(name);
                continue;
            }
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    static void WriteType(Utf8JsonWriter json, ReadOnlySpan<byte> name, string type)
    {
        json.WriteStartObject(name);
        json.WriteString("type"u8, type);
        json.WriteEndObject();
    }
}
