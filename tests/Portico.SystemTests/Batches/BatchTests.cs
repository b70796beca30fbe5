using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Batches from their order to their files: answers, errors, refusals, budgets, limits.</summary>
public sealed class BatchTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_line_is_answered_once_by_a_recorded_call_that_names_the_batch(bool shared)
    {
        await using var node = await StartAsync(shared);
        var lines = Batching.Lines(40) + "\n  \r\n" + Batching.Line("wrong", "no/such-model").TrimEnd('\n');
        var file = (await node.Door.FileAsync("\uFEFF" + lines)).Text("id");
        using var ordered = await node.Door.OrderAsync(Batching.Order(file).With("metadata", new JsonObject { ["night"] = "7" }));
        var batch = await ordered.GoodAsync();
        batch.Text("object").ShouldBe("batch");
        batch.Text("status").ShouldBe("validating");
        batch.Text("completion_window").ShouldBe("24h");
        batch.Text("metadata", "night").ShouldBe("7");
        (batch.Number("expires_at") - batch.Number("created_at")).ShouldBe(86_400);
        var id = batch.Text("id");
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((41, 40, 1));
        foreach (var time in new[] { "in_progress_at", "finalizing_at", "completed_at" })
            done.Number(time).ShouldBeGreaterThanOrEqualTo(batch.Number("created_at"), time);
        foreach (var time in new[] { "failed_at", "expired_at", "cancelling_at", "cancelled_at" })
            done[time].ShouldBeNull(time);

        var answers = await node.Door.AnswersAsync(done);
        answers.Count.ShouldBe(40);
        for (var i = 1; i <= 40; i++)
            answers[$"line-{i}"].Said().ShouldBe($"I am line-{i}");
        var one = answers["line-1"];
        one.Text("id").ShouldBe($"batch_req_{id["batch_".Length..]}_1");
        one.Number("response", "status_code").ShouldBe(200);
        one["error"].ShouldBeNull();
        var bad = (await node.Door.AnswersAsync(done, "error_file_id")).Single().Value;
        bad.Text("custom_id").ShouldBe("wrong");
        bad.Text("id").ShouldEndWith("_43");
        bad.Number("response", "status_code").ShouldBe(404);
        bad.Text("response", "body", "error", "code").ShouldBe("model_not_found");

        var calls = await Books.ShouldAgreeAsync(node);
        calls.Count.ShouldBe(41);
        calls.ShouldAllBe(c => c.Text("parent_id") == id);
        calls.ShouldAllBe(c => c.Text("wire") == "openai-chat");
        calls.ShouldContain(c => c.Text("id") == one.Text("response", "request_id"));
        calls.Sum(c => c.Number("cost_nano_usd")).ShouldBeGreaterThan(0);
        done.Text("cost_usd").ShouldBe(Portico.Core.NanoUsd.Format(calls.Sum(c => c.Number("cost_nano_usd"))));
        done.Number("usage", "output_tokens").ShouldBe(calls.Sum(c => c.Number("usage", "output")));
    }

    [Fact]
    public async Task Every_endpoint_of_the_door_can_be_asked()
    {
        await using var node = await Node.StartAsync();
        var ask = new (string Endpoint, JsonObject Body, string Object)[]
        {
            ("/v1/completions", new JsonObject { ["model"] = "sim/echo", ["prompt"] = "Say it" }, "text_completion"),
            ("/v1/embeddings", new JsonObject { ["model"] = "sim/embeddings", ["input"] = "text" }, "list"),
            ("/v1/responses", new JsonObject { ["model"] = "sim/echo", ["input"] = "Say it" }, "response"),
            ("/v1/messages", Calls.Chat("sim/echo").With("stream", false).With("max_tokens", 10), "message"),
            ("/v1/moderations", new JsonObject { ["model"] = "sim/echo", ["input"] = "all is well" }, ""),
            ("/v1/images/generations", Singles.Image("sim/echo"), ""),
            ("/v1/rerank", Singles.Rerank("sim/echo", "red", "a car", "a red bicycle"), ""),
        };
        foreach (var (endpoint, body, kind) in ask)
        {
            var lines = Batching.Line("one", url: endpoint, body: body) + Batching.Line("two", url: endpoint, body: new JsonObject());
            var done = await node.Door.UntilBatchAsync(await node.Door.BatchAsync(lines, endpoint), "completed");
            done.Counts().ShouldBe((2, 1, 1), endpoint);
            var good = (await node.Door.AnswersAsync(done))["one"]["response"]!["body"]!;
            if (kind.Length > 0)
                good.Text(kind == "message" ? "type" : "object").ShouldBe(kind);
            else
                good[endpoint == "/v1/images/generations" ? "data" : "results"]!.AsArray().ShouldNotBeEmpty(endpoint);
            var bad = (await node.Door.AnswersAsync(done, "error_file_id"))["two"];
            bad.Number("response", "status_code").ShouldBe(400, endpoint);
            bad["response"]!["body"]!["error"]!.Text("type").ShouldBe("invalid_request_error");
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Wrong_lines_are_listed_and_nothing_is_called(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchLines", "12"));
        JsonObject Wrong(string id, string name, JsonNode? value)
        {
            var line = JsonNode.Parse(Batching.Line(id))!.AsObject();
            line[name] = value;
            return line;
        }
        var lines = string.Join(
            '\n',
            Batching.Line("good").TrimEnd(),
            "this is no JSON",
            "[1]",
            Batching.Line("good").TrimEnd(),
            Wrong("a", "url", "/v1/embeddings").ToJsonString(),
            Wrong("b", "method", "GET").ToJsonString(),
            Wrong("c", "body", "text").ToJsonString(),
            Wrong("d", "custom_id", 7).ToJsonString(),
            Wrong("e", "body", Calls.Chat("sim/echo", stream: true)).ToJsonString(),
            Wrong("f", "colour", "red").ToJsonString(),
            Batching.Line("g").TrimEnd() + " {}",
            """{"custom_id":"\ud800","method":"POST","url":"/v1/chat/completions","body":{}}"""
        );
        var id = await node.Door.BatchAsync(lines);
        var failed = await node.Door.UntilBatchAsync(id, "failed");
        failed.Number("failed_at").ShouldBeGreaterThan(0);
        failed.Text("errors", "object").ShouldBe("list");
        var told = failed["errors"]!["data"]!.AsArray().Select(e => (e!.Number("line"), e!.Text("code"), (string?)e!["param"])).ToList();
        told.ShouldBe([
            (2, "invalid_json_line", null),
            (3, "invalid_json_line", null),
            (4, "duplicate_custom_id", "custom_id"),
            (5, "invalid_url", "url"),
            (6, "invalid_method", "method"),
            (7, "missing_required_parameter", "body"),
            (8, "invalid_custom_id", "custom_id"),
            (9, "unsupported_parameter", "body.stream"),
            (10, "unknown_parameter", "colour"),
            (11, "invalid_json_line", null),
            (12, "invalid_json_line", null),
        ]);
        failed["errors"]!["data"]!.AsArray().ShouldAllBe(e => e!.Text("message").Length > 10);
        failed["output_file_id"].ShouldBeNull();

        var many = await node.Door.UntilBatchAsync(await node.Door.BatchAsync(Batching.Lines(13)), "failed");
        many["errors"]!["data"]![0]!.Text("code").ShouldBe("too_many_lines");
        many["errors"]!["data"]![0]!.Number("line").ShouldBe(13);
        var empty = await node.Door.UntilBatchAsync(await node.Door.BatchAsync("\n\n"), "failed");
        empty["errors"]!["data"]![0]!.Text("code").ShouldBe("empty_file");
        (await Books.CallsAsync(node.Admin)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_line_that_is_longer_than_a_request_may_be_is_named()
    {
        await using var node = await Node.StartAsync(("Gateway:MaxRequestBytes", "65536"));
        var long_ = Batching.Line("long", body: Calls.Chat("sim/echo", new string('x', 400_000)));
        var failed = await node.Door.UntilBatchAsync(await node.Door.BatchAsync(Batching.Line("a") + long_ + Batching.Line("b")), "failed");
        var error = failed["errors"]!["data"]!.AsArray().Single()!;
        (error.Text("code"), error.Number("line")).ShouldBe(("line_too_long", 2));
    }

    [Fact]
    public async Task Orders_that_are_wrong_are_refused()
    {
        await using var node = await Node.StartAsync(("Gateway:BatchesAtOnce", "0"), ("Gateway:WorkspaceBatches", "2"));
        var file = (await node.Door.FileAsync(Batching.Line("a"))).Text("id");
        var other = (await node.Door.FileAsync("data", "user_data")).Text("id");
        async Task RefusedAsync(JsonObject order, int status, string code, string param)
        {
            using var response = await node.Door.OrderAsync(order);
            await response.ShouldBeRefusedAsync(status, code, param);
        }
        await RefusedAsync(Batching.Order("file_none"), 404, "not_found", "input_file_id");
        await RefusedAsync(Batching.Order(other), 400, "invalid_request", "input_file_id");
        await RefusedAsync(Batching.Order(file, "/v1/models"), 400, "invalid_request", "endpoint");
        await RefusedAsync(Batching.Order(file, "/v1/audio/speech"), 400, "invalid_request", "endpoint");
        await RefusedAsync(Batching.Order(file).With("completion_window", "1h"), 400, "invalid_request", "completion_window");
        await RefusedAsync(Batching.Order(file).With("metadata", "x"), 400, "invalid_request", "metadata");
        await RefusedAsync(Batching.Order(file).With("metadata", new JsonObject { ["n"] = 1 }), 400, "invalid_request", "metadata");
        await RefusedAsync(Batching.Order(file).With("priority", "high"), 400, "invalid_request", "priority");
        await RefusedAsync(new JsonObject { ["endpoint"] = Batching.Chat }, 400, "invalid_request", "input_file_id");
        await RefusedAsync(
            Batching.Order(file).With("output_expires_after", new JsonObject { ["anchor"] = "created_at", ["seconds"] = 1 }),
            400,
            "invalid_request",
            "output_expires_after.seconds"
        );
        using (var missing = await node.Door.GetAsync(new Uri("/v1/batches/batch_none", UriKind.Relative)))
            await missing.ShouldBeRefusedAsync(404, "not_found", "batch_id");
        for (var i = 0; i < 2; i++)
            (await node.Door.OrderAsync(Batching.Order(file))).Dispose();
        using (var full = await node.Door.OrderAsync(Batching.Order(file)))
            (await full.ShouldBeRefusedAsync(429, "rate_limit_exceeded")).Text("message").ShouldContain("WorkspaceBatches");
        using var list = await node.Door.GetAsync(new Uri("/v1/batches?limit=1", UriKind.Relative));
        var page = await list.GoodAsync();
        page["has_more"]!.GetValue<bool>().ShouldBeTrue();
        using var rest = await node.Door.GetAsync(new Uri($"/v1/batches?limit=1&after={page.Text("last_id")}", UriKind.Relative));
        (await rest.GoodAsync())["has_more"]!.GetValue<bool>().ShouldBeFalse();
        using var stranger = await Estate.MakeAsync(node);
        using var none = await stranger.Door.GetAsync(new Uri($"/v1/batches/{page.Text("last_id")}", UriKind.Relative));
        await none.ShouldBeRefusedAsync(404, "not_found", "batch_id");
    }
}
