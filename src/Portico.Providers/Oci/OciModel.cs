using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>How a chat request is written and its answer read.</summary>
enum OciFormat : byte
{
    /// <summary>Roles and parts, for the models of Meta, xAI, Google, OpenAI and others.</summary>
    Generic,

    /// <summary>A message with its history, for Cohere's Command R and what was before.</summary>
    Cohere,

    /// <summary>A list of messages, for Cohere's Command A.</summary>
    CohereV2,
}

/// <summary>
/// What a deployment names: a model by its name or OCID, on demand, or a dedicated endpoint by its OCID. An OCID does not tell whose model it is: a prefix of
/// <c>cohere:</c>, <c>coherev2:</c> or <c>generic:</c> does (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/ChatResult/Chat).
/// </summary>
sealed record OciModel(string Name, OciFormat Format)
{
    static readonly (string Prefix, OciFormat Format)[] Prefixes =
    [
        ("cohere:", OciFormat.Cohere),
        ("coherev2:", OciFormat.CohereV2),
        ("generic:", OciFormat.Generic),
    ];

    public static OciModel Of(string upstreamModel)
    {
        foreach (var (prefix, format) in Prefixes)
            if (upstreamModel.StartsWith(prefix, StringComparison.Ordinal))
                return new OciModel(upstreamModel[prefix.Length..], format);
        return new OciModel(upstreamModel, FormatOf(upstreamModel));
    }

    /// <summary>Cohere's lines before Command A speak its first API, those from there on its second.</summary>
    public static OciFormat FormatOf(string name) =>
        !name.StartsWith("cohere.", StringComparison.Ordinal) ? OciFormat.Generic
        : name is "cohere.command" or "cohere.command-light" || name.StartsWith("cohere.command-r", StringComparison.Ordinal)
            ? OciFormat.Cohere
        : OciFormat.CohereV2;

    /// <summary>The name of a dedicated endpoint with the form of the model behind it.</summary>
    public static string Endpoint(string ocid, OciFormat format) =>
        format == OciFormat.Generic ? ocid : Array.Find(Prefixes, p => p.Format == format).Prefix + ocid;

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
