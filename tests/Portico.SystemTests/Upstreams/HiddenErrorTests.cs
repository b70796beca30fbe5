using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>
/// Errors of services of OpenAI's form that come under a good status: beside the choices, as OpenRouter sends them
/// (https://openrouter.ai/docs/api/reference/errors-and-debugging), inside of a choice, or as an object named error, as vLLM's older servers do. Whoever
/// looks for choices alone would take them for empty answers.
/// </summary>
public sealed class HiddenErrorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;
    readonly string model = "h-" + Guid.NewGuid().ToString("N")[..8];

    static readonly string TwoWords =
        Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk("one")) + Upstream.Frame(Upstream.Chunk(" two"));

    const string Head = "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"up-1\"";

    public static TheoryData<string> Events =>
        [
            $$$"""{{{{Head}}},"error":{"code":"server_error","message":"Provider disconnected unexpectedly"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""",
            $$$"""{{{{Head}}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":"Provider disconnected unexpectedly"}}]}""",
            $$$"""{{{{Head}}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""",
            """{"object":"error","message":"Provider disconnected unexpectedly","type":"InternalServerError","param":null,"code":500}""",
            """{ "error" : { "message" : "Provider disconnected unexpectedly" } }""",
            """{"id":"c1","error":"Provider disconnected unexpectedly"}""",
        ];

    Task<string> ConnectAsync(Upstream upstream) => node.ConnectAsync(upstream.Address, model);

    async Task<JsonNode> FailedAsync(HttpResponseMessage response)
    {
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("failed");
        record.Text("error_code").ShouldBe("upstream_failed");
        return record;
    }

    [Theory, MemberData(nameof(Events))]
    public async Task An_error_among_the_chunks_ends_a_stream_of_chat_completions_as_a_failure(string error)
    {
        foreach (var framing in new[] { "data: {0}\n\n", "data: {0}\r\n\r\n" })
        {
            await using var upstream = await Upstream.StartAsync(http =>
                Upstream.BeginStreamAsync(
                    http,
                    TwoWords
                        + framing.Replace("{0}", error, StringComparison.Ordinal)
                        + framing.Replace("{0}", "[DONE]", StringComparison.Ordinal)
                )
            );
            await ConnectAsync(upstream);
            using var response = await node.Door.ChatAsync(model, stream: true);
            var events = await response.EventsAsync();
            events.ShouldNotContain("[DONE]");
            Calls.ShouldBeWhole(JsonNode.Parse(events[^1])!["error"]!.AsObject());
            Calls.Said(events.Take(events.Count - 1)).ShouldBe("one two");
            var record = await FailedAsync(response);
            record.Number("usage", "output").ShouldBeGreaterThan(0);
        }
    }

    [Theory, MemberData(nameof(Events))]
    public async Task An_error_among_the_chunks_ends_the_other_dialects_as_their_failure(string error)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(http, TwoWords + Upstream.Frame(error) + Upstream.Frame("[DONE]"))
        );
        await ConnectAsync(upstream);
        using var message = await node.AsAnthropic().MessageAsync(MessagesCalls.Ask(model, stream: true));
        var events = await message.MessageEventsAsync();
        events[^1].Text("type").ShouldBe("error");
        events.ShouldNotContain(e => e.Text("type") == "message_stop");
        await FailedAsync(message);

        using var response = await node.Door.ResponseAsync(ResponseCalls.Ask(model).With("stream", true));
        var last = (await response.ResponseEventsAsync())[^1];
        last.Text("type").ShouldBe("response.failed");
        last.Text("response", "status").ShouldBe("failed");
        await FailedAsync(response);
    }

    [Theory, MemberData(nameof(Events))]
    public async Task As_the_first_event_it_is_a_status_and_not_the_beginning_of_a_stream(string error)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.BeginStreamAsync(http, Upstream.Frame(error)));
        await ConnectAsync(upstream);
        using var response = await node.Door.ChatAsync(model, stream: true);
        await response.ShouldBeRefusedAsync(502, "upstream_failed");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"id":"c1","choices":[],"error":{"message":"It broke on the way","code":502}}""", "upstream_failed")]
    [InlineData("""{"id":"c1","choices":null,"error":{"message":"It broke on the way"}}""", "upstream_failed")]
    [InlineData(
        """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"error"}]}""",
        "upstream_failed"
    )]
    [InlineData("""{"object":"error","message":"It broke on the way","code":500}""", "upstream_failed")]
    [InlineData("""{"detail":"It broke on the way"}""", "upstream_failed")]
    [InlineData("""{"id":"c1","choices":[]}""", "upstream_malformed")]
    [InlineData("{}", "upstream_malformed")]
    public async Task A_plain_answer_without_an_answer_is_a_failure(string body, string code)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, body));
        await ConnectAsync(upstream);
        using var response = await node.Door.ChatAsync(model);
        await response.ShouldBeRefusedAsync(502, code);
        using var message = await node.AsAnthropic().MessageAsync(MessagesCalls.Ask(model));
        ((int)message.StatusCode).ShouldBe(502);
    }

    [Fact]
    public async Task An_empty_error_beside_an_answer_is_none()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.WantsStream(http)
                ? Upstream.BeginStreamAsync(
                    http,
                    Upstream.Frame(Upstream.Chunk("well").Replace("{\"id\"", "{\"error\":null,\"id\"", StringComparison.Ordinal))
                        + Upstream.Frame(Upstream.StopChunk)
                        + Upstream.Frame("[DONE]")
                )
                : Upstream.JsonAsync(
                    http,
                    200,
                    """{"id":"c1","error":null,"choices":[{"index":0,"message":{"role":"assistant","content":"an \"error\" in words"},"finish_reason":"stop"}]}"""
                )
        );
        await ConnectAsync(upstream);
        using var plain = await node.Door.ChatAsync(model);
        (await plain.JsonAsync())["choices"]![0]!.Text("message", "content").ShouldBe("an \"error\" in words");
        using var stream = await node.Door.ChatAsync(model, stream: true);
        (await stream.EventsAsync())[^1].ShouldBe("[DONE]");
    }

    [Theory]
    [InlineData("""{"error":{"message":"It broke on the way","code":500}}""", "upstream_failed")]
    [InlineData("""{"object":"list"}""", "upstream_malformed")]
    public async Task Embeddings_that_are_an_error_are_a_failure(string body, string code)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, body));
        await ConnectAsync(upstream);
        using var content = new StringContent(
            new JsonObject { ["model"] = model, ["input"] = "x" }.ToJsonString(),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var response = await node.Door.PostAsync(new Uri("/v1/embeddings", UriKind.Relative), content);
        await response.ShouldBeRefusedAsync(502, code);
    }

    /// <summary>OpenRouter refuses content by 403: to take that for the key would let one caller bench the connection of all.</summary>
    [Fact]
    public async Task Content_that_a_service_moderates_is_the_callers_fault_and_benches_nobody()
    {
        var flagged = true;
        await using var upstream = await Upstream.StartAsync(http =>
            flagged
                ? Upstream.JsonAsync(
                    http,
                    403,
                    """{"error":{"code":403,"message":"Your chosen model requires moderation and your input was flagged","metadata":{"reasons":["violence"],"flagged_input":"x","provider_name":"p","model_slug":"m"}}}"""
                )
                : Upstream.WholeAsync(http)
        );
        await ConnectAsync(upstream);
        using var refused = await node.Door.ChatAsync(model);
        await refused.ShouldBeRefusedAsync(400, "content_filter");
        flagged = false;
        using var served = await node.Door.ChatAsync(model);
        ((int)served.StatusCode).ShouldBe(200);
    }

    [Theory]
    [InlineData(401, "Give the connection a valid key.")]
    [InlineData(402, "Its account has no credit left")]
    [InlineData(403, "give the key the right, or give the connection another one")]
    public async Task A_refused_key_says_which_connection_and_what_to_do(int status, string what)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, status, "No."));
        await ConnectAsync(upstream);
        using var response = await node.Door.ChatAsync(model);
        var message = (await response.ShouldBeRefusedAsync(502, "upstream_credential")).Text("message");
        message.ShouldStartWith("Connection conn_");
        message.ShouldContain(what);
    }
}
