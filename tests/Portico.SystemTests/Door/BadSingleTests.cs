using System.Net.Http.Headers;
using System.Text;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What callers may get wrong in calls of one question: OpenAI's shape, the place that is wrong, and nothing of what was sent.</summary>
public sealed class BadSingleTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task RefusedAsync(string path, HttpContent body, int status, string code, string? param)
    {
        using var response = await node.Door.AskAsync(path, body);
        (await response.ShouldBeRefusedAsync(status, code, param)).ToJsonString().ShouldNotContain("canary");
        response.CallId().ShouldStartWith("call_");
    }

    Task RefusedAsync(string path, string json, string code, string? param = null) =>
        RefusedAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), 400, code, param);

    [Theory]
    [InlineData("/v1/rerank")]
    [InlineData("/v2/rerank")]
    [InlineData("/v1/moderations")]
    [InlineData("/v1/audio/speech")]
    [InlineData("/v1/images/generations")]
    public async Task Malformed_json_is_refused(string path)
    {
        foreach (
            var json in new[]
            {
                "",
                "{",
                "[]",
                "null",
                """{"model":"sim/echo"} more""",
                """{"model":"sim/echo",}""",
                """{"model":"sim/echo","input":"\ud800","query":"\ud800","prompt":"\ud800"}""",
            }
        )
            await RefusedAsync(path, json, "invalid_json");
        // A moderation needs no model, and the canary is its input.
        await RefusedAsync(path, """{"inputs":"canary"}""", "invalid_request", null);
        await RefusedAsync(path, """{"model":"sim/echo","model":"canary"}""", "invalid_request", "model");
    }

    [Theory]
    [InlineData("/v1/rerank", """{"query":"canary","documents":["a"]}""", "model")]
    [InlineData("/v1/rerank", """{"model":"m","documents":["canary"]}""", "query")]
    [InlineData("/v1/rerank", """{"model":"m","query":"","documents":["canary"]}""", "query")]
    [InlineData("/v1/rerank", """{"model":"m","query":"canary"}""", "documents")]
    [InlineData("/v1/rerank", """{"model":"m","query":"canary","documents":[]}""", "documents")]
    [InlineData("/v1/rerank", """{"model":"m","query":"canary","documents":"a"}""", "documents")]
    [InlineData("/v1/rerank", """{"model":"m","query":"canary","documents":["a",1]}""", "documents[1]")]
    [InlineData("/v2/rerank", """{"model":"m","query":"canary","documents":["a"],"top_n":0}""", "top_n")]
    [InlineData("/v2/rerank", """{"model":"m","query":"canary","documents":["a"],"max_tokens_per_doc":"many"}""", "max_tokens_per_doc")]
    [InlineData("/v1/moderations", """{"model":"","input":"canary"}""", "model")]
    [InlineData("/v1/moderations", "{}", "input")]
    [InlineData("/v1/moderations", """{"model":"m"}""", "input")]
    [InlineData("/v1/moderations", """{"model":"m","input":[]}""", "input")]
    [InlineData("/v1/moderations", """{"model":"m","input":["canary",""]}""", "input[1]")]
    [InlineData("/v1/moderations", """{"model":"m","input":[{"type":"video"}]}""", "input[0].type")]
    [InlineData("/v1/moderations", """{"model":"m","input":[{"type":"text"}]}""", "input[0].text")]
    [InlineData("/v1/moderations", """{"model":"m","input":[{"type":"image_url","image_url":"canary"}]}""", "input[0].image_url.url")]
    [InlineData("/v1/audio/speech", """{"input":"canary","voice":"alloy"}""", "model")]
    [InlineData("/v1/audio/speech", """{"model":"m","voice":"alloy"}""", "input")]
    [InlineData("/v1/audio/speech", """{"model":"m","input":"","voice":"alloy"}""", "input")]
    [InlineData("/v1/audio/speech", """{"model":"m","input":"canary","voice":7}""", "voice")]
    [InlineData("/v1/audio/speech", """{"model":"m","input":"canary","speed":9}""", "speed")]
    [InlineData("/v1/audio/speech", """{"model":"m","input":"canary","stream_format":"morse"}""", "stream_format")]
    [InlineData("/v1/images/generations", """{"prompt":"canary"}""", "model")]
    [InlineData("/v1/images/generations", """{"model":"m"}""", "prompt")]
    [InlineData("/v1/images/generations", """{"model":"m","prompt":"canary","n":11}""", "n")]
    [InlineData("/v1/images/generations", """{"model":"m","prompt":"canary","size":"very large"}""", "size")]
    [InlineData("/v1/images/generations", """{"model":"m","prompt":"canary","stream":"yes"}""", "stream")]
    public Task What_is_missing_or_of_the_wrong_type_is_named(string path, string json, string param) =>
        RefusedAsync(path, json, "invalid_request", param);

    static MultipartFormDataContent Form(params (string Name, string? Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            if (value is null)
                form.Add(new ByteArrayContent([1, 2, 3]), name, "canary.bin");
            else
                form.Add(new StringContent(value), name);
        return form;
    }

    public static TheoryData<string, (string, string?)[], string> Forms() =>
        new()
        {
            { "/v1/audio/transcriptions", [("file", null)], "model" },
            { "/v1/audio/transcriptions", [("model", "m")], "file" },
            { "/v1/audio/transcriptions", [("model", "m"), ("file", "")], "file" },
            { "/v1/audio/transcriptions", [("model", "m"), ("model", "m"), ("file", null)], "model" },
            { "/v1/audio/transcriptions", [("model", "m"), ("stream", "canary"), ("file", null)], "stream" },
            { "/v1/audio/translations", [("model", ""), ("file", null)], "model" },
            { "/v1/images/edits", [("model", "m"), ("prompt", "canary")], "image" },
            { "/v1/images/edits", [("model", "m"), ("image", null)], "prompt" },
            { "/v1/images/edits", [("model", "m"), ("prompt", "canary"), ("image", null), ("n", "0")], "n" },
        };

    [Theory, MemberData(nameof(Forms))]
    public Task What_is_missing_or_wrong_in_a_form_is_named(string path, (string, string?)[] fields, string param) =>
        RefusedAsync(path, Form(fields), 400, "invalid_request", param);

    [Fact]
    public async Task A_form_that_is_none_is_refused()
    {
        var broken = new ByteArrayContent("canary"u8.ToArray());
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        await RefusedAsync("/v1/audio/transcriptions", broken, 400, "invalid_request", null);
    }

    [Theory]
    [InlineData("/v1/audio/transcriptions")]
    [InlineData("/v1/images/edits")]
    [InlineData("/v1/rerank")]
    public Task A_body_of_another_media_type_is_refused(string path) =>
        RefusedAsync(path, new StringContent("canary", Encoding.UTF8, "text/plain"), 415, "unsupported_media_type", null);

    [Fact]
    public async Task A_file_larger_than_the_bound_is_refused() =>
        await RefusedAsync(
            "/v1/audio/transcriptions",
            Singles.Audio("sim/echo", new byte[33 * 1024 * 1024]),
            413,
            "request_too_large",
            null
        );

    [Theory]
    [InlineData("/v1/rerank")]
    [InlineData("/v2/rerank")]
    [InlineData("/v1/moderations")]
    [InlineData("/v1/audio/speech")]
    [InlineData("/v1/audio/transcriptions")]
    [InlineData("/v1/images/generations")]
    public async Task A_wrong_method_says_the_right_one(string path)
    {
        using var get = await node.Door.GetAsync(path);
        await get.ShouldBeRefusedAsync(405, "method_not_allowed");
        get.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task Nothing_else_is_under_v2()
    {
        using var response = await node.Door.GetAsync("/v2/chat");
        await response.ShouldBeRefusedAsync(404, "not_found");
    }

    [Fact]
    public Task An_unknown_model_is_not_found() =>
        RefusedAsync(
            "/v2/rerank",
            new StringContent("""{"model":"no/such","query":"canary","documents":["a"]}""", Encoding.UTF8, "application/json"),
            404,
            "model_not_found",
            "model"
        );

    [Fact]
    public async Task What_the_simulated_provider_cannot_give_is_its_own_refusal() =>
        await RefusedAsync(
            "/v1/audio/speech",
            """{"model":"sim/echo","input":"canary","response_format":"opus"}""",
            "upstream_rejected",
            "response_format"
        );
}
