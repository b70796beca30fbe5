namespace Portico.Tests.Providers.Anthropic;

/// <summary>
/// Answers in the shapes that Anthropic publishes: streams from https://platform.claude.com/docs/en/build-with-claude/streaming, whole messages
/// from https://platform.claude.com/docs/en/api/messages, errors from https://platform.claude.com/docs/en/api/errors, the listing from
/// https://platform.claude.com/docs/en/api/models-list, usage with both cache lives from
/// https://platform.claude.com/docs/en/build-with-claude/prompt-caching. Texts and numbers are our own.
/// </summary>
static class MessagesFixtures
{
    public const string Model = "claude-sonnet-4-6";

    /// <summary>Thinking with its signature, text, a server-side tool, two tool calls (one without parameters), pings, an unknown event and an unknown delta.</summary>
    public static readonly string Stream = Events(
        (
            "message_start",
            """{"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","content":[],"model":"claude-sonnet-4-6","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":300,"cache_read_input_tokens":1000,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1}}}"""
        ),
        ("ping", """{"type": "ping"}"""),
        (
            "content_block_start",
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"""
        ),
        ("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Two towns. "}}"""),
        ("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Ask both."}}"""),
        (
            "content_block_delta",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIM1gbc"}}"""
        ),
        ("content_block_stop", """{"type":"content_block_stop","index":0}"""),
        ("content_block_start", """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"""),
        ("content_block_delta", """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Zürich 🚲 "}}"""),
        ("content_block_delta", """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"und 東京."}}"""),
        (
            "content_block_delta",
            """{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"x"}}}"""
        ),
        ("content_block_stop", """{"type":"content_block_stop","index":1}"""),
        (
            "content_block_start",
            """{"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"srvtoolu_01","name":"web_search","input":{}}}"""
        ),
        (
            "content_block_delta",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}"""
        ),
        ("content_block_stop", """{"type":"content_block_stop","index":2}"""),
        (
            "content_block_start",
            """{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_01","name":"weather","input":{}}}"""
        ),
        ("content_block_delta", """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":""}}"""),
        (
            "content_block_delta",
            """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Zü"}}"""
        ),
        (
            "content_block_delta",
            """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"rich\"}"}}"""
        ),
        ("content_block_stop", """{"type":"content_block_stop","index":3}"""),
        (
            "content_block_start",
            """{"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_02","name":"clock","input":{}}}"""
        ),
        ("content_block_delta", """{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":""}}"""),
        ("content_block_stop", """{"type":"content_block_stop","index":4}"""),
        ("content_block_telemetry", """{"type":"content_block_telemetry","index":4}"""),
        (
            "message_delta",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":25,"cache_creation_input_tokens":300,"cache_read_input_tokens":1000,"output_tokens":89,"output_tokens_details":{"thinking_tokens":30}}}"""
        ),
        ("message_stop", """{"type":"message_stop"}""")
    );

    /// <summary>The same answer, plain.</summary>
    public const string Message = """
        {"id":"msg_01","type":"message","role":"assistant","model":"claude-sonnet-4-6",
         "content":[
          {"type":"thinking","thinking":"Two towns. Ask both.","signature":"EqQBCgIYAhIM1gbc"},
          {"type":"text","text":"Zürich 🚲 und 東京."},
          {"type":"server_tool_use","id":"srvtoolu_01","name":"web_search","input":{"query":"x"}},
          {"type":"tool_use","id":"toolu_01","name":"weather","input":{"city": "Zürich"}},
          {"type":"tool_use","id":"toolu_02","name":"clock","input":{}}],
         "stop_reason":"tool_use","stop_sequence":null,
         "usage":{"input_tokens":25,"cache_creation_input_tokens":300,"cache_read_input_tokens":1000,
          "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},
          "output_tokens":89,"output_tokens_details":{"thinking_tokens":30},"service_tier":"standard"}}
        """;

    public const string MessageStart =
        """{"type":"message_start","message":{"id":"msg_02","type":"message","role":"assistant","content":[],"model":"claude-sonnet-4-6","stop_reason":null,"usage":{"input_tokens":5,"output_tokens":1}}}""";
    public const string TextStart = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";
    public const string TextDelta = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}""";
    public const string TextStop = """{"type":"content_block_stop","index":0}""";
    public const string EndTurn =
        """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":12}}""";
    public const string Overloaded = """{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}""";

    public static string Stopping(string reason) =>
        Events(
            ("message_start", MessageStart),
            ("content_block_start", TextStart),
            ("content_block_delta", TextDelta),
            ("content_block_stop", TextStop),
            ("message_delta", EndTurn.Replace("end_turn", reason, StringComparison.Ordinal)),
            ("message_stop", """{"type":"message_stop"}""")
        );

    public static string Error(string type, string message) =>
        $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}""";

    public static string Events(params (string Name, string Data)[] events) =>
        string.Concat(events.Select(e => $"event: {e.Name}\ndata: {e.Data}\n\n"));
}
