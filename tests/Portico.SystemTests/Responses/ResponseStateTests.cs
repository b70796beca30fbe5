using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Responses;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Responses that Portico keeps: read, listed, continued, forgotten, on both engines, each in its workspace alone.</summary>
public sealed class ResponseStateTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static async Task MissingAsync(HttpClient door, string id, HttpMethod method, string path = "")
    {
        using var request = new HttpRequestMessage(method, $"/v1/responses/{id}{path}");
        using var response = await door.SendAsync(request);
        var error = await response.ShouldBeRefusedAsync(404, "not_found");
        error.Text("message").ShouldBe($"There is no response '{id}': it was not stored, was deleted or is past its time.");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_response_is_kept_read_listed_and_forgotten(bool shared)
    {
        await using var node = await StartAsync(shared);
        var input = JsonNode.Parse(
            """[{"role":"user","content":"one"},{"role":"assistant","content":"two"},{"role":"user","content":[{"type":"input_text","text":"three"}]}]"""
        );
        var given = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", input));
        given["store"]!.GetValue<bool>().ShouldBeTrue();
        var id = given.Text("id");
        (await node.Door.KeptAsync(id)).ToJsonString().ShouldBe(given.ToJsonString());

        async Task<JsonNode> ListAsync(string query)
        {
            using var response = await node.Door.GetAsync(new Uri($"/v1/responses/{id}/input_items{query}", UriKind.Relative));
            return await response.GoodAsync();
        }
        var list = await ListAsync("?order=asc");
        list.Text("object").ShouldBe("list");
        list["data"]!.AsArray().Select(i => i!["content"]![0]!.Text("text")).ShouldBe(["one", "two", "three"]);
        list["data"]!.AsArray().Select(i => i!["content"]![0]!.Text("type")).ShouldBe(["input_text", "output_text", "input_text"]);
        list["data"]!.AsArray().Select(i => i!.Text("id")).ShouldBeUnique();
        list["has_more"]!.GetValue<bool>().ShouldBeFalse();
        var first = await ListAsync("?limit=2");
        first["data"]!.AsArray().Select(i => i!["content"]![0]!.Text("text")).ShouldBe(["three", "two"]);
        first["has_more"]!.GetValue<bool>().ShouldBeTrue();
        var second = await ListAsync($"?limit=2&after={first.Text("last_id")}");
        second["data"]!.AsArray().Select(i => i!["content"]![0]!.Text("text")).ShouldBe(["one"]);
        second["has_more"]!.GetValue<bool>().ShouldBeFalse();

        using var deleted = await node.Door.DeleteAsync(new Uri($"/v1/responses/{id}", UriKind.Relative));
        (await deleted.GoodAsync()).ToJsonString().ShouldBe($$"""{"id":"{{id}}","object":"response","deleted":true}""");
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/input_items") })
            await MissingAsync(node.Door, id, method, path);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_conversation_goes_on_from_its_last_response(bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http), "Noted."));
        await node.ConnectAsync(upstream.Address, "talk");
        var first = await node.Door.RespondAsync(ResponseCalls.Ask("talk", "I am Ada.").With("instructions", "Be brief."));
        // The next turn asks at once, streamed; instructions are of their own turn alone.
        using var streamed = await node.Door.ResponseAsync(
            ResponseCalls.Ask("talk", "I live in Oslo.").With("stream", true).With("previous_response_id", first.Text("id"))
        );
        var second = (await streamed.ResponseEventsAsync())[^1]["response"]!;
        second.Text("previous_response_id").ShouldBe(first.Text("id"));
        await node.Door.RespondAsync(ResponseCalls.Ask("talk", "Who am I?").With("previous_response_id", second.Text("id")));
        JsonNode.Parse(upstream.Bodies[^1])!["messages"]!
            .AsArray()
            .Select(m => $"{m!.Text("role")}: {m!.Text("content")}")
            .ShouldBe(["user: I am Ada.", "assistant: Noted.", "user: I live in Oslo.", "assistant: Noted.", "user: Who am I?"]);

        // A reference to an item is that item.
        var referred = new JsonArray(
            new JsonObject { ["type"] = "item_reference", ["id"] = first["output"]![0]!.Text("id") },
            new JsonObject { ["role"] = "user", ["content"] = "What did you say?" }
        );
        await node.Door.RespondAsync(ResponseCalls.Ask("talk", referred));
        JsonNode.Parse(upstream.Bodies[^1])!["messages"]!
            .AsArray()
            .Select(m => $"{m!.Text("role")}: {m!.Text("content")}")
            .ShouldBe(["assistant: Noted.", "user: What did you say?"]);

        // Without a turn in the middle there is no conversation any more.
        (await node.Door.DeleteAsync(new Uri($"/v1/responses/{first.Text("id")}", UriKind.Relative))).Dispose();
        using var broken = await node.Door.ResponseAsync(ResponseCalls.Ask("talk").With("previous_response_id", second.Text("id")));
        (await broken.ShouldBeRefusedAsync(404, "not_found", "previous_response_id")).Text("message").ShouldContain("earlier turn");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Another_workspace_sees_nothing_and_cannot_tell(bool shared)
    {
        await using var node = await StartAsync(shared);
        using var other = await Estate.MakeAsync(node);
        var given = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
        var id = given.Text("id");
        await node.Door.KeptAsync(id);
        foreach (
            var (method, path) in new[]
            {
                (HttpMethod.Get, ""),
                (HttpMethod.Delete, ""),
                (HttpMethod.Get, "/input_items"),
                (HttpMethod.Post, "/cancel"),
            }
        )
        foreach (var asked in new[] { id, "resp_01k9a3x7s8fjn8w2v5d1b6c4e0", "resp_7zzzzzzzzzzzzzzzzzzzzzzzzz", "resp_", "nonsense" })
            await MissingAsync(other.Door, asked, method, path);
        var texts = new List<string>();
        foreach (var asked in new[] { id, "resp_01k9a3x7s8fjn8w2v5d1b6c4e0" })
        {
            using var continued = await other.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("previous_response_id", asked));
            var error = await continued.ShouldBeRefusedAsync(404, "not_found", "previous_response_id");
            texts.Add(error.ToJsonString().Replace(asked, "…", StringComparison.Ordinal));
        }
        texts.Distinct().ShouldHaveSingleItem();
        using var referred = await other.Door.ResponseAsync(
            ResponseCalls.Ask(
                "sim/echo",
                new JsonArray(new JsonObject { ["type"] = "item_reference", ["id"] = given["output"]![0]!.Text("id") })
            )
        );
        await referred.ShouldBeRefusedAsync(404, "not_found", "input[0]");
        // Another key of the same workspace sees it.
        var (_, colleague) = await node.NewKeyAsync();
        (await colleague.KeptAsync(id)).Text("id").ShouldBe(id);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_response_goes_when_its_time_is_over(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:ResponseDays", "2"));
        var id = (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"))).Text("id");
        await node.Door.KeptAsync(id);
        node.Time.Advance(TimeSpan.FromDays(1.9));
        await node.Door.KeptAsync(id);
        node.Time.Advance(TimeSpan.FromDays(0.2));
        await MissingAsync(node.Door, id, HttpMethod.Get);
        (await Rows.CountAsync(node)).ShouldBe(1);
        (await node.Services.GetRequiredService<ResponsePruner>().SweepAsync(CancellationToken.None)).ShouldBeTrue();
        (await Rows.CountAsync(node)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_to_be_stored_is_not()
    {
        await using var node = await Node.StartAsync();
        var given = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo").With("store", false));
        given["store"]!.GetValue<bool>().ShouldBeFalse();
        await MissingAsync(node.Door, given.Text("id"), HttpMethod.Get);
        (await Rows.CountAsync(node)).ShouldBe(0);
    }

    [Fact]
    public async Task A_portico_that_keeps_none_says_so()
    {
        await using var node = await Node.StartAsync(("Gateway:KeepResponses", "false"));
        var given = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo").With("store", true));
        given["store"]!.GetValue<bool>().ShouldBeFalse();
        await MissingAsync(node.Door, given.Text("id"), HttpMethod.Get);
        using var background = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("background", true));
        await background.ShouldBeRefusedAsync(400, "unsupported_by_model", "background");
    }

    [Fact]
    public async Task What_is_kept_lies_sealed_and_survives_a_restart()
    {
        var node = await Node.StartAsync();
        var id = (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "canary-of-the-store-51d2"))).Text("id");
        node = await node.RestartAsync();
        await using var _ = node;
        (await node.Door.KeptAsync(id)).OutputText().ShouldBe("canary-of-the-store-51d2");
        await node.StopAsync();
        foreach (var file in Directory.GetFiles(node.DataDirectory, "portico.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            (await reader.ReadToEndAsync()).ShouldNotContain("canary-of-the-store-51d2", Case.Sensitive, file);
        }
    }

    [Fact]
    public async Task A_turn_may_be_asked_on_another_node_at_once()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        for (var i = 0; i < 10; i++)
        {
            var first = await one.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
            await two.Door.RespondAsync(ResponseCalls.Ask("sim/echo").With("previous_response_id", first.Text("id")));
        }
    }
}
