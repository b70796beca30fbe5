using System.Text;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Cohere;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Providers.Cohere;

/// <summary>
/// Documents of Cohere's second API, written by hand after https://docs.cohere.com/reference/chat, https://docs.cohere.com/docs/streaming and
/// https://docs.cohere.com/docs/tool-use-streaming, and how they are read.
/// </summary>
static class CohereFixtures
{
    public const string Key = "co-not-a-real-key-0123456789";
    public const string Model = "command-a-03-2025";

    public const string Answer = """
        {"id":"c14c80c3","message":{"role":"assistant","content":[{"type":"thinking","thinking":"Easy."},{"type":"text","text":"Zürich 🚲"}]},"finish_reason":"COMPLETE",
         "usage":{"billed_units":{"input_tokens":5.0,"output_tokens":7},"tokens":{"input_tokens":71,"output_tokens":9},"cached_tokens":2}}
        """;

    public const string ToolAnswer = """
        {"id":"c2","message":{"role":"assistant","tool_plan":"I will look.","tool_calls":[{"id":"weather_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}},{"id":"clock_2","type":"function","function":{"name":"clock","arguments":""}}]},"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":20,"output_tokens":8}}}
        """;

    public static readonly string TextStream = Events(
        """{"id":"29f14a5a","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
        """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}""",
        """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Easy."}}}}""",
        """{"type":"content-end","index":0}""",
        """{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
        """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"Zürich "}}}}""",
        """{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":6,"text":"Zürich","sources":[]}}}}""",
        """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"🚲"}}}}""",
        """{"type":"content-end","index":1}""",
        """{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":5,"output_tokens":7},"tokens":{"input_tokens":71,"output_tokens":9},"cached_tokens":2}}}"""
    );

    public static readonly string ToolStream = Events(
        """{"type":"message-start","id":"ef0","delta":{"message":{"role":"assistant"}}}""",
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will "}}}""",
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"look."}}}""",
        """{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"weather_1","type":"function","function":{"name":"weather","arguments":""}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"city\":"}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"\"Bern\"}"}}}}}""",
        """{"type":"tool-call-end","index":0}""",
        """{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"clock_2","type":"function","function":{"name":"clock","arguments":""}}}}}""",
        """{"type":"tool-call-end","index":1}""",
        """{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":20,"output_tokens":8}}}}"""
    );

    public static string Events(params string[] data) =>
        string.Concat(data.Select(d => $"event: {d.Split("\"type\":\"")[1].Split('"')[0]}\ndata: {d}\n\n"));

    public static ProviderConnection Connection(string url = "http://127.0.0.1:1") =>
        new(ConnectionId.New(TimeProvider.System), "cohere", null, new Uri(url), new Secret(Key));

    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(params byte[][] pieces)
    {
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new Anthropics.PieceStream(pieces),
            Connection(),
            deadline,
            CancellationToken.None
        );
        await using var stream = new CohereStream(source);
        return await Anthropics.DrainAsync(stream);
    }

    public static Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(string text) =>
        ReadAsync(Encoding.UTF8.GetBytes(text));
}
