namespace Portico.Tests.Providers.Hosted;

/// <summary>One scene: what a caller asks in OpenAI's form, and what a service of that form answers.</summary>
/// <param name="Request">The caller's body; the model is the route's.</param>
/// <param name="Answer">A JSON document, or the events of a stream.</param>
sealed record HostedScene(string Request, params string[] Answer)
{
    public bool IsStream => Answer.Length > 1;

    /// <summary>The status of an error.</summary>
    public int Status { get; init; } = 200;
}

/// <summary>
/// The scenes of the matrix for services that carry OpenAI's form: bodies after https://platform.openai.com/docs/api-reference/chat, answers of containers after
/// https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html and of Azure after https://learn.microsoft.com/azure/ai-foundry/openai/reference.
/// </summary>
static class HostedScenes
{
    const string Head = "\"id\":\"chatcmpl-1\",\"created\":1764072000,\"model\":\"served\"";
    const string Usage =
        """{"prompt_tokens":40,"completion_tokens":20,"total_tokens":60,"prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":{"reasoning_tokens":5}}""";
    const string Tools =
        """[{"type":"function","function":{"name":"weather","description":"The weather now.","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"strict":true}},{"type":"function","function":{"name":"clock"}}]""";

    public static IReadOnlyDictionary<string, HostedScene> All { get; } =
        new Dictionary<string, HostedScene>(StringComparer.Ordinal)
        {
            ["plain"] = new(
                """{"model":"route","messages":[{"role":"system","content":"Be short."},{"role":"user","content":"Where?"}],"temperature":0.5,"max_completion_tokens":100,"user":"ada"}""",
                Whole(
                    """{"role":"assistant","content":"Zürich 🚲","refusal":null}""",
                    "stop",
                    """{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}"""
                )
            ),
            ["stream"] = new(
                """{"model":"route","messages":[{"role":"user","content":"Where?"}],"stream":true}""",
                Chunk("""{"role":"assistant","content":""}"""),
                Chunk("""{"content":"Zürich "}"""),
                Chunk("""{"content":"🚲"}"""),
                Chunk("{}", "stop"),
                Last("""{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}""")
            ),
            ["tools"] = new(
                $$$"""{"model":"route","messages":[{"role":"user","content":"Weather?"},{"role":"assistant","tool_calls":[{"id":"c0","type":"function","function":{"name":"clock","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c0","content":"noon"}],"tools":{{{Tools}}},"tool_choice":{"type":"function","function":{"name":"weather"}} }""",
                Whole(
                    """{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}]}""",
                    "tool_calls",
                    Usage
                )
            ),
            ["parallel-tools"] = new(
                $$"""{"model":"route","messages":[{"role":"user","content":"Weather and time?"}],"tools":{{Tools}},"parallel_tool_calls":true,"stream":true}""",
                Chunk("""{"role":"assistant","content":null}"""),
                Chunk("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"weather","arguments":""}}]}"""),
                Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}"""),
                Chunk("""{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"clock","arguments":"{}"}}]}"""),
                Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"\"Bern\"}"}}]}"""),
                Chunk("{}", "tool_calls"),
                Last(Usage)
            ),
            ["json-schema"] = new(
                """{"model":"route","messages":[{"role":"user","content":"A town."}],"response_format":{"type":"json_schema","json_schema":{"name":"town","strict":true,"schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}}}}""",
                Whole("""{"role":"assistant","content":"{\"name\":\"Bern\"}"}""", "stop", Usage)
            ),
            ["vision"] = new(
                """{"model":"route","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]}]}""",
                Whole("""{"role":"assistant","content":"A bicycle."}""", "stop", Usage)
            ),
            ["reasoning"] = new(
                """{"model":"route","messages":[{"role":"user","content":"Think."}],"reasoning_effort":"low","stream":true,"stream_options":{"include_usage":true}}""",
                Chunk("""{"role":"assistant","content":""}"""),
                Chunk("""{"reasoning_content":"Two towns. "}"""),
                Chunk("""{"reasoning_content":"Take one."}"""),
                Chunk("""{"content":"Bern."}"""),
                Chunk("{}", "stop"),
                Last(Usage)
            ),
            ["refusal"] = new(
                """{"model":"route","messages":[{"role":"user","content":"How?"}]}""",
                Whole("""{"role":"assistant","content":null,"refusal":"I will not."}""", "stop", Usage)
            ),
            ["error"] = new(
                """{"model":"route","messages":[{"role":"user","content":"Long."}]}""",
                """{"error":{"message":"This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"""
            )
            {
                Status = 400,
            },
            ["usage"] = new(
                """{"model":"route","messages":[{"role":"user","content":"Count."}],"max_tokens":50}""",
                Whole("""{"role":"assistant","content":"One."}""", "length", Usage)
            ),
        };

    static string Whole(string message, string finish, string usage) =>
        $"{{{Head},\"object\":\"chat.completion\",\"choices\":[{{\"index\":0,\"message\":{message},\"finish_reason\":\"{finish}\"}}],\"usage\":{usage}}}";

    static string Chunk(string delta, string? finish = null) =>
        $"{{{Head},\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{(finish is null ? "null" : $"\"{finish}\"")}}}]}}";

    static string Last(string usage) => $"{{{Head},\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{usage}}}";
}
