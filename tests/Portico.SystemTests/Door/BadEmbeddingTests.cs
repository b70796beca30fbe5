using System.Net.Http.Headers;
using System.Text;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What callers may get wrong on /v1/embeddings: the same shape and the same silence as on the chat endpoint.</summary>
public sealed class BadEmbeddingTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    Task<HttpResponseMessage> SendAsync(byte[] body, string type = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return node.Door.PostAsync("/v1/embeddings", content);
    }

    async Task RefusedAsync(string json, int status, string code, string? param = null)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(json));
        (await response.ShouldBeRefusedAsync(status, code, param)).ToJsonString().ShouldNotContain("canary");
        response.CallId().ShouldStartWith("call_");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"model":"sim/embeddings","input":"canary"} more""")]
    [InlineData("""{"model":"sim/embeddings","input":"canary",}""")]
    [InlineData("""{"model":"sim/embeddings","input":"\ud800"}""")]
    public Task Malformed_json_is_refused(string json) => RefusedAsync(json, 400, "invalid_json");

    [Theory]
    [InlineData("""{"input":"canary"}""", "model")]
    [InlineData("""{"model":"","input":"canary"}""", "model")]
    [InlineData("""{"model":5,"input":"canary"}""", "model")]
    [InlineData("""{"model":"sim/embeddings"}""", "input")]
    [InlineData("""{"model":"sim/embeddings","input":null}""", "input")]
    [InlineData("""{"model":"sim/embeddings","input":{"text":"canary"}}""", "input")]
    [InlineData("""{"model":"sim/embeddings","input":[]}""", "input")]
    [InlineData("""{"model":"sim/embeddings","input":""}""", "input")]
    [InlineData("""{"model":"sim/embeddings","input":["canary",""]}""", "input[1]")]
    [InlineData("""{"model":"sim/embeddings","input":["canary",null]}""", "input[1]")]
    [InlineData("""{"model":"sim/embeddings","input":["canary",[1,2]]}""", "input")]
    [InlineData("""{"model":"sim/embeddings","input":[[]]}""", "input[0]")]
    [InlineData("""{"model":"sim/embeddings","input":[[1.5]]}""", "input[0]")]
    [InlineData("""{"model":"sim/embeddings","input":"canary","dimensions":0}""", "dimensions")]
    [InlineData("""{"model":"sim/embeddings","input":"canary","dimensions":"many"}""", "dimensions")]
    [InlineData("""{"model":"sim/embeddings","input":"canary","encoding_format":"hex"}""", "encoding_format")]
    [InlineData("""{"model":"sim/embeddings","input":"canary","user":7}""", "user")]
    [InlineData("""{"model":"sim/embeddings","input":"canary","input":"again"}""", "input")]
    public Task What_is_missing_or_of_the_wrong_type_is_named(string json, string param) =>
        RefusedAsync(json, 400, "invalid_request", param);

    [Fact]
    public Task More_inputs_than_the_bound_are_refused() =>
        RefusedAsync(
            $$"""{"model":"sim/embeddings","input":[{{string.Join(',', Enumerable.Repeat("\"x\"", 2_049))}}]}""",
            400,
            "invalid_request",
            "input"
        );

    [Fact]
    public Task An_unknown_model_is_not_found() =>
        RefusedAsync("""{"model":"no/such","input":"canary"}""", 404, "model_not_found", "model");

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        using var response = await SendAsync([.. """{"model":"sim/embeddings","input":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}']);
        await response.ShouldBeRefusedAsync(400, "invalid_json");
    }

    [Fact]
    public async Task A_wrong_media_type_a_wrong_method_and_a_body_of_20_MB_are_refused()
    {
        using var text = await SendAsync("""{"model":"sim/embeddings","input":"x"}"""u8.ToArray(), "text/plain");
        await text.ShouldBeRefusedAsync(415, "unsupported_media_type");
        using var get = await node.Door.GetAsync("/v1/embeddings");
        await get.ShouldBeRefusedAsync(405, "method_not_allowed");
        using var large = await SendAsync(new byte[20 * 1024 * 1024]);
        await large.ShouldBeRefusedAsync(413, "request_too_large");
    }

    [Fact]
    public async Task Fields_that_are_not_known_here_are_no_mistake()
    {
        using var response = await SendAsync("""{"model":"sim/embeddings","input":"x","of_a_later_version":{"a":[1]}}"""u8.ToArray());
        response.EnsureSuccessStatusCode();
    }
}
