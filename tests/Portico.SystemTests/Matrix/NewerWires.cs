using System.Text.Json.Nodes;

namespace Portico.SystemTests.Matrix;

/// <summary>POST /v1/responses.</summary>
sealed class ResponsesWireRow()
    : MatrixWire(
        "openai-responses",
        "Responses",
        "/v1/responses",
        Feature.Plain,
        Feature.Stream,
        Feature.Tools,
        Feature.ParallelTools,
        Feature.ToolResult,
        Feature.JsonSchema,
        Feature.Vision,
        Feature.Reasoning,
        Feature.Refusal,
        Feature.Usage,
        Feature.UnknownField,
        Feature.Error,
        Feature.MidStreamFailure
    )
{
    public override JsonObject Ask(Feature feature)
    {
        var body = new JsonObject
        {
            ["max_output_tokens"] = 2_048,
            ["input"] =
                feature == Feature.Vision
                    ? JsonNode.Parse(
                        $$"""[{"role":"user","content":[{"type":"input_text","text":"What is it?"},{"type":"input_image","image_url":"data:image/png;base64,{{Features.Png}}"}]}]"""
                    )
                    : Features.Prompt,
        };
        if (feature == Feature.ToolResult)
            body["input"] = JsonNode.Parse(
                $$"""[{"role":"user","content":"{{Features.Prompt}}"},{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"{{Features.ToolSays}}"}]"""
            );
        var tools = ToolsOf(feature)
            .Select(t =>
                (JsonNode)
                    new JsonObject
                    {
                        ["type"] = "function",
                        ["name"] = t.Name,
                        ["parameters"] = Parameters(t.Argument),
                    }
            )
            .ToArray();
        if (tools.Length > 0)
            body["tools"] = Array(tools);
        switch (feature)
        {
            case Feature.JsonSchema:
                body["text"] = new JsonObject
                {
                    ["format"] = new JsonObject
                    {
                        ["type"] = "json_schema",
                        ["name"] = "city",
                        ["strict"] = true,
                        ["schema"] = Schema,
                    },
                };
                break;
            case Feature.Reasoning:
                body["reasoning"] = new JsonObject { ["effort"] = "low" };
                break;
            case Feature.UnknownField:
                body["x_of_tomorrow"] = 1;
                break;
        }
        return body;
    }

    public override Heard HearWhole(JsonNode body)
    {
        var heard = new Heard
        {
            Usage = body["usage"] is JsonObject u
                ? new SaidUsage(
                    Number(u, "input_tokens"),
                    Number(u, "input_tokens_details", "cached_tokens"),
                    Number(u, "output_tokens"),
                    Number(u, "output_tokens_details", "reasoning_tokens")
                )
                : null,
            Refuses = TextOf(body["incomplete_details"]?["reason"]) == "content_filter",
            Ended = TextOf(body["status"]) is "completed" or "incomplete",
        };
        foreach (var item in body["output"]!.AsArray())
            switch (TextOf(item!["type"]))
            {
                case "message":
                    foreach (var part in item["content"]!.AsArray())
                    {
                        heard.Text += TextOf(part!["text"]) + TextOf(part["refusal"]);
                        heard.Refuses |= TextOf(part["type"]) == "refusal";
                    }
                    break;
                case "function_call":
                    heard.Calls.Add(new SaidCall(TextOf(item["call_id"]), TextOf(item["name"]), TextOf(item["arguments"])));
                    break;
                case "reasoning":
                    foreach (var part in item["summary"]!.AsArray())
                        heard.Thinking += TextOf(part!["text"]);
                    break;
            }
        return heard;
    }

    /// <summary>The deltas, which must say what the last event says.</summary>
    public override Heard HearStream(IReadOnlyList<JsonNode> events, bool hasTerminator)
    {
        string Joined(params string[] types) =>
            string.Concat(events.Where(e => types.Contains(TextOf(e["type"]))).Select(e => TextOf(e["delta"])));

        var text = Joined("response.output_text.delta", "response.refusal.delta");
        var thinking = Joined("response.reasoning_summary_text.delta");
        var error = events.FirstOrDefault(e => TextOf(e["type"]) == "error");
        var last = events[^1];
        if (error is not null || TextOf(last["type"]) == "response.failed")
            return new Heard
            {
                Text = text,
                Thinking = thinking,
                Failure = error is not null && TextOf(last["type"]) == "response.failed" ? TextOf(error["message"]) : null,
            };
        var heard = HearWhole(last["response"]!);
        var arguments = Joined("response.function_call_arguments.delta");
        if (
            heard.Text != text
            || heard.Thinking != thinking
            || string.Concat(heard.Calls.Select(c => c.Arguments)).Length != arguments.Length
        )
            throw new MatrixFault("the deltas of the stream and its last event do not say the same");
        heard.Ended &= TextOf(last["type"]) is "response.completed" or "response.incomplete";
        return heard;
    }
}

