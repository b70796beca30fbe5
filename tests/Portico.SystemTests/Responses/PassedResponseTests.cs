using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Calls that need the provider's own Responses API, at a connection that says so: as they came, under our id, recorded and billed like every call.</summary>
public sealed class PassedResponseTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<(string Route, string Connection, Upstream Upstream)> ProviderAsync(
        Func<Microsoft.AspNetCore.Http.HttpContext, Task>? answer = null
    )
    {
        var upstream = await Upstream.StartAsync(answer ?? OwnResponses.AnswerAsync);
        var (model, connection, deployment) = await node.PassingAsync(upstream);
        var route = "route-" + model;
        await node.LooseAsync(route, deployment);
        return (route, connection, upstream);
    }

    static async Task<(HttpResponseMessage Response, string Text)> SendAsync(HttpClient door, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await door.PostAsync(new Uri("/v1/responses", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return (response, text);
    }

    [Fact]
    public async Task A_body_goes_out_byte_for_byte_but_for_the_members_that_say_who_keeps_what()
    {
        var (route, _, upstream) = await ProviderAsync();
        await using var _ = upstream;
        var body = $$"""
            { "x_first" : [1.50, {"b":null}],"background":false,
              "store":true , "model":"{{route}}", "input":[{"role":"user","content":"News?","x_mood":"curious"}],
              "tools":[{"type":"web_search","user_location":{"type":"approximate","country":"NO"},"x":1e3}],
              "max_output_tokens":50,"previous_response_id":null,"include":["web_search_call.action.sources"],"x_last": "é\u00e9" , "conversation":null }
            """;
        await SendAsync(node.Door, body);
        upstream
            .Bodies.Single()
            .ShouldBe(
                $$"""
                { "x_first" : [1.50, {"b":null}],"store":false , "model":"gpt-5", "input":[{"role":"user","content":"News?","x_mood":"curious"}],
                  "tools":[{"type":"web_search","user_location":{"type":"approximate","country":"NO"},"x":1e3}],
                  "max_output_tokens":50,"include":["reasoning.encrypted_content","web_search_call.action.sources"],"x_last": "é\u00e9" }
                """
            );
    }

    [Fact]
    public async Task A_plain_answer_comes_back_byte_for_byte_under_our_id()
    {
        var (route, connection, upstream) = await ProviderAsync();
        await using var _ = upstream;
        var (response, text) = await SendAsync(node.Door, OwnResponses.Ask(route).ToJsonString());
        using var _1 = response;
        var id = "resp_" + response.CallId()[5..];
        text.ShouldBe(
            OwnResponses
                .Response(OwnResponses.Searched)
                .Replace(OwnResponses.Id, id, StringComparison.Ordinal)
                .Replace("\"store\":false", "\"store\":true", StringComparison.Ordinal)
        );
        upstream.Bodies.Single().ShouldContain("\"store\":false");
        var record = await node.RecordOfAsync(response);
        (record.Text("wire"), record.Text("operation"), record.Text("outcome")).ShouldBe(("openai-responses", "chat", "completed"));
        record.Text("connection_id").ShouldBe(connection);
        record["attempts"]![0]!.Text("upstream_request_id").ShouldBe(OwnResponses.Id);
        record["trail"]!.AsArray().Select(t => t!.Text("fact")).ShouldContain("passed: tools[0].type web_search");
        var usage = record["usage"]!;
        (
            usage.Text("source"),
            usage.Number("input"),
            usage.Number("cache_read"),
            usage.Number("output"),
            usage.Number("reasoning")
        ).ShouldBe(("reported", 300, 28, 56, 300));
        // What is kept is what was given.
        (await node.Door.KeptAsync(id))
            .ToJsonString()
            .ShouldBe(JsonNode.Parse(text)!.ToJsonString());
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_comes_back_byte_for_byte_under_our_id()
    {
        var (route, _, upstream) = await ProviderAsync();
        await using var _ = upstream;
        var (response, text) = await SendAsync(node.Door, OwnResponses.Ask(route).With("stream", true).With("store", false).ToJsonString());
        using var _1 = response;
        text.ShouldBe(
            (OwnResponses.Begun() + OwnResponses.Words() + OwnResponses.Rest()).Replace(
                OwnResponses.Id,
                "resp_" + response.CallId()[5..],
                StringComparison.Ordinal
            )
        );
        text.ShouldNotContain(OwnResponses.Id);
        var record = await node.RecordOfAsync(response);
        record["attempts"]![0]!.Text("upstream_request_id").ShouldBe(OwnResponses.Id);
        record.Text("usage", "source").ShouldBe("reported");
        record.Number("first_output_us").ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_before_the_first_event_is_an_http_error_in_the_providers_words(bool stream)
    {
        var (route, _, upstream) = await ProviderAsync(http =>
            Upstream.ErrorAsync(http, 400, "The vector store is not there.", "invalid_request_error", "vector_store_not_found")
        );
        await using var _ = upstream;
        using var answer = await node.Door.ResponseAsync(OwnResponses.Ask(route, "file_search").With("stream", stream));
        (await answer.ShouldBeRefusedAsync(400, "vector_store_not_found")).Text("message").ShouldContain("The vector store is not there.");
    }

    [Fact]
    public async Task A_stream_that_has_only_begun_and_fails_goes_to_another_deployment()
    {
        var (_, _, bad) = await ProviderAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                OwnResponses.Begun()
                    + "event: error\ndata: {\"type\":\"error\",\"sequence_number\":2,\"code\":\"server_error\",\"message\":\"Broken\",\"param\":null}\n\n"
            )
        );
        await using var _ = bad;
        await using var good = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var (_, _, first) = await node.PassingAsync(bad);
        var (_, _, second) = await node.PassingAsync(good);
        var route = "two-" + Guid.NewGuid().ToString("N")[..8];
        await node.LooseAsync(route, first, second);
        using var answer = await node.Door.ResponseAsync(OwnResponses.Ask(route).With("stream", true));
        (await answer.ResponseEventsAsync())[^1].Text("type").ShouldBe("response.completed");
        (await node.RecordOfAsync(answer))["attempts"]!.AsArray().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData(
        "event: error\ndata: {\"type\":\"error\",\"sequence_number\":6,\"code\":\"server_error\",\"message\":\"It broke\",\"param\":null}\n\n"
    )]
    [InlineData(
        "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":6,\"response\":{\"id\":\"resp_x\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"It broke\"},\"output\":[]}}\n\n"
    )]
    public async Task A_stream_that_breaks_off_says_failed_and_what_was_received_is_billed(string end)
    {
        var (route, _, upstream) = await ProviderAsync(http =>
            Upstream.BeginStreamAsync(http, OwnResponses.Begun() + OwnResponses.Words() + end)
        );
        await using var _ = upstream;
        using var answer = await node.Door.ResponseAsync(OwnResponses.Ask(route).With("stream", true));
        var events = await answer.ResponseEventsAsync();
        events.TakeLast(2).Select(e => e.Text("type")).ShouldBe(["error", "response.failed"]);
        var code = end.Length == 0 ? "upstream_cut" : "upstream_failed";
        events[^2].Text("code").ShouldBe(code);
        var failed = events[^1]["response"]!;
        (failed.Text("status"), failed.Text("error", "code"), failed.Text("model")).ShouldBe(("failed", code, "gpt-5-2025-08-07"));
        failed["output"]!.AsArray().Select(i => i!.Text("type")).ShouldBe(["web_search_call"]);
        var record = await node.RecordOfAsync(answer);
        (record.Text("outcome"), record.Text("usage", "source")).ShouldBe(("failed", "estimated"));
        // "A new park " and no word of the events around it.
        record.Number("usage", "output").ShouldBeInRange(2, 6);
        record.Number("cost_nano_usd").ShouldBeGreaterThan(0);
        var kept = await node.Door.KeptAsync("resp_" + answer.CallId()[5..]);
        kept.Text("status").ShouldBe("failed");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contents_are_kept_as_the_whole_answer_that_the_provider_gave(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var (model, _, deployment) = await node.PassingAsync(upstream);
        var route = "kept-" + model;
        await node.RouteAsync(route, [deployment], new JsonObject { ["allow_unpriced"] = true, ["keep_contents"] = true });
        using var answer = await node.Door.ResponseAsync(OwnResponses.Ask(route).With("stream", stream));
        await answer.Content.ReadAsStringAsync();
        await node.RevealAsync();
        JsonNode? contents = null;
        await Eventually.IsTrueAsync(async () =>
        {
            using var found = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{answer.CallId()}/contents");
            contents = found.IsSuccessStatusCode ? await found.JsonAsync() : null;
            return contents is not null;
        });
        contents!["answer"]!["text"]!.ToJsonString().ShouldBe(JsonNode.Parse(OwnResponses.Response(OwnResponses.Searched))!.ToJsonString());
    }

    [Fact]
    public async Task In_the_background_the_events_are_one_stream_and_the_response_can_be_cancelled()
    {
        var (route, _, upstream) = await ProviderAsync();
        await using var _ = upstream;
        using var answer = await node.Door.ResponseAsync(OwnResponses.Ask(route).With("stream", true).With("background", true));
        var events = await answer.ResponseEventsAsync();
        events
            .Types()
            .ShouldBe(
                "created\nin_progress\noutput_item.added\nweb_search_call.searching\noutput_item.done\noutput_text.delta\noutput_text.delta\noutput_item.done\ncompleted"
            );
        events[^1]["response"]!["background"]!.GetValue<bool>().ShouldBeTrue();
        upstream.Bodies.Single().ShouldNotContain("background");
        upstream.Answer = async http =>
        {
            await Upstream.BeginStreamAsync(http, OwnResponses.Begun() + OwnResponses.Words());
            await Upstream.HangAsync(http);
        };
        var queued = await node.Door.RespondAsync(OwnResponses.Ask(route).With("background", true));
        var id = queued.Text("id");
        await node.Door.UntilAsync(id, "in_progress");
        using var cancelled = await node.Door.PostAsync(new Uri($"/v1/responses/{id}/cancel", UriKind.Relative), null);
        (await cancelled.GoodAsync()).Text("status").ShouldBe("cancelled");
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(20));
        (await node.Door.KeptAsync(id)).Text("status").ShouldBe("cancelled");
    }

    [Fact]
    public async Task Events_without_numbers_are_numbered_and_those_framed_in_another_way_are_framed_anew()
    {
        var (route, _, upstream) = await ProviderAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                ": hello\r\n\r\n"
                    + (OwnResponses.Begun() + OwnResponses.Words() + OwnResponses.Rest())
                        .Replace(",\"sequence_number\":5", "", StringComparison.Ordinal)
                        .Replace("\"sequence_number\":6", "\"sequence_number\":99", StringComparison.Ordinal)
                        .Replace("event: response.output_text.delta\n", "", StringComparison.Ordinal)
                        .Replace("\n", "\r\n", StringComparison.Ordinal)
                    + "data: [DONE]\r\n\r\n"
            )
        );
        await using var _ = upstream;
        using var answer = await node.Door.ResponseAsync(OwnResponses.Ask(route).With("stream", true));
        var events = await answer.ResponseEventsAsync();
        events.Count.ShouldBe(9);
        string.Concat(events.Where(e => e.Text("type").EndsWith("text.delta", StringComparison.Ordinal)).Select(e => e.Text("delta")))
            .ShouldBe("A new park has opened.");
    }
}
