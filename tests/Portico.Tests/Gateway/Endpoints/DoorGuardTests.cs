using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Portico.Gateway;
using Portico.Gateway.Endpoints;

namespace Portico.Tests.Gateway.Endpoints;

/// <summary>What is answered before an endpoint is reached, or when it broke: in the shape that callers of the address read.</summary>
public sealed class DoorGuardTests
{
    static async Task<(int Status, JsonNode Body, IHeaderDictionary Headers)> AnswerAsync(
        string path,
        RequestDelegate next,
        bool stopping = false,
        int maxHeaderBytes = 1_000
    )
    {
        var life = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        if (stopping)
            life.StopApplication();
        var guard = new DoorGuard(new GatewayOptions(), life, NullLogger<DoorGuard>.Instance);
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { TraceIdentifier = "request-7" };
        http.Request.Path = path;
        http.Request.Headers["x-mark"] = new string('x', 50);
        http.Response.Body = body;
        await guard.InvokeAsync(http, next, maxHeaderBytes);
        return (http.Response.StatusCode, JsonNode.Parse(Encoding.UTF8.GetString(body.ToArray()))!, http.Response.Headers);
    }

    static void ShouldBeAnthropics(JsonNode body, IHeaderDictionary headers, string type)
    {
        ((string)body["type"]!).ShouldBe("error");
        ((string)body["error"]!["type"]!).ShouldBe(type);
        ((string)body["request_id"]!).ShouldBe("request-7");
        headers["request-id"].ToString().ShouldBe("request-7");
    }

    static Task Unreached(HttpContext http) => throw new ShouldAssertException("The endpoint must not be reached.");

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages/count_tokens")]
    public async Task A_node_that_stops_answers_in_anthropics_shape(string path)
    {
        var (status, body, headers) = await AnswerAsync(path, Unreached, stopping: true);
        status.ShouldBe(529);
        ShouldBeAnthropics(body, headers, "overloaded_error");
        headers.RetryAfter.ToString().ShouldBe("1");
    }

    [Fact]
    public async Task What_nobody_caught_is_an_api_error_and_tells_nothing()
    {
        var (status, body, headers) = await AnswerAsync("/v1/messages", _ => throw new InvalidOperationException("inside"));
        status.ShouldBe(500);
        ShouldBeAnthropics(body, headers, "api_error");
        body.ToJsonString().ShouldNotContain("inside");
    }

    [Fact]
    public async Task Headers_that_are_too_large_are_an_invalid_request()
    {
        var (status, body, headers) = await AnswerAsync("/v1/messages", Unreached, maxHeaderBytes: 20);
        status.ShouldBe(431);
        ShouldBeAnthropics(body, headers, "invalid_request_error");
    }

    [Fact]
    public async Task Other_addresses_keep_openais_shape()
    {
        var (status, body, _) = await AnswerAsync("/v1/chat/completions", Unreached, stopping: true);
        status.ShouldBe(503);
        ((string)body["error"]!["code"]!).ShouldBe("shutting_down");
        (await AnswerAsync("/v1/messagesother", Unreached, stopping: true)).Body["error"]!.AsObject().ContainsKey("code").ShouldBeTrue();
    }
}
