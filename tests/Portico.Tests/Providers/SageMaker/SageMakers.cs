using System.Text;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Providers.SageMaker;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers.SageMaker;

/// <summary>
/// What the tests of this family share. Answers are those of containers with the messages schema
/// (https://docs.djl.ai/master/docs/serving/serving/docs/lmi/user_guides/chat_input_output_schema.html,
/// https://huggingface.co/docs/text-generation-inference/messages_api), framed as
/// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html frames them.
/// </summary>
static class SageMakers
{
    public const string Endpoint = "llama-3-3-70b";

    public const string Answer = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1764072000,"model":"lmi","choices":[{"index":0,"message":{"role":"assistant","content":"Zürich 🚲"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":33,"completion_tokens":7,"total_tokens":40,"prompt_tokens_details":{"cached_tokens":16}}}
        """;

    public static readonly string[] Chunks =
    [
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"reasoning_content":"Two towns."},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"content":"Zürich "},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"content":"🚲"},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":\"Bern\"}"}}]},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"clock","arguments":"{}"}}]},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1764072000,"model":"lmi","choices":[],"usage":{"prompt_tokens":33,"completion_tokens":7,"total_tokens":40,"prompt_tokens_details":{"cached_tokens":16}}}""",
    ];

    /// <summary>As vLLM and newer LMI stream.</summary>
    public static readonly string Sse = string.Concat(Chunks.Select(c => $"data: {c}\n\n")) + "data: [DONE]\n\n";

    /// <summary>As TGI streams: no space behind the colon.</summary>
    public static readonly string Tight = string.Concat(Chunks.Select(c => $"data:{c}\n\n")) + "data:[DONE]\n\n";

    /// <summary>As older LMI streams: application/jsonlines.</summary>
    public static readonly string Lines = string.Concat(Chunks.Select(c => $"{c}\n"));

    public static readonly Usage FixtureUsage = new()
    {
        Input = 17,
        CacheRead = 16,
        Output = 7,
        Source = UsageSource.Reported,
    };

    public static readonly ModelEvent[] FixtureEvents =
    [
        Anthropics.Of(ModelEventKind.Reasoning, "Two towns."),
        Anthropics.Of(ModelEventKind.Text, "Zürich "),
        Anthropics.Of(ModelEventKind.Text, "🚲"),
        Anthropics.Tool(0, "call_1", "weather", ""),
        Anthropics.Tool(0, null, null, "{\"city\":\"Bern\"}"),
        Anthropics.Tool(1, "call_2", "clock", "{}"),
        .. Anthropics.End(FinishReason.ToolCalls, FixtureUsage, "lmi"),
    ];

    public static ProviderConnection Connection(string url = "http://127.0.0.1:1", string credential = Bedrocks.Credential) =>
        new(ConnectionId.New(TimeProvider.System), "sagemaker", null, new Uri(url), new Secret(credential));

    public static byte[] Part(byte[] bytes) =>
        EventFrames.Frame(
            [(":event-type", "PayloadPart"), (":content-type", "application/octet-stream"), (":message-type", "event")],
            bytes
        );

    /// <summary>The text in parts of so many bytes: they end in the middle of characters too.</summary>
    public static byte[] Parts(string text, int size) => Encoding.UTF8.GetBytes(text).Chunk(size).SelectMany(Part).ToArray();

    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(bool asFrames, params byte[][] pieces)
    {
        var connection = Connection();
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new PayloadParts(new Anthropics.PieceStream(pieces), connection),
            connection,
            deadline,
            CancellationToken.None
        );
        await using var stream = new OpenAiStream(source, connection, asFrames, stripUsage: false);
        return await Anthropics.DrainAsync(stream);
    }
}
