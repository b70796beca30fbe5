using System.Text;
using System.Text.Json.Nodes;
using Portico.Tests.Providers.Bedrock;

namespace Portico.SystemTests.Matrix;

/// <summary>
/// OpenAI's form out of a container, its stream in parts of an event stream (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_ResponseStream.html).
/// </summary>
sealed class SageMakerProtocol : Protocol
{
    readonly OpenAiProtocol container = new();

    public override Scripted Whole(Said said) => container.Whole(said);

    /// <summary>A part may end anywhere.</summary>
    static IEnumerable<byte[]> Parts(Scripted sse) =>
        Pieces(Encoding.UTF8.GetString(sse.Bytes)).Select(p => EventFrames.Event("PayloadPart", p));

    static Scripted Framed(params IEnumerable<byte[]> frames) =>
        new(200, "application/vnd.amazon.eventstream", frames.SelectMany(f => f).ToArray());

    public override Scripted Stream(Said said) => Framed(Parts(container.Stream(said)));

    public override Scripted Cut(string text) => Framed(Parts(container.Cut(text)));

    public override Scripted Broken(string text) =>
        Framed([
            .. Parts(container.Cut(text)),
            EventFrames.Exception("ModelStreamError", """{"Message":"It broke on the way","ErrorCode":"ModelInvocationTimeExceeded"}"""),
        ]);

    public override Scripted Error(int status, string words) =>
        Scripted.Json(
            new JsonObject
            {
                ["Message"] = "Received client error from primary",
                ["OriginalStatusCode"] = status,
                ["OriginalMessage"] = Encoding.UTF8.GetString(container.Error(status, words).Bytes),
            }.ToJsonString(),
            424
        ) with
        {
            Header = ("x-amzn-ErrorType", "ModelError"),
        };

    public override Scripted Embeddings(int texts) => container.Embeddings(texts);
}
