using System.Text.Json.Nodes;

namespace Portico.SystemTests.Matrix;

/// <summary>https://docs.cohere.com/reference/chat, https://docs.cohere.com/docs/streaming, https://docs.cohere.com/reference/embed.</summary>
sealed class CohereProtocol : Protocol
{
    public override Said Told(Said said) => said with { Usage = said.Usage with { Reasoning = 0 } };

    /// <summary>A refusal is a text like any other there: nothing marks it.</summary>
    public override bool Has(Feature feature) => feature != Feature.Refusal;

    static string End(Said said) =>
        $$$"""{"finish_reason":"{{{(said.Calls.Count > 0 ? "TOOL_CALL" : "COMPLETE")}}}","usage":{"billed_units":{"input_tokens":{{{said.Usage.Input}}},"output_tokens":{{{said.Usage.Output}}}},"cached_tokens":{{{said.Usage.Cached}}}}}""";

    public override Scripted Whole(Said said)
    {
        var message = new JsonObject { ["role"] = "assistant" };
        var content = new JsonArray();
        if (said.Thinking.Length > 0)
            content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = said.Thinking });
        if (said.Text.Length > 0)
            content.Add(new JsonObject { ["type"] = "text", ["text"] = said.Text });
        if (content.Count > 0)
            message["content"] = content;
        if (said.Calls.Count > 0)
            message["tool_calls"] = new JsonArray(
                said.Calls.Select(c =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["id"] = c.Id,
                                ["type"] = "function",
                                ["function"] = new JsonObject { ["name"] = c.Name, ["arguments"] = c.Arguments },
                            }
                    )
                    .ToArray()
            );
        return Scripted.Json($$"""{"id":"c1","message":{{message.ToJsonString()}},{{End(said)[1..]}}""");
    }

    static string Event(string type, string rest) => $"event: {type}\ndata: {{\"type\":\"{type}\"{rest}}}\n\n";

    static IEnumerable<string> Begin(Said said)
    {
        yield return Event("message-start", ""","id":"c1","delta":{"message":{"role":"assistant"}}""");
        var index = 0;
        foreach (var (kind, text) in new[] { ("thinking", said.Thinking), ("text", said.Text) })
        {
            if (text.Length == 0)
                continue;
            yield return Event(
                "content-start",
                $$$$""","index":{{{{index}}}},"delta":{"message":{"content":{"type":"{{{{kind}}}}","{{{{kind}}}}":""}}}"""
            );
            foreach (var piece in Pieces(text))
                yield return Event(
                    "content-delta",
                    $$$$""","index":{{{{index}}}},"delta":{"message":{"content":{"{{{{kind}}}}":{{{{Quoted(piece)}}}} } } }"""
                );
            yield return Event("content-end", $",\"index\":{index++}");
        }
        for (var i = 0; i < said.Calls.Count; i++)
        {
            yield return Event(
                "tool-call-start",
                $$$$""","index":{{{{i}}}},"delta":{"message":{"tool_calls":{"id":"{{{{said.Calls[i].Id}}}}","type":"function","function":{"name":"{{{{said.Calls[i].Name}}}}","arguments":""} } } }"""
            );
            foreach (var piece in Pieces(said.Calls[i].Arguments))
                yield return Event(
                    "tool-call-delta",
                    $$$$""","index":{{{{i}}}},"delta":{"message":{"tool_calls":{"function":{"arguments":{{{{Quoted(piece)}}}} } } } }"""
                );
            yield return Event("tool-call-end", $",\"index\":{i}");
        }
    }

    public override Scripted Stream(Said said) => Scripted.Sse([.. Begin(said), Event("message-end", $",\"delta\":{End(said)}")]);

    public override Scripted Cut(string text) => Scripted.Sse(Begin(new Said { Text = text }));

    public override Scripted Broken(string text) =>
        Scripted.Sse([.. Begin(new Said { Text = text }), Event("message-end", ""","delta":{"finish_reason":"ERROR","usage":{}}""")]);

    public override Scripted Error(int status, string words) => Scripted.Json($$"""{"id":"e1","message":{{Quoted(words)}}}""", status);

    public override Scripted Embeddings(int texts) =>
        Scripted.Json(
            $$$"""{"id":"e1","embeddings":{"float":[{{{string.Join(',', Enumerable.Range(0, texts).Select(_ => "[0.5,-1]"))}}}]},"meta":{"billed_units":{"input_tokens":6} } }"""
        );

    /// <summary>https://docs.cohere.com/reference/rerank and, of the version before, https://docs.cohere.com/v1/reference/rerank.</summary>
    public override KindScript? Kind(MatrixKind kind) =>
        kind.Operation != "rerank"
            ? null
            : new KindScript(
                kind.Path,
                Scripted.Json(
                    """{"id":"r1","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}"""
                ),
                BilledUnit.Searches,
                1,
                IsReported: true
            );
}
