using System.Text.Json.Nodes;

namespace Portico.SystemTests.Matrix;

/// <summary>
/// The generic form (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/GenericChatResponse); events of a stream hold one choice, and the body ends
/// without a word.
/// </summary>
sealed class OciProtocol : Protocol
{
    static JsonObject Usage(SaidUsage u) =>
        new()
        {
            ["promptTokens"] = u.Input,
            ["completionTokens"] = u.Output,
            ["totalTokens"] = u.Input + u.Output,
            ["promptTokensDetails"] = new JsonObject { ["cachedTokens"] = u.Cached },
            ["completionTokensDetails"] = new JsonObject { ["reasoningTokens"] = u.Reasoning },
        };

    static string Finish(Said said) => said.Calls.Count > 0 ? "tool_calls" : "stop";

    static JsonObject Message(string text, string thinking, string refusal, IEnumerable<SaidCall> calls)
    {
        var message = new JsonObject { ["role"] = "ASSISTANT" };
        if (thinking.Length > 0)
            message["reasoningContent"] = thinking;
        if (text.Length > 0)
            message["content"] = new JsonArray(new JsonObject { ["type"] = "TEXT", ["text"] = text });
        if (refusal.Length > 0)
            message["refusal"] = refusal;
        var made = calls
            .Select(c =>
                (JsonNode)
                    new JsonObject
                    {
                        ["type"] = "FUNCTION",
                        ["id"] = c.Id,
                        ["name"] = c.Name,
                        ["arguments"] = c.Arguments,
                    }
            )
            .ToArray();
        if (made.Length > 0)
            message["toolCalls"] = new JsonArray(made);
        return message;
    }

    public override Scripted Whole(Said said)
    {
        var message = Message(said.Refuses ? "" : said.Text, said.Thinking, said.Refuses ? said.Text : "", said.Calls);
        return Scripted.Json(
            new JsonObject
            {
                ["modelId"] = "up",
                ["modelVersion"] = "1.0",
                ["chatResponse"] = new JsonObject
                {
                    ["apiFormat"] = "GENERIC",
                    ["choices"] = new JsonArray(
                        new JsonObject
                        {
                            ["index"] = 0,
                            ["message"] = message,
                            ["finishReason"] = Finish(said),
                        }
                    ),
                    ["usage"] = Usage(said.Usage),
                },
            }.ToJsonString()
        );
    }

    static string Event(JsonObject e) => $"data: {e.ToJsonString()}\n\n";

    static string Piece(JsonObject message) => Event(new JsonObject { ["index"] = 0, ["message"] = message });

    static IEnumerable<string> Begin(Said said)
    {
        foreach (var piece in Pieces(said.Thinking).Where(p => p.Length > 0))
            yield return Piece(Message("", piece, "", []));
        foreach (var piece in Pieces(said.Text).Where(p => p.Length > 0))
            yield return Piece(Message(said.Refuses ? "" : piece, "", said.Refuses ? piece : "", []));
        foreach (var call in said.Calls)
        {
            var pieces = Pieces(call.Arguments);
            yield return Piece(Message("", "", "", [call with { Arguments = pieces[0] }]));
            yield return Piece(Message("", "", "", [new SaidCall("", "", pieces[1])]));
        }
    }

    public override Scripted Stream(Said said) =>
        Scripted.Sse([
            .. Begin(said),
            Event(new JsonObject { ["message"] = Message("", "", "", []), ["finishReason"] = Finish(said) }),
            Event(new JsonObject { ["usage"] = Usage(said.Usage) }),
        ]);

    public override Scripted Cut(string text) => Scripted.Sse(Begin(new Said { Text = text }));

    public override Scripted Broken(string text) =>
        Scripted.Sse([
            .. Begin(new Said { Text = text }),
            """data: {"code":"InternalServerError","message":"It broke on the way"}""" + "\n\n",
        ]);

    public override Scripted Error(int status, string words) =>
        Scripted.Json(
            new JsonObject { ["code"] = status == 429 ? "TooManyRequests" : "InvalidParameter", ["message"] = words }.ToJsonString(),
            status
        );

    public override Scripted Embeddings(int texts) =>
        Scripted.Json(
            $$$"""{"id":"e1","embeddings":[{{{string.Join(',', Enumerable.Repeat("[0.5,-1]", texts))}}}],"usage":{"promptTokens":6,"totalTokens":6} }"""
        );

    /// <summary>https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/RerankTextResult/RerankText, which tells no usage.</summary>
    public override KindScript? Kind(MatrixKind kind) =>
        kind.Operation != "rerank"
            ? null
            : new KindScript(
                "/actions/rerankText",
                Scripted.Json(
                    """{"id":"r1","modelId":"cohere.rerank.v3-5","documentRanks":[{"index":1,"relevanceScore":0.9},{"index":0,"relevanceScore":0.1}]}"""
                ),
                BilledUnit.Searches,
                1
            );
}
