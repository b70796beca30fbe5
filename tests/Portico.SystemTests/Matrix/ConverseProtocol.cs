using Portico.Tests.Providers.Bedrock;

namespace Portico.SystemTests.Matrix;

/// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, …ConverseStream.html and, for embeddings, InvokeModel.</summary>
sealed class ConverseProtocol : Protocol
{
    /// <summary>How much of the output was thinking is not told.</summary>
    public override Said Told(Said said) => said with { Usage = said.Usage with { Reasoning = 0 } };

    static string Usage(SaidUsage u) =>
        $$"""{"inputTokens":{{u.Input - u.Cached}},"cacheReadInputTokens":{{u.Cached}},"outputTokens":{{u.Output}},"totalTokens":{{u.Input + u.Output}}}""";

    static string Stop(Said said) =>
        said.Refuses ? "guardrail_intervened"
        : said.Calls.Count > 0 ? "tool_use"
        : "end_turn";

    public override Scripted Whole(Said said)
    {
        var blocks = new List<string>();
        if (said.Thinking.Length > 0)
            blocks.Add($$$$"""{"reasoningContent":{"reasoningText":{"text":{{{{Quoted(said.Thinking)}}}},"signature":"c2VhbA=="}}}""");
        if (said.Text.Length > 0)
            blocks.Add($$"""{"text":{{Quoted(said.Text)}}}""");
        blocks.AddRange(
            said.Calls.Select(c => $$$"""{"toolUse":{"toolUseId":"{{{c.Id}}}","name":"{{{c.Name}}}","input":{{{c.Arguments}}}}}""")
        );
        return Scripted.Json(
            $$$$"""{"output":{"message":{"role":"assistant","content":[{{{{string.Join(',', blocks)}}}}]}},"stopReason":"{{{{Stop(said)}}}}","usage":{{{{Usage(said.Usage)}}}}}"""
        );
    }

    static List<(string Type, string Payload)> Begin(Said said)
    {
        var events = new List<(string, string)> { ("messageStart", """{"role":"assistant"}""") };
        var index = 0;
        void Delta(string delta) => events.Add(("contentBlockDelta", $$"""{"contentBlockIndex":{{index}},"delta":{{delta}}}"""));
        void End() => events.Add(("contentBlockStop", $$"""{"contentBlockIndex":{{index++}}}"""));
        if (said.Thinking.Length > 0)
        {
            foreach (var piece in Pieces(said.Thinking))
                Delta($$$"""{"reasoningContent":{"text":{{{Quoted(piece)}}}}}""");
            Delta("""{"reasoningContent":{"signature":"c2VhbA=="}}""");
            End();
        }
        if (said.Text.Length > 0)
        {
            foreach (var piece in Pieces(said.Text))
                Delta($$"""{"text":{{Quoted(piece)}}}""");
            End();
        }
        foreach (var call in said.Calls)
        {
            events.Add(
                (
                    "contentBlockStart",
                    $$$$"""{"contentBlockIndex":{{{{index}}}},"start":{"toolUse":{"toolUseId":"{{{{call.Id}}}}","name":"{{{{call.Name}}}}"}}}"""
                )
            );
            foreach (var piece in Pieces(call.Arguments))
                Delta($$$"""{"toolUse":{"input":{{{Quoted(piece)}}}}}""");
            End();
        }
        return events;
    }

    static Scripted Framed(params IEnumerable<byte[]> frames) =>
        new(200, "application/vnd.amazon.eventstream", frames.SelectMany(f => f).ToArray());

    public override Scripted Stream(Said said) =>
        Framed(
            EventFrames.All([
                .. Begin(said),
                ("messageStop", $$"""{"stopReason":"{{Stop(said)}}"}"""),
                ("metadata", $$$"""{"usage":{{{Usage(said.Usage)}}},"metrics":{"latencyMs":1}}"""),
            ])
        );

    public override Scripted Cut(string text) => Framed(EventFrames.All([.. Begin(new Said { Text = text })]));

    public override Scripted Broken(string text) =>
        Framed(
            EventFrames.All([.. Begin(new Said { Text = text })]),
            EventFrames.Exception("modelStreamErrorException", """{"message":"It broke on the way"}""")
        );

    public override Scripted Error(int status, string words) =>
        Scripted.Json($$"""{"message":{{Quoted(words)}}}""", status) with
        {
            Header = ("x-amzn-ErrorType", status == 429 ? "ThrottlingException" : "ValidationException"),
        };

    /// <summary>Titan takes one text in a request.</summary>
    public override Scripted Embeddings(int texts) => Scripted.Json("""{"embedding":[0.5,-1],"inputTextTokenCount":3}""");

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html, which tells no usage.</summary>
    public override KindScript? Kind(MatrixKind kind) =>
        kind.Operation != "rerank"
            ? null
            : new KindScript(
                "/rerank",
                Scripted.Json("""{"results":[{"index":1,"relevanceScore":0.9},{"index":0,"relevanceScore":0.1}]}"""),
                BilledUnit.Searches,
                1
            );
}
