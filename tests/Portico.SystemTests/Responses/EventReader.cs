using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>A model that says a word whenever the test lets it, and ends at the last.</summary>
sealed class Teller : IAsyncDisposable
{
    readonly SemaphoreSlim words = new(0);

    public Upstream Upstream { get; private set; } = null!;

    public static async Task<Teller> StartAsync(Node node, int count, string? end = null)
    {
        var teller = new Teller();
        teller.Upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk));
            for (var i = 0; i < count; i++)
            {
                await teller.words.WaitAsync(http.RequestAborted);
                await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk($"word{i} ")));
            }
            await teller.words.WaitAsync(http.RequestAborted);
            await Upstream.WriteAsync(
                http,
                end ?? Upstream.Frame(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
            );
        });
        await node.ConnectAsync(teller.Upstream.Address, "teller", idleMs: 60_000);
        return teller;
    }

    public void Say(int count = 1) => words.Release(count);

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        words.Dispose();
    }
}

/// <summary>A stream that is read event by event.</summary>
sealed class EventReader : IDisposable
{
    readonly HttpResponseMessage response;
    readonly StreamReader lines;

    EventReader(HttpResponseMessage response, Stream stream)
    {
        this.response = response;
        lines = new StreamReader(stream);
    }

    public List<string> Raw { get; } = [];
    public List<JsonNode> Events { get; } = [];

    public static async Task<EventReader> OfAsync(HttpResponseMessage response)
    {
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    public async Task<JsonNode?> NextAsync()
    {
        if (await lines.ReadLineAsync() is not { } name)
            return null;
        var data = (await lines.ReadLineAsync())!;
        (await lines.ReadLineAsync()).ShouldBe("");
        Raw.Add(name + '\n' + data);
        var parsed = JsonNode.Parse(data["data: ".Length..])!;
        name.ShouldBe("event: " + parsed.Text("type"));
        Events.Add(parsed);
        return parsed;
    }

    public async Task UntilAsync(string type)
    {
        while ((await NextAsync())!.Text("type") != type) { }
    }

    public async Task<EventReader> ToEndAsync()
    {
        while (await NextAsync() is not null) { }
        return this;
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
