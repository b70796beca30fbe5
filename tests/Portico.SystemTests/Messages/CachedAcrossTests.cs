using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Messages;

/// <summary>What another family said is cached as events, given again in Anthropic's form, and never to a caller of another form.</summary>
public sealed class CachedAcrossTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task An_answer_of_another_family_is_given_again_in_the_callers_form()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http)));
        var name = "c-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(upstream.Address, name);
        await node.RouteAsync("r-" + name, [deployment], new JsonObject { ["cache_seconds"] = 60, ["keep_contents"] = true });
        await node.RevealAsync();
        using var door = node.AsAnthropic();
        foreach (var stream in new[] { false, true })
        foreach (var state in new[] { "miss", "hit" })
        {
            using var response = await door.MessageAsync(MessagesCalls.Ask("r-" + name, stream: stream));
            response.Header("x-portico-cache").ShouldBe(state);
            if (stream)
                MessagesCalls.Said(await response.MessageEventsAsync()).ShouldBe("four words of text");
            else
                (await response.JsonAsync())["content"]![0]!.Text("text").ShouldBe("four words of text");
            var contents = await KeptAsync(response.CallId());
            contents["answer"]!["text"]!["content"]![0]!.Text("text").ShouldBe("four words of text");
        }
        using var other = await node.Door.ChatAsync("r-" + name);
        other.Header("x-portico-cache").ShouldBe("miss");
        upstream.Calls.ShouldBe(3);
    }

    async Task<JsonNode> KeptAsync(string call)
    {
        JsonNode? contents = null;
        await Eventually.IsTrueAsync(async () =>
        {
            using var found = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{call}/contents");
            contents = found.IsSuccessStatusCode ? await found.JsonAsync() : null;
            return contents is not null;
        });
        return contents!;
    }
}
