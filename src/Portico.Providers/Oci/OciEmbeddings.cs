using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>Embeddings (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/EmbedTextResult/EmbedText): texts are documents to be searched unless the caller says otherwise.</summary>
static class OciEmbeddings
{
    /// <summary>Texts of one request.</summary>
    public const int MaxBatch = 96;

    public static ReadOnlyMemory<byte> Write(EmbeddingCall call, IReadOnlyList<string> texts, string compartment)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target, OciGenericWriter.Options);
        json.WriteStartObject();
        OciModel.Of(call.UpstreamModel).WriteHead(json, compartment);
        json.WriteStartArray("inputs"u8);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteString("inputType"u8, (EmbeddingVectors.InputTypeOf(call) ?? "search_document").ToUpperInvariant());
        json.WriteString("truncate"u8, "NONE"u8);
        if (call.Request.Dimensions is { } size)
            json.WriteNumber("outputDimensions"u8, size);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    public static void Take(ReadOnlyMemory<byte> body, int asked, EmbeddingVectors into)
    {
        var before = into.Length;
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var vector in document.RootElement.GetProperty("embeddings"u8).EnumerateArray())
                into.Add(vector);
            var usage = OciJson.Member(document.RootElement, "usage"u8);
            into.Count(
                usage.ValueKind == JsonValueKind.Object
                    ? Math.Max(OciJson.Count(usage, "promptTokens"u8), OciJson.Count(usage, "totalTokens"u8))
                    : null
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw OciProvider.Malformed("The provider's answer does not hold embeddings as OCI Generative AI gives them.", e);
        }
        if (into.Length - before != asked)
            throw OciProvider.Malformed($"The provider gave {into.Length - before} embeddings for {asked} texts.");
    }
}
