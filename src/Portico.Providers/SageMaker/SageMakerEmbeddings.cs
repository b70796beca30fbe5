using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.SageMaker;

/// <summary>
/// Embeddings as TEI's and LMI's containers take them: texts under <c>inputs</c>, and a list of vectors, or OpenAI's form, in return
/// (https://huggingface.co/docs/text-embeddings-inference/quick_tour,
/// https://docs.djl.ai/master/docs/serving/serving/docs/lmi/user_guides/embedding-user-guide.html).
/// </summary>
static class SageMakerEmbeddings
{
    public static ReadOnlyMemory<byte> Write(EmbeddingCall call)
    {
        if (call.Request.TokenInputs.Count > 0)
            throw Refusals.CannotTake("input", "endpoints of SageMaker embed texts; token ids are OpenAI's");
        if (call.Request.Dimensions is not null)
            throw Refusals.CannotTake("dimensions", "endpoints of SageMaker give vectors of one size");
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteStartArray("inputs"u8);
        foreach (var text in call.Request.Inputs)
            json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    public static EmbeddingVectors Read(ReadOnlyMemory<byte> body, int asked)
    {
        var vectors = new EmbeddingVectors();
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array)
            {
                foreach (var vector in root.EnumerateArray())
                    vectors.Add(vector);
                vectors.Count(null);
            }
            else
            {
                foreach (var item in root.GetProperty("data"u8).EnumerateArray())
                    vectors.Add(item.GetProperty("embedding"u8));
                vectors.Count(
                    root.TryGetProperty("usage"u8, out var usage)
                    && usage.TryGetProperty("prompt_tokens"u8, out var tokens)
                    && tokens.TryGetInt64(out var count)
                    && count >= 0
                        ? count
                        : null
                );
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw SageMakerProvider.Malformed("The endpoint's answer holds no embeddings as TEI and LMI give them.", e);
        }
        return vectors.Length == asked
            ? vectors
            : throw SageMakerProvider.Malformed($"The endpoint gave {vectors.Length} embeddings for {asked} texts.");
    }
}
