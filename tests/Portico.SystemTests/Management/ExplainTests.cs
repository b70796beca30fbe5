using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>What explain says a call would meet is what the call then meets, and explaining calls out to nobody and holds nothing.</summary>
public sealed class ExplainTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    Task<JsonNode> ExplainAsync(string key, string model, JsonObject? more = null)
    {
        var body = new JsonObject { ["key_id"] = key, ["model"] = model };
        foreach (var (name, value) in more ?? [])
            body[name] = value?.DeepClone();
        return node.Admin.PostAsync("/api/explain", body);
    }

    /// <summary>Explains, then calls, and holds the two against each other; null = the call passes.</summary>
    async Task<JsonNode> SameAsync(string key, HttpClient client, JsonObject call, string? code, JsonObject? more = null)
    {
        var explained = await ExplainAsync(key, call.Text("model"), more);
        explained["would_pass"]!.GetValue<bool>().ShouldBe(code is null, explained.ToJsonString());
        explained["refused_with"]?.GetValue<string>().ShouldBe(code);
        using var response = await client.ChatAsync(call);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBe(code is null, text);
        if (code is not null)
            JsonNode.Parse(text)!["error"]!.Text("code").ShouldBe(code);
        return explained;
    }

    async Task<string> MeterAsync(string kind, JsonObject meter) => (await node.Admin.PostAsync($"/api/{kind}", meter)).Text("id");

    [Fact]
    public async Task A_call_that_passes_is_told_everything_it_meets()
    {
        var (key, client) = await node.NewKeyAsync(new JsonObject { ["allowed_routes"] = new JsonArray("sim/*") });
        await MeterAsync(
            "budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["window"] = "day",
                ["limit_usd"] = "1",
            }
        );
        await MeterAsync(
            "limits",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["unit"] = "requests",
                ["window"] = "minute",
                ["limit"] = 60,
            }
        );
        await MeterAsync(
            "limits",
            new JsonObject
            {
                ["scope"] = "model",
                ["scope_id"] = "sim/echo",
                ["unit"] = "tokens",
                ["window"] = "hour",
                ["limit"] = 1_000_000,
            }
        );
        var e = await SameAsync(
            key,
            client,
            Calls.Chat("sim/echo").With("max_tokens", 100),
            null,
            new JsonObject { ["input_tokens"] = 50, ["max_output_tokens"] = 100 }
        );

        e.Number("output_cap").ShouldBe(100);
        (e["caller"]!.Text("organisation"), e["caller"]!["allowed_routes"]![0]!.GetValue<string>()).ShouldBe(("Demo", "sim/*"));
        (e["route"]!.Text("name"), e["route"]!["is_implicit"]!.GetValue<bool>()).ShouldBe(("sim/echo", true));
        (e["context"]!.Number("window_tokens"), e["context"]!["fits"]!.GetValue<bool>()).ShouldBe((128_000, true));
        var deployment = e["deployments"]!.AsArray().ShouldHaveSingleItem()!;
        (deployment.Text("breaker"), deployment.Text("worst_case_usd"), deployment.Number("price_version")).ShouldBe(
            ("closed", "0.00025", 1)
        );
        var meters = e["meters"]!.AsArray();
        meters
            .Select(m => $"{m!.Text("scope")} {m!.Text("unit")} {m!.Number("needed")}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                new[]
                {
                    "key nano_usd 250000",
                    "key requests 1",
                    "model tokens 150",
                    "organisation nano_usd 250000",
                    "workspace nano_usd 250000",
                }
            );
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_state_of_a_key_is_told_as_the_call_would_be_told()
    {
        var (key, client) = await node.NewKeyAsync();
        var call = Calls.Chat("sim/echo");
        await node.Admin.PostAsync($"/api/keys/{key}/disable");
        await SameAsync(key, client, call, "invalid_api_key");
        await node.Admin.PostAsync($"/api/keys/{key}/enable");
        await SameAsync(key, client, call, null);
        await node.Admin.PatchAsync($"/api/keys/{key}", new JsonObject { ["networks"] = new JsonArray("10.0.0.0/8") });
        await SameAsync(key, client, call, "permission_denied", new JsonObject { ["address"] = "127.0.0.1" });
        await node.Admin.PatchAsync($"/api/keys/{key}", new JsonObject { ["networks"] = new JsonArray("127.0.0.0/8") });
        await SameAsync(key, client, call, null, new JsonObject { ["address"] = "127.0.0.1" });
        await node.Admin.PatchAsync($"/api/keys/{key}", new JsonObject { ["allowed_routes"] = new JsonArray("other") });
        await SameAsync(key, client, call, "model_not_found");
        await SameAsync(key, client, Calls.Chat("no-such-model"), "model_not_found");
        await node.Admin.PostAsync($"/api/keys/{key}/revoke");
        await SameAsync(key, client, call, "invalid_api_key");
    }

    [Fact]
    public async Task A_person_whom_the_key_acts_for_brings_that_persons_budgets()
    {
        var person = await node.Admin.PostAsync(
            "/api/people",
            new JsonObject
            {
                ["organisation_id"] = node.OrganisationId,
                ["email"] = "eve@example.com",
                ["name"] = "Eve",
            }
        );
        await MeterAsync(
            "budgets",
            new JsonObject
            {
                ["scope"] = "person",
                ["scope_id"] = person.Text("id"),
                ["window"] = "total",
                ["limit_usd"] = "0",
            }
        );
        var (key, _) = await node.NewKeyAsync(new JsonObject { ["may_act_for_people"] = true });
        (await ExplainAsync(key, "sim/echo"))["would_pass"]!.GetValue<bool>().ShouldBeTrue();
        var e = await ExplainAsync(key, "sim/echo", new JsonObject { ["person"] = "eve@example.com" });
        (e["refused_with"]!.GetValue<string>(), e["caller"]!.Text("person")).ShouldBe(("insufficient_quota", "eve@example.com"));
        var (plain, _) = await node.NewKeyAsync();
        (await ExplainAsync(plain, "sim/echo", new JsonObject { ["person"] = "eve@example.com" }))
            .Text("refused_with")
            .ShouldBe("permission_denied");
    }

    [Fact]
    public async Task Money_limits_and_prices_are_told_as_the_call_meets_them()
    {
        var (poor, poorClient) = await node.NewKeyAsync();
        await MeterAsync(
            "budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = poor,
                ["window"] = "total",
                ["limit_usd"] = "0.001",
            }
        );
        var refused = await SameAsync(poor, poorClient, Calls.Chat("sim/echo"), "insufficient_quota");
        // The default cap of 4,096 tokens at 2 USD a million is what did not fit; a smaller cap does.
        refused.Number("output_cap").ShouldBe(4_096);
        await SameAsync(
            poor,
            poorClient,
            Calls.Chat("sim/echo").With("max_tokens", 100),
            null,
            new JsonObject { ["max_output_tokens"] = 100, ["input_tokens"] = 20 }
        );

        var (slow, slowClient) = await node.NewKeyAsync();
        await MeterAsync(
            "limits",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = slow,
                ["unit"] = "requests",
                ["window"] = "total",
                ["limit"] = 1,
            }
        );
        await SameAsync(slow, slowClient, Calls.Chat("sim/echo"), null);
        await SameAsync(slow, slowClient, Calls.Chat("sim/echo"), "rate_limit_exceeded");

        var deployment = (await node.Admin.GetAsync("/api/deployments?limit=1"))["items"]![0]!;
        var model = await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = "unpriced/echo", ["approve"] = true });
        await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["connection_id"] = deployment.Text("connection_id"),
                ["upstream_model"] = "echo",
            }
        );
        await SameAsync(node.KeyId, node.Door, Calls.Chat("unpriced/echo"), "unpriced_model");
    }

    [Fact]
    public async Task A_window_that_is_too_small_and_a_model_of_another_kind_are_told()
    {
        await using var upstream = await Upstream.StartAsync();
        var deployment = await node.ConnectAsync(upstream.Address, "gpt-4o-small-window", contextTokens: 200);
        deployment.ShouldNotBeEmpty();
        var words = string.Join(' ', Enumerable.Repeat("word", 400));
        await SameAsync(
            node.KeyId,
            node.Door,
            Calls.Chat("gpt-4o-small-window", words),
            "context_length_exceeded",
            new JsonObject { ["input_tokens"] = 407 }
        );
        upstream.Calls.ShouldBe(0);
        (await ExplainAsync(node.KeyId, "sim/echo", new JsonObject { ["input_tokens"] = -1 }, 400)).Text("param").ShouldBe("input_tokens");
    }

    async Task<JsonNode> ExplainAsync(string key, string model, JsonObject more, int status)
    {
        more["key_id"] = key;
        more["model"] = model;
        using var response = await node.Admin.RawAsync(HttpMethod.Post, "/api/explain", more);
        ((int)response.StatusCode).ShouldBe(status);
        return await response.JsonAsync();
    }

    [Fact]
    public async Task Benched_deployments_are_told_with_the_time_until_when()
    {
        await using var refusing = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 401));
        await node.ConnectAsync(refusing.Address, "bad-credential");
        using var first = await node.Door.ChatAsync("bad-credential");
        await first.ShouldBeRefusedAsync(502, "upstream_credential");
        var e = await SameAsync(node.KeyId, node.Door, Calls.Chat("bad-credential"), "no_deployment_available");
        var deployment = e["deployments"]![0]!;
        deployment["credential_benched_until"].ShouldNotBeNull();
        deployment["unavailable_until"].ShouldBeNull();

        await using var limiting = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 429));
        await node.ConnectAsync(limiting.Address, "limited");
        using var limited = await node.Door.ChatAsync("limited");
        await limited.ShouldBeRefusedAsync(429, "upstream_rate_limited");
        (await SameAsync(node.KeyId, node.Door, Calls.Chat("limited"), "no_deployment_available"))["deployments"]![0]!
            ["unavailable_until"]
            .ShouldNotBeNull();
    }

    [Fact]
    public async Task Explaining_calls_nobody()
    {
        await using var upstream = await Upstream.StartAsync();
        await node.ConnectAsync(upstream.Address, "quiet");
        for (var i = 0; i < 5; i++)
            (await ExplainAsync(node.KeyId, "quiet"))["would_pass"]!.GetValue<bool>().ShouldBeTrue();
        upstream.Calls.ShouldBe(0);
        (await node.HeldAsync()).ShouldBe(0);
    }
}
