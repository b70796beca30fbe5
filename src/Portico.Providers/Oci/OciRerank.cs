using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Rerank (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/RerankTextResult/RerankText): Cohere's request in Oracle's words, and the
/// answer back in Cohere's. Oracle tells no usage.
/// </summary>
static class OciRerank
{
    public static ReadOnlyMemory<byte> Write(SingleCall call, string compartment)
    {
        var asked = (RerankRequest)call.Request;
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target, OciGenericWriter.Options);
        json.WriteStartObject();
        OciModel.Of(call.UpstreamModel).WriteHead(json, compartment);
        json.WriteString("input"u8, asked.Query);
        json.WriteStartArray("documents"u8);
        foreach (var document in asked.Documents)
            json.WriteStringValue(document);
        json.WriteEndArray();
        if (asked.TopN is { } top)
            json.WriteNumber("topN"u8, top);
        if (asked.MaxTokensPerDocument is { } cut)
            json.WriteNumber("maxTokensPerDocument"u8, cut);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    public static WholeReply Read(ReadOnlyMemory<byte> body, RerankRequest asked)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var ranks = root.GetProperty("documentRanks"u8)
                .EnumerateArray()
                .Select(r => new Rank(r.GetProperty("index"u8).GetInt32(), r.GetProperty("relevanceScore"u8).GetDouble()))
                .ToList();
            return RerankAnswer.Of(ranks, asked, OciJson.Text(root, "id"u8), OciJson.Text(root, "modelId"u8));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw OciProvider.Malformed("The provider's answer does not rank documents as OCI Generative AI does.", e);
        }
    }
}
