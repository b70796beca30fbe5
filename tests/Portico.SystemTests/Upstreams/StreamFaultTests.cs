using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>Streams as providers really send them, and what goes wrong behind the first output: an event of the stream, never a silent end.</summary>
public sealed class StreamFaultTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<(HttpResponseMessage Response, List<string> Events, Upstream Upstream)> StreamAsync(
        Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer,
        int idleMs = 10_000,
        JsonObject? more = null
    )
    {
        var upstream = await Upstream.StartAsync(answer);
        var model = "s-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, idleMs: idleMs);
        var body = Calls.Chat(model, stream: true);
        foreach (var (name, value) in more ?? [])
            body[name] = value?.DeepClone();
        var response = await node.Door.ChatAsync(body);
        ((int)response.StatusCode).ShouldBe(200, await ErrorOf(response));
        return (response, await response.EventsAsync(), upstream);
    }

    static async Task<string> ErrorOf(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync();

    /// <summary>The words came, then an error in OpenAI's shape, and no [DONE] that would pass it for complete.</summary>
    async Task<JsonNode> EndsInErrorAsync(HttpResponseMessage response, List<string> events, string code, string said)
    {
        events.ShouldNotContain("[DONE]");
        var error = JsonNode.Parse(events[^1])!["error"]!.AsObject();
        Calls.ShouldBeWhole(error);
        error.Text("code").ShouldBe(code);
        Calls.Said(events.Take(events.Count - 1)).ShouldBe(said);
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("failed");
        record.Text("error_code").ShouldBe(code);
        record["attempts"]!.AsArray().Count.ShouldBe(1, "nothing is tried again behind the first output");
        // What was received is paid for: two tokens of output, marked as counted by us.
        record.Text("usage", "source").ShouldBe("estimated");
        record.Number("usage", "output").ShouldBeGreaterThan(0);
        record
            .Number("cost_nano_usd")
            .ShouldBe(record.Number("usage", "input") * Connecting.InputNano + record.Number("usage", "output") * Connecting.OutputNano);
        (await node.HeldAsync()).ShouldBe(0);
        return record;
    }

    static readonly string TwoWords =
        Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk("one")) + Upstream.Frame(Upstream.Chunk(" two"));

    [Fact]
    public async Task A_good_stream_passes_and_is_billed_as_reported()
    {
        var (response, events, upstream) = await StreamAsync(http => Upstream.GoodStreamAsync(http));
        await using var _ = upstream;
        events[^1].ShouldBe("[DONE]");
        Calls.Said(events).ShouldBe("four words of text");
        events.ShouldNotContain(e => e.Contains("prompt_tokens", StringComparison.Ordinal), "the caller did not ask for usage");
        var record = await node.RecordOfAsync(response);
        record.Text("usage", "source").ShouldBe("reported");
        record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        record.Text("served_model").ShouldBe("up-1");
        upstream.Bodies[0].ShouldContain("\"include_usage\":true");
    }

    [Fact]
    public async Task Usage_that_the_caller_asked_for_is_given()
    {
        var (_, events, upstream) = await StreamAsync(
            http => Upstream.GoodStreamAsync(http),
            more: new JsonObject { ["stream_options"] = new JsonObject { ["include_usage"] = true } }
        );
        await using var __ = upstream;
        events[^2].ShouldContain("\"prompt_tokens\":11");
        events[^1].ShouldBe("[DONE]");
    }

    [Fact]
    public async Task A_cut_in_the_middle_is_an_error_of_the_stream()
    {
        var (response, events, upstream) = await StreamAsync(async http =>
        {
            // The server closes when less comes than was promised.
            http.Response.ContentLength = 100_000;
            await Upstream.BeginStreamAsync(http, TwoWords);
        });
        await using var _ = upstream;
        await EndsInErrorAsync(response, events, "upstream_cut", "one two");
    }

    [Fact]
    public async Task An_end_without_a_finish_is_an_error_of_the_stream()
    {
        var (response, events, upstream) = await StreamAsync(http => Upstream.BeginStreamAsync(http, TwoWords));
        await using var _ = upstream;
        await EndsInErrorAsync(response, events, "upstream_cut", "one two");
    }

    [Fact]
    public async Task A_hang_in_the_middle_is_an_error_of_the_stream()
    {
        var (response, events, upstream) = await StreamAsync(
            async http =>
            {
                await Upstream.BeginStreamAsync(http, TwoWords);
                await Upstream.HangAsync(http);
            },
            idleMs: 150
        );
        await using var _ = upstream;
        await EndsInErrorAsync(response, events, "upstream_timeout", "one two");
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_error_event_behind_content_is_an_error_of_the_stream()
    {
        var (response, events, upstream) = await StreamAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                TwoWords + Upstream.Frame("""{"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}""")
            )
        );
        await using var _ = upstream;
        await EndsInErrorAsync(response, events, "upstream_failed", "one two");
    }

    [Fact]
    public async Task What_is_not_the_protocol_behind_content_is_an_error_of_the_stream()
    {
        var (response, events, upstream) = await StreamAsync(http => Upstream.BeginStreamAsync(http, TwoWords + "data: <html>\n\n"));
        await using var _ = upstream;
        await EndsInErrorAsync(response, events, "upstream_malformed", "one two");
    }

    [Fact]
    public async Task Missing_usage_is_counted_and_marked_as_counted()
    {
        var (response, events, upstream) = await StreamAsync(http => Upstream.GoodStreamAsync(http, usage: null));
        await using var _ = upstream;
        events[^1].ShouldBe("[DONE]");
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("completed");
        record.Text("usage", "source").ShouldBe("estimated");
        record.Number("usage", "input").ShouldBe(record.Number("counted_input_tokens"));
        record.Number("usage", "output").ShouldBeInRange(3, 8);
    }

    /// <summary>The received bytes are counted 64 KiB at a time, while the stream runs.</summary>
    [Fact]
    public async Task A_broken_chunk_in_a_long_stream_without_usage_is_passed_on_and_counted_around()
    {
        const string Broken = """{"id":"c1","choices":[{"index":0,"delta":{"content":"broken},"finish_reason":null}]}""";
        var (response, events, upstream) = await StreamAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk));
            await Upstream.WriteAsync(http, Upstream.Frame(Broken));
            for (var i = 0; i < 20; i++)
                await Upstream.WriteAsync(http, string.Concat(Enumerable.Repeat(Upstream.Frame(Upstream.Chunk(" word")), 50)));
            await Upstream.WriteAsync(http, Upstream.Frame(Upstream.StopChunk) + Upstream.Frame("[DONE]"));
        });
        await using var _ = upstream;
        events.Count.ShouldBe(1_000 + 4);
        events[^1].ShouldBe("[DONE]");
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("completed");
        record.Text("usage", "source").ShouldBe("estimated");
        // 1,000 words of a token each, times the factor for a model of unknown family.
        record.Number("usage", "output").ShouldBeInRange(1_000, 1_300);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Missing_usage_of_a_plain_answer_is_counted_too()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.WholeAsync(http, usage: null));
        await node.ConnectAsync(upstream.Address, "plain-without-usage");
        using var response = await node.Door.ChatAsync("plain-without-usage");
        ((int)response.StatusCode).ShouldBe(200);
        var record = await node.RecordOfAsync(response);
        record.Text("usage", "source").ShouldBe("estimated");
        record.Number("usage", "output").ShouldBeInRange(3, 8);
        NanoUsd.Format(record.Number("cost_nano_usd")).ShouldBe(response.Header("x-portico-cost-usd"));
    }

    public static TheoryData<string, string> Framings =>
        new()
        {
            { "crlf", "data: {0}\r\n\r\n" },
            { "cr", "data: {0}\r\r" },
            { "no space behind the colon", "data:{0}\n\n" },
            { "named events with ids", "event: message\nid: 7\ndata: {0}\n\n" },
            { "comments between", ": still here\n\ndata: {0}\n\n" },
            { "retry lines", "retry: 100\ndata: {0}\n\n" },
        };

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task Any_framing_that_the_standard_allows_arrives_whole(string _, string framing)
    {
        var (response, events, upstream) = await StreamAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, "\ufeff");
            foreach (
                var data in new[]
                {
                    Upstream.RoleChunk,
                    Upstream.Chunk("grüße"),
                    Upstream.Chunk(" 🌍"),
                    Upstream.StopChunk,
                    Upstream.UsageChunk(),
                    "[DONE]",
                }
            )
                await Upstream.WriteAsync(http, framing.Replace("{0}", data, StringComparison.Ordinal));
        });
        await using var __ = upstream;
        Calls.Said(events).ShouldBe("grüße 🌍");
        events[^1].ShouldBe("[DONE]");
        (await node.RecordOfAsync(response)).Text("usage", "source").ShouldBe("reported");
    }

    [Fact]
    public async Task An_event_over_several_data_lines_arrives_as_one()
    {
        var (_, events, upstream) = await StreamAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                "data: {\"id\":\"c1\",\ndata: \"object\":\"chat.completion.chunk\",\"model\":\"up-1\",\ndata: \"choices\":[{\"index\":0,\"delta\":{\"content\":\"split\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
            )
        );
        await using var __ = upstream;
        Calls.Said(events).ShouldBe("split");
        events[^1].ShouldBe("[DONE]");
    }

    [Fact]
    public async Task Characters_split_between_packets_arrive_whole()
    {
        const string Said = "Zürich 東京 🌍 ﬁn";
        var (response, events, upstream) = await StreamAsync(async http =>
        {
            var raw =
                $$"""{"id":"c1","object":"chat.completion.chunk","model":"up-1","choices":[{"index":0,"delta":{"content":"{{Said}}"},"finish_reason":"stop"}]}""";
            var bytes = Encoding.UTF8.GetBytes(Upstream.Frame(raw) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]"));
            await Upstream.BeginStreamAsync(http);
            foreach (var b in bytes)
                await Upstream.WriteAsync(http, [b]);
        });
        await using var _ = upstream;
        Calls.Said(events).ShouldBe(Said);
        (await node.RecordOfAsync(response)).Number("usage", "input").ShouldBe(11);
    }

    [Fact]
    public async Task A_last_event_without_its_blank_line_counts()
    {
        var (_, events, upstream) = await StreamAsync(http =>
            Upstream.BeginStreamAsync(http, TwoWords + "data: " + Upstream.StopChunk + "\n")
        );
        await using var __ = upstream;
        Calls.Said(events).ShouldBe("one two");
        events[^1].ShouldBe("[DONE]");
    }

    [Fact]
    public async Task A_large_event_passes()
    {
        var large = new string('x', 300_000);
        var (_, events, upstream) = await StreamAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Upstream.Frame(Upstream.Chunk(large)) + Upstream.Frame(Upstream.StopChunk) + Upstream.Frame("[DONE]")
            )
        );
        await using var __ = upstream;
        Calls.Said(events).ShouldBe(large);
    }
}
