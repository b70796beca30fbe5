using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Messages;

/// <summary>The door of Anthropic's form: who is let in, what is refused, in which shape, and how limits are told.</summary>
public sealed class DoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Theory]
    [InlineData("x-api-key")]
    [InlineData("authorization")]
    public async Task A_key_is_taken_as_the_sdk_sends_it(string header)
    {
        using var door = node.Client(null);
        door.DefaultRequestHeaders.TryAddWithoutValidation(header, header == "authorization" ? "Bearer " + node.KeySecret : node.KeySecret);
        using var response = await door.MessageAsync(MessagesCalls.Ask("sim/echo"));
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("request-id").ShouldBe(response.Header("x-request-id"));
    }

    [Fact]
    public async Task Without_a_key_or_with_a_wrong_one_nobody_comes_in()
    {
        using var nobody = node.Client(null);
        await (await nobody.MessageAsync(MessagesCalls.Ask("sim/echo"))).ShouldBeMessagesErrorAsync(401, "authentication_error");
        using var wrong = node.AsAnthropic("pk_live_wrong");
        using var response = await wrong.MessageAsync(MessagesCalls.Ask("sim/echo"));
        await response.ShouldBeMessagesErrorAsync(401, "authentication_error");
        response.Header("x-should-retry").ShouldBe("false");
        await (await wrong.MessageAsync("{}", "/v1/messages/count_tokens")).ShouldBeMessagesErrorAsync(401, "authentication_error");
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_anthropics_shape()
    {
        using var door = node.AsAnthropic();
        async Task<JsonObject> RefusedAsync(string body) =>
            await (await door.MessageAsync(body)).ShouldBeMessagesErrorAsync(400, "invalid_request_error");
        (await RefusedAsync("{\"model\":")).Text("code").ShouldBe("invalid_json");
        (await RefusedAsync("""{"model":"sim/echo","messages":[{"role":"user","content":"x"}]}""")).Text("param").ShouldBe("max_tokens");
        (await RefusedAsync("""{"model":"sim/echo","max_tokens":5,"messages":[]}""")).Text("param").ShouldBe("messages");
        using var unknown = await door.MessageAsync(MessagesCalls.Ask("no/such"));
        await unknown.ShouldBeMessagesErrorAsync(404, "not_found_error");
        var record = await node.RecordOfAsync(unknown);
        record.Text("wire").ShouldBe("anthropic-messages");
        record.Text("outcome").ShouldBe("refused");
    }

    [Theory]
    [InlineData("GET", "/v1/messages", 405, "invalid_request_error")]
    [InlineData("DELETE", "/v1/messages/count_tokens", 405, "invalid_request_error")]
    [InlineData("POST", "/v1/messages/nothing", 404, "not_found_error")]
    [InlineData("GET", "/v1/messages/nothing", 404, "not_found_error")]
    public async Task Other_addresses_and_methods_answer_in_the_same_shape(string method, string path, int status, string type)
    {
        using var door = node.AsAnthropic();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await door.SendAsync(request);
        await response.ShouldBeMessagesErrorAsync(status, type);
        if (status == 405)
            response.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task Bounds_of_the_web_server_answer_in_the_same_shape()
    {
        using var door = node.AsAnthropic();
        using var large = await door.MessageAsync(
            MessagesCalls.Ask("sim/echo").ToJsonString(),
            "/v1/messages",
            default,
            ("x-large", new string('x', 40_000))
        );
        await large.ShouldBeMessagesErrorAsync(431, "invalid_request_error");
        using var text = new StringContent("{}", Encoding.UTF8);
        text.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using var wrong = await door.PostAsync(new Uri("/v1/messages", UriKind.Relative), text);
        await wrong.ShouldBeMessagesErrorAsync(415, "invalid_request_error");
    }

    [Fact]
    public async Task Limits_are_told_in_anthropics_headers_and_a_spent_one_refuses()
    {
        using var estate = await Estate.MakeAsync(node);
        node.Time.ToTheStartOfAMinute();
        await node.LimitAsync("key", estate.Key, "requests", 2);
        await node.LimitAsync("key", estate.Key, "tokens", 100_000);
        using var first = await estate.Door.MessageAsync(MessagesCalls.Ask("sim/echo"));
        ((int)first.StatusCode).ShouldBe(200);
        first.Header("anthropic-ratelimit-requests-limit").ShouldBe("2");
        first.Header("anthropic-ratelimit-requests-remaining").ShouldBe("1");
        first.Header("anthropic-ratelimit-tokens-limit").ShouldBe("100000");
        first.Header("x-ratelimit-limit-requests").ShouldBeNull();
        var reset = DateTimeOffset.ParseExact(
            first.Header("anthropic-ratelimit-requests-reset")!,
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );
        (reset - node.Time.GetUtcNow()).TotalSeconds.ShouldBeInRange(1, 60);
        // A count is a request like any other.
        using var count = await estate.Door.MessageAsync(MessagesCalls.Ask("sim/echo").ToJsonString(), "/v1/messages/count_tokens");
        ((int)count.StatusCode).ShouldBe(200);
        count.Header("anthropic-ratelimit-requests-remaining").ShouldBe("0");
        using var refused = await estate.Door.MessageAsync(MessagesCalls.Ask("sim/echo"));
        await refused.ShouldBeMessagesErrorAsync(429, "rate_limit_error");
        refused.Header("retry-after").ShouldNotBeNull();
        refused.Header("anthropic-ratelimit-requests-remaining").ShouldBe("0");
    }

    [Fact]
    public async Task A_spent_budget_is_refused_and_says_not_to_try_again()
    {
        using var estate = await Estate.MakeAsync(node);
        await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["window"] = "total",
                ["limit_usd"] = "0.000001",
                ["scope"] = "key",
                ["scope_id"] = estate.Key,
            }
        );
        using var refused = await estate.Door.MessageAsync(MessagesCalls.Ask("sim/echo"));
        var error = await refused.ShouldBeMessagesErrorAsync(429, "rate_limit_error");
        error.Text("code").ShouldBe("insufficient_quota");
        refused.Header("x-should-retry").ShouldBe("false");
    }

    [Fact]
    public async Task Tokens_are_counted_here_where_the_provider_does_not_and_it_is_said_how()
    {
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(
            """{"model":"sim/echo","messages":[{"role":"user","content":"Hello"}]}""",
            "/v1/messages/count_tokens"
        );
        var counted = (await response.JsonAsync()).Number("input_tokens");
        counted.ShouldBeInRange(5, 40);
        response.Header("x-portico-token-count").ShouldBe("estimated");
        var record = await node.RecordOfAsync(response);
        record.Text("operation").ShouldBe("count_tokens");
        record.Text("wire").ShouldBe("anthropic-count-tokens");
        record.Text("outcome").ShouldBe("completed");
        record.Number("cost_nano_usd").ShouldBe(0);
        record.Number("counted_input_tokens").ShouldBe(counted);
        record["attempts"]!.AsArray().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Tokens_are_counted_by_anthropic_for_its_models()
    {
        string? path = null;
        await using var upstream = await Upstream.StartAsync(http =>
        {
            path = http.Request.Path;
            return Upstream.JsonAsync(http, 200, """{"input_tokens":2095,"x_new":1.50}""");
        });
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(
            $$"""{"model":"{{model}}", "messages":[{"role":"user","content":"Hello"}]}""",
            "/v1/messages/count_tokens"
        );
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"input_tokens":2095,"x_new":1.50}""");
        path.ShouldBe("/v1/messages/count_tokens");
        upstream.Bodies.Single().ShouldBe("""{"model":"claude-sonnet-4-6", "messages":[{"role":"user","content":"Hello"}]}""");
        response.Header("x-portico-token-count").ShouldBe("provider");
        (await node.RecordOfAsync(response)).Number("counted_input_tokens").ShouldBe(2095);

        upstream.Answer = http => AnthropicUpstream.ErrorAsync(http, 400, "invalid_request_error", "messages: no such role");
        using var refused = await door.MessageAsync(
            $$"""{"model":"{{model}}", "messages":[{"role":"user","content":"Hello"}]}""",
            "/v1/messages/count_tokens"
        );
        (await refused.ShouldBeMessagesErrorAsync(400, "invalid_request_error")).Text("message").ShouldContain("no such role");
    }
}
