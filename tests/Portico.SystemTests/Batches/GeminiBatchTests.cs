using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Lines that lie in a batch of the Gemini API, and what becomes of them.</summary>
public sealed class GeminiBatchTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    static readonly (string, string)[] Small = [("Gateway:ProviderBatchLines", "4")];

    async Task<Node> StartAsync(bool shared = false) =>
        shared ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), Small)).Single() : await Node.StartAsync(Small);

    static Task<string> ConnectAsync(Node node, FakeGeminiBatches provider) =>
        node.Admin.ConnectBatchesAsync(provider.Address, "gemini", credential: FakeGeminiBatches.Credential);

    static async Task<string> FirstAsync(FakeGeminiBatches provider, int number = 1)
    {
        await Eventually.IsTrueAsync(() => provider.Batches.Count >= number);
        return provider.Batches[number - 1].Text("name");
    }

    static async Task WaitsAsync(Node node, string id) =>
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Lines_go_to_batches_of_their_model_and_are_billed_at_their_price_whatever_the_answers_call_themselves(bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var provider = await FakeGeminiBatches.StartAsync();
        await ConnectAsync(node, provider);
        var id = await node.Door.BatchAsync(Batching.Lines(7, ProviderBatching.Model));
        var done = await node.Door.UntilBatchAsync(id, "completed");
        provider.Wrong.ShouldBeEmpty();
        done.Counts().ShouldBe((7, 7, 0));
        foreach (var (name, line) in await node.Door.AnswersAsync(done))
            line.Said().ShouldBe($"I am {name}");
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((2, 2, 0));
        provider.Asked.Where(FakeGeminiBatches.IsCreation).ShouldAllBe(a => a == "POST /v1beta/models/up-1:batchGenerateContent");
        foreach (var call in await node.Admin.CallsOfAsync(id, 7))
            call.Text("usage", "class").ShouldBe("batch");
        await node.Admin.ShouldBeBilledOnceAsync(id, 7);
        await Books.ShouldAgreeAsync(node);
        var steps = await node.Admin.StepsAsync(id);
        steps.ShouldAllBe(s => s.Text("provider_state") == "BATCH_STATE_SUCCEEDED" && s.Text("provider_batch").StartsWith("batches/"));
        steps.Select(s => s.Text("id")).Order().ShouldBe(provider.Batches.Select(b => b.Text("metadata", "displayName")).Order());
    }

    [Fact]
    public async Task A_line_that_fails_there_has_its_error_one_that_may_be_mended_is_asked_again_and_one_that_is_missing_says_so()
    {
        await using var node = await StartAsync();
        await using var provider = await FakeGeminiBatches.StartAsync();
        await ConnectAsync(node, provider);
        provider.Answer = line =>
            line.ToJsonString() switch
            {
                var t when t.Contains("I am line-1") => """
                    "error":{"code":3,"message":"The image is none."}
                    """,
                var t when t.Contains("I am line-2") => """
                    "error":{"code":13,"message":"Internal error."}
                    """,
                var t when t.Contains("I am line-3") => null,
                _ => $"\"response\":{FakeGeminiBatches.Good(line["request"]!)}",
            };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((4, 2, 2));
        var errors = await node.Door.AnswersAsync(done, "error_file_id");
        errors["line-1"].Number("response", "status_code").ShouldBe(400);
        errors["line-1"]["response"]!["body"]!.Text("error", "message").ShouldContain("The image is none.");
        errors["line-3"].Text("error", "code").ShouldBe("result_missing");
        (provider.Creations, provider.DirectCalls).ShouldBe((1, 1));
        var calls = await node.Admin.CallsOfAsync(id, 4);
        calls
            .Sum(c => c.Number("cost_nano_usd"))
            .ShouldBe(ProviderBatching.BatchCost + ProviderBatching.StandardCost, "what is asked again is a call");
        (await node.HeldAsync()).ShouldBe(0);
        await Books.ShouldAgreeAsync(node);
    }

    [Theory]
    [InlineData("EXPIRED", 0, "batch_expired")]
    [InlineData("CANCELLED", 1, "batch_cancelled")]
    public async Task Lines_of_a_batch_that_expired_or_was_cancelled_there_say_so(string state, int answered, string code)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeGeminiBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        provider.End(await FirstAsync(provider), state, answered);
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((4, answered, 4 - answered));
        (await node.Door.AnswersAsync(done, "error_file_id")).Values.ShouldAllBe(l => l.Text("error", "code") == code);
        provider.DirectCalls.ShouldBe(0);
        (await node.Admin.CallsOfAsync(id, 4)).Sum(c => c.Number("cost_nano_usd")).ShouldBe(answered * ProviderBatching.BatchCost);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lines_of_a_batch_that_is_refused_or_fails_as_a_whole_are_asked_by_themselves(bool isRefused)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeGeminiBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        if (isRefused)
            provider.Before = async http =>
            {
                if (!FakeGeminiBatches.IsCreation(http.Request.Path))
                    return false;
                await FakeGeminiBatches.RefusedAsync(http);
                return true;
            };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        if (!isRefused)
            provider.End(await FirstAsync(provider), "FAILED");
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.Creations, provider.DirectCalls).ShouldBe((1, 4));
        var calls = await node.Admin.CallsOfAsync(id, 4);
        calls.ShouldAllBe(c => c.Number("cost_nano_usd") == ProviderBatching.StandardCost && c.Text("usage", "class") == "standard");
        var step = (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem();
        step.Text("state").ShouldBe("alone");
        step.Text("problem").ShouldContain(isRefused ? "400" : "INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_that_is_more_than_may_be_enqueued_is_made_again_later_of_the_file_that_is_there(bool isRefused)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeGeminiBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        var refusals = 0;
        provider.Before = async http =>
        {
            if (!isRefused || !FakeGeminiBatches.IsCreation(http.Request.Path) || Interlocked.Increment(ref refusals) > 7)
                return false;
            await FakeGeminiBatches.FullAsync(http);
            return true;
        };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        if (isRefused)
            await Eventually.IsTrueAsync(() => refusals == 1);
        else
            provider.End(await FirstAsync(provider), "FAILED", code: 8);
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "made");
        await node.StaysAsync(() => Task.FromResult(provider.Creations == 1 && provider.DirectCalls == 0));
        provider.CompletesByItself = true;
        var done = await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(15), id, "completed");
        done.Counts().ShouldBe((4, 4, 0));
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((1, isRefused ? 8 : 2, 0));
        provider.Asked.ShouldNotContain("GET /v1beta/batches", "a plain no leaves no doubt");
        await node.Admin.ShouldBeBilledOnceAsync(id, 4);
    }

    [Fact]
    public async Task A_cancelled_batch_is_cancelled_there_and_has_what_was_answered()
    {
        await using var node = await StartAsync();
        await using var provider = await FakeGeminiBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await WaitsAsync(node, id);
        await node.Door.CancelBatchAsync(id);
        await Eventually.IsTrueAsync(() => provider.Cancellations == 1);
        provider.End(await FirstAsync(provider), "CANCELLED", answered: 3);
        (await node.Door.UntilBatchAsync(id, "cancelled")).Counts().ShouldBe((4, 3, 0));
        provider.Wrong.ShouldBeEmpty();
        await node.Admin.ShouldBeBilledOnceAsync(id, 3);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Vertex_AI_says_why_it_has_none()
    {
        await using var node = await StartAsync();
        using var google = new FakeGoogle();
        await using var server = await google.StartAsync(http => Upstream.JsonAsync(http, 200, "{}"));
        using var refused = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/connections",
            new JsonObject
            {
                ["name"] = "v",
                ["family"] = "vertex",
                ["base_url"] = new Uri(server.Address, "/v1/projects/a-project/locations/europe-west6").ToString(),
                ["credential"] = google.AccountKey(server),
                ["provider_batches"] = true,
            }
        );
        (await refused.Content.ReadAsStringAsync()).ShouldContain("bucket");
        await refused.ShouldBeProblemAsync(400, "invalid_request", "provider_batches");
    }

    static string Embedding(string id, string input) =>
        $$$"""{"custom_id":"{{{id}}}","method":"POST","url":"/v1/embeddings","body":{"model":"{{{ProviderBatching.Model}}}","input":{{{input}}},"dimensions":2}}"""
        + "\n";

    [Theory]
    [InlineData(""","tokenCount":"10" """, 10 * 1_000, "reported")]
    [InlineData("", null, "estimated")]
    public async Task Lines_that_embed_one_text_go_there_and_those_of_several_are_asked_by_themselves(
        string count,
        int? cost,
        string source
    )
    {
        await using var node = await StartAsync();
        await using var provider = await FakeGeminiBatches.StartAsync();
        await ConnectAsync(node, provider);
        provider.Answer = _ =>
            $$"""
                "response":{"embedding":{"values":[0.5,0.25]}{{count}}}
                """;
        var lines = Embedding("one", "\"Oslo\"") + Embedding("two", "[\"Rome\"]") + Embedding("three", "[\"Bern\",\"Kyiv\"]");
        var id = await node.Door.BatchAsync(lines, "/v1/embeddings");
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 3, 0));
        provider.Wrong.ShouldBeEmpty();
        provider.Asked.ShouldContain("POST /v1beta/models/up-1:asyncBatchEmbedContent");
        provider.Asked.Count(a => a.EndsWith(":batchEmbedContents", StringComparison.Ordinal)).ShouldBe(1);
        var answers = await node.Door.AnswersAsync(done);
        answers["one"]["response"]!["body"]!["data"]![0]!["embedding"]!.ToJsonString().ShouldBe("[0.5,0.25]");
        answers["three"]["response"]!["body"]!["data"]!.AsArray().Count.ShouldBe(2);
        var calls = await node.Admin.CallsOfAsync(id, 3);
        calls.Count(c => c.Text("usage", "class") == "standard").ShouldBe(1);
        var there = calls.Where(c => c.Text("usage", "class") == "batch").ToList();
        there.Count.ShouldBe(2, "also where nothing was counted");
        there.ShouldAllBe(c => c.Text("usage", "source") == source);
        if (cost is { } asked)
            there.ShouldAllBe(c => c.Number("cost_nano_usd") == asked);
        await Books.ShouldAgreeAsync(node);
    }
}
