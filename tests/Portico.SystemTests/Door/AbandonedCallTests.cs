using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>The caller leaves: the provider is told to stop, what was received is billed, nothing stays held.</summary>
public sealed class AbandonedCallTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<(string Key, HttpClient Client, string Model)> SetUpAsync(Upstream upstream, string family = "openai")
    {
        var model = "a-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, family: family);
        var (key, client) = await node.NewKeyAsync();
        foreach (
            var (path, body) in new[]
            {
                ("/api/budgets", new JsonObject { ["window"] = "total", ["limit_usd"] = "1" }),
                (
                    "/api/limits",
                    new JsonObject
                    {
                        ["window"] = "total",
                        ["limit"] = 5,
                        ["unit"] = "concurrent_calls",
                    }
                ),
                (
                    "/api/limits",
                    new JsonObject
                    {
                        ["window"] = "total",
                        ["limit"] = 100_000,
                        ["unit"] = "tokens",
                    }
                ),
            }
        )
            await node.Admin.PostAsync(path, body.With("scope", "key").With("scope_id", key));
        return (key, client, model);
    }

    async Task<JsonNode> OnlyCallOfAsync(string key)
    {
        JsonNode? found = null;
        await Eventually.IsTrueAsync(async () =>
        {
            var calls = (await node.Admin.GetAsync($"/api/calls?key_id={key}"))["items"]!.AsArray();
            found = calls.Count == 1 ? calls[0] : null;
            return found is not null;
        });
        return await node.Admin.GetAsync($"/api/calls/{found!.Text("id")}");
    }

    async Task ShouldBeSettledAsync(string key, JsonNode record)
    {
        (await node.HeldAsync()).ShouldBe(0);
        var budget = (await node.Admin.GetAsync("/api/budgets"))["items"]!.AsArray().Single(b => b!["meter"]!.Text("scope_id") == key)!;
        budget["counts"]![0]!.Number("spent").ShouldBe(record.Number("cost_nano_usd"));
        var check = await node.Admin.GetAsync("/api/usage/check");
        check["agree"]!.GetValue<bool>().ShouldBeTrue(check.ToJsonString());
        node.Logs.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_that_leaves_before_the_first_byte_stops_the_provider_and_pays_nothing(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(Upstream.HangAsync);
        var (key, client, model) = await SetUpAsync(upstream);
        using var leaving = new CancellationTokenSource();
        var call = client.ChatAsync(Calls.Chat(model, stream: stream), leaving.Token);
        await Eventually.IsTrueAsync(() => upstream.Calls == 1);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var record = await OnlyCallOfAsync(key);
        record.Text("outcome").ShouldBe("abandoned");
        record.Number("status").ShouldBe(499);
        record["attempts"]!.AsArray().ShouldHaveSingleItem()!.Text("outcome").ShouldBe("abandoned");
        record.Number("cost_nano_usd").ShouldBe(0);
        record.Number("held_nano_usd").ShouldBeGreaterThan(0);
        await ShouldBeSettledAsync(key, record);
    }

    [Fact]
    public async Task A_caller_that_leaves_in_the_middle_of_a_stream_stops_the_provider_and_pays_for_what_came()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk));
            for (var i = 0; i < 40; i++)
                await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk(" word")));
            await Upstream.HangAsync(http);
        });
        var (key, client, model) = await SetUpAsync(upstream);
        using (var response = await client.ChatAsync(model, stream: true))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            using var reader = new StreamReader(body);
            for (var words = 0; words < 40; )
                words += (await reader.ReadLineAsync())!.Contains(" word", StringComparison.Ordinal) ? 1 : 0;
        }
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var record = await OnlyCallOfAsync(key);
        record.Text("outcome").ShouldBe("abandoned");
        record.Text("usage", "source").ShouldBe("estimated");
        record.Number("usage", "input").ShouldBe(record.Number("counted_input_tokens"));
        record.Number("usage", "output").ShouldBeInRange(35, 60);
        record
            .Number("cost_nano_usd")
            .ShouldBe(record.Number("usage", "input") * Connecting.InputNano + record.Number("usage", "output") * Connecting.OutputNano);
        await ShouldBeSettledAsync(key, record);
    }

    /// <summary>Reads the stream until this stands in it, and leaves.</summary>
    static async Task LeaveAtAsync(HttpClient client, string model, string text)
    {
        using var response = await client.ChatAsync(model, stream: true);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(body);
        while (!(await reader.ReadLineAsync())!.Contains(text, StringComparison.Ordinal)) { }
    }

    [Fact]
    public async Task A_caller_that_leaves_when_the_provider_has_said_what_it_bills_pays_that()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            var words = string.Concat(Enumerable.Repeat(Upstream.Frame(Upstream.Chunk(" word")), 40));
            await Upstream.BeginStreamAsync(http, words + Upstream.Frame(Upstream.UsageChunk()));
            await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk("last")));
            await Upstream.HangAsync(http);
        });
        var (key, client, model) = await SetUpAsync(upstream);
        await LeaveAtAsync(client, model, "last");
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var record = await OnlyCallOfAsync(key);
        record.Text("outcome").ShouldBe("abandoned");
        record.Text("usage", "source").ShouldBe("reported");
        (record.Number("usage", "input"), record.Number("usage", "output")).ShouldBe((11, 4));
        record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        await ShouldBeSettledAsync(key, record);
    }

    [Fact]
    public async Task A_caller_that_leaves_when_the_provider_has_said_the_input_alone_pays_that_and_the_output_as_counted()
    {
        static string Event(string type, string more) => $"event: {type}\ndata: {{\"type\":\"{type}\",{more}}}\n\n";
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(
                http,
                Event(
                    "message_start",
                    """
                    "message":{"id":"m1","type":"message","role":"assistant","model":"up-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"cache_read_input_tokens":300,"output_tokens":1}}
                    """
                ) + Event("content_block_start", """ "index":0,"content_block":{"type":"text","text":""} """)
            );
            for (var i = 0; i < 40; i++)
                await Upstream.WriteAsync(
                    http,
                    Event(
                        "content_block_delta",
                        $$""" "index":0,"delta":{"type":"text_delta","text":" word{{(i == 39 ? " last" : "")}}"} """
                    )
                );
            await Upstream.HangAsync(http);
        });
        var (key, client, model) = await SetUpAsync(upstream, "anthropic");
        await LeaveAtAsync(client, model, "last");
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var record = await OnlyCallOfAsync(key);
        record.Text("outcome").ShouldBe("abandoned");
        record.Text("usage", "source").ShouldBe("estimated");
        (record.Number("usage", "input"), record.Number("usage", "cache_read")).ShouldBe((7, 300));
        record.Number("usage", "output").ShouldBeInRange(35, 60);
        record.Number("cost_nano_usd").ShouldBe(307 * Connecting.InputNano + record.Number("usage", "output") * Connecting.OutputNano);
        await ShouldBeSettledAsync(key, record);
    }

    [Fact]
    public async Task A_caller_whose_connection_is_reset_in_a_stream_leaves_nothing_held()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("one")));
            // The writer's side of the gateway meets the broken connection too.
            while (!http.RequestAborted.IsCancellationRequested)
                await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk(new string('y', 2_000))));
        });
        var (key, client, model) = await SetUpAsync(upstream);
        var body = Calls.Chat(model, stream: true).ToJsonString();
        using (var raw = await RawConnection.OpenAsync(node.Address))
        {
            await raw.SendAsync(RawConnection.ChatHead(client.DefaultRequestHeaders.Authorization!.Parameter!, body.Length) + body);
            await raw.ReadUntilAsync("one");
            raw.Reset();
        }
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(20));
        var record = await OnlyCallOfAsync(key);
        record.Text("outcome").ShouldBe("abandoned");
        record.Number("usage", "output").ShouldBeGreaterThan(0);
        await ShouldBeSettledAsync(key, record);
    }

    [Fact]
    public async Task A_caller_that_never_reads_holds_no_more_than_its_own_call()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http);
            while (!http.RequestAborted.IsCancellationRequested)
                await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk(new string('y', 2_000))));
        });
        var (key, client, model) = await SetUpAsync(upstream);
        var body = Calls.Chat(model, stream: true).ToJsonString();
        using (var raw = await RawConnection.OpenAsync(node.Address))
        {
            await raw.SendAsync(RawConnection.ChatHead(client.DefaultRequestHeaders.Authorization!.Parameter!, body.Length) + body);
            await Eventually.IsTrueAsync(() => upstream.Calls == 1);
            using var other = await client.ChatAsync("sim/echo");
            ((int)other.StatusCode).ShouldBe(200);
        }
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.IsTrueAsync(async () => await node.HeldAsync() == 0);
        key.ShouldNotBeEmpty();
    }
}
