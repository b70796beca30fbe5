using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Calls of the door and what tests look at in their answers.</summary>
static class Calls
{
    public static JsonObject Chat(string model, string prompt = "Hello, Portico", bool stream = false) =>
        new()
        {
            ["model"] = model,
            ["stream"] = stream,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
        };

    public static JsonObject With(this JsonObject body, string name, JsonNode? value)
    {
        body[name] = value;
        return body;
    }

    public static Task<HttpResponseMessage> ChatAsync(this HttpClient door, string model, bool stream = false) =>
        door.ChatAsync(Chat(model, stream: stream));

    public static Task<HttpResponseMessage> ChatAsync(
        this HttpClient door,
        JsonObject body,
        CancellationToken ct = default,
        params (string Name, string Value)[] headers
    ) => door.ChatAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), ct, headers);

    public static async Task<HttpResponseMessage> ChatAsync(
        this HttpClient door,
        byte[] body,
        CancellationToken ct = default,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public static string CallId(this HttpResponseMessage response) => response.Header("x-request-id")!;

    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    /// <summary>The data of the stream's events, to its end.</summary>
    public static async Task<List<string>> EventsAsync(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        var text = await response.Content.ReadAsStringAsync();
        return text.Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => l[6..]).ToList();
    }

    /// <summary>What the chunks of a stream say, joined.</summary>
    public static string Said(IEnumerable<string> events) =>
        string.Concat(
            events
                .Where(e => e != "[DONE]")
                .Select(e => JsonNode.Parse(e)!)
                .Select(e => e["choices"]?.AsArray() is { Count: > 0 } c ? c[0]!["delta"]?["content"]?.GetValue<string>() : null)
        );

    public static string Text(this JsonNode node, params string[] path)
    {
        foreach (var name in path)
            node = node[name] ?? throw new ShouldAssertException($"There is no '{name}' in {node.ToJsonString()}");
        return node.GetValue<string>();
    }

    public static long Number(this JsonNode node, params string[] path)
    {
        foreach (var name in path)
            node = node[name] ?? throw new ShouldAssertException($"There is no '{name}' in {node.ToJsonString()}");
        return node.GetValue<long>();
    }

    /// <summary>An error in OpenAI's shape: all four members are there, and nothing of our inside is.</summary>
    public static async Task<JsonObject> ShouldBeRefusedAsync(
        this HttpResponseMessage response,
        int status,
        string code,
        string? param = null
    )
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json", text);
        var error = JsonNode.Parse(text)!["error"]!.AsObject();
        ShouldBeWhole(error);
        error.Text("code").ShouldBe(code, text);
        if (param is not null)
            error.Text("param").ShouldBe(param, text);
        ShouldTellNothingOfTheInside(text);
        return error;
    }

    public static void ShouldBeWhole(JsonObject error)
    {
        foreach (var member in new[] { "message", "type", "param", "code" })
            error.ContainsKey(member).ShouldBeTrue($"'{member}' is missing in {error.ToJsonString()}");
        error.Text("message").Length.ShouldBeGreaterThan(10);
        error.Text("type").ShouldNotBeEmpty();
        (error["param"] is null || error["param"]!.GetValueKind() == JsonValueKind.String).ShouldBeTrue();
    }

    /// <summary>A problem document (RFC 9457) with our code and what to do.</summary>
    public static async Task<JsonObject> ShouldBeProblemAsync(
        this HttpResponseMessage response,
        int status,
        string code,
        string? param = null
    )
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", text);
        var problem = JsonNode.Parse(text)!.AsObject();
        problem.Text("type").ShouldBe($"urn:portico:error:{code}");
        problem.Number("status").ShouldBe(status);
        foreach (var member in new[] { "title", "detail", "advice", "request_id" })
            problem.Text(member).ShouldNotBeEmpty();
        problem.Text("code").ShouldBe(code);
        if (param is not null)
            problem.Text("param").ShouldBe(param, text);
        ShouldTellNothingOfTheInside(text);
        return problem;
    }

    /// <summary>No stack, no type name, no path of the machine.</summary>
    public static void ShouldTellNothingOfTheInside(string text)
    {
        foreach (
            var inside in new[]
            {
                "   at ",
                "System.",
                "Microsoft.",
                "Portico.Core",
                "Portico.Gateway",
                "Portico.Server",
                "Portico.Storage",
                "Portico.Governance",
                "Exception",
                "Nullable",
                "/tmp",
                ".cs:line",
                "pk_live_",
                "pa_live_",
            }
        )
            text.Replace("Bearer pk_live_…", "", StringComparison.Ordinal)
                .Replace("Bearer pa_live_…", "", StringComparison.Ordinal)
                .ShouldNotContain(inside);
    }
}
