using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Writes the canonical chat request in the form of Converse (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html). Pure. What
/// the protocol has no word for is left out and named, where the answer stays usable without it; what would change the kind of answer is refused.
/// </summary>
static class BedrockChatWriter
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members of Converse that callers of other dialects add to their request; they pass as they are.</summary>
    static readonly string[] NativeExtras = ["guardrailConfig", "performanceConfig", "promptVariables", "requestMetadata", "serviceTier"];
    const string More = "additionalModelRequestFields";

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the protocol or the model cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call)
    {
        var r = call.Request;
        if (r.Choices != 1)
            throw Refusals.CannotTake("n", "Bedrock gives one choice; ask once for each");
        var model = BedrockModel.Of(call.UpstreamModel);
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        new BedrockMessageWriter(json, model, dropped).Write(r.Messages);
        BedrockToolWriter.Write(json, r, model, dropped);
        var cap = call.OutputCap ?? r.MaxOutputTokens;
        var more = new JsonObject();
        var thinks = BedrockThinking.Write(more, r, model, cap, dropped);
        WriteInference(json, r, cap, model, thinks, dropped);
        WriteTopK(more, r, model, thinks, dropped);
        WriteSchema(json, r.ResponseFormat, model, dropped);
        WriteExtras(json, more, r, model, dropped);
        if (more.Count > 0)
        {
            json.WritePropertyName(More);
            more.WriteTo(json);
        }
        dropped.AddWithoutWord(r);
        if (!string.IsNullOrEmpty(r.User))
            dropped.Add("user");
        // Bedrock refuses switches that it does not have; who knows them puts them into anthropic_beta.
        if (call.AnthropicBeta is not null)
            dropped.Add("anthropic-beta");
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    static void WriteInference(Utf8JsonWriter json, ChatRequest r, int? cap, BedrockModel model, bool thinks, DroppedNames dropped)
    {
        var samples = !model.IsClaude || (model.Claude.TakesSampling && !thinks);
        // The scale ends at 1 here.
        double? temperature = samples && r.Temperature is { } t ? dropped.AtMost(t, 1, "temperature") : null;
        var topP = samples && (temperature is null || !model.IsClaude || model.Claude.TakesBothSamplings) ? r.TopP : null;
        if (r.Temperature is not null && temperature is null)
            dropped.Add("temperature");
        if (r.TopP is not null && topP is null)
            dropped.Add("top_p");
        // A stop of white space alone is refused.
        var stops = r.Stop.Where(s => !string.IsNullOrWhiteSpace(s)).ToList();
        if (stops.Count < r.Stop.Count)
            dropped.Add("stop");
        if (cap is null && temperature is null && topP is null && stops.Count == 0)
            return;
        json.WriteStartObject("inferenceConfig"u8);
        if (cap is { } max)
            json.WriteNumber("maxTokens"u8, max);
        if (temperature is { } warmth)
            json.WriteNumber("temperature"u8, warmth);
        if (topP is { } nucleus)
            json.WriteNumber("topP"u8, nucleus);
        if (stops.Count > 0)
        {
            json.WriteStartArray("stopSequences"u8);
            foreach (var stop in stops)
                json.WriteStringValue(stop);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Each vendor has a word of its own for it; those without one leave it out.</summary>
    static void WriteTopK(JsonObject more, ChatRequest r, BedrockModel model, bool thinks, DroppedNames dropped)
    {
        var own = r.Extra.FirstOrDefault(e => e.Key == "top_k").Value;
        if ((r.TopK ?? (own.ValueKind == JsonValueKind.Number && own.TryGetInt32(out var number) ? number : null)) is not { } topK)
            return;
        if (model.IsClaude && model.Claude.TakesSampling && !thinks)
            more["top_k"] = topK;
        else if (model.IsNova)
            more["inferenceConfig"] = new JsonObject { ["topK"] = topK };
        else if (model.Vendor == "cohere")
            more["k"] = topK;
        else if (model.Vendor == "mistral")
            more["top_k"] = topK;
        else
            dropped.Add("top_k");
    }

    /// <summary>The schema travels as a text (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_JsonSchemaDefinition.html).</summary>
    static void WriteSchema(Utf8JsonWriter json, ResponseFormat? format, BedrockModel model, DroppedNames dropped)
    {
        // There is no JSON without a schema.
        if (format?.Kind == ResponseFormatKind.JsonObject)
            dropped.Add("response_format");
        if (format?.Kind != ResponseFormatKind.JsonSchema)
            return;
        if (format.Schema is not { } schema)
            throw Refusals.Wrong("response_format.json_schema.schema", "is missing: Bedrock needs the schema of the answer");
        if (!model.TakesSchema)
            throw Refusals.CannotTake(
                "response_format",
                "this model has no structured output on Bedrock; ask for it with a tool, or use another model"
            );
        json.WriteStartObject("outputConfig"u8);
        json.WriteStartObject("textFormat"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("structure"u8);
        json.WriteStartObject("jsonSchema"u8);
        json.WriteString("schema"u8, schema.GetRawText());
        if (!string.IsNullOrEmpty(format.Name))
            json.WriteString("name"u8, format.Name);
        if (!string.IsNullOrEmpty(format.Description))
            json.WriteString("description"u8, format.Description);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteExtras(Utf8JsonWriter json, JsonObject more, ChatRequest r, BedrockModel model, DroppedNames dropped)
    {
        foreach (var (name, value) in r.Extra)
        {
            if (NativeExtras.Contains(name, StringComparer.Ordinal))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
            else if (name == More && value.ValueKind == JsonValueKind.Object)
            {
                // The caller's own words for the model win.
                foreach (var member in value.EnumerateObject())
                    more[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
            else if (name == "anthropic_beta" && model.IsClaude)
            {
                more[name] = JsonNode.Parse(value.GetRawText());
            }
            else if (name is not ("top_k" or "thinking") || (name == "thinking" && !model.IsClaude))
            {
                dropped.Add(name);
            }
        }
    }
}
