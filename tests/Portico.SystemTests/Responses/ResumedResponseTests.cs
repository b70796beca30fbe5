using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Responses;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Responses that run on without their callers and are followed as streams: left, taken up again, from anywhere.</summary>
public sealed class ResumedResponseTests(PostgresServer postgres)
{
    static JsonObject Ask(string model) => ResponseCalls.Ask(model).With("background", true).With("stream", true);

    static async Task<EventReader> AskAsync(HttpClient door, string model) =>
        await EventReader.OfAsync(await door.ResponseAsync(Ask(model)));

    static Task<HttpResponseMessage> GetAsync(HttpClient door, string id, string query) =>
        door.GetAsync(new Uri($"/v1/responses/{id}?stream=true{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    static async Task<EventReader> FollowAsync(HttpClient door, string id, string query = "") =>
        await EventReader.OfAsync(await GetAsync(door, id, query));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_leaves_and_takes_its_stream_up_again_and_the_call_is_billed_once(bool shared)
    {
        await using var node = shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single()
            : await Node.StartAsync();
        await using var teller = await Teller.StartAsync(node, 4);
        var leaving = await AskAsync(node.Door, "teller");
        // The id is told before the model has said anything.
        var id = (await leaving.NextAsync())!.Text("response", "id");
        leaving.Events[0]["response"]!["background"]!.GetValue<bool>().ShouldBeTrue();
        teller.Say(2);
        await leaving.UntilAsync("response.output_text.delta");
        var last = leaving.Events[^1].Number("sequence_number");
        leaving.Dispose();
        teller.Say();
        using var early = await FollowAsync(node.Door, id, $"&starting_after={last}");
        await early.UntilAsync("response.output_text.delta");
        using var whole = await FollowAsync(node.Door, id);
        teller.Say(2);
        await early.ToEndAsync();
        await whole.ToEndAsync();
        // What was read before and what was read then is the whole stream; a second reader and one behind the end see the same bytes.
        leaving.Raw.Concat(early.Raw).ShouldBe(whole.Raw);
        whole.Events.Select(e => e.Number("sequence_number")).ShouldBe(Enumerable.Range(0, whole.Events.Count).Select(i => (long)i));
        whole.Events[^1].Text("type").ShouldBe("response.completed");
        whole.Events[^1]["response"]!.OutputText().ShouldBe("word0 word1 word2 word3 ");
        using var again = await (await FollowAsync(node.Door, id)).ToEndAsync();
        again.Raw.ShouldBe(whole.Raw);
        using var tail = await (await FollowAsync(node.Door, id, "&starting_after=5")).ToEndAsync();
        tail.Raw.ShouldBe(whole.Raw.Skip(6));
        // Who has the end of the stream can read and continue the response at once.
        (await node.Door.KeptAsync(id))
            .Text("status")
            .ShouldBe("completed");
        teller.Upstream.Calls.ShouldBe(1);
        var record = await node.Admin.GetAsync($"/api/calls/call_{id[5..]}");
        record.Text("outcome").ShouldBe("completed");
        record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Each_event_is_what_the_stream_in_the_foreground_sends()
    {
        await using var node = await Node.StartAsync();
        var ask = ResponseCalls.Ask("sim/echo", "one two three").With("stream", true);
        using var plain = await EventReader.OfAsync(await node.Door.ResponseAsync(ask));
        using var apart = await EventReader.OfAsync(await node.Door.ResponseAsync(ask.With("background", true)));
        await plain.ToEndAsync();
        await apart.ToEndAsync();

        static string Neutral(EventReader reader, string raw) =>
            System
                .Text.RegularExpressions.Regex.Replace(raw, "\"created_at\":[0-9]+", "")
                .Replace(reader.Events[0].Text("response", "id")[5..], "", StringComparison.Ordinal)
                .Replace("\"background\":true", "\"background\":false", StringComparison.Ordinal);
        apart.Raw.Select(r => Neutral(apart, r)).ShouldBe(plain.Raw.Select(r => Neutral(plain, r)));
    }

    [Fact]
    public async Task To_cancel_ends_the_streams_of_all_readers()
    {
        await using var node = await Node.StartAsync();
        await using var teller = await Teller.StartAsync(node, 4);
        using var first = await AskAsync(node.Door, "teller");
        var id = (await first.NextAsync())!.Text("response", "id");
        teller.Say(2);
        await first.UntilAsync("response.output_text.delta");
        using var second = await FollowAsync(node.Door, id, "&starting_after=1");
        await second.UntilAsync("response.output_text.delta");
        using var cancelled = await node.Door.ResponseAsync(new JsonObject(), path: $"/v1/responses/{id}/cancel");
        (await cancelled.GoodAsync()).Text("status").ShouldBe("cancelled");
        foreach (var reader in new[] { first, second })
        {
            await reader.ToEndAsync();
            reader.Events[^1].Text("type").ShouldBe("response.incomplete");
            reader.Events[^1].Text("response", "status").ShouldBe("cancelled");
            reader.Events[^1]["response"]!.OutputText().ShouldStartWith("word0 ");
        }
        await teller.Upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        (await node.Door.KeptAsync(id)).Text("status").ShouldBe("cancelled");
        await Eventually.IsTrueAsync(async () => await node.HeldAsync() == 0, () => "nothing stays held");
    }

    [Fact]
    public async Task A_provider_that_fails_on_the_way_ends_the_stream_as_failed()
    {
        await using var node = await Node.StartAsync();
        var end = Upstream.Frame("""{"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}""");
        await using var teller = await Teller.StartAsync(node, 1, end);
        using var reader = await AskAsync(node.Door, "teller");
        teller.Say(2);
        await reader.ToEndAsync();
        reader.Events[^2].Text("type").ShouldBe("error");
        reader.Events[^2].Text("code").ShouldBe("upstream_failed");
        reader.Events[^1].Text("type").ShouldBe("response.failed");
        var id = reader.Events[0].Text("response", "id");
        using var again = await (await FollowAsync(node.Door, id)).ToEndAsync();
        again.Raw.ShouldBe(reader.Raw);
        // What is refused before any output is told in the same way: the response has begun by then.
        using var refused = await (await AskAsync(node.Door, "no/such-model")).ToEndAsync();
        refused.Events.Types().ShouldBe("created\nin_progress\nerror\nfailed");
        refused.Events[^1].Text("response", "error", "code").ShouldBe("model_not_found");
    }

    [Fact]
    public async Task Another_workspace_and_a_deleted_response_are_not_found()
    {
        await using var node = await Node.StartAsync();
        using var other = await Estate.MakeAsync(node);
        await using var teller = await Teller.StartAsync(node, 2);
        using var reader = await AskAsync(node.Door, "teller");
        var id = (await reader.NextAsync())!.Text("response", "id");
        using (var stranger = await GetAsync(other.Door, id, ""))
            await stranger.ShouldBeRefusedAsync(404, "not_found");
        teller.Say(3);
        await reader.ToEndAsync();
        using (var stranger = await GetAsync(other.Door, id, "&starting_after=1"))
            await stranger.ShouldBeRefusedAsync(404, "not_found");
        (await node.Door.DeleteAsync(new Uri($"/v1/responses/{id}", UriKind.Relative))).Dispose();
        using (var gone = await GetAsync(node.Door, id, ""))
            await gone.ShouldBeRefusedAsync(404, "not_found");
        await Eventually.IsTrueAsync(
            () => Task.FromResult(node.Services.GetRequiredService<ResponseEventLogs>().Used == 0),
            () => "its events go with it"
        );
    }

    [Fact]
    public async Task Behind_their_time_and_after_a_restart_the_store_tells_the_response()
    {
        var node = await Node.StartAsync(("Gateway:ResponseEventMinutes", "5"));
        string id;
        using (var reader = await AskAsync(node.Door, "sim/echo"))
        {
            await reader.ToEndAsync();
            id = reader.Events[0].Text("response", "id");
        }
        node.Time.Advance(TimeSpan.FromMinutes(6));
        await TellsAsync(node.Door, id);
        node = await node.RestartAsync();
        await using var _ = node;
        await TellsAsync(node.Door, id);
        // A response that was never streamed is told in the same way.
        await TellsAsync(node.Door, (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"))).Text("id"));
    }

    static async Task TellsAsync(HttpClient door, string id)
    {
        using var told = await (await FollowAsync(door, id)).ToEndAsync();
        told.Events.Types()
            .ShouldBe(
                "created\nin_progress\noutput_item.added\ncontent_part.added\noutput_text.delta\noutput_text.done\ncontent_part.done\noutput_item.done\ncompleted"
            );
        told.Events[^1]["response"]!.ToJsonString().ShouldBe((await door.KeptAsync(id)).ToJsonString());
        using var past = await GetAsync(door, id, "&starting_after=3");
        (await past.ShouldBeRefusedAsync(409, "conflict", "starting_after"))
            .Text("message")
            .ShouldContain("not kept on this node any more");
    }

    [Fact]
    public async Task A_node_that_died_leaves_a_failed_response_and_another_node_says_where_a_running_one_is()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        await using var teller = await Teller.StartAsync(one, 1);
        using var reader = await AskAsync(one.Door, "teller");
        var id = (await reader.NextAsync())!.Text("response", "id");
        using (var elsewhere = await GetAsync(two.Door, id, "&starting_after=0"))
            (await elsewhere.ShouldBeRefusedAsync(409, "conflict", "stream")).Text("message").ShouldContain("the node that runs it");
        // As a node leaves it that is killed: no word of it for more than a minute.
        await two
            .Services.GetRequiredService<Database>()
            .WriteAsync(
                work => work.Connection.ExecuteAsync("update gateway_responses set node_id = 'gone', lease_us = 1", null, work.Transaction),
                CancellationToken.None
            );
        using var failed = await (await FollowAsync(two.Door, id)).ToEndAsync();
        failed.Events.Types().ShouldBe("created\nin_progress\nerror\nfailed");
        failed.Events[^1].Text("response", "error", "message").ShouldContain("stopped before it was complete");
        // The node that ran it finds that it lost it, and says so to who still follows.
        await one.Services.GetRequiredService<BackgroundResponses>().RenewAsync(CancellationToken.None);
        await reader.ToEndAsync();
        reader.Events[^1].Text("type").ShouldBe("response.failed");
    }

    [Fact]
    public async Task A_node_that_stops_leaves_a_response_that_is_told_as_failed()
    {
        var node = await Node.StartAsync();
        await using var teller = await Teller.StartAsync(node, 1);
        string id;
        using (var reader = await AskAsync(node.Door, "teller"))
            id = (await reader.NextAsync())!.Text("response", "id");
        node = await node.RestartAsync();
        await using var _ = node;
        using var told = await (await FollowAsync(node.Door, id)).ToEndAsync();
        told.Events.Types().ShouldBe("created\nin_progress\nerror\nfailed");
        told.Events[^1].Text("response", "error", "code").ShouldBe("shutting_down");
    }

    [Fact]
    public async Task The_turn_of_a_conversation_is_there_when_its_stream_ends_and_not_when_it_was_cancelled()
    {
        await using var node = await Node.StartAsync();
        await using var teller = await Teller.StartAsync(node, 2);
        using var made = await node.Door.ResponseAsync(new JsonObject(), path: "/v1/conversations");
        var conversation = (await made.GoodAsync()).Text("id");
        async Task<int> ItemsAsync()
        {
            using var items = await node.Door.GetAsync(new Uri($"/v1/conversations/{conversation}/items", UriKind.Relative));
            return (await items.GoodAsync())["data"]!.AsArray().Count;
        }
        var ask = Ask("teller").With("conversation", conversation);
        using (var cancelled = await EventReader.OfAsync(await node.Door.ResponseAsync(ask)))
        {
            var id = (await cancelled.NextAsync())!.Text("response", "id");
            (await node.Door.ResponseAsync(new JsonObject(), path: $"/v1/responses/{id}/cancel")).Dispose();
            await cancelled.ToEndAsync();
        }
        (await ItemsAsync()).ShouldBe(0);
        teller.Say(3);
        using var reader = await (await EventReader.OfAsync(await node.Door.ResponseAsync(ask))).ToEndAsync();
        reader.Events[^1].Text("type").ShouldBe("response.completed");
        (await ItemsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Events_have_a_bound_and_who_is_further_behind_is_refused()
    {
        await using var node = await Node.StartAsync(("Gateway:ResponseEventKib", "64"));
        var text = string.Join(' ', Enumerable.Range(0, 2_000).Select(i => $"w{i}"));
        using var reader = await EventReader.OfAsync(await node.Door.ResponseAsync(Ask("sim/echo").With("input", text)));
        var id = (await reader.NextAsync())!.Text("response", "id");
        await node.Door.UntilAsync(id, "completed");
        using var behind = await GetAsync(node.Door, id, "&starting_after=10");
        await behind.ShouldBeRefusedAsync(409, "conflict", "starting_after");
        using var told = await (await FollowAsync(node.Door, id)).ToEndAsync();
        told.Events[^1]["response"]!.OutputText().ShouldBe(text);
    }

    [Theory]
    [InlineData("?stream=true&starting_after=-1", "starting_after")]
    [InlineData("?stream=true&starting_after=x", "starting_after")]
    [InlineData("?stream=perhaps", "stream")]
    [InlineData("?starting_after=3", "starting_after")]
    public async Task Mistakes_are_named(string query, string param)
    {
        await using var node = await Node.StartAsync();
        var id = (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"))).Text("id");
        using var wrong = await node.Door.GetAsync(new Uri($"/v1/responses/{id}{query}", UriKind.Relative));
        await wrong.ShouldBeRefusedAsync(400, "invalid_request", param);
    }

    [Fact]
    public async Task A_run_in_the_background_without_a_stream_keeps_no_events()
    {
        await using var node = await Node.StartAsync();
        await using var teller = await Teller.StartAsync(node, 1);
        var id = (await node.Door.RespondAsync(ResponseCalls.Ask("teller").With("background", true))).Text("id");
        await node.Door.UntilAsync(id, "in_progress");
        using (var running = await GetAsync(node.Door, id, ""))
            await running.ShouldBeRefusedAsync(409, "conflict", "stream");
        teller.Say(2);
        await node.Door.UntilAsync(id, "completed");
        node.Services.GetRequiredService<ResponseEventLogs>().Used.ShouldBe(0);
    }
}
