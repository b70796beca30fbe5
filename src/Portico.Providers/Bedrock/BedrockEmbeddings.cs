using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Embeddings in the bodies of InvokeModel, which each vendor has of its own: Titan takes one text in a request, Cohere up to 96
/// (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html, …/model-parameters-titan-embed-mm.html,
/// …/model-parameters-embed.html, …/model-parameters-embed-v4.html). Pure.
/// </summary>
static class BedrockEmbeddings
{
    const int CohereTexts = 96;

    /// <summary>How many texts go into one request of a model.</summary>
    /// <exception cref="UpstreamException">The model has no embeddings that Portico knows, or cannot take this request.</exception>
    public static int TextsPerRequest(EmbeddingCall call)
    {
        if (call.Request.TokenInputs.Count > 0)
            throw Refusals.CannotTake("input", "Bedrock takes texts to embed, not tokens");
        return Kind(call.UpstreamModel) switch
        {
            EmbeddingKind.Cohere => CohereTexts,
            EmbeddingKind.None => throw Refusals.CannotTake(
                "model",
                "on Bedrock, Portico embeds with amazon.titan-embed-… and cohere.embed-… models only"
            ),
            _ => 1,
        };
    }

    /// <summary>The body for some of the texts.</summary>
    public static ReadOnlyMemory<byte> Write(EmbeddingCall call, IReadOnlyList<string> texts)
    {
        var target = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        var dimensions = call.Request.Dimensions;
        switch (Kind(call.UpstreamModel))
        {
            case EmbeddingKind.Cohere:
                json.WriteStartArray("texts"u8);
                foreach (var text in texts)
                    json.WriteStringValue(text);
                json.WriteEndArray();
                // What the vectors are for is demanded here and unknown to the caller's dialect; who searches says so in its body.
                json.WriteString("input_type"u8, EmbeddingVectors.InputTypeOf(call) ?? "search_document");
                json.WriteStartArray("embedding_types"u8);
                json.WriteStringValue("float"u8);
                json.WriteEndArray();
                if (dimensions is { } size)
                    json.WriteNumber("output_dimension"u8, IsCohere4(call.UpstreamModel) ? size : throw NoDimensions());
                break;
            case EmbeddingKind.TitanImage:
                json.WriteString("inputText"u8, texts[0]);
                if (dimensions is { } length)
                {
                    json.WriteStartObject("embeddingConfig"u8);
                    json.WriteNumber("outputEmbeddingLength"u8, length);
                    json.WriteEndObject();
                }
                break;
            case EmbeddingKind.Titan1:
                json.WriteString("inputText"u8, texts[0]);
                if (dimensions is not null)
                    throw NoDimensions();
                break;
            default:
                json.WriteString("inputText"u8, texts[0]);
                if (dimensions is { } wanted)
                    json.WriteNumber("dimensions"u8, wanted);
                break;
        }
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    /// <summary>The vectors of an answer, in order, and its token count where the body tells one.</summary>
    /// <exception cref="JsonException">It is not an answer of this model.</exception>
    public static (IReadOnlyList<JsonElement> Vectors, long? Tokens) Read(JsonElement answer)
    {
        long? tokens =
            BedrockJson.Member(answer, "inputTextTokenCount"u8) is { ValueKind: JsonValueKind.Number } n && n.TryGetInt64(out var count)
                ? count
                : null;
        if (BedrockJson.Member(answer, "embedding"u8) is { ValueKind: JsonValueKind.Array } one)
            return ([one], tokens);
        var many = BedrockJson.Member(answer, "embeddings"u8);
        if (many.ValueKind == JsonValueKind.Object)
            many = BedrockJson.Member(many, "float"u8);
        return many.ValueKind == JsonValueKind.Array
            ? (many.EnumerateArray().ToList(), tokens)
            : throw new JsonException("There are no embeddings in the answer.");
    }

    /// <summary>The answer in OpenAI's form; vectors as numbers or as base 64 of little-endian floats, as asked for.</summary>
    /// <exception cref="JsonException">A vector holds something else than numbers.</exception>
    public static ReadOnlyMemory<byte> Answer(EmbeddingCall call, IReadOnlyList<JsonElement> vectors, long? tokens)
    {
        var target = new ArrayBufferWriter<byte>(1024 + (vectors.Count * 8192));
        using var json = new Utf8JsonWriter(target);
        var packed = call.Request.EncodingFormat == "base64";
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < vectors.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, i);
            json.WritePropertyName("embedding"u8);
            WriteVector(json, vectors[i], packed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("model"u8, call.UpstreamModel);
        if (tokens is { } count)
        {
            json.WriteStartObject("usage"u8);
            json.WriteNumber("prompt_tokens"u8, count);
            json.WriteNumber("total_tokens"u8, count);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    static void WriteVector(Utf8JsonWriter json, JsonElement vector, bool packed)
    {
        if (vector.ValueKind != JsonValueKind.Array)
            throw new JsonException("A vector is not an array.");
        var floats = new byte[vector.GetArrayLength() * sizeof(float)];
        var at = 0;
        foreach (var number in vector.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number)
                throw new JsonException("A vector holds something else than numbers.");
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(floats.AsSpan(at), number.GetSingle());
            at += sizeof(float);
        }
        if (packed)
            json.WriteBase64StringValue(floats);
        else
            vector.WriteTo(json);
    }

    /// <summary>Members of the caller's body that the model gets beside those of OpenAI's form.</summary>
    public static string[] Taken(EmbeddingCall call) =>
        Kind(call.UpstreamModel) == EmbeddingKind.Cohere ? [EmbeddingVectors.InputType] : [];

    static UpstreamException NoDimensions() => Refusals.CannotTake("dimensions", "this model has one size of vector");

    static bool IsCohere4(string model) => BedrockModel.Of(model).Name.StartsWith("embed-v4", StringComparison.Ordinal);

    static EmbeddingKind Kind(string id)
    {
        var model = BedrockModel.Of(id);
        return (model.Vendor, model.Name) switch
        {
            ("cohere", var name) when name.StartsWith("embed-", StringComparison.Ordinal) => EmbeddingKind.Cohere,
            ("amazon", var name) when name.StartsWith("titan-embed-image", StringComparison.Ordinal) => EmbeddingKind.TitanImage,
            ("amazon", var name) when name.StartsWith("titan-embed-text-v1", StringComparison.Ordinal) => EmbeddingKind.Titan1,
            ("amazon", var name) when name.StartsWith("titan-embed-g1-text", StringComparison.Ordinal) => EmbeddingKind.Titan1,
            ("amazon", var name) when name.StartsWith("titan-embed-text", StringComparison.Ordinal) => EmbeddingKind.Titan2,
            _ => EmbeddingKind.None,
        };
    }

    enum EmbeddingKind : byte
    {
        None,
        Titan1,
        Titan2,
        TitanImage,
        Cohere,
    }
}
