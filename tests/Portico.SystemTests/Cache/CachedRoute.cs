using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cache;

/// <summary>A route with a cache over one upstream, whose answers are numbered, so that a test sees which one it got.</summary>
sealed class CachedRoute : IAsyncDisposable
{
    CachedRoute(Node node, Upstream upstream, string name, string model, string deployment) =>
        (Node, Upstream, Name, Model, Deployment) = (node, upstream, name, model, deployment);

    public Node Node { get; }
    public Upstream Upstream { get; }
    public string Name { get; }
    public string Model { get; }
    public string Deployment { get; }

    public static async Task<CachedRoute> OpenAsync(Node node, int seconds = 60, JsonObject? more = null)
    {
        var name = "c-" + Guid.NewGuid().ToString("N")[..8];
        var upstream = await Upstream.StartAsync();
        upstream.Answer = http => Upstream.GoodAsync(http, Upstream.WantsStream(http), $"answer number {upstream.Calls}");
        var deployment = await node.ConnectAsync(upstream.Address, name + "-model");
        await node.RouteAsync(name, [deployment], Policy(seconds, more));
        return new CachedRoute(node, upstream, name, name + "-model", deployment);
    }

    static JsonObject Policy(int seconds, JsonObject? more)
    {
        var policy = new JsonObject { ["cache_seconds"] = seconds, ["retries"] = 0 };
        foreach (var (field, value) in more ?? [])
            policy[field] = value?.DeepClone();
        return policy;
    }

    public JsonObject Body(string? more = null)
    {
        var body = Calls.Chat(Name);
        if (more is not null)
            foreach (var (field, value) in JsonNode.Parse(more)!.AsObject())
                body[field] = value?.DeepClone();
        return body;
    }

    public Task<HttpResponseMessage> CallAsync(
        string? more = null,
        HttpClient? door = null,
        params (string Name, string Value)[] headers
    ) => (door ?? Node.Door).ChatAsync(Body(more), default, headers);

    /// <summary>What the header says of the cache for one call, and the text of the answer.</summary>
    public async Task<(string? State, string Text)> AskAsync(
        string? more = null,
        HttpClient? door = null,
        params (string Name, string Value)[] headers
    )
    {
        using var response = await CallAsync(more, door, headers);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        var text =
            response.Content.Headers.ContentType?.MediaType == "text/event-stream"
                ? Calls.Said(await response.EventsAsync())
                : (await response.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        return (response.Header("x-portico-cache"), text);
    }

    /// <summary>Replaces what the route says.</summary>
    public Task ChangeAsync(JsonObject more)
    {
        var body = Policy(60, more);
        body["name"] = Name;
        body["targets"] = new JsonArray(new JsonObject { ["deployment"] = Deployment, ["model"] = null });
        return Node.Admin.PutAsync($"/api/routes/{Name}", body);
    }

    /// <summary>Lets the upstream answer in this way from now on.</summary>
    public void Answer(Func<HttpContext, Task> answer) => Upstream.Answer = answer;

    public ValueTask DisposeAsync() => Upstream.DisposeAsync();
}
