using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Rerank (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html): the one form in which AWS documents the rerankers of
/// Cohere and of its own. It tells no usage. Pure.
/// </summary>
static class BedrockRerank
{
    /// <summary>Documents of one request, and so of one call: scores are ordered over all of them.</summary>
    public const int MaxDocuments = 1_000;

    /// <summary>Characters of a query or a document (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RerankTextDocument.html).</summary>
    const int MaxCharacters = 32_000;

    /// <exception cref="UpstreamException">The request asks for what Rerank does not take.</exception>
    public static ReadOnlyMemory<byte> Write(SingleCall call, string region, string? next)
    {
        var asked = (RerankRequest)call.Request;
        Check(asked);
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteStartArray("queries"u8);
        json.WriteStartObject();
        WriteText(json, "textQuery"u8, asked.Query);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("sources"u8);
        foreach (var document in asked.Documents)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "INLINE"u8);
            json.WriteStartObject("inlineDocumentSource"u8);
            WriteText(json, "textDocument"u8, document);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("rerankingConfiguration"u8);
        json.WriteString("type"u8, "BEDROCK_RERANKING_MODEL"u8);
        json.WriteStartObject("bedrockRerankingConfiguration"u8);
        if (asked.TopN is { } top)
            json.WriteNumber("numberOfResults"u8, Math.Min(top, asked.Documents.Count));
        json.WriteStartObject("modelConfiguration"u8);
        json.WriteString("modelArn"u8, Arn(call.UpstreamModel, region));
        if (asked.MaxTokensPerDocument is { } cut && TakesCut(call.UpstreamModel))
        {
            json.WriteStartObject("additionalModelRequestFields"u8);
            json.WriteNumber("max_tokens_per_doc"u8, cut);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        if (next is not null)
            json.WriteString("nextToken"u8, next);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        json.WriteString("type"u8, "TEXT"u8);
        json.WriteStartObject(name);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    static void Check(RerankRequest asked)
    {
        if (asked.Documents.Count > MaxDocuments)
            throw Refusals.CannotTake("documents", $"Bedrock ranks at most {MaxDocuments} documents in a call");
        if (asked.Query.Length > MaxCharacters)
            throw Refusals.CannotTake("query", $"Bedrock takes at most {MaxCharacters} characters");
        for (var i = 0; i < asked.Documents.Count; i++)
            if (asked.Documents[i].Length > MaxCharacters)
                throw Refusals.CannotTake($"documents[{i}]", $"Bedrock takes at most {MaxCharacters} characters");
    }

    /// <summary>Fields of a model are those of its maker; Amazon's own has none.</summary>
    public static bool TakesCut(string model) => BedrockModel.Of(model).Vendor == "cohere";

    /// <summary>Models are named by their ARN here; an id is one of the region that is called.</summary>
    static string Arn(string model, string region)
    {
        if (model.StartsWith("arn:", StringComparison.Ordinal))
            return model;
        var partition =
            region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn"
            : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov"
            : "aws";
        return $"arn:{partition}:bedrock:{region}::foundation-model/{model}";
    }

    /// <summary>Reads a page of ranks; gives the token of the next, null after the last.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string? Take(JsonElement root, List<Rank> into)
    {
        foreach (var rank in root.GetProperty("results"u8).EnumerateArray())
            into.Add(new Rank(rank.GetProperty("index"u8).GetInt32(), rank.GetProperty("relevanceScore"u8).GetDouble()));
        return BedrockJson.Text(root, "nextToken"u8) is { Length: > 0 } next ? next : null;
    }
}
