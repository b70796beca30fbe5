using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>What providers do wrong before the first output, seen by a caller of the whole node: a real HTTP status, whose fault it was, and an attempt's row.</summary>
public sealed class UpstreamFaultTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Credential = "sk-upstream-canary-credential";
    readonly Node node = shared.Node;

    /// <summary>A model of one deployment at this upstream, called through a route that tries once.</summary>
    async Task<string> OnceAsync(Uri address, int firstByteMs = 10_000, int idleMs = 10_000, int retries = 0)
    {
        var name = "m-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(address, name + "-model", firstByteMs, idleMs);
        await node.RouteAsync(name, [deployment], new JsonObject { ["retries"] = retries });
        return name;
    }

    async Task<JsonNode> FailsAsync(string model, int status, string code, string fault, bool stream, int upstreamStatus)
    {
        using var response = await node.Door.ChatAsync(model, stream);
        var error = await response.ShouldBeRefusedAsync(status, code);
        error.ToJsonString().ShouldNotContain(Credential);
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("failed");
        record.Text("error_code").ShouldBe(code);
        record.Number("cost_nano_usd").ShouldBe(0);
        record.ToJsonString().ShouldNotContain(Credential);
        var attempt = record["attempts"]!.AsArray().ShouldHaveSingleItem()!;
        attempt.Text("outcome").ShouldBe("failed");
        attempt.Text("fault").ShouldBe(fault);
        attempt.Number("status").ShouldBe(upstreamStatus);
        (await node.HeldAsync()).ShouldBe(0);
        node.Logs.Lines.ShouldNotContain(l => l.Text.Contains(Credential, StringComparison.Ordinal));
        return record;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_connection_is_the_providers_fault(bool stream)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var model = await OnceAsync(new Uri($"http://127.0.0.1:{port}"));
        await FailsAsync(model, 502, "upstream_failed", "upstream", stream, 0);
    }

    [Theory]
    [InlineData(500, 502, "upstream_failed", "upstream")]
    [InlineData(502, 502, "upstream_failed", "upstream")]
    [InlineData(503, 503, "upstream_overloaded", "upstream")]
    [InlineData(529, 503, "upstream_overloaded", "upstream")]
    [InlineData(504, 504, "upstream_timeout", "upstream")]
    [InlineData(404, 502, "upstream_failed", "model")]
    public async Task A_status_of_the_provider_becomes_ours(int theirs, int ours, string code, string fault)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, theirs));
        await FailsAsync(await OnceAsync(upstream.Address), ours, code, fault, stream: theirs % 2 == 0, theirs);
        upstream.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_whose_body_never_ends_is_that_error_all_the_same(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            http.Response.StatusCode = 503;
            await Upstream.WriteAsync(http, "{\"error\":{\"message\":");
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        var model = await OnceAsync(upstream.Address, firstByteMs: 60_000, idleMs: 500);
        await FailsAsync(model, 503, "upstream_overloaded", "upstream", stream, 503);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_credential_benches_the_connection_and_is_not_the_callers(int theirs)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, theirs, $"Incorrect API key provided: {Credential}.", "invalid_request_error", "invalid_api_key")
        );
        var model = await OnceAsync(upstream.Address);
        await FailsAsync(model, 502, "upstream_credential", "credential", stream: false, theirs);
        // Benched: the next call is not sent there.
        using var second = await node.Door.ChatAsync(model);
        await second.ShouldBeRefusedAsync(503, "no_deployment_available");
        second.Header("retry-after").ShouldNotBeNull();
        upstream.Calls.ShouldBe(1);
        // A new credential is a new chance.
        upstream.Answer = http => Upstream.WholeAsync(http);
        var connection = (await node.RecordOfAsync(second))["trail"]!.ToJsonString();
        connection.ShouldContain("benched until");
        var id = (await node.Admin.GetAsync("/api/deployments"))["items"]!
            .AsArray()
            .Last(d => connection.Contains(d!.Text("id"), StringComparison.Ordinal))!
            .Text("connection_id");
        await node.Admin.PatchAsync($"/api/connections/{id}", new JsonObject { ["credential"] = "sk-a-new-credential" });
        using var third = await node.Door.ChatAsync(model);
        ((int)third.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_limit_of_the_provider_is_passed_on_with_its_wait_and_cools_the_deployment_down()
    {
        await using var upstream = await Upstream.StartAsync(http =>
        {
            http.Response.Headers.RetryAfter = "7";
            return Upstream.ErrorAsync(http, 429, "Rate limit reached", "requests", "rate_limit_exceeded");
        });
        var model = await OnceAsync(upstream.Address, retries: 2);
        using var response = await node.Door.ChatAsync(model);
        await response.ShouldBeRefusedAsync(429, "upstream_rate_limited");
        response.Header("retry-after").ShouldBe("7");
        response.Header("retry-after-ms").ShouldBe("7000");
        response.Header("x-should-retry").ShouldBeNull();
        using var second = await node.Door.ChatAsync(model);
        await second.ShouldBeRefusedAsync(503, "no_deployment_available");
        int.Parse(second.Header("retry-after")!).ShouldBeInRange(5, 7);
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_limit_of_the_provider_without_a_wait_cools_the_deployment_down_for_a_while()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 429));
        var model = await OnceAsync(upstream.Address);
        using var response = await node.Door.ChatAsync(model);
        await response.ShouldBeRefusedAsync(429, "upstream_rate_limited");
        response.Header("retry-after").ShouldBeNull();
        using var second = await node.Door.ChatAsync(model);
        await second.ShouldBeRefusedAsync(503, "no_deployment_available");
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task An_exhausted_account_at_the_provider_benches_the_connection()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, 429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota")
        );
        var model = await OnceAsync(upstream.Address);
        await FailsAsync(model, 502, "upstream_credential", "credential", stream: false, 429);
        using var second = await node.Door.ChatAsync(model);
        await second.ShouldBeRefusedAsync(503, "no_deployment_available");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hang_before_the_first_byte_ends_with_a_timeout(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(Upstream.HangAsync);
        await FailsAsync(await OnceAsync(upstream.Address, firstByteMs: 150), 504, "upstream_timeout", "upstream", stream, 0);
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_hang_behind_the_head_of_a_stream_is_still_an_http_status()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, ": keep-alive\n\n");
            await Upstream.HangAsync(http);
        });
        await FailsAsync(await OnceAsync(upstream.Address, idleMs: 150), 504, "upstream_timeout", "upstream", stream: true, 0);
    }

    [Theory]
    [InlineData("rate_limit_error", 429, "upstream_rate_limited", "rate_limit", 429)]
    [InlineData("overloaded_error", 503, "upstream_overloaded", "upstream", 529)]
    [InlineData("server_error", 502, "upstream_failed", "upstream", 500)]
    public async Task An_error_as_the_first_event_is_a_real_http_status(string type, int ours, string code, string fault, int stands)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Upstream.Frame($$$"""{"error":{"message":"It broke on the way","type":"{{{type}}}","param":null,"code":null}}""")
            )
        );
        await FailsAsync(await OnceAsync(upstream.Address), ours, code, fault, stream: true, stands);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: not json at all\n\n")]
    [InlineData("data: {\"broken\":\n\n")]
    [InlineData("<html>A proxy in between</html>")]
    public async Task A_stream_that_is_none_is_a_fault_of_the_provider(string bytes)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.BeginStreamAsync(http, bytes));
        using var response = await node.Door.ChatAsync(await OnceAsync(upstream.Address), stream: true);
        ((int)response.StatusCode).ShouldBe(502);
        var error = (await response.JsonAsync())["error"]!;
        error.Text("code").ShouldBeOneOf("upstream_malformed", "upstream_cut");
        (await node.RecordOfAsync(response)).Text("outcome").ShouldBe("failed");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"choices\":[")]
    public async Task A_plain_answer_that_is_not_json_is_a_fault_of_the_provider(string body)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, body));
        await FailsAsync(await OnceAsync(upstream.Address), 502, "upstream_malformed", "upstream", stream: false, 0);
    }

    [Fact]
    public async Task A_plain_answer_that_breaks_off_is_a_fault_of_the_provider()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = 1_000;
            // The server closes when less comes than was promised.
            await Upstream.WriteAsync(http, "{\"id\":\"c1\",");
        });
        await FailsAsync(await OnceAsync(upstream.Address), 502, "upstream_cut", "upstream", stream: false, 0);
    }

    [Fact]
    public async Task The_callers_own_mistake_comes_back_in_the_providers_words_and_is_not_tried_again()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.JsonAsync(
                http,
                400,
                """{"error":{"message":"Unsupported value: 'temperature'","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"""
            )
        );
        var model = await OnceAsync(upstream.Address, retries: 3);
        using var response = await node.Door.ChatAsync(model);
        var error = await response.ShouldBeRefusedAsync(400, "unsupported_value", "temperature");
        error.Text("message").ShouldBe("Unsupported value: 'temperature'");
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_context_that_is_too_long_for_the_provider_has_openais_code()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, 400, "This model's maximum context length is 8192 tokens", "invalid_request_error")
        );
        using var response = await node.Door.ChatAsync(await OnceAsync(upstream.Address));
        await response.ShouldBeRefusedAsync(400, "context_length_exceeded");
    }
}
