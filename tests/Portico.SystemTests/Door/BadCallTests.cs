using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>
/// What callers may get wrong on /v1. Every answer has OpenAI's shape and tells nothing of the inside; the log holds neither the prompt nor the key
/// nor a complaint, because a caller's mistake is not the operators' business.
/// </summary>
public sealed class BadCallTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Canary = "canary-prompt-7c1e";
    readonly Node node = shared.Node;

    async Task RefusedAsync(HttpResponseMessage response, int status, string code, string? param = null)
    {
        var error = await response.ShouldBeRefusedAsync(status, code, param);
        error.ToJsonString().ShouldNotContain(Canary);
        response.Header("x-should-retry").ShouldBe("false");
        ShouldHaveLoggedNothing();
    }

    void ShouldHaveLoggedNothing()
    {
        var lines = node.Logs.Lines;
        lines.ShouldNotBeEmpty();
        lines.ShouldNotContain(l => l.Text.Contains(Canary, StringComparison.Ordinal));
        lines.ShouldNotContain(l => l.Text.Contains(node.KeySecret, StringComparison.Ordinal));
        lines.Where(l => l.Level >= LogLevel.Error).ShouldBeEmpty();
    }

    Task<HttpResponseMessage> SendAsync(string json) => node.Door.ChatAsync(Encoding.UTF8.GetBytes(json));

    static string Message(string content) => $$"""{"model":"sim/echo","messages":[{"role":"user","content":{{content}}}]}""";

    static string With(string member) => $$"""{"model":"sim/echo","messages":[{"role":"user","content":"{{Canary}}"}],{{member}}}""";

    [Theory]
    [InlineData("{\"model\":\"sim/echo\",")]
    [InlineData("{\"model\":\"sim/echo\" \"messages\":[]}")]
    [InlineData("{'model':'sim/echo'}")]
    [InlineData("{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"canary-prompt-7c1e\"}],}")]
    [InlineData("{\"model\":\"sim/echo\",\"messages\":[]} trailing")]
    [InlineData("[]")]
    [InlineData("\"canary-prompt-7c1e\"")]
    [InlineData("null")]
    [InlineData("// a comment\n{}")]
    public async Task Malformed_json_is_refused(string body) => await RefusedAsync(await SendAsync(body), 400, "invalid_json");

    [Fact]
    public async Task Malformed_json_is_refused_with_the_place_where_it_breaks()
    {
        using var response = await SendAsync("{\n  \"model\": oops\n}");
        var error = await response.ShouldBeRefusedAsync(400, "invalid_json");
        error.Text("message").ShouldContain("line 2, byte");
    }

    [Theory]
    [InlineData("\"temperature\":\"warm\"", "temperature")]
    [InlineData("\"temperature\":3", "temperature")]
    [InlineData("\"temperature\":1e999", "temperature")]
    [InlineData("\"top_p\":[1]", "top_p")]
    [InlineData("\"stream\":\"yes\"", "stream")]
    [InlineData("\"stream_options\":true", "stream_options")]
    [InlineData("\"max_tokens\":-1", "max_tokens")]
    [InlineData("\"max_tokens\":1.5", "max_tokens")]
    [InlineData("\"max_completion_tokens\":99999999999", "max_completion_tokens")]
    [InlineData("\"n\":0", "n")]
    [InlineData("\"seed\":\"1\"", "seed")]
    [InlineData("\"stop\":5", "stop")]
    [InlineData("\"stop\":[5]", "stop[0]")]
    [InlineData("\"tools\":\"hammer\"", "tools")]
    [InlineData("\"user\":{}", "user")]
    [InlineData("\"logprobs\":1", "logprobs")]
    [InlineData("\"top_logprobs\":21", "top_logprobs")]
    [InlineData("\"parallel_tool_calls\":\"no\"", "parallel_tool_calls")]
    public async Task A_value_of_the_wrong_type_or_range_is_refused_by_its_name(string member, string param) =>
        await RefusedAsync(await SendAsync(With(member)), 400, "invalid_request", param);

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":5,"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"sim/echo"}""", "messages")]
    [InlineData("""{"model":"sim/echo","messages":[]}""", "messages")]
    [InlineData("""{"model":"sim/echo","messages":null}""", "messages")]
    [InlineData("""{"model":"sim/echo","messages":{"role":"user"}}""", "messages")]
    [InlineData("""{"model":"sim/echo","messages":["canary-prompt-7c1e"]}""", "messages[0]")]
    [InlineData("""{"model":"sim/echo","messages":[{"content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"sim/echo","messages":[{"role":"wizard","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"sim/echo","messages":[{"role":"user","content":"x"},{"role":"user","content":7}]}""", "messages[1].content")]
    public async Task What_is_missing_or_wrong_in_the_messages_is_named(string body, string param) =>
        await RefusedAsync(await SendAsync(body), 400, "invalid_request", param);

    /// <summary>The provider might take the other one: what was checked, counted and priced must be what is sent.</summary>
    [Theory]
    [InlineData("\"model\":\"sim/fixed\"", "model")]
    [InlineData("\"temperature\":1,\"temperature\":1", "temperature")]
    [InlineData("\"unknown_to_us\":1,\"unknown_to_us\":2", "unknown_to_us")]
    [InlineData("\"mess\\u0061ges\":[]", "messages")]
    public async Task A_member_that_stands_twice_is_refused(string member, string param) =>
        await RefusedAsync(await SendAsync(With(member)), 400, "invalid_request", param);

    [Theory]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\\udc00\"}]}]")]
    [InlineData("\"user\":\"\\ud83d\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("\"x\\ud800\":1,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    public async Task A_lone_surrogate_is_refused(string members) =>
        await RefusedAsync(await SendAsync($$"""{"model":"sim/echo",{{members}}}"""), 400, "invalid_json");

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        byte[] body =
        [
            .. Encoding.UTF8.GetBytes("{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\""),
            0xFF,
            0xFE,
            .. "\"}]}"u8,
        ];
        await RefusedAsync(await node.Door.ChatAsync(body), 400, "invalid_json");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(100_000)]
    public async Task Nesting_beyond_the_bound_is_refused(int levels)
    {
        using var response = await SendAsync(With("\"deep\":" + new string('[', levels) + new string(']', levels)));
        (await response.ShouldBeRefusedAsync(400, "invalid_json")).Text("message").ShouldContain("nested deeper than 128");
        ShouldHaveLoggedNothing();
    }

    [Fact]
    public async Task A_body_of_20_MB_is_refused_by_its_declared_length() =>
        await RefusedAsync(await SendAsync(Message($"\"{new string('x', 20_000_000)}\"")), 413, "request_too_large");

    [Fact]
    public async Task A_chunked_body_of_20_MB_is_refused_when_it_passes_the_bound()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Content = new StringContent(Message($"\"{new string('x', 20_000_000)}\""), Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = true;
        await RefusedAsync(await node.Door.SendAsync(request), 413, "request_too_large");
    }

    [Fact]
    public async Task An_unknown_model_is_not_found() =>
        await RefusedAsync(await node.Door.ChatAsync("no/such-model"), 404, "model_not_found", "model");

    [Fact]
    public async Task A_model_for_embeddings_does_not_chat_and_the_reverse()
    {
        using var embedding = await node.Door.PostAsync(
            "/v1/embeddings",
            new StringContent("""{"model":"no/such","input":"x"}""", Encoding.UTF8, "application/json")
        );
        await RefusedAsync(embedding, 404, "model_not_found", "model");
        using var wrong = await node.Door.PostAsync(
            "/v1/embeddings",
            new StringContent("""{"model":"sim/embeddings","input":{"a":1}}""", Encoding.UTF8, "application/json")
        );
        await RefusedAsync(wrong, 400, "invalid_request", "input");
    }

    [Theory]
    [InlineData("POST", "/v1/models", "GET")]
    [InlineData("GET", "/v1/chat/completions", "POST")]
    [InlineData("DELETE", "/v1/embeddings", "POST")]
    [InlineData("PUT", "/v1/models/sim/echo", "GET")]
    public async Task A_wrong_method_is_refused_with_the_right_one(string method, string path, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await node.Door.SendAsync(request);
        response.Content.Headers.Allow.ShouldBe([allow]);
        await RefusedAsync(response, 405, "method_not_allowed");
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/chat/completions/more")]
    [InlineData("/v1/chat//completions")]
    public async Task A_wrong_path_is_not_found(string path) => await RefusedAsync(await node.Door.GetAsync(path), 404, "not_found");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonx")]
    [InlineData(null)]
    public async Task A_wrong_media_type_is_refused(string? type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Message("\"x\"")));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var response = await node.Door.PostAsync("/v1/chat/completions", content);
        await RefusedAsync(response, 415, "unsupported_media_type");
    }

    [Fact]
    public async Task An_empty_body_is_refused() => await RefusedAsync(await SendAsync(""), 400, "invalid_json");

    [Fact]
    public async Task A_post_without_any_body_is_refused()
    {
        using var response = await node.Door.PostAsync("/v1/chat/completions", null);
        await RefusedAsync(response, 415, "unsupported_media_type");
    }

    [Theory]
    [InlineData("x-portico-timeout-ms", "soon")]
    [InlineData("x-portico-timeout-ms", "0")]
    [InlineData("x-portico-timeout-ms", "99999999999")]
    [InlineData("x-portico-cache", "perhaps")]
    public async Task An_option_header_that_makes_no_sense_is_refused(string name, string value) =>
        await RefusedAsync(await node.Door.ChatAsync(Calls.Chat("sim/echo", Canary), default, (name, value)), 400, "invalid_request", name);

    [Fact]
    public async Task Headers_over_the_bound_are_refused_in_the_shape_of_the_door() =>
        await RefusedAsync(
            await node.Door.ChatAsync(Calls.Chat("sim/echo"), default, ("x-much", new string('a', 40_000))),
            431,
            "headers_too_large"
        );

    [Fact]
    public async Task Headers_far_over_the_bound_are_refused_before_they_are_read()
    {
        using var response = await node.Door.ChatAsync(Calls.Chat("sim/echo"), default, ("x-much", new string('a', 100_000)));
        ((int)response.StatusCode).ShouldBe(431);
    }

    [Fact]
    public async Task A_body_that_drips_is_cut_off_with_408()
    {
        using var raw = await RawConnection.OpenAsync(node.Address);
        await raw.SendAsync(RawConnection.ChatHead(node.KeySecret, contentLength: 5_000) + "{\"model\":\"sim/echo\",");
        var answer = await raw.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 408 ");
        Calls.ShouldBeWhole(JsonNode.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..])!["error"]!.AsObject());
        answer.ShouldContain("request_timeout");
        ShouldHaveLoggedNothing();
    }

    [Fact]
    public async Task Headers_that_drip_are_cut_off_with_408()
    {
        await using var impatient = await Node.StartAsync(("Server:HeaderSeconds", "1"));
        using var raw = await RawConnection.OpenAsync(impatient.Address);
        await raw.SendAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: portico\r\nAuthorization: Bearer ");
        (await raw.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 408 ");
        using var good = await impatient.Door.ChatAsync("sim/echo");
        ((int)good.StatusCode).ShouldBe(200);
        impatient.Logs.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_that_leaves_in_the_middle_of_its_body_is_no_error_of_ours()
    {
        var before = Finished();
        using (var raw = await RawConnection.OpenAsync(node.Address))
        {
            await raw.SendAsync(RawConnection.ChatHead(node.KeySecret, contentLength: 5_000) + "{\"model\":\"sim/echo\",");
            raw.Reset();
        }
        await Eventually.IsTrueAsync(() => Finished() > before);
        using var good = await node.Door.ChatAsync("sim/echo");
        ((int)good.StatusCode).ShouldBe(200);
        ShouldHaveLoggedNothing();

        int Finished() => node.Logs.Lines.Count(l => l.Text.StartsWith("Request finished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_is_recorded_as_refused_with_its_reason_and_without_the_prompt()
    {
        using var response = await SendAsync(With("\"temperature\":\"warm\""));
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("refused");
        record.Number("status").ShouldBe(400);
        record.Text("error_code").ShouldBe("invalid_request");
        record.Text("key_id").ShouldBe(node.KeyId);
        record.ToJsonString().ShouldNotContain(Canary);
        using var malformed = await SendAsync("{\"model\":");
        (await node.RecordOfAsync(malformed)).Text("outcome").ShouldBe("refused");
    }

    [Fact]
    public async Task A_good_call_leaves_neither_prompt_nor_key_in_log_or_record()
    {
        using var response = await node.Door.ChatAsync(Calls.Chat("sim/echo", Canary));
        (await response.Content.ReadAsStringAsync()).ShouldContain(Canary);
        (await node.RecordOfAsync(response)).ToJsonString().ShouldNotContain(Canary);
        ShouldHaveLoggedNothing();
    }

    [Fact]
    public async Task Fields_that_are_not_known_here_reach_the_provider_byte_for_byte()
    {
        await using var upstream = await Upstream.StartAsync();
        var model = "pass-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        const string Odd = "\"x_vendor\" : { \"b\":1.50, \"a\":[ 1,2 ] ,\"text\":\"é\\u00e9\" }";
        using var response = await SendAsync(
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"x","x_inner":1e2}],{{Odd}},"max_tokens":7}"""
        );
        ((int)response.StatusCode).ShouldBe(200);
        var sent = upstream.Bodies.ShouldHaveSingleItem();
        sent.ShouldContain(Odd);
        sent.ShouldContain("\"x_inner\":1e2");
        sent.ShouldContain("\"model\":\"up-1\"");
    }
}
