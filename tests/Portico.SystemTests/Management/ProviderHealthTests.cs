using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>How providers are, as a person and a scrape see it.</summary>
public sealed class ProviderHealthTests
{
    static JsonNode DeploymentOf(JsonNode page, string model) =>
        page["items"]!.AsArray().SelectMany(c => c!["deployments"]!.AsArray()).Single(d => d!.Text("model") == model)!;

    [Fact]
    public async Task Latency_errors_benches_and_quota_are_told_by_connection_and_deployment_and_belong_to_the_node_that_answers()
    {
        await using var node = await Node.StartAsync();
        await using var good = await Upstream.StartAsync(http =>
        {
            http.Response.Headers["x-ratelimit-remaining-requests"] = "41";
            http.Response.Headers["x-ratelimit-remaining-tokens"] = "9000";
            return Upstream.GoodAsync(http, Upstream.WantsStream(http));
        });
        await using var limited = await Upstream.StartAsync(http =>
        {
            http.Response.Headers.RetryAfter = "30";
            return Upstream.ErrorAsync(http, 429, "Slow down");
        });
        await node.ConnectAsync(good.Address, "good");
        await node.ConnectAsync(limited.Address, "limited");
        var before = await node.Admin.GetAsync("/api/provider-health");
        DeploymentOf(before, "good")["quota"].ShouldBeNull();
        DeploymentOf(before, "good").Number("attempts", "completed").ShouldBe(0);

        (await node.Door.ChatAsync("good")).EnsureSuccessStatusCode();
        using (var streamed = await node.Door.ChatAsync("good", stream: true))
            await streamed.Content.ReadAsStringAsync();
        (await node.Door.ChatAsync("limited")).Dispose();

        var page = await node.Admin.GetAsync("/api/provider-health");
        page.Text("node_id").ShouldStartWith("node_");
        page.Number("window_seconds").ShouldBe(900);
        var well = DeploymentOf(page, "good");
        well.Number("attempts", "completed").ShouldBe(2);
        (well.Number("quota", "remaining_requests"), well.Number("quota", "remaining_tokens")).ShouldBe((41, 9_000));
        well.Number("duration", "calls").ShouldBe(2);
        well.Number("duration", "p95_us").ShouldBeGreaterThan(0);
        well.Number("first_output", "p50_us").ShouldBeGreaterThan(0);
        (well["unavailable_until"], well["last_failure"]).ShouldBe((null, null));
        var benched = DeploymentOf(page, "limited");
        benched.Number("attempts", "rate_limit").ShouldBe(1);
        benched["unavailable_until"].ShouldNotBeNull();
        benched.Text("last_failure", "fault").ShouldBe("rate_limit");

        using var client = node.Client(null);
        var scrape = await client.GetStringAsync("/metrics");
        var lines = scrape.Split('\n');
        lines.ShouldContain(l => l.StartsWith("portico_provider_remaining_requests{", StringComparison.Ordinal) && l.EndsWith(" 41"));
        lines.ShouldContain(l =>
            l.StartsWith("portico_provider_attempts_total{", StringComparison.Ordinal)
            && l.Contains("model=\"good\"", StringComparison.Ordinal)
            && l.EndsWith("end=\"completed\"} 2")
        );
        lines.ShouldContain(l =>
            l.StartsWith("portico_provider_benched{", StringComparison.Ordinal)
            && l.Contains("model=\"limited\"", StringComparison.Ordinal)
            && l.EndsWith(" 1")
        );

        var all = page["items"]!.AsArray().Count;
        var (seen, cursor) = (0, (string?)null);
        do
        {
            var part = await node.Admin.GetAsync("/api/provider-health?limit=1" + (cursor is null ? "" : $"&cursor={cursor}"));
            (seen, cursor) = (seen + part["items"]!.AsArray().Count, part["next"]?.GetValue<string>());
        } while (cursor is not null);
        seen.ShouldBe(all);
    }

