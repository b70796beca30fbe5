using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Responses;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Responses that run on without their callers: they end, can be stopped, and never hang when a node goes.</summary>
public sealed class BackgroundResponseTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static JsonObject Later(string model) => ResponseCalls.Ask(model).With("background", true);

    static async Task<JsonNode> CancelAsync(HttpClient door, string id)
    {
        using var response = await door.ResponseAsync(new JsonObject(), path: $"/v1/responses/{id}/cancel");
        return await response.GoodAsync();
    }

    /// <summary>A model whose answer begins and waits until the test lets it go on.</summary>
    static async Task<(Upstream Upstream, TaskCompletionSource Release)> SlowAsync(Node node)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk("done")));
            await await Task.WhenAny(release.Task, Upstream.HangAsync(http));
            await Upstream.WriteAsync(
                http,
                Upstream.Frame(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
            );
        });
        await node.ConnectAsync(upstream.Address, "slow", idleMs: 60_000);
        return (upstream, release);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_run_goes_on_behind_its_answer_and_is_billed(bool shared)
    {
        await using var node = await StartAsync(shared);
        var (upstream, release) = await SlowAsync(node);
        await using var _ = upstream;
        using var answer = await node.Door.ResponseAsync(Later("slow"));
        var queued = await answer.GoodAsync();
        queued.Text("status").ShouldBe("queued");
        queued["background"]!.GetValue<bool>().ShouldBeTrue();
        var id = queued.Text("id");
        (await node.Door.UntilAsync(id, "in_progress"))["output"]!.AsArray().Count.ShouldBe(0);
        using var early = await node.Door.ResponseAsync(ResponseCalls.Ask("slow").With("previous_response_id", id));
        (await early.ShouldBeRefusedAsync(400, "invalid_request", "previous_response_id")).Text("message").ShouldContain("still running");
        release.SetResult();
        var done = await node.Door.UntilAsync(id, "completed");
        done.OutputText().ShouldBe("done");
        done.Number("usage", "total_tokens").ShouldBe(15);
        var record = await node.RecordOfAsync(answer);
        record.Text("outcome").ShouldBe("completed");
        record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        (await node.HeldAsync()).ShouldBe(0);
        // To cancel what is over changes nothing.
        (await CancelAsync(node.Door, id))
            .Text("status")
            .ShouldBe("completed");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_cancelled_run_stops_its_provider_and_stays_cancelled(bool shared)
    {
        await using var node = await StartAsync(shared);
        var (upstream, _) = await SlowAsync(node);
        await using var __ = upstream;
        var id = (await node.Door.RespondAsync(Later("slow"))).Text("id");
        await node.Door.UntilAsync(id, "in_progress");
        await Eventually.IsTrueAsync(() => Task.FromResult(upstream.Calls == 1), () => "the provider is asked");
        (await CancelAsync(node.Door, id)).Text("status").ShouldBe("cancelled");
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(node.Services.GetRequiredService<BackgroundResponses>().Running == 0),
            () => "the run is over"
        );
        (await node.Door.KeptAsync(id)).Text("status").ShouldBe("cancelled");
        (await CancelAsync(node.Door, id)).Text("status").ShouldBe("cancelled");
        await Eventually.IsTrueAsync(async () => await node.HeldAsync() == 0, () => "nothing stays held");
    }

    [Fact]
    public async Task A_deleted_run_stops_and_does_not_come_back()
    {
        await using var node = await Node.StartAsync();
        var (upstream, _) = await SlowAsync(node);
        await using var __ = upstream;
        var id = (await node.Door.RespondAsync(Later("slow"))).Text("id");
        await Eventually.IsTrueAsync(() => Task.FromResult(upstream.Calls == 1), () => "the provider is asked");
        (await node.Door.DeleteAsync(new Uri($"/v1/responses/{id}", UriKind.Relative))).Dispose();
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(node.Services.GetRequiredService<BackgroundResponses>().Running == 0),
            () => "the run is over"
        );
        await node.Services.GetRequiredService<ResponseKeeper>().FlushAsync(CancellationToken.None);
        (await Rows.CountAsync(node)).ShouldBe(0);
    }

    [Fact]
    public async Task A_run_is_cancelled_from_another_node()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        var (upstream, ___) = await SlowAsync(one);
        await using var ____ = upstream;
        var id = (await one.Door.RespondAsync(Later("slow"))).Text("id");
        await Eventually.IsTrueAsync(() => Task.FromResult(upstream.Calls == 1), () => "the provider is asked");
        (await CancelAsync(two.Door, id)).Text("status").ShouldBe("cancelled");
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_refused_or_failed_run_ends_as_failed_and_says_why(bool shared)
    {
        await using var node = await StartAsync(shared);
        foreach (
            var (model, code) in new[]
            {
                ("sim/fail-503", "upstream_overloaded"),
                ("no/such-model", "model_not_found"),
                ("sim/error-after-10", "upstream_failed"),
            }
        )
        {
            var ask = Later(model).With("input", "one two three four five six seven eight nine ten eleven twelve");
            var failed = await node.Door.UntilAsync((await node.Door.RespondAsync(ask)).Text("id"), "failed");
            failed.Text("error", "code").ShouldBe(code);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_runs_of_a_node_that_died_are_failed_by_who_asks(bool shared)
    {
        await using var node = await StartAsync(shared);
        var (upstream, release) = await SlowAsync(node);
        await using var _ = upstream;
        var id = (await node.Door.RespondAsync(Later("slow"))).Text("id");
        await node.Door.UntilAsync(id, "in_progress");
        // As a node leaves it that is killed: no word of it for more than a minute.
        await node
            .Services.GetRequiredService<Database>()
            .WriteAsync(
                work => work.Connection.ExecuteAsync("update gateway_responses set node_id = 'gone', lease_us = 1", null, work.Transaction),
                CancellationToken.None
            );
        var failed = await node.Door.KeptAsync(id);
        failed.Text("status").ShouldBe("failed");
        failed.Text("error", "message").ShouldContain("stopped before it was complete");
        release.SetResult();
    }

    [Fact]
    public async Task A_node_that_stops_fails_its_runs_in_words()
    {
        var node = await Node.StartAsync();
        var (upstream, _) = await SlowAsync(node);
        await using var __ = upstream;
        var id = (await node.Door.RespondAsync(Later("slow"))).Text("id");
        await node.Door.UntilAsync(id, "in_progress");
        node = await node.RestartAsync();
        await using var ___ = node;
        var failed = await node.Door.KeptAsync(id);
        failed.Text("status").ShouldBe("failed");
        failed.Text("error", "code").ShouldBe("shutting_down");
    }

    [Fact]
    public async Task Runs_have_a_bound_and_only_runs_are_cancelled()
    {
        await using var node = await Node.StartAsync(("Gateway:BackgroundResponses", "1"));
        var (upstream, release) = await SlowAsync(node);
        await using var _ = upstream;
        var id = (await node.Door.RespondAsync(Later("slow"))).Text("id");
        using var full = await node.Door.ResponseAsync(Later("slow"));
        await full.ShouldBeRefusedAsync(503, "overloaded");
        release.SetResult();
        await node.Door.UntilAsync(id, "completed");
        var plain = (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"))).Text("id");
        using var cancel = await node.Door.ResponseAsync(new JsonObject(), path: $"/v1/responses/{plain}/cancel");
        await cancel.ShouldBeRefusedAsync(400, "invalid_request", "response_id");
    }
}
