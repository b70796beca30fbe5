using System.Text.Json.Nodes;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Message batches in Anthropic's form, from their order to their results.</summary>
public sealed class MessageBatchTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_request_ends_once_with_the_message_or_the_error_that_a_caller_would_have_got(bool shared)
    {
        await using var node = await StartAsync(shared);
        using var door = node.AsAnthropic();
        var requests = Enumerable.Range(1, 30).Select(i => (JsonNode)MessageBatching.Request($"r-{i}")).ToList();
        requests.Add(MessageBatching.Request("nobody", "no/such-model"));
        requests.Add(MessageBatching.Request("empty", parameters: new JsonObject()));
        var order = MessageBatching.Order([.. requests]);
        // As a person writes it: over many lines.
        using var response = await door.OrderMessagesAsync(order.ToJsonString(new() { WriteIndented = true }));
        var made = await response.GoodAsync();
        response.Headers.GetValues("request-id").Single().ShouldNotBeEmpty();
        made.Text("id").ShouldStartWith("msgbatch_");
        made.Text("type").ShouldBe("message_batch");
        made.Text("processing_status").ShouldBe("in_progress");
        made.Tallies().ShouldBe((32, 0, 0, 0, 0));
        foreach (var nothing in new[] { "ended_at", "archived_at", "cancel_initiated_at", "results_url" })
        {
            made.AsObject().ContainsKey(nothing).ShouldBeTrue(nothing);
            made[nothing].ShouldBeNull(nothing);
        }
        (Time(made, "expires_at") - Time(made, "created_at")).ShouldBe(TimeSpan.FromHours(24));

        var id = made.Text("id");
        var done = await door.UntilEndedAsync(id);
        done.Tallies().ShouldBe((0, 30, 2, 0, 0));
        Time(done, "ended_at").ShouldBeGreaterThanOrEqualTo(Time(done, "created_at"));
        done.Text("results_url").ShouldBe($"{node.Address.ToString().TrimEnd('/')}/v1/messages/batches/{id}/results");
        var results = await door.ResultsAsync(done);
        results.Count.ShouldBe(32);
        for (var i = 1; i <= 30; i++)
        {
            results[$"r-{i}"].Text("type").ShouldBe("succeeded");
            var message = results[$"r-{i}"]["message"]!;
            message.Text("type").ShouldBe("message");
            message["content"]![0]!.Text("text").ShouldBe($"I am r-{i}");
        }
        results["nobody"].Text("type").ShouldBe("errored");
        results["nobody"].Text("error", "type").ShouldBe("error");
        results["nobody"]["error"]!.Text("error", "type").ShouldBe("not_found_error");
        results["nobody"].Text("error", "request_id").ShouldStartWith("call_");
        results["empty"]["error"]!.Text("error", "type").ShouldBe("invalid_request_error");

        var calls = await Books.ShouldAgreeAsync(node);
        calls.Count.ShouldBe(32);
        calls.ShouldAllBe(c => c.Text("parent_id") == id && c.Text("wire") == "anthropic-messages");
        done.Text("cost_usd").ShouldBe(Portico.Core.NanoUsd.Format(calls.Sum(c => c.Number("cost_nano_usd"))));
        calls.Sum(c => c.Number("cost_nano_usd")).ShouldBeGreaterThan(0);
    }

    static DateTimeOffset Time(JsonNode batch, string name) =>
        DateTimeOffset.Parse(batch.Text(name), System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Requests_that_are_wrong_are_all_named_and_nothing_is_kept()
    {
        await using var node = await Node.StartAsync();
        using var door = node.AsAnthropic();
        var order = MessageBatching.Order(
            MessageBatching.Request("good"),
            MessageBatching.Request("good"),
            MessageBatching.Request("a space"),
            MessageBatching.Request(new string('x', 65)),
            new JsonObject { ["params"] = MessagesCalls.Ask("sim/echo") },
            new JsonObject { ["custom_id"] = "no-params" },
            MessageBatching.Request("text", parameters: "text"),
            MessageBatching.Request("streamed", parameters: MessagesCalls.Ask("sim/echo", stream: true)),
            MessageBatching.Request("coloured").With("colour", "red"),
            "text"
        );
        using var response = await door.OrderMessagesAsync(order.ToJsonString());
        var error = await response.ShouldBeMessagesErrorAsync(400, "invalid_request_error", "requests.1.custom_id");
        error.AsObject()["details"]!
            .AsObject()
            .Select(d => d.Key)
            .Where(k => k != "error_code")
            .ShouldBe([
                "requests.1.custom_id",
                "requests.2.custom_id",
                "requests.3.custom_id",
                "requests.4.custom_id",
                "requests.5.params",
                "requests.6.params",
                "requests.7.params.stream",
                "requests.8.colour",
                "requests.9",
            ]);
        error.Text("message").ShouldStartWith("requests.1.custom_id: it stands in an earlier request too.");
        error.Text("message").ShouldEndWith("And 4 more, in details.");
        await NothingIsKeptAsync(node, door);
    }

    static async Task NothingIsKeptAsync(Node node, HttpClient door)
    {
        using var batches = await door.GetAsync(new Uri(MessageBatching.Path, UriKind.Relative));
        (await batches.GoodAsync())["data"]!.AsArray().ShouldBeEmpty();
        using var files = await node.Door.GetAsync(new Uri("/v1/files", UriKind.Relative));
        (await files.GoodAsync())["data"]!.AsArray().ShouldBeEmpty();
        (await Books.CallsAsync(node.Admin)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", 400, null)]
    [InlineData("{", 400, null)]
    [InlineData("[]", 400, null)]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}}]} x""", 400, null)]
    [InlineData("""{"requests":[{"custom_id":"a","params":{]}]}""", 400, null)]
    [InlineData("{}", 400, "requests")]
    [InlineData("""{"requests":[]}""", 400, "requests")]
    [InlineData("""{"requests":{}}""", 400, "requests")]
    [InlineData("""{"requests":null}""", 400, "requests")]
    [InlineData("""{"requests":[],"requests":[]}""", 400, "requests")]
    [InlineData("""{"requests":[],"model":"sim/echo"}""", 400, "model")]
    [InlineData("""{"requests":[{"custom_id":"\ud800","params":{}}]}""", 400, "requests.0")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{"\ud800":1}}]}""", 400, "requests.0")]
    [InlineData("""{"requests":[1,2,3,4]}""", 400, "requests")]
    public async Task A_body_that_is_no_order_is_refused(string body, int status, string? param)
    {
        await using var node = await Node.StartAsync(("Gateway:BatchLines", "3"), ("Gateway:BatchesAtOnce", "0"));
        using var door = node.AsAnthropic();
        using var response = await door.OrderMessagesAsync(body);
        await response.ShouldBeMessagesErrorAsync(status, "invalid_request_error", param);
        await NothingIsKeptAsync(node, door);
    }

    [Fact]
    public async Task An_order_that_is_too_large_or_of_another_type_is_refused()
    {
        await using var node = await Node.StartAsync(("Gateway:MaxRequestBytes", "65536"), ("Gateway:FileMegabytes", "1"));
        using var door = node.AsAnthropic();
        using var typed = await door.OrderMessagesAsync(MessageBatching.Requests(1).ToJsonString(), "text/plain");
        await typed.ShouldBeMessagesErrorAsync(415, "invalid_request_error", "content-type");
        var long_ = MessageBatching.Request("long", parameters: MessagesCalls.Ask("sim/echo", new string('x', 200_000)));
        using var line = await door.OrderMessagesAsync(MessageBatching.Order(MessageBatching.Request("a"), long_).ToJsonString());
        await line.ShouldBeMessagesErrorAsync(413, "request_too_large", "requests.1");
        var many = MessageBatching.Order([
            .. Enumerable
                .Range(0, 30)
                .Select(i =>
                    (JsonNode)MessageBatching.Request($"r{i}", parameters: MessagesCalls.Ask("sim/echo", new string('x', 50_000)))
                ),
        ]);
        using var whole = await door.OrderMessagesAsync(many.ToJsonString());
        await whole.ShouldBeMessagesErrorAsync(413, "request_too_large", "requests");
        using var signedOut = node.Client(null);
        using var nobody = await signedOut.OrderMessagesAsync("{}");
        await nobody.ShouldBeMessagesErrorAsync(401, "authentication_error");
        await NothingIsKeptAsync(node, door);
    }

    [Fact]
    public async Task Requests_of_many_chunks_arrive_as_they_were()
    {
        await using var node = await Node.StartAsync();
        using var door = node.AsAnthropic();
        var texts = Enumerable
            .Range(0, 12)
            .ToDictionary(i => $"r{i}", i => $"{i} " + new string((char)('a' + i), 30_000 * (i % 4)) + "\n ä");
        var order = MessageBatching.Order([.. texts.Select(t => (JsonNode)MessageBatching.Request(t.Key, parameters: Whole(t.Value)))]);
        var made = await door.MessageBatchAsync(order);
        var results = await door.ResultsAsync(await door.UntilEndedAsync(made.Text("id")));
        foreach (var (name, text) in texts)
            results[name]["message"]!["content"]![0]!.Text("text").ShouldBe(text, name);
    }

    static JsonObject Whole(string text) => MessagesCalls.Ask("sim/echo", text).With("stream", false).With("max_tokens", 100_000);

    [Fact]
    public async Task Another_workspace_and_another_dialect_know_nothing_of_a_batch()
    {
        await using var node = await Node.StartAsync();
        using var door = node.AsAnthropic();
        var id = (await door.MessageBatchAsync(MessageBatching.Requests(1))).Text("id");
        await door.UntilEndedAsync(id);
        var other = await node.Door.BatchAsync(Batching.Lines(1));
        using var stranger = await Estate.MakeAsync(node);
        foreach (
            var (client, batch) in new[] { (stranger.Door, id), (door, other), (door, "msgbatch_01k00000000000000000000000"), (door, "x") }
        )
        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/results") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{MessageBatching.Path}/{batch}{path}");
            using var response = await client.SendAsync(request);
            await response.ShouldBeMessagesErrorAsync(404, "not_found_error", "message_batch_id");
        }
        using var theirs = await stranger.Door.GetAsync(new Uri(MessageBatching.Path, UriKind.Relative));
        (await theirs.GoodAsync())["data"]!.AsArray().ShouldBeEmpty();
        using var ours = await node.Door.GetAsync(new Uri($"/v1/batches/{id}", UriKind.Relative));
        await ours.ShouldBeRefusedAsync(404, "not_found", "batch_id");
        using var list = await node.Door.GetAsync(new Uri("/v1/batches", UriKind.Relative));
        (await list.GoodAsync())["data"]!.AsArray().Select(b => b!.Text("id")).ShouldBe([other]);
        (await door.MessageBatchOfAsync(id)).Text("id").ShouldBe(id, "nothing was done to it");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Batches_are_listed_newest_first_forwards_and_backwards(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchesAtOnce", "0"));
        using var door = node.AsAnthropic();
        await node.Door.BatchAsync(Batching.Lines(1));
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Insert(0, (await door.MessageBatchAsync(MessageBatching.Requests(1))).Text("id"));
            node.Time.Advance(TimeSpan.FromMilliseconds(5));
        }
        async Task<(string Ids, bool More)> PageAsync(string query)
        {
            using var response = await door.GetAsync(new Uri($"{MessageBatching.Path}?{query}", UriKind.Relative));
            var page = await response.GoodAsync();
            var ids = page["data"]!.AsArray().Select(b => b!.Text("id")).ToList();
            (page.Text("first_id"), page.Text("last_id")).ShouldBe((ids[0], ids[^1]));
            return (string.Concat(ids.Select(i => made.IndexOf(i))), page["has_more"]!.GetValue<bool>());
        }
        (await PageAsync("")).ShouldBe(("01234", false));
        (await PageAsync("limit=2")).ShouldBe(("01", true));
        (await PageAsync($"limit=2&after_id={made[1]}")).ShouldBe(("23", true));
        (await PageAsync($"limit=2&after_id={made[3]}")).ShouldBe(("4", false));
        (await PageAsync($"limit=2&before_id={made[4]}")).ShouldBe(("23", true));
        (await PageAsync($"limit=2&before_id={made[2]}")).ShouldBe(("01", false));
        foreach (
            var (query, param) in new[]
            {
                ("limit=0", "limit"),
                ("limit=1001", "limit"),
                ("limit=x", "limit"),
                ("after_id=a&before_id=b", "before_id"),
                ("after_id=" + new string('x', 65), "after_id"),
            }
        )
        {
            using var response = await door.GetAsync(new Uri($"{MessageBatching.Path}?{query}", UriKind.Relative));
            await response.ShouldBeMessagesErrorAsync(400, "invalid_request_error", param);
        }
    }

    [Fact]
    public async Task Beta_features_of_the_order_hold_for_every_request_and_that_of_batches_for_none()
    {
        await using var node = await Node.StartAsync();
        var sent = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            sent.Add(http.Request.Headers["anthropic-beta"].ToString());
            await AnthropicUpstream.GoodAsync(http);
        });
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        door.DefaultRequestHeaders.TryAddWithoutValidation("anthropic-beta", "message-batches-2024-09-24, a-2026-01-01,b-2026-02-02");
        var id = (await door.MessageBatchAsync(MessageBatching.Requests(2, model))).Text("id");
        (await door.UntilEndedAsync(id)).Tallies().ShouldBe((0, 2, 0, 0, 0));
        sent.ShouldBe(["a-2026-01-01,b-2026-02-02", "a-2026-01-01,b-2026-02-02"]);
    }

    [Fact]
    public async Task The_results_are_told_at_the_address_that_the_caller_used_before_a_proxy()
    {
        await using var node = await Node.StartAsync();
        using var door = node.AsAnthropic();
        var id = (await door.MessageBatchAsync(MessageBatching.Requests(1))).Text("id");
        await door.UntilEndedAsync(id);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{MessageBatching.Path}/{id}");
        request.Headers.Host = "models.example.org";
        request.Headers.TryAddWithoutValidation("x-forwarded-proto", "https");
        using var response = await door.SendAsync(request);
        (await response.GoodAsync()).Text("results_url").ShouldBe($"https://models.example.org/v1/messages/batches/{id}/results");
    }
}
