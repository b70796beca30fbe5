using System.Text;
using System.Text.Json;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Benchmarks;

/// <summary>One conversation in each dialect of callers, one answer in each protocol of providers: the same words everywhere.</summary>
static class Samples
{
    public const int Chunks = 256;

    const string Word = " gateway";
    static readonly string Said = string.Concat(Enumerable.Repeat("A sentence of an answer that is neither short nor long. ", 12));
    static readonly string[] Asked = ["What is a gateway?", "Who needs one, and why?", "What does it cost in time?"];
    const string System = "You are the assistant of a firm. Answer in whole sentences, and say what you do not know.";
    const string Tool =
        """{"type":"object","properties":{"query":{"type":"string","description":"What to look for"},"limit":{"type":"integer"}},"required":["query"]}""";

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static string Quoted(string text) => JsonSerializer.Serialize(text);

    /// <summary>The conversation: a system prompt, three questions with two answers between them, a tool.</summary>
    public static byte[] Request(string wire, bool stream)
    {
        var flag = stream ? "true" : "false";
        var turns = Asked.SelectMany((q, i) => i == 0 ? [("user", q)] : new[] { ("assistant", Said), ("user", q) });
        var messages = string.Join(',', turns.Select(t => $$"""{"role":"{{t.Item1}}","content":{{Quoted(t.Item2)}}}"""));
        return Utf8(
            wire switch
            {
                "chat" =>
                    $$$"""{"model":"m","stream":{{{flag}}},"max_tokens":1000,"temperature":0.5,"messages":[{"role":"system","content":{{{Quoted(System)}}}},{{{messages}}}],"tools":[{"type":"function","function":{"name":"search","description":"Searches","parameters":{{{Tool}}}}}]}""",
                "messages" =>
                    $$"""{"model":"m","stream":{{flag}},"max_tokens":1000,"temperature":0.5,"system":{{Quoted(System)}},"messages":[{{messages}}],"tools":[{"name":"search","description":"Searches","input_schema":{{Tool}} }]}""",
                "responses" =>
                    $$"""{"model":"m","stream":{{flag}},"max_output_tokens":1000,"temperature":0.5,"instructions":{{Quoted(System)}},"input":[{{messages}}],"tools":[{"type":"function","name":"search","description":"Searches","parameters":{{Tool}} }]}""",
                _ => $$"""{"model":"m","stream":{{flag}},"max_tokens":1000,"temperature":0.5,"prompt":{{Quoted(System + messages)}}}""",
            }
        );
    }

    /// <summary>The plain answer: a text of a dozen sentences.</summary>
    public static byte[] Answer(string family) =>
        Utf8(
            family switch
            {
                "openai" =>
                    $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":{{{Quoted(Said)}}},"refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":300,"completion_tokens":144,"total_tokens":444,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":"fp"}""",
                "anthropic" =>
                    $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":{{{Quoted(Said)}}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":300,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":144}}""",
                "bedrock" =>
                    $$$$"""{"output":{"message":{"role":"assistant","content":[{"text":{{{{Quoted(Said)}}}}}]}},"stopReason":"end_turn","usage":{"inputTokens":300,"outputTokens":144,"totalTokens":444},"metrics":{"latencyMs":10}}""",
                "gemini" =>
                    $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":{{{Quoted(Said)}}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":300,"candidatesTokenCount":144,"totalTokenCount":444},"modelVersion":"up","responseId":"r"}""",
                _ =>
                    $$$"""{"id":"c1","message":{"role":"assistant","content":[{"type":"text","text":{{{Quoted(Said)}}}}]},"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":300,"output_tokens":144},"tokens":{"input_tokens":310,"output_tokens":144} } }""",
            }
        );

    /// <summary>The streamed answer, an event in each piece: a word in each of <see cref="Chunks"/>, and what stands before and behind them.</summary>
    public static byte[][] Stream(string family) =>
        family switch
        {
            "openai" => Pieces(
                [Data(Chunk("""{"role":"assistant","content":""}"""))],
                Data(Chunk($$"""{"content":{{Quoted(Word)}}}""")),
                [
                    Data(Chunk("{}", "\"stop\"")),
                    Data(
                        """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up","choices":[],"usage":{"prompt_tokens":300,"completion_tokens":256,"total_tokens":556}}"""
                    ),
                    "data: [DONE]\n\n",
                ]
            ),
            "anthropic" => Pieces(
                [
                    Event(
                        "message_start",
                        ""","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"usage":{"input_tokens":300,"output_tokens":1}}"""
                    ),
                    Event("content_block_start", ""","index":0,"content_block":{"type":"text","text":""}"""),
                ],
                Event("content_block_delta", $$$""","index":0,"delta":{"type":"text_delta","text":{{{Quoted(Word)}}}}"""),
                [
                    Event("content_block_stop", ""","index":0"""),
                    Event("message_delta", ""","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":256}"""),
                    Event("message_stop", ""),
                ]
            ),
            "gemini" => Pieces(
                [],
                Data(
                    $$$"""{"candidates":[{"content":{"parts":[{"text":{{{Quoted(Word)}}}}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":300,"totalTokenCount":300},"modelVersion":"up","responseId":"r"}"""
                ),
                [
                    Data(
                        """{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":300,"candidatesTokenCount":256,"totalTokenCount":556},"modelVersion":"up","responseId":"r"}"""
                    ),
                ]
            ),
            "cohere" => Pieces(
                [
                    Event("message-start", ""","id":"c1","delta":{"message":{"role":"assistant"}}"""),
                    Event("content-start", ""","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}"""),
                ],
                Event("content-delta", $$$$""","index":0,"delta":{"message":{"content":{"text":{{{{Quoted(Word)}}}}}}}"""),
                [
                    Event("content-end", ""","index":0"""),
                    Event(
                        "message-end",
                        ""","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":300,"output_tokens":256}}}"""
                    ),
                ]
            ),
            _ => Bedrock(),
        };

    static byte[][] Bedrock()
    {
        var word = EventFrames.Event(
            "contentBlockDelta",
            $$$"""{"contentBlockIndex":0,"delta":{"text":{{{Quoted(Word)}}}},"p":"abcdefghijklmn"}"""
        );
        return
        [
            EventFrames.Event("messageStart", """{"role":"assistant","p":"abc"}"""),
            .. Enumerable.Repeat(word, Chunks),
            EventFrames.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
            EventFrames.Event("messageStop", """{"stopReason":"end_turn"}"""),
            EventFrames.Event(
                "metadata",
                """{"usage":{"inputTokens":300,"outputTokens":256,"totalTokens":556},"metrics":{"latencyMs":10}}"""
            ),
        ];
    }

    static byte[][] Pieces(string[] head, string word, string[] tail) =>
        [.. head.Concat(Enumerable.Repeat(word, Chunks)).Concat(tail).Select(Utf8)];

    static string Data(string json) => $"data: {json}\n\n";

    static string Event(string name, string rest) => $"event: {name}\ndata: {{\"type\":\"{name}\"{rest}}}\n\n";

    static string Chunk(string delta, string finish = "null") =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up","system_fingerprint":"fp","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}]}""";
}
