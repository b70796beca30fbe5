using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>Calls of one question at providers that fail, break off, or do not serve the kind; callers that leave.</summary>
public sealed class SingleUpstreamTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string NewName() => "s-" + Guid.NewGuid().ToString("N")[..8];

    async Task<string> ConnectAsync(Upstream upstream, string family = "openai")
    {
        var model = NewName();
        await node.ConnectAsync(upstream.Address, model, priced: false, family: family);
        await node.PriceAsync(
            model,
            new JsonObject
            {
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1" },
                ["usd_per_unit"] = new JsonObject
                {
                    ["search"] = "0.002",
                    ["million_characters"] = "15",
                    ["audio_minute"] = "0.006",
                },
            }
        );
        return model;
    }

    async Task<string> RouteAsync(params string[] models)
    {
        var route = NewName();
        await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = route,
                ["retries"] = 0,
                ["targets"] = new JsonArray(models.Select(m => (JsonNode)new JsonObject { ["model"] = m }).ToArray()),
            }
        );
        return route;
    }

    static Task RankAsync(HttpContext http) =>
        Upstream.JsonAsync(http, 200, """{"results":[{"index":0,"relevance_score":1}],"meta":{"billed_units":{"search_units":1}}}""");

    [Theory]
    [InlineData("anthropic", "/v2/rerank", "rerank")]
    [InlineData("cohere", "/v1/moderations", "moderations")]
    [InlineData("cohere", "/v1/audio/speech", "speech")]
    [InlineData("gemini", "/v1/images/generations", "images")]
    public async Task A_family_that_does_not_serve_the_kind_is_named_and_not_asked(string family, string path, string kind)
    {
        await using var upstream = await Upstream.StartAsync();
        var model = await ConnectAsync(upstream, family);
        var body = Singles.Rerank(model, "q", "a").With("input", "a").With("prompt", "a");
        using var response = await node.Door.AskAsync(path, body);
        (await response.ShouldBeRefusedAsync(400, "unsupported_by_model", "model")).Text("message").ShouldContain($"serve {kind}.");
        upstream.Calls.ShouldBe(0);
    }

    /// <summary>An embeddings call used to die on the first deployment whose family has none.</summary>
    [Fact]
    public async Task A_route_over_families_leaves_out_those_that_cannot()
    {
        await using var ranker = await Upstream.StartAsync(RankAsync);
        await using var other = await Upstream.StartAsync();
        var route = await RouteAsync(await ConnectAsync(other, "anthropic"), await ConnectAsync(ranker, "cohere"));
        using var response = await node.Door.AskAsync("/v2/rerank", Singles.Rerank(route, "q", "a")).GoodAsync();
        (ranker.Calls, other.Calls).ShouldBe((1, 0));
        response.Header("x-portico-attempts").ShouldBe("1");

        await using var embedder = await Upstream.StartAsync(http =>
            Upstream.JsonAsync(http, 200, """{"object":"list","data":[],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}""")
        );
        await using var failing = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 503));
        var mixed = await RouteAsync(await ConnectAsync(failing), await ConnectAsync(other, "anthropic"), await ConnectAsync(embedder));
        using var vectors = await node.Door.AskAsync("/v1/embeddings", new JsonObject { ["model"] = mixed, ["input"] = "a" }).GoodAsync();
        (embedder.Calls, other.Calls).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_provider_that_fails_is_left_for_the_next_one()
    {
        await using var failing = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 503));
        await using var good = await Upstream.StartAsync(RankAsync);
        var route = await RouteAsync(await ConnectAsync(failing), await ConnectAsync(good, "cohere"));
        using var response = await node.Door.AskAsync("/v1/rerank", Singles.Rerank(route, "q", "a")).GoodAsync();
        response.Header("x-portico-attempts").ShouldBe("2");
        var record = await node.RecordOfAsync(response);
        record["attempts"]!
            .AsArray()
            .Select(a => (a!.Text("outcome"), a!.Number("cost_nano_usd")))
            .ShouldBe([("failed", 0), ("completed", 2_000_000)]);
    }

    [Fact]
    public async Task A_mistake_of_the_caller_is_told_in_the_providers_words()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, 400, "Unknown voice 'nobody'", "invalid_request_error", "invalid_value")
        );
        using var response = await node.Door.AskAsync("/v1/audio/speech", Singles.Speech(await ConnectAsync(upstream)));
        (await response.ShouldBeRefusedAsync(400, "invalid_value")).Text("message").ShouldContain("nobody");
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
        return found!;
    }

    static async Task SpeakAsync(HttpContext http, Func<Task> then)
    {
        http.Response.ContentType = "audio/mpeg";
        await Upstream.WriteAsync(http, [1, 2, 3]);
        await then();
    }

    [Fact]
    public async Task A_caller_that_leaves_in_the_middle_of_speech_stops_the_provider_and_pays_for_the_text()
    {
        await using var upstream = await Upstream.StartAsync();
        upstream.Answer = http => SpeakAsync(http, () => Upstream.HangAsync(http));
        var model = await ConnectAsync(upstream);
        var (key, door) = await node.NewKeyAsync();
        var budget = await node.BudgetAsync("key", key, "1");
        using (var response = await door.AskAsync("/v1/audio/speech", Singles.Speech(model, "Hello")).GoodAsync())
        {
            var stream = await response.Content.ReadAsStreamAsync();
            (await stream.ReadAsync(new byte[3])).ShouldBe(3);
        }
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(20));
        var record = await OnlyCallOfAsync(key);
        record.Text("outcome").ShouldBe("abandoned");
        record.Number("cost_nano_usd").ShouldBe(75_000);
        (await node.CountAsync(budget)).ShouldBe((75_000, 0));
    }

    [Fact]
    public async Task Speech_that_breaks_off_breaks_off_for_the_caller_too_and_is_recorded_as_failed()
    {
        await using var upstream = await Upstream.StartAsync();
        var heard = new TaskCompletionSource();
        upstream.Answer = http =>
            SpeakAsync(
                http,
                async () =>
                {
                    await heard.Task;
                    http.Abort();
                }
            );
        var (key, door) = await node.NewKeyAsync();
        using var response = await door.AskAsync("/v1/audio/speech", Singles.Speech(await ConnectAsync(upstream), "Hello")).GoodAsync();
        response.Content.Headers.ContentType!.MediaType.ShouldBe("audio/mpeg");
        var stream = await response.Content.ReadAsStreamAsync();
        (await stream.ReadAsync(new byte[3])).ShouldBe(3);
        heard.SetResult();
        var broken = await Should.ThrowAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[3]));
        // Its clean end would be this one: a file that looks whole.
        broken.ShouldNotBeOfType<EndOfStreamException>();
        var record = await OnlyCallOfAsync(key);
        (record.Text("outcome"), record.Text("error_code")).ShouldBe(("failed", "upstream_cut"));
        record.Number("cost_nano_usd").ShouldBe(75_000);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Events_that_break_off_end_with_an_error_event()
    {
        const string Delta = "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Zürich\"}\n\n";
        await using var upstream = await Upstream.StartAsync(http => Upstream.BeginStreamAsync(http, Delta));
        using var response = await node
            .Door.AskAsync("/v1/audio/transcriptions", Singles.Audio(await ConnectAsync(upstream), [1, 2, 3], ("stream", "true")))
            .GoodAsync();
        var events = await response.EventsAsync();
        JsonNode.Parse(events[0])!.Text("delta").ShouldBe("Zürich");
        Calls.ShouldBeWhole(JsonNode.Parse(events[^1])!["error"]!.AsObject());
        events.ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task A_form_reaches_the_provider_as_it_was_sent_with_another_model()
    {
        string? type = null;
        await using var upstream = await Upstream.StartAsync(http =>
        {
            type = http.Request.ContentType;
            return Upstream.JsonAsync(http, 200, """{"text":"Hello"}""");
        });
        var model = await ConnectAsync(upstream);
        using var form = Singles.Audio(model, "audio"u8.ToArray(), ("timestamp_granularities[]", "word"));
        var sent = await form.ReadAsStringAsync();
        using var response = await node.Door.AskAsync("/v1/audio/transcriptions", form).GoodAsync();
        type.ShouldBe(form.Headers.ContentType!.ToString());
        upstream.Bodies[^1].ShouldBe(sent.Replace(model, "up-1", StringComparison.Ordinal));
        // The provider told no length: what five bytes can hold.
        (await node.RecordOfAsync(response))
            .Number("usage", "audio_ms")
            .ShouldBe(7);
    }
}
