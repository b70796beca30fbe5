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
    static readonly string[] Known = ["model", "query", "documents", "top_n", "max_tokens_per_doc", "return_documents"];

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

    /// <summary>What the caller said that Oracle has no word for.</summary>
    public static IReadOnlyList<string> LeftOut(WireBody body)
    {
        using var document = JsonDocument.Parse(body.Bytes);
        return document.RootElement.EnumerateObject().Select(m => m.Name).Except(Known, StringComparer.Ordinal).ToList();
    }

    public static WholeReply Read(ReadOnlyMemory<byte> body, RerankRequest asked)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var answer = ToCohere(document.RootElement, asked);
            return new WholeReply(
                answer,
                new Completion(default, FinishReason.Stop, OciJson.Text(document.RootElement, "modelId"u8)),
                Dialect.Single
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw OciProvider.Malformed("The provider's answer does not rank documents as OCI Generative AI does.", e);
        }
    }

    static ReadOnlyMemory<byte> ToCohere(JsonElement root, RerankRequest asked)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target, OciGenericWriter.Options);
        json.WriteStartObject();
        json.WriteString("id"u8, OciJson.Text(root, "id"u8));
        json.WriteStartArray("results"u8);
        foreach (var rank in root.GetProperty("documentRanks"u8).EnumerateArray())
        {
            var index = rank.GetProperty("index"u8).GetInt32();
            if (index < 0 || index >= asked.Documents.Count)
                throw new FormatException("A rank is of a document that was not sent.");
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
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }
}
