using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using static Portico.SystemTests.Context.Summarising;

namespace Portico.SystemTests.Context;

/// <summary>Where there is no summary, the call is refused and told why; nothing is dropped instead.</summary>
public sealed class SummaryFailureTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    Task<Summarising> SetUpAsync(
        Func<HttpContext, Task>? writer = null,
        int? writersWindow = null,
        bool writerIsRoute = false,
        JsonObject? writersMore = null,
        int window = 310
    ) => Summarising.SetUpAsync(node, writer, window, writersWindow, writerIsRoute, writersMore);

    public static TheoryData<string, string> Failures =>
        new()
        {
            { "status 500", "It does not work" },
            { "status 400", "It does not work" },
            { "empty", "the summary is empty" },
            { "filtered", "the summary was filtered" },
            { "endless", "too long for what is left" },
            { "not json", "not JSON" },
        };

    static Func<HttpContext, Task> Failing(string how) =>
        how switch
        {
            "empty" => http => Upstream.WholeAsync(http, " \n"),
            "filtered" => http => Upstream.JsonAsync(http, 200, Finished("I", "content_filter")),
            "endless" => http => Upstream.WholeAsync(http, string.Join(' ', Enumerable.Repeat(Conversation.Words, 5))),
            "not json" => http => Upstream.JsonAsync(http, 200, "<html>"),
            _ => http => Upstream.ErrorAsync(http, int.Parse(how[7..]), type: "invalid_request_error"),
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_summary_that_fails_is_a_refusal_that_says_so_and_nothing_is_dropped_instead(string how, string why)
    {
        await using var set = await SetUpAsync(Failing(how), writerIsRoute: true, writersMore: new JsonObject { ["retries"] = 0 });
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long));
        var error = await response.ShouldBeRefusedAsync(400, "context_length_exceeded", "messages");
        error.Text("message").ShouldContain("Summarising the oldest turns in call_");
        error.Text("message").ShouldContain(why);
        response.Header("x-should-retry").ShouldBe("false");
        (set.Main.Calls, set.Writer.Calls).ShouldBe((0, 1));
        var outer = await node.RecordOfAsync(response);
        outer.Text("outcome").ShouldBe("refused");
        outer["context_fitted"].ShouldBeNull();
        (outer["cost_nano_usd"]?.GetValue<long>() ?? 0).ShouldBe(0);
        var id = error.Text("message").Split(' ').Single(w => w.StartsWith("call_", StringComparison.Ordinal));
        (await node.Admin.GetAsync($"/api/calls/{id}")).Text("parent_id").ShouldBe(outer.Text("id"));
        (await node.HeldAsync()).ShouldBe(0);
    }

    /// <summary>The writing route summarises too, and its window is too small: it is refused, and no third call begins.</summary>
    [Fact]
    public async Task A_summary_is_never_summarised()
    {
        await using var set = await SetUpAsync(
            writersWindow: 100,
            writerIsRoute: true,
            writersMore: new JsonObject { ["context"] = "summarise", ["summary_model"] = "sim/echo" }
        );
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long));
        var error = await response.ShouldBeRefusedAsync(400, "context_length_exceeded");
        error.Text("message").ShouldContain("maximum context length is 310 tokens");
        error.Text("message").ShouldContain("maximum context length is 100 tokens");
        error.Text("message").Split("call_").Length.ShouldBe(2);
        (set.Main.Calls, set.Writer.Calls).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_model_that_is_gone_is_named_in_the_refusal()
    {
        await using var set = await SetUpAsync(writerIsRoute: true);
        await node.Admin.RawAsync(HttpMethod.Delete, $"/api/routes/{set.SummaryModel}", ifMatch: "*");
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long));
        (await response.ShouldBeRefusedAsync(400, "context_length_exceeded")).Text("message").ShouldContain(set.SummaryModel);
    }

    [Fact]
    public async Task The_callers_deadline_holds_for_the_summary_too()
    {
        await using var set = await SetUpAsync(Upstream.HangAsync);
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long), ("x-portico-timeout-ms", "250"));
        var error = await response.ShouldBeRefusedAsync(400, "context_length_exceeded");
        error.Text("message").ShouldContain("deadline");
        set.Main.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_the_summary_and_both_calls_are_abandoned()
    {
        await using var set = await SetUpAsync(Upstream.HangAsync);
        var (key, client) = await node.NewKeyAsync();
        using var _ = client;
        var limit = await node.LimitAsync("key", key, "concurrent_calls", 5);
        using var leave = new CancellationTokenSource();
        var pending = client.ChatAsync(System.Text.Encoding.UTF8.GetBytes(Conversation.Body(set.Route, Long)), leave.Token);
        await Eventually.IsTrueAsync(() => set.Writer.Calls == 1);
        (await node.CountAsync(limit)).ShouldBe((0, 2));
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(pending);
        await set.Writer.CallerLeft.WaitAsync(TimeSpan.FromSeconds(20));
        JsonArray calls = [];
        await Eventually.IsTrueAsync(async () =>
            (calls = (await node.Admin.GetAsync($"/api/calls?key_id={key}"))["items"]!.AsArray()).Count == 2
        );
        calls.ShouldAllBe(c => c!.Text("outcome") == "abandoned");
        (await node.CountAsync(limit)).ShouldBe((0, 0));
    }
}
