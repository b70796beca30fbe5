using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>Gathers vectors in the order of their texts, and what they cost.</summary>
sealed class EmbeddingVectors
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

    public void Add(EmbeddingVectors more)
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

    /// <summary>What the texts are for, in Cohere's word.</summary>
    public const string InputType = "input_type";

    public static string? InputTypeOf(EmbeddingCall call)
    {
        foreach (var (name, value) in call.Request.Extra)
            if (name == InputType && value.ValueKind == JsonValueKind.String)
                return value.GetString();
        return null;
    }

    public EmbeddingReply Reply(EmbeddingCall call, params ReadOnlySpan<string> taken) =>
        new(ToOpenAi(call), Usage, null) { DroppedFields = LeftOut(call, taken) };

    /// <summary>What of the request other protocols have no word for: the caller's name for its user, and members that are read over, save those named.</summary>
    public static IReadOnlyList<string> LeftOut(EmbeddingCall call, params ReadOnlySpan<string> taken)
    {
        var request = call.Request;
        if (request.User is null && request.Extra.Count == 0)
            return [];
        var left = new DroppedNames();
        if (request.User is not null)
            left.Add("user");
        foreach (var (name, value) in request.Extra)
            if (value.ValueKind != JsonValueKind.Null && !taken.Contains(name))
                left.Add(name);
        return left.Names;
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
