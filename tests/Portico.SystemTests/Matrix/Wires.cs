using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Matrix;

/// <summary>What a caller heard in its own dialect.</summary>
sealed record Heard
{
    public string Text { get; set; } = "";
    public string Thinking { get; set; } = "";
    public bool Refuses { get; set; }
    public List<SaidCall> Calls { get; init; } = [];
    public SaidUsage? Usage { get; set; }

    /// <summary>The answer ended well, as the dialect says it.</summary>
    public bool Ended { get; set; }

    /// <summary>The words of the dialect's error event.</summary>
    public string? Failure { get; set; }

    /// <summary>Number of vectors, and how many numbers the first has.</summary>
    public (int Count, int Length)? Vectors { get; set; }
}

/// <summary>A wire of the door: how a feature is asked for in its dialect, and how its answers are heard. What it cannot ask for is not in its list.</summary>
abstract class MatrixWire(string name, string title, string path, params Feature[] features)
{
    /// <summary>As the record of a call names it.</summary>
    public string Name => name;
    public string Title => title;
    public string Path => path;
    public IReadOnlyList<Feature> Asks => features;

    /// <summary>The wire gives vectors.</summary>
    public virtual bool Embeds => false;

    /// <summary>The wire gives a number, and no answer of a model.</summary>
    public virtual bool Counts => false;
    public virtual bool Streams => !Embeds && !Counts;

    /// <summary>Something in the answer marks a refusal as one.</summary>
    public virtual bool MarksRefusals => true;
    public virtual bool IsAnthropics => false;

    /// <summary>The request, without the name of the model and whether it streams.</summary>
    public abstract JsonObject Ask(Feature feature);

    public abstract Heard HearWhole(JsonNode body);

    public abstract Heard HearStream(IReadOnlyList<JsonNode> events, bool hasTerminator);

    public string ErrorOf(JsonNode body) => body["error"]!["message"]!.GetValue<string>();

    protected static JsonNode Schema =>
        JsonNode.Parse(
            """{"type":"object","properties":{"city":{"type":"string"},"population":{"type":"integer"}},"required":["city","population"],"additionalProperties":false}"""
        )!;

    protected static JsonObject Parameters(string name) =>
        JsonNode.Parse($$$"""{"type":"object","properties":{"{{{name}}}":{"type":"string"}},"required":["{{{name}}}"]}""")!.AsObject();

    protected static IEnumerable<(string Name, string Argument)> ToolsOf(Feature feature) =>
        feature switch
        {
            Feature.Tools or Feature.ToolResult => [("weather", "city")],
            Feature.ParallelTools => [("weather", "city"), ("clock", "zone")],
            _ => [],
        };

    protected static JsonArray Array(IEnumerable<JsonNode> nodes) => new(nodes.ToArray());

    protected static string TextOf(JsonNode? node) =>
        node is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : "";

    protected static long Number(JsonNode? node, params string[] path)
    {
        foreach (var name in path)
            node = node?[name];
        return node?.GetValue<long>() ?? 0;
    }
}

/// <summary>POST /v1/chat/completions.</summary>
class ChatWire()
    : MatrixWire(
        "openai-chat",
        "Chat completions",
        "/v1/chat/completions",
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
        JsonNode content =
            feature == Feature.Vision
                ? new JsonArray(
                    JsonNode.Parse("""{"type":"text","text":"What is it?"}"""),
                    JsonNode.Parse($$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Features.Png}}}"}}""")
                )
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
                    """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}]}""",
                    $$"""{"role":"tool","tool_call_id":"call_1","content":"{{Features.ToolSays}}"}""",
                }
            )
                body["messages"]!.AsArray().Add(JsonNode.Parse(message));
        var tools = ToolsOf(feature)
            .Select(t =>
                (JsonNode)
                    new JsonObject
                    {
                        ["type"] = "function",
                        ["function"] = new JsonObject { ["name"] = t.Name, ["parameters"] = Parameters(t.Argument) },
                    }
            )
            .ToArray();
        if (tools.Length > 0)
            body["tools"] = Array(tools);
        switch (feature)
        {
            case Feature.JsonSchema:
                body["response_format"] = new JsonObject
                {
                    ["type"] = "json_schema",
                    ["json_schema"] = new JsonObject
                    {
                        ["name"] = "city",
                        ["strict"] = true,
                        ["schema"] = Schema,
                    },
                };
                break;
            case Feature.Reasoning:
                body["reasoning_effort"] = "low";
                break;
            case Feature.UnknownField:
                body["x_of_tomorrow"] = 1;
                break;
        }
        return body;
    }

    public override Heard HearWhole(JsonNode body)
    {
        var choice = body["choices"]![0]!;
        var message = choice["message"]!;
        var heard = new Heard
        {
            Text = TextOf(message["content"]) + TextOf(message["refusal"]),
            Thinking = TextOf(message["reasoning_content"]),
            Refuses = message["refusal"] is not null || TextOf(choice["finish_reason"]) == "content_filter",
            Usage = UsageOf(body["usage"]),
            Ended = TextOf(choice["finish_reason"]).Length > 0,
        };
        foreach (var call in message["tool_calls"]?.AsArray() ?? [])
            heard.Calls.Add(new SaidCall(TextOf(call!["id"]), TextOf(call["function"]!["name"]), TextOf(call["function"]!["arguments"])));
        return heard;
    }

    public override Heard HearStream(IReadOnlyList<JsonNode> events, bool hasTerminator)
    {
        var heard = new Heard();
        var finished = false;
        foreach (var e in events)
        {
            if (e["error"] is not null)
            {
                heard.Failure = ErrorOf(e);
                continue;
            }
            if (e["usage"] is JsonObject usage)
                heard.Usage = UsageOf(usage);
            if (e["choices"] is not JsonArray { Count: > 0 } choices)
                continue;
            var delta = choices[0]!["delta"];
            heard.Text += TextOf(delta?["content"]) + TextOf(delta?["refusal"]);
            heard.Thinking += TextOf(delta?["reasoning_content"]);
            heard.Refuses |= delta?["refusal"] is not null || TextOf(choices[0]!["finish_reason"]) == "content_filter";
            finished |= TextOf(choices[0]!["finish_reason"]).Length > 0;
            foreach (var call in delta?["tool_calls"]?.AsArray() ?? [])
                Add(heard.Calls, (int)Number(call!["index"]), call);
        }
        heard.Ended = finished && hasTerminator;
        return heard;
    }

    static void Add(List<SaidCall> calls, int index, JsonNode call)
    {
        if (index == calls.Count)
            calls.Add(new SaidCall(TextOf(call["id"]), TextOf(call["function"]!["name"]), ""));
        calls[index] = calls[index] with { Arguments = calls[index].Arguments + TextOf(call["function"]?["arguments"]) };
    }

    internal static SaidUsage? UsageOf(JsonNode? usage) =>
        usage is null
            ? null
            : new SaidUsage(
                Number(usage, "prompt_tokens"),
                Number(usage, "prompt_tokens_details", "cached_tokens"),
                Number(usage, "completion_tokens"),
                Number(usage, "completion_tokens_details", "reasoning_tokens")
            );
}
