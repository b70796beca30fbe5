using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>What goes wrong with a response, before its first output and behind it, and what callers get wrong.</summary>
public sealed class ResponseFailureTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_before_the_first_output_is_an_http_error(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, 400, "No such voice", "invalid_request_error", "bad_voice")
        );
        using var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(await node.ModelAsync(upstream)).With("stream", stream));
        var error = await answer.ShouldBeRefusedAsync(400, "bad_voice");
        error.Text("message").ShouldContain("No such voice");
    }

    [Fact]
    public async Task A_failure_behind_output_is_an_error_event_and_the_end_that_says_failed()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Answers.Delta("""{"role":"assistant","content":"Once"}""")
                    + Upstream.Frame("""{"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}""")
            )
        );
        using var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(await node.ModelAsync(upstream)).With("stream", true));
        var events = await answer.ResponseEventsAsync();
        events[^2].Text("type").ShouldBe("error");
        events[^2].Text("code").ShouldBe("upstream_failed");
        events[^2].Text("error", "code").ShouldBe("upstream_failed");
        events[^1].Text("type").ShouldBe("response.failed");
        events[^1].Text("response", "error", "code").ShouldBe("upstream_failed");
        var record = await node.RecordOfAsync(answer);
        record.Text("outcome").ShouldBe("failed");
        record.Text("usage", "source").ShouldBe("estimated");
        // What the caller was told of can be read again.
        (await node.Door.KeptAsync(events[^1].Text("response", "id")))
            .Text("status")
            .ShouldBe("failed");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_the_provider_and_nothing_is_kept()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Answers.Delta("""{"role":"assistant","content":"Once"}"""));
            await Upstream.HangAsync(http);
        });
        var model = await node.ModelAsync(upstream);
        using var leaving = new CancellationTokenSource();
        var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(model).With("stream", true), leaving.Token);
        var call = answer.CallId();
        answer.Dispose();
        await leaving.CancelAsync();
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        JsonNode? record = null;
        await Eventually.IsTrueAsync(async () =>
        {
            using var found = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{call}");
            record = found.IsSuccessStatusCode ? await found.JsonAsync() : null;
            return record is not null;
        });
        record!.Text("outcome").ShouldBe("abandoned");
        using var kept = await node.Door.GetAsync(new Uri($"/v1/responses/resp_{call[5..]}", UriKind.Relative));
        await kept.ShouldBeRefusedAsync(404, "not_found");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_no_provider_can_be_told_is_named_in_a_header()
    {
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo").With("max_tool_calls", 3).With("a_new_member", true).With("store", false)
        );
        (await answer.GoodAsync()).OutputText().ShouldBe("Hello, Portico");
        answer.Header("x-portico-dropped-fields").ShouldBe("max_tool_calls,a_new_member");
    }

    [Fact]
    public async Task Mistakes_are_told_in_openais_shape()
    {
        using var unknown = await node.Door.ResponseAsync(ResponseCalls.Ask("no/such-model"));
        await unknown.ShouldBeRefusedAsync(404, "model_not_found", "model");
        using var hosted = await node.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo").With("tools", new JsonArray(new JsonObject { ["type"] = "web_search" }))
        );
        await hosted.ShouldBeRefusedAsync(400, "unsupported_by_model", "tools[0].type");
        using var keyless = node.Client(null);
        using var stranger = await keyless.ResponseAsync(ResponseCalls.Ask("sim/echo"));
        await stranger.ShouldBeRefusedAsync(401, "invalid_api_key");
        using var wrong = await node.Door.GetAsync(new Uri("/v1/responses", UriKind.Relative));
        await wrong.ShouldBeRefusedAsync(405, "method_not_allowed");
        wrong.Content.Headers.Allow.ShouldBe(["POST"]);
        using var page = await node.Door.ResponseAsync(new JsonObject(), path: "/v1/responses/resp_x/input_items");
        await page.ShouldBeRefusedAsync(405, "method_not_allowed");
    }
}
