using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Messages;

/// <summary>Calls in Anthropic's form, as its SDK makes them, and what tests look at in their answers.</summary>
static class MessagesCalls
{
    public static JsonObject Ask(string model, string text = "Hello, Portico", bool stream = false) =>
        new()
        {
            ["model"] = model,
            ["max_tokens"] = 512,
            ["stream"] = stream,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
        };

    /// <summary>A client that signs in as Anthropic's SDK does.</summary>
    public static HttpClient AsAnthropic(this Node node, string? secret = null)
    {
        var client = node.Client(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("x-api-key", secret ?? node.KeySecret);
        client.DefaultRequestHeaders.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        return client;
    }

    public static Task<HttpResponseMessage> MessageAsync(
        this HttpClient door,
        JsonObject body,
        CancellationToken ct = default,
        params (string Name, string Value)[] headers
    ) => door.MessageAsync(body.ToJsonString(), "/v1/messages", ct, headers);

    public static async Task<HttpResponseMessage> MessageAsync(
        this HttpClient door,
        string body,
        string path = "/v1/messages",
        CancellationToken ct = default,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    /// <summary>The stream's events, to its end: names must be those of the data.</summary>
    public static async Task<List<JsonObject>> MessageEventsAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream", text);
        text.ShouldEndWith("\n\n");
        var events = new List<JsonObject>();
        foreach (var e in text[..^2].Split("\n\n"))
        {
            var lines = e.Split('\n');
            lines.Length.ShouldBe(2, e);
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!.AsObject();
            lines[0].ShouldBe($"event: {data["type"]}");
            events.Add(data);
        }
        return events;
    }

    public static string Said(IEnumerable<JsonObject> events, string member = "text") =>
        string.Concat(events.Select(e => e["delta"]?[member]?.GetValue<string>()));

    /// <summary>An error in Anthropic's shape with the id that the headers have, and nothing of our inside.</summary>
    public static async Task<JsonObject> ShouldBeMessagesErrorAsync(this HttpResponseMessage response, int status, string type)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json", text);
        var body = JsonNode.Parse(text)!.AsObject();
        body.Text("type").ShouldBe("error");
        body.Text("error", "type").ShouldBe(type, text);
        body.Text("error", "message").Length.ShouldBeGreaterThan(10);
        body.Text("request_id").ShouldBe(response.Header("request-id"));
        Calls.ShouldTellNothingOfTheInside(text);
        return body["error"]!.AsObject();
    }
}

/// <summary>What an upstream of Anthropic's form answers (https://platform.claude.com/docs/en/api/messages).</summary>
static class AnthropicUpstream
{
    public const string Usage =
        """{"input_tokens":5,"cache_creation_input_tokens":30,"cache_read_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":7}""";

    public const string Message =
        """{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[{"type":"text","text":"four words of text","citations":null}],"stop_reason":"end_turn","stop_sequence":null,"x_new":[1.50],"usage":"""
        + Usage
        + "}";

    /// <summary>Head, sealed thinking, text with a block of a type of tomorrow, end.</summary>
    public static readonly string[] Events =
    [
        Event(
            "message_start",
            """{"message":{"id":"msg_up","type":"message","role":"assistant","model":"claude-up","content":[],"stop_reason":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":30,"cache_read_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":1}}}"""
        ),
        Event("ping", "{}"),
        Event("content_block_start", """{"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"""),
        Event("content_block_delta", """{"index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}"""),
        Event("content_block_delta", """{"index":0,"delta":{"type":"signature_delta","signature":"c2VhbA=="}}"""),
        Event("content_block_stop", """{"index":0}"""),
        Event("content_block_start", """{"index":1,"content_block":{"type":"text","text":""}}"""),
        Event("content_block_delta", """{"index":1,"delta":{"type":"text_delta","text":"four words"}}"""),
        Event("content_block_delta", """{"index":1,"delta":{"type":"of_tomorrow","x":1.50}}"""),
        Event("content_block_delta", """{"index":1,"delta":{"type":"text_delta","text":" of text"}}"""),
        Event("content_block_stop", """{"index":1}"""),
        Event(
            "message_delta",
            """{"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":30,"cache_read_input_tokens":100,"output_tokens":7}}"""
        ),
        Event("message_stop", "{}"),
    ];

    public static string Event(string name, string rest) =>
        $"event: {name}\ndata: {{\"type\":\"{name}\"{(rest.Length > 2 ? "," + rest[1..] : "}")}\n\n";

    public static Task GoodAsync(HttpContext http)
    {
        http.Response.Headers["request-id"] = "req_up";
        return Upstream.WantsStream(http) ? Upstream.BeginStreamAsync(http, string.Concat(Events)) : Upstream.JsonAsync(http, 200, Message);
    }

    public static Task ErrorAsync(HttpContext http, int status, string type, string message) =>
        Upstream.JsonAsync(
            http,
            status,
            $$"""{"type":"error","error":{"type":"{{type}}","message":"{{message}}"},"request_id":"req_up"}"""
        );

    /// <summary>Connects it as a provider of Anthropic's family and gives the name to call it by; with a policy that is a route to it.</summary>
    public static async Task<string> ConnectAnthropicAsync(this Node node, Upstream upstream, JsonObject? policy = null)
    {
        var model = "m-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(upstream.Address, model, family: "anthropic", upstreamModel: "claude-sonnet-4-6");
        if (policy is null)
            return model;
        await node.RouteAsync("r-" + model, [deployment], policy);
        return "r-" + model;
    }

    public static async Task<string> ConnectOpenAiAsync(this Node node, Upstream upstream, int idleMs = 10_000)
    {
        var model = "m-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, idleMs: idleMs);
        return model;
    }
}
