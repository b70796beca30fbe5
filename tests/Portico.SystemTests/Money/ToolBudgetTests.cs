using System.Text.Json.Nodes;
using Portico.SystemTests.Responses;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Money;

/// <summary>Calls with tools that the provider runs, under a budget: the whole window and every call of a tool are held, and what was used is billed.</summary>
public sealed class ToolBudgetTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    const int Window = 10_000;
    const int Cap = 100;

    async Task<string> ModelAsync(Upstream upstream, int? window = Window) =>
        (await node.PassingAsync(upstream, contextTokens: window)).Model;

    static JsonObject Ask(string model, string tool = "web_search") => OwnResponses.Ask(model, tool).With("max_output_tokens", Cap);

    [Fact]
    public async Task The_whole_window_and_every_search_are_held_and_what_was_used_is_billed()
    {
        await using var upstream = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var model = await ModelAsync(upstream);
        using var answer = await node.Door.ResponseAsync(Ask(model).With("max_tool_calls", 3));
        await answer.GoodAsync();
        JsonNode.Parse(upstream.Bodies.Single())!.Number("max_tool_calls").ShouldBe(3);
        var record = await node.RecordOfAsync(answer);
        record.Number("held_nano_usd").ShouldBe(Window * Connecting.InputNano + Cap * Connecting.OutputNano + 3 * OwnResponses.SearchNano);
        record.Number("usage", "web_searches").ShouldBe(1);
        record.Number("cost_nano_usd").ShouldBe(328 * Connecting.InputNano + 356 * Connecting.OutputNano + OwnResponses.SearchNano);
        record["attempts"]![0]!.Number("usage", "web_searches").ShouldBe(1);
        (await node.HeldAsync()).ShouldBe(0);
        await Books.ShouldAgreeAsync(node);
    }

    [Fact]
    public async Task What_cannot_be_held_is_refused_with_what_is_missing()
    {
        await using var upstream = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var model = await ModelAsync(upstream);
        async Task<string> RefusedAsync(JsonObject ask)
        {
            using var answer = await node.Door.ResponseAsync(ask);
            return (await answer.ShouldBeRefusedAsync(403, "unpriced_model", "tools")).Text("message");
        }
        (await RefusedAsync(Ask(model))).ShouldContain("without 'max_tool_calls' nobody knows how often web_search is called");
        (await RefusedAsync(Ask(model, "image_generation").With("max_tool_calls", 1))).ShouldContain(
            "no rate for a tool of the type image_generation"
        );
        (await RefusedAsync(Ask(model, "of_tomorrow").With("max_tool_calls", 1))).ShouldContain(
            "no rate for a tool of the type of_tomorrow"
        );
        var windowless = await ModelAsync(upstream, window: null);
        (await RefusedAsync(Ask(windowless).With("max_tool_calls", 1))).ShouldContain("its context window is not known");
        upstream.Calls.ShouldBe(0);
        // A server of tools has no charge, but it fills the window.
        using var free = await node.Door.ResponseAsync(Ask(model, "mcp"));
        await free.GoodAsync();
        (await node.RecordOfAsync(free)).Number("held_nano_usd").ShouldBe(Window * Connecting.InputNano + Cap * Connecting.OutputNano);
        // What the caller runs itself is held by what was counted.
        using var own = await node.Door.ResponseAsync(Ask(model, "custom"));
        await own.GoodAsync();
        (await node.RecordOfAsync(own)).Number("held_nano_usd").ShouldBeLessThan(Window * Connecting.InputNano);
    }

    [Fact]
    public async Task A_budget_that_could_not_cover_the_window_refuses_before_the_provider_is_asked()
    {
        await using var upstream = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var model = await ModelAsync(upstream);
        using var estate = await Estate.MakeAsync(node);
        await node.BudgetAsync("key", estate.Key, "0.015");
        // 0.0102 for the window and the answer, and 0.01 for a search.
        using var refused = await estate.Door.ResponseAsync(Ask(model).With("max_tool_calls", 1));
        refused.IsSuccessStatusCode.ShouldBeFalse();
        (await refused.Content.ReadAsStringAsync()).ShouldContain("insufficient_quota");
        upstream.Calls.ShouldBe(0);
        using var free = await estate.Door.ResponseAsync(Ask(model, "mcp"));
        await free.GoodAsync();
    }

    [Fact]
    public async Task A_search_that_was_made_is_billed_although_the_stream_broke_off()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(http, OwnResponses.Begun() + OwnResponses.Words())
        );
        var model = await ModelAsync(upstream);
        using var answer = await node.Door.ResponseAsync(Ask(model).With("max_tool_calls", 3).With("stream", true));
        await answer.ResponseEventsAsync();
        var record = await node.RecordOfAsync(answer);
        (record.Text("outcome"), record.Text("usage", "source"), record.Number("usage", "web_searches")).ShouldBe(
            ("failed", "estimated", 1)
        );
        record
            .Number("cost_nano_usd")
            .ShouldBe(
                OwnResponses.SearchNano
                    + record.Number("usage", "input") * Connecting.InputNano
                    + record.Number("usage", "output") * Connecting.OutputNano
            );
    }
}
