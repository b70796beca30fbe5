using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;

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

    public static void TakeBatch(ReadOnlyMemory<byte> body, int asked, GeminiVectors into) =>
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

    public static void TakeContent(ReadOnlyMemory<byte> body, GeminiVectors into) =>
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

    public static void TakePredictions(ReadOnlyMemory<byte> body, int asked, GeminiVectors into) =>
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

    static void Take(ReadOnlyMemory<byte> body, int asked, GeminiVectors into, Action<JsonElement> take)
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
        Number(GeminiDecoder.Member(GeminiDecoder.Member(root, "usageMetadata"u8), "promptTokenCount"u8));

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

/// <summary>Gathers vectors in the order of their texts, and what they cost.</summary>
sealed class GeminiVectors
{
    readonly List<float[]> vectors = [];
    long tokens;
    bool counted;
    bool uncounted;

    public int Length => vectors.Count;

    /// <summary>None unless every answer told it: a part would pass for the whole.</summary>
    public Usage Usage => counted && !uncounted ? new Usage { Input = tokens, Source = UsageSource.Reported } : default;

    public void Add(JsonElement values)
    {
        var vector = new float[values.GetArrayLength()];
        var i = 0;
        foreach (var value in values.EnumerateArray())
            vector[i++] = value.GetSingle();
        vectors.Add(vector);
    }

    public void Add(GeminiVectors more)
    {
        vectors.AddRange(more.vectors);
        tokens += more.tokens;
        counted |= more.counted;
        uncounted |= more.uncounted;
    }

    public void Count(long? told)
    {
        tokens += told ?? 0;
        counted |= told is not null;
        uncounted |= told is null;
    }

    /// <summary>The answer in OpenAI's form: numbers, or their bytes in base 64, least first.</summary>
    public ReadOnlyMemory<byte> ToOpenAi(EmbeddingCall call)
    {
        var asBase64 = call.Request.EncodingFormat == "base64";
        var target = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < vectors.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, i);
            if (asBase64)
                json.WriteBase64String("embedding"u8, Bytes(vectors[i]));
            else
            {
                json.WriteStartArray("embedding"u8);
                foreach (var value in vectors[i])
                    json.WriteNumberValue(value);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("model"u8, call.UpstreamModel);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, Usage.Input);
        json.WriteNumber("total_tokens"u8, Usage.Input);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    static byte[] Bytes(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return bytes;
    }
}
