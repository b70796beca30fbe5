using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Documents sorted by a query (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/RerankTextResult/RerankText), from Cohere's form and back into it. Oracle
/// reports no usage.
/// </summary>
static class OciRerank
{
    /// <summary>Documents with fields go as their JSON, which is a text here.</summary>
    public static ReadOnlyMemory<byte> Write(RerankRequest asked, string upstreamModel, string compartment)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target, OciGenericWriter.Options);
        json.WriteStartObject();
        OciModel.Of(upstreamModel).WriteHead(json, compartment);
        json.WriteString("input"u8, asked.Query);
        json.WriteStartArray("documents"u8);
        foreach (var document in asked.Documents)
            json.WriteStringValue(document);
        json.WriteEndArray();
        if (asked.TopN is { } top)
            json.WriteNumber("topN"u8, top);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    /// <exception cref="UpstreamException">It is no list of ranks of these documents.</exception>
    public static WholeReply Read(ReadOnlyMemory<byte> body, RerankRequest asked)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var target = new ArrayBufferWriter<byte>(512);
            using var json = new Utf8JsonWriter(target, OciGenericWriter.Options);
            json.WriteStartObject();
            json.WriteString("id"u8, OciJson.Text(document.RootElement, "id"u8) ?? "");
            json.WriteStartArray("results"u8);
            foreach (var rank in document.RootElement.GetProperty("documentRanks"u8).EnumerateArray())
                WriteRank(json, rank, asked);
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            var completion = new Completion(default, FinishReason.Stop, OciJson.Text(document.RootElement, "modelId"u8));
            return new WholeReply(target.WrittenMemory, completion, Dialect.Single);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw OciProvider.Malformed("The provider's answer does not hold ranks as OCI Generative AI gives them.", e);
        }
    }

    static void WriteRank(Utf8JsonWriter json, JsonElement rank, RerankRequest asked)
    {
        var index = rank.GetProperty("index"u8).GetInt32();
        if (index < 0 || index >= asked.Documents.Count)
            throw new JsonException("A rank names a document that was not given.");
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteNumber("relevance_score"u8, rank.GetProperty("relevanceScore"u8).GetDouble());
        if (asked.ReturnDocuments)
        {
            json.WriteStartObject("document"u8);
            json.WriteString("text"u8, asked.Documents[index]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
