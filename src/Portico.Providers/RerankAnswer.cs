using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>How well a document of the request answers its query.</summary>
readonly record struct Rank(int Document, double Score);

/// <summary>The answer of providers that rank in words of their own, in Cohere's form (https://docs.cohere.com/reference/rerank), which is the callers'. Pure.</summary>
static class RerankAnswer
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="ranks">In order, the best first.</param>
    /// <param name="asked">What was asked.</param>
    /// <param name="id">The provider's name for the answer, null = it has none.</param>
    /// <param name="model">The model that served, null = not told.</param>
    /// <exception cref="FormatException">A rank is of a document that was not sent.</exception>
    public static WholeReply Of(IReadOnlyList<Rank> ranks, RerankRequest asked, string? id, string? model)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        if (id is not null)
            json.WriteString("id"u8, id);
        json.WriteStartArray("results"u8);
        foreach (var (document, score) in ranks)
        {
            if (document < 0 || document >= asked.Documents.Count)
                throw new FormatException("A rank is of a document that was not sent.");
            json.WriteStartObject();
            json.WriteNumber("index"u8, document);
            json.WriteNumber("relevance_score"u8, score);
            if (asked.ReturnDocuments)
            {
                json.WriteStartObject("document"u8);
                json.WriteString("text"u8, asked.Documents[document]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return new WholeReply(target.WrittenMemory, new Completion(default, FinishReason.Stop, model), Dialect.Single);
    }

    /// <summary>What the caller said that the provider has no word for.</summary>
    /// <param name="body">The caller's.</param>
    /// <param name="takesCut">The provider takes a number of tokens of each document.</param>
    public static IReadOnlyList<string> LeftOut(WireBody body, bool takesCut)
    {
        using var document = JsonDocument.Parse(body.Bytes);
        return document
            .RootElement.EnumerateObject()
            .Select(m => m.Name)
            .Where(name =>
                name is not ("model" or "query" or "documents" or "top_n" or "return_documents")
                && !(takesCut && name == "max_tokens_per_doc")
            )
            .ToList();
    }
}
