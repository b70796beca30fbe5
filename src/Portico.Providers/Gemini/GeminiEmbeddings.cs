using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Requests and answers of embeddings (https://ai.google.dev/api/embeddings,
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api). Pure.
/// </summary>
static class GeminiEmbeddings
{
    /// <summary>Texts of one request.</summary>
    public const int MaxBatch = 100;

    /// <summary>The texts to embed.</summary>
    /// <exception cref="UpstreamException">They are token ids.</exception>
    public static IReadOnlyList<string> Texts(EmbeddingCall call) =>
        call.Request.TokenInputs.Count > 0
            ? throw Refusals.CannotTake("input", "Gemini embeds texts; token ids are OpenAI's")
            : call.Request.Inputs;

    public static ReadOnlyMemory<byte> BatchBody(string model, IReadOnlyList<string> texts, int? dimensions) =>
        Written(json =>
        {
            json.WriteStartArray("requests"u8);
            foreach (var text in texts)
            {
                json.WriteStartObject();
                json.WriteString("model"u8, model);
                WriteContent(json, text);
                if (dimensions is { } size)
                    json.WriteNumber("outputDimensionality"u8, size);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    /// <summary>One text for embedContent on Vertex AI.</summary>
    public static ReadOnlyMemory<byte> ContentBody(string text, int? dimensions) =>
        Written(json =>
        {
            WriteContent(json, text);
            if (dimensions is not { } size)
                return;
            json.WriteStartObject("embedContentConfig"u8);
            json.WriteNumber("outputDimensionality"u8, size);
            json.WriteEndObject();
        });

    /// <summary>One text as a line of asyncBatchEmbedContent, which names the model.</summary>
    public static ReadOnlyMemory<byte> LineBody(string text, int? dimensions) =>
        Written(json =>
        {
            WriteContent(json, text);
            if (dimensions is { } size)
                json.WriteNumber("outputDimensionality"u8, size);
        });

    /// <summary>Texts for predict on Vertex AI.</summary>
    public static ReadOnlyMemory<byte> PredictBody(IReadOnlyList<string> texts, int? dimensions) =>
        Written(json =>
        {
            json.WriteStartArray("instances"u8);
            foreach (var text in texts)
            {
                json.WriteStartObject();
                json.WriteString("content"u8, text);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (dimensions is not { } size)
                return;
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("outputDimensionality"u8, size);
            json.WriteEndObject();
        });

    public static void TakeBatch(ReadOnlyMemory<byte> body, int asked, EmbeddingVectors into) =>
        Take(
            body,
            asked,
            into,
            root =>
            {
                foreach (var embedding in root.GetProperty("embeddings"u8).EnumerateArray())
                    into.Add(embedding.GetProperty("values"u8));
                into.Count(Tokens(root));
            }
        );

    public static void TakeContent(ReadOnlyMemory<byte> body, EmbeddingVectors into) =>
        Take(
            body,
            1,
            into,
            root =>
            {
                into.Add(root.GetProperty("embedding"u8).GetProperty("values"u8));
                into.Count(Tokens(root));
            }
        );

    public static void TakePredictions(ReadOnlyMemory<byte> body, int asked, EmbeddingVectors into) =>
        Take(
            body,
            asked,
            into,
            root =>
            {
                foreach (var prediction in root.GetProperty("predictions"u8).EnumerateArray())
                {
                    var embedding = prediction.GetProperty("embeddings"u8);
                    into.Add(embedding.GetProperty("values"u8));
                    into.Count(Number(GeminiDecoder.Member(GeminiDecoder.Member(embedding, "statistics"u8), "token_count"u8)));
                }
            }
        );

    static void Take(ReadOnlyMemory<byte> body, int asked, EmbeddingVectors into, Action<JsonElement> take)
    {
        var before = into.Length;
        try
        {
            using var document = JsonDocument.Parse(body);
            take(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Malformed("The provider's answer does not hold embeddings as Google's API gives them.", e);
        }
        if (into.Length - before != asked)
            throw Malformed($"The provider gave {into.Length - before} embeddings for {asked} texts.", null);
    }

    static UpstreamException Malformed(string message, Exception? inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    /// <summary>Older models do not tell what they read.</summary>
    static long? Tokens(JsonElement root) =>
        Number(GeminiDecoder.Member(GeminiDecoder.Member(root, "usageMetadata"u8), "promptTokenCount"u8)) ?? Counted(root);

    /// <summary>Results of batches tell it as a text (https://ai.google.dev/gemini-api/docs/batch-api#batch-embedding).</summary>
    static long? Counted(JsonElement root) =>
        GeminiDecoder.Member(root, "tokenCount"u8) is var told && told.ValueKind == JsonValueKind.String
            ? int.TryParse(told.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : null
            : Number(told);

    // Vertex AI writes token_count as 4.0.
    static long? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= int.MaxValue
            ? (long)number
            : null;

    static void WriteContent(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("content"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }
}
