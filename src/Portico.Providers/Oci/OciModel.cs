using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>How a chat request is written and its answer read.</summary>
enum OciFormat : byte
{
    /// <summary>Roles and parts, for the models of Meta, xAI, Google, OpenAI and others.</summary>
    Generic,

    /// <summary>A message with its history, for Cohere's.</summary>
    Cohere,
}

/// <summary>
/// What a deployment names: a model by its name or OCID, on demand, or a dedicated endpoint by its OCID. An OCID does not tell whose model it is: a prefix of
/// <c>cohere:</c> or <c>generic:</c> does (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/ChatResult/Chat).
/// </summary>
sealed record OciModel(string Name, OciFormat Format)
{
    public static OciModel Of(string upstreamModel)
    {
        const string cohere = "cohere:";
        const string generic = "generic:";
        return upstreamModel.StartsWith(cohere, StringComparison.Ordinal) ? new OciModel(upstreamModel[cohere.Length..], OciFormat.Cohere)
            : upstreamModel.StartsWith(generic, StringComparison.Ordinal) ? new OciModel(upstreamModel[generic.Length..], OciFormat.Generic)
            : new OciModel(
                upstreamModel,
                upstreamModel.StartsWith("cohere.", StringComparison.Ordinal) ? OciFormat.Cohere : OciFormat.Generic
            );
    }

    /// <summary>The compartment, and how the model is served.</summary>
    public void WriteHead(Utf8JsonWriter json, string compartment)
    {
        json.WriteString("compartmentId"u8, compartment);
        json.WriteStartObject("servingMode"u8);
        if (Name.StartsWith("ocid1.generativeaiendpoint.", StringComparison.Ordinal))
        {
            json.WriteString("servingType"u8, "DEDICATED"u8);
            json.WriteString("endpointId"u8, Name);
        }
        else
        {
            json.WriteString("servingType"u8, "ON_DEMAND"u8);
            json.WriteString("modelId"u8, Name);
        }
        json.WriteEndObject();
    }
}

/// <summary>Members of JSON that may be absent or of another kind.</summary>
static class OciJson
{
    public static JsonElement Member(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static long Count(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var count) ? Math.Max(0, count) : 0;

    /// <summary>
    /// The parts of usage, disjoint: cached tokens stand inside of the prompt's, thinking inside of the completion's
    /// (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/Usage).
    /// </summary>
    public static Usage Usage(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return default;
        var prompt = Count(usage, "promptTokens"u8);
        var completion = Count(usage, "completionTokens"u8);
        var cached = Math.Min(prompt, Count(Member(usage, "promptTokensDetails"u8), "cachedTokens"u8));
        var reasoning = Math.Min(completion, Count(Member(usage, "completionTokensDetails"u8), "reasoningTokens"u8));
        return new Usage
        {
            Input = prompt - cached,
            CacheRead = cached,
            Output = completion - reasoning,
            Reasoning = reasoning,
            Source = UsageSource.Reported,
        };
    }
}