/// <summary>POST /v1/messages.</summary>
class MessagesWireRow(string name, string title, string path, params Feature[] features) : MatrixWire(name, title, path, features)
{
    public MessagesWireRow()
        : this(
            "anthropic-messages",
            "Messages",
            "/v1/messages",
            Feature.Plain,
            Feature.Stream,
            Feature.Tools,
            Feature.ParallelTools,
            Feature.ToolResult,
            Feature.JsonSchema,
            Feature.Vision,
            Feature.Reasoning,
            Feature.Refusal,
            Feature.Usage,
            Feature.UnknownField,
            Feature.Error,
            Feature.MidStreamFailure
        ) { }

    public override bool IsAnthropics => true;

    public override JsonObject Ask(Feature feature)
    {
        JsonNode content =
            feature == Feature.Vision
                ? JsonNode.Parse(
                    $$$"""[{"type":"text","text":"What is it?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{Features.Png}}}"}}]"""
                )!
                : Features.Prompt;
        var body = new JsonObject
        {
            ["max_tokens"] = 2_048,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = content }),
        };
        if (feature == Feature.ToolResult)
            foreach (
                var message in new[]
                {
                    """{"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Bern"}}]}""",
                    $$"""{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"{{Features.ToolSays}}"}]}""",
                }
            )
                body["messages"]!.AsArray().Add(JsonNode.Parse(message));
        var tools = ToolsOf(feature)
            .Select(t => (JsonNode)new JsonObject { ["name"] = t.Name, ["input_schema"] = Parameters(t.Argument) })
            .ToArray();
        if (tools.Length > 0)
            body["tools"] = Array(tools);
        switch (feature)
        {
            case Feature.JsonSchema:
                body["output_config"] = new JsonObject
                {
                    ["format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = Schema },
                };
                break;
            case Feature.Reasoning:
                body["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = 1_024 };
                break;
            case Feature.UnknownField:
                body["x_of_tomorrow"] = 1;
                break;
        }
        return body;
    }

    public override Heard HearWhole(JsonNode body)
    {
        var heard = new Heard
        {
            Refuses = TextOf(body["stop_reason"]) == "refusal",
            Usage = UsageOf(body["usage"]),
            Ended = TextOf(body["stop_reason"]).Length > 0,
        };
        foreach (var block in body["content"]!.AsArray())
        {
            heard.Text += TextOf(block!["text"]);
            heard.Thinking += TextOf(block["thinking"]);
            if (TextOf(block["type"]) == "tool_use")
                heard.Calls.Add(new SaidCall(TextOf(block["id"]), TextOf(block["name"]), block["input"]!.ToJsonString()));
        }
        return heard;
    }

    public override Heard HearStream(IReadOnlyList<JsonNode> events, bool hasTerminator)
    {
        var heard = new Heard();
        foreach (var e in events)
            switch (TextOf(e["type"]))
            {
                case "error":
                    heard.Failure = ErrorOf(e);
                    break;
                case "content_block_start" when TextOf(e["content_block"]!["type"]) == "tool_use":
                    heard.Calls.Add(new SaidCall(TextOf(e["content_block"]!["id"]), TextOf(e["content_block"]!["name"]), ""));
                    break;
                case "content_block_delta":
                    heard.Text += TextOf(e["delta"]!["text"]);
                    heard.Thinking += TextOf(e["delta"]!["thinking"]);
                    if (e["delta"]!["partial_json"] is { } more)
                        heard.Calls[^1] = heard.Calls[^1] with { Arguments = heard.Calls[^1].Arguments + TextOf(more) };
                    break;
                case "message_delta":
                    heard.Refuses = TextOf(e["delta"]!["stop_reason"]) == "refusal";
                    heard.Usage = UsageOf(e["usage"]);
                    break;
                case "message_stop":
                    heard.Ended = true;
                    break;
            }
        return heard;
    }

    static SaidUsage? UsageOf(JsonNode? usage) =>
        usage is null
            ? null
            : new SaidUsage(
                Number(usage, "input_tokens") + Number(usage, "cache_read_input_tokens") + Number(usage, "cache_creation_input_tokens"),
                Number(usage, "cache_read_input_tokens"),
                Number(usage, "output_tokens"),
                Number(usage, "output_tokens_details", "thinking_tokens")
            );
}

/// <summary>POST /v1/messages/count_tokens.</summary>
sealed class CountWireRow()
    : MessagesWireRow(
        "anthropic-count-tokens",
        "Count of tokens",
        "/v1/messages/count_tokens",
        Feature.Plain,
        Feature.Tools,
        Feature.Vision,
        Feature.Error
    )
{
    public override bool Counts => true;

    public override JsonObject Ask(Feature feature)
    {
        var body = base.Ask(feature);
        body.Remove("max_tokens");
        return body;
    }

    public override Heard HearWhole(JsonNode body) => new() { Usage = new SaidUsage(Number(body, "input_tokens"), 0, 0, 0), Ended = true };
}
