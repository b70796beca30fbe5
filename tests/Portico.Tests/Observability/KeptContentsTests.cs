using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Observability.Contents;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>Contents through the door: what a route's policy keeps of real calls.</summary>
public sealed class KeptContentsTests
{
    static async Task<Answer> ContentsAsync(Door door, string callId)
    {
        await door.RevealAsync();
        return await ApiHost.SendAsync(door.Admin, HttpMethod.Get, $"/api/calls/{callId}/contents");
    }

    static string AnswerText(JsonNode contents) => contents["answer"]!["text"]!["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    [Fact]
    public async Task A_streamed_and_a_whole_answer_are_kept_in_the_same_form()
    {
        await using var door = await Door.OpenAsync();
        await door.RouteAsync("kept", "sim/echo", keepContents: true);
        const string Words = "one two three four five six seven";
        foreach (var stream in new[] { false, true })
        {
            var (status, body, id) = await door.ChatAsync("kept", Words, stream);
            status.ShouldBe(200, body);

            var contents = await ContentsAsync(door, id);

            contents.Status.ShouldBe(200, contents.Text);
            AnswerText(contents.Json).ShouldBe(Words);
            contents.Json["answer"]!["text"]!["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("stop");
            contents.Json["prompt"]!["text"]!["messages"]![0]!["content"]!.GetValue<string>().ShouldBe(Words);
            contents.Json["prompt"]!["text"]!["stream"]!.GetValue<bool>().ShouldBe(stream);
        }
    }

    [Fact]
    public async Task Tool_calls_of_a_stream_are_kept_whole()
    {
        await using var door = await Door.OpenAsync();
        await door.RouteAsync("kept", "sim/tool-call", keepContents: true);
        var answer = await ApiHost.SendAsync(
            door.Calls,
            HttpMethod.Post,
            "/v1/chat/completions",
            """{"model":"kept","stream":true,"messages":[{"role":"user","content":"weather"}],"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]}"""
        );
        answer.Status.ShouldBe(200, answer.Text);
        var listed = await ApiHost.SendAsync(door.Admin, HttpMethod.Get, "/api/calls");
        while (listed.Json["items"]!.AsArray().Count == 0)
            listed = await ApiHost.SendAsync(door.Admin, HttpMethod.Get, "/api/calls");

        var contents = await ContentsAsync(door, listed.Json["items"]![0]!["id"]!.GetValue<string>());

        var call = contents.Json["answer"]!["text"]!["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!;
        call["name"]!.GetValue<string>().ShouldBe("weather");
        JsonNode.Parse(call["arguments"]!.GetValue<string>())!["city"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Nothing_is_kept_unless_the_route_says_so()
    {
        await using var door = await Door.OpenAsync();
        await door.RouteAsync("plain", "sim/echo", keepContents: false);
        foreach (var model in new[] { "plain", "sim/echo" })
        {
            var (status, _, id) = await door.ChatAsync(model, "hush");
            status.ShouldBe(200);
            (await ContentsAsync(door, id)).Status.ShouldBe(404);
        }
    }

    [Fact]
    public async Task An_answer_from_the_cache_is_kept_as_well()
    {
        await using var door = await Door.OpenAsync();
        await door.RouteAsync("kept", "sim/echo", keepContents: true, cacheSeconds: 60);
        await door.ChatAsync("kept", "again please", stream: true);
        var (_, _, id) = await door.ChatAsync("kept", "again please", stream: true);

        (await door.RecordAsync(id)).Cache.ShouldBe("hit");
        AnswerText((await ContentsAsync(door, id)).Json).ShouldBe("again please");
    }

    [Fact]
    public async Task An_answer_that_broke_off_is_kept_as_far_as_it_came_and_a_failed_one_leaves_its_prompt()
    {
        await using var door = await Door.OpenAsync();
        await door.RouteAsync("cut", "sim/cut-after-10", keepContents: true);
        await door.RouteAsync("down", "sim/fail-503", keepContents: true);

        var (_, _, cut) = await door.ChatAsync("cut", "a b c d e f g h i j k l m n o p", stream: true);
        var (status, _, down) = await door.ChatAsync("down", "anyone there");

        AnswerText((await ContentsAsync(door, cut)).Json).ShouldNotBeEmpty();
        status.ShouldBeGreaterThanOrEqualTo(500);
        var failed = (await ContentsAsync(door, down)).Json;
        failed["prompt"]!["text"]!["messages"]![0]!["content"]!.GetValue<string>().ShouldBe("anyone there");
        failed["answer"]!["text"].ShouldBeNull();
    }

    [Fact]
    public async Task A_huge_stream_is_cut_at_the_bound_and_says_how_long_it_was()
    {
        await using var door = await Door.OpenAsync(("Records:ContentBytes", "2048"));
        await door.OfferAsync("huge-300");
        await door.RouteAsync("huge", "huge-300", keepContents: true, outputTokens: 200_000);
        foreach (var stream in new[] { false, true })
        {
            var (status, _, id) = await door.ChatAsync("huge", "much", stream);
            status.ShouldBe(200);

            var answer = (await ContentsAsync(door, id)).Json["answer"]!;

            answer["truncated"]!.GetValue<bool>().ShouldBeTrue();
            answer["bytes"]!.GetValue<long>().ShouldBeInRange(300 * 1024 - 2_000, 400 * 1024);
            answer["text"]!.GetValue<string>().Length.ShouldBeInRange(2_000, 2_048);
        }
        door.Services.GetRequiredService<ContentKeeper>().Lost.ShouldBe(0);
    }
}
