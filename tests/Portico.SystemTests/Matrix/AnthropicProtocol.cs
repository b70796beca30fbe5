namespace Portico.SystemTests.Matrix;

/// <summary>https://platform.claude.com/docs/en/api/messages and https://platform.claude.com/docs/en/build-with-claude/streaming.</summary>
sealed class AnthropicProtocol : Protocol
{
    static string Usage(SaidUsage u) =>
        $$$"""{"input_tokens":{{{u.Input - u.Cached}}},"cache_read_input_tokens":{{{u.Cached}}},"cache_creation_input_tokens":0,"output_tokens":{{{u.Output}}},"output_tokens_details":{"thinking_tokens":{{{u.Reasoning}}}}}""";

    static string Stop(Said said) =>
        said.Refuses ? "refusal"
        : said.Calls.Count > 0 ? "tool_use"
        : "end_turn";

    static List<(string Block, string Start, string Delta, string[] Pieces)> Blocks(Said said)
    {
        var blocks = new List<(string, string, string, string[])>();
        if (said.Thinking.Length > 0)
            blocks.Add(
                (
                    $$"""{"type":"thinking","thinking":{{Quoted(said.Thinking)}},"signature":"c2VhbA=="}""",
                    """{"type":"thinking","thinking":"","signature":""}""",
                    """{"type":"thinking_delta","thinking":""",
                    Pieces(said.Thinking)
                )
            );
        if (said.Text.Length > 0)
            blocks.Add(
                (
                    $$"""{"type":"text","text":{{Quoted(said.Text)}}}""",
                    """{"type":"text","text":""}""",
                    """{"type":"text_delta","text":""",
                    Pieces(said.Text)
                )
            );
        foreach (var call in said.Calls)
            blocks.Add(
                (
                    $$"""{"type":"tool_use","id":"{{call.Id}}","name":"{{call.Name}}","input":{{call.Arguments}}}""",
                    $$$"""{"type":"tool_use","id":"{{{call.Id}}}","name":"{{{call.Name}}}","input":{}}""",
                    """{"type":"input_json_delta","partial_json":""",
                    Pieces(call.Arguments)
                )
            );
        return blocks;
    }

    public override Scripted Whole(Said said) =>
        Scripted.Json(
            $$"""{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[{{string.Join(',', Blocks(said).Select(b => b.Block))}}],"stop_reason":"{{Stop(said)}}","stop_sequence":null,"usage":{{Usage(said.Usage)}}}"""
        );

    static string Event(string name, string rest) => $"event: {name}\ndata: {{\"type\":\"{name}\"{rest}}}\n\n";

    static IEnumerable<string> Begin(Said said)
    {
        yield return Event(
            "message_start",
            $$$""","message":{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[],"stop_reason":null,"usage":{{{Usage(said.Usage with { Output = 1, Reasoning = 0 })}}}}"""
        );
        yield return Event("ping", "");
        var index = 0;
        foreach (var (_, start, delta, pieces) in Blocks(said))
        {
            yield return Event("content_block_start", $$""","index":{{index}},"content_block":{{start}}""");
            foreach (var piece in pieces)
                yield return Event("content_block_delta", $$""","index":{{index}},"delta":{{delta}}{{Quoted(piece)}}}""");
            if (delta.Contains("thinking", StringComparison.Ordinal))
                yield return Event(
                    "content_block_delta",
                    $$$""","index":{{{index}}},"delta":{"type":"signature_delta","signature":"c2VhbA=="}"""
                );
            yield return Event("content_block_stop", $$""","index":{{index++}}""");
        }
    }

    public override Scripted Stream(Said said) =>
        Scripted.Sse([
            .. Begin(said),
            Event(
                "message_delta",
                $$$""","delta":{"stop_reason":"{{{Stop(said)}}}","stop_sequence":null},"usage":{{{Usage(said.Usage)}}}"""
            ),
            Event("message_stop", ""),
        ]);

    public override Scripted Cut(string text) => Scripted.Sse(Begin(new Said { Text = text }));

    public override Scripted Broken(string text) =>
        Scripted.Sse([
            .. Begin(new Said { Text = text }),
            Event("error", ""","error":{"type":"overloaded_error","message":"Overloaded"}"""),
        ]);

    public override Scripted Error(int status, string words) =>
        Scripted.Json(
            $$$"""{"type":"error","error":{"type":"{{{(status == 429 ? "rate_limit_error" : "invalid_request_error")}}}","message":{{{Quoted(words)}}}},"request_id":"req_up"}""",
            status
        );

    public override Scripted Embeddings(int texts) => throw new NotSupportedException("Anthropic has no embeddings.");
}
