namespace Portico.SystemTests.Matrix;

/// <summary>
/// Text Embeddings Inference: embeddings in OpenAI's form, rerank in its own (https://huggingface.co/docs/text-embeddings-inference/quick_tour#re-rankers), which tells no usage.
/// </summary>
sealed class TeiProtocol : OpenAiProtocol
{
    public override KindScript? Kind(MatrixKind kind) =>
        kind.Operation != "rerank"
            ? base.Kind(kind)
            : new KindScript("/rerank", Scripted.Json("""[{"index":1,"score":0.9},{"index":0,"score":0.1}]"""), BilledUnit.Searches, 1);
}