    [Fact]
    public async Task An_attempt_whose_call_another_deployment_answered_is_in_the_hours_of_the_provider_that_failed()
    {
        await using var node = await Node.StartAsync();
        await using var failing = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 503));
        await using var good = await Upstream.StartAsync();
        await node.ConnectAsync(failing.Address, "failing");
        await node.ConnectAsync(good.Address, "good");
        await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = "both",
                ["retries"] = 0,
                ["targets"] = new JsonArray(
                    new JsonObject { ["model"] = "failing", ["deployment"] = null },
                    new JsonObject { ["model"] = "good", ["deployment"] = null }
                ),
            }
        );
        (await node.Door.ChatAsync("both")).EnsureSuccessStatusCode();

        JsonNode[] lines = [];
        await Eventually.IsTrueAsync(async () =>
        {
            lines = [.. (await node.Admin.GetAsync("/api/provider-health/hours"))["lines"]!.AsArray().Select(l => l!)];
            return lines.Length == 2;
        });
        var bad = lines.Single(l => l.Number("attempts", "upstream") > 0);
        (bad.Number("attempts", "upstream"), bad.Number("attempts", "completed"), bad["mean_duration_us"]).ShouldBe((1, 0, null));
        var well = lines.Single(l => l != bad);
        (well.Number("attempts", "completed"), well.Number("attempts", "upstream")).ShouldBe((1, 0));
        well.Number("mean_duration_us").ShouldBeGreaterThan(0);
        (await node.Admin.GetAsync($"/api/provider-health/hours?connection_id={bad.Text("connection_id")}"))["lines"]!
            .AsArray()
            .Count.ShouldBe(1);
    }

    public static TheoryData<string, string?, string, string> Quotas =>
        new()
        {
            { "openai", null, "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens" },
            { "openai", "groq", "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens" },
            { "openai", "mistral", "x-ratelimit-remaining-req-minute", "x-ratelimit-remaining-tokens-minute" },
            { "azure-openai", null, "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens" },
            { "anthropic", null, "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-tokens-remaining" },
            { "anthropic", null, "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-input-tokens-remaining" },
        };

    /// <summary>By answers, by refusals and by embeddings; what is no number tells nothing.</summary>
    [Theory, MemberData(nameof(Quotas))]
    public async Task The_quota_is_read_of_every_services_headers(string family, string? preset, string requests, string tokens)
    {
        await using var node = await Node.StartAsync();
        var (status, left) = (200, "7");
        await using var upstream = await Upstream.StartAsync(http =>
        {
            http.Response.Headers[requests] = left;
            http.Response.Headers[tokens] = left;
            if (status != 200)
                return Upstream.ErrorAsync(http, status, "Slow down");
            if (http.Request.Path.Value!.EndsWith("/embeddings", StringComparison.Ordinal))
                return Upstream.JsonAsync(
                    http,
                    200,
                    """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]}],"usage":{"prompt_tokens":1}}"""
                );
            return family == "anthropic"
                ? Upstream.JsonAsync(
                    http,
                    200,
                    """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Well"}],"stop_reason":"end_turn","usage":{"input_tokens":2,"output_tokens":1}}"""
                )
                : Upstream.WholeAsync(http);
        });
        var connection = await node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "quota",
                ["family"] = family,
                ["preset"] = preset,
                ["base_url"] = new Uri(upstream.Address, "/v1").ToString(),
                ["credential"] = "sk-canary",
            }
        );
        foreach (var (name, embeddings) in new[] { ("chat", false), ("vectors", true) })
        {
            var model = await node.Admin.PostAsync(
                "/api/models",
                new JsonObject
                {
                    ["name"] = name,
                    ["approve"] = true,
                    ["embeddings"] = embeddings,
                }
            );
            await node.Admin.PostAsync(
                "/api/deployments",
                new JsonObject
                {
                    ["model_id"] = model.Text("id"),
                    ["connection_id"] = connection.Text("id"),
                    ["upstream_model"] = "m",
                }
            );
            await node.PriceAsync(
                name,
                new JsonObject
                {
                    ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "1" },
                }
            );
        }
        async Task ToldAsync(string model, long expected)
        {
            var quota = DeploymentOf(await node.Admin.GetAsync("/api/provider-health"), model)["quota"]!;
            (quota.Number("remaining_requests"), quota.Number("remaining_tokens")).ShouldBe((expected, expected), model);
        }

        (await node.Door.ChatAsync("chat")).EnsureSuccessStatusCode();
        await ToldAsync("chat", 7);
        if (family != "anthropic")
        {
            using var body = new StringContent("""{"model":"vectors","input":"x"}""", System.Text.Encoding.UTF8, "application/json");
            (await node.Door.PostAsync(new Uri("/v1/embeddings", UriKind.Relative), body)).EnsureSuccessStatusCode();
            await ToldAsync("vectors", 7);
        }
        left = "plenty";
        (await node.Door.ChatAsync("chat")).EnsureSuccessStatusCode();
        await ToldAsync("chat", 7);
        (status, left) = (429, "0");
        (await node.Door.ChatAsync("chat")).Dispose();
        await ToldAsync("chat", 0);
    }
}
