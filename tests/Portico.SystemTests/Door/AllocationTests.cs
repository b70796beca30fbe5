using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portico.Server;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Allocations are counted over the whole process: these tests run alone.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AloneBecauseAllocationsOfTheWholeProcessAreCounted;

/// <summary>
/// What a call and a chunk cost in managed memory beside the least that a proxy in .NET needs: the same upstream and the same client around Portico and
/// around a loop that copies bytes. Counted over many calls, because background work of the node is in the sum too.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests : IAsyncLifetime
{
    const int Few = 40;
    const int Many = 840;
    const int Parallel = 8;

    readonly TemporaryDirectory directory = new();
    Upstream upstream = null!;
    PorticoServer portico = null!;
    WebApplication floor = null!;
    HttpClient porticoClient = null!;
    HttpClient screenedClient = null!;
    HttpClient floorClient = null!;

    public async ValueTask InitializeAsync()
    {
        upstream = await Upstream.StartAsync(AnswerAsync);
        floor = await StartFloorAsync(upstream.Address);
        floorClient = Client(new Uri(floor.Urls.First()), "none");
        portico = PorticoServer.Build(
            set: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Server:Url"] = "http://127.0.0.1:0",
                ["Storage:DataDirectory"] = directory.Path,
                ["Models:FromLoopback"] = "false",
                ["Models:FromEnvironment"] = "false",
            },
            more: b => b.Logging.ClearProviders()
        );
        var report = await portico.StartAsync(CancellationToken.None);
        porticoClient = Client(report.Address, report.Made!.Key.Secret.Reveal());
        using var admin = new Api(Client(report.Address, report.Made.AdminToken.Reveal()));
        await admin.ConnectAsync(upstream.Address, "counted");
        await admin.ConnectAsync(upstream.Address, "counted-anthropic", family: "anthropic");
        screenedClient = Client(report.Address, await ScreenedKeyAsync(admin));
    }

    /// <summary>A key of a use case whose texts are searched for what people usually search for, on both ways.</summary>
    static async Task<string> ScreenedKeyAsync(Api admin)
    {
        var workspace = (await admin.GetAsync("/api/workspaces"))["items"]![0]!.Text("id");
        var made = await admin.PostAsync("/api/use-cases", new JsonObject { ["workspace_id"] = workspace, ["name"] = "screened" });
        var useCase = made.Text("id");
        await admin.PutAsync(
            $"/api/policies/{useCase}",
            new JsonObject
            {
                ["text"] = """
                guardrails:
                  personal: {detect: [pii], action: redact}
                  credentials: {detect: [secrets], action: block}
                  attacks: {detect: [injection], channels: [user, retrieved, tool], action: block}
                """,
            }
        );
        return (await admin.PostAsync("/api/keys", new JsonObject { ["name"] = "screened", ["use_case_id"] = useCase })).Text("secret");
    }

    /// <summary>
    /// The state machine of a single asynchronous method that waits is 100 bytes and more: one per chunk anywhere on our way would be seen. What is left is
    /// noise: how the chunks fall into reads differs between two runs, and so do the boxes of the HTTP client.
    /// </summary>
    const double MostBytesAChunk = 80;

    /// <summary>Both forms pass through: OpenAI's and Anthropic's.</summary>
    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    public async Task A_chunk_costs_nothing_beyond_what_the_pipe_needs(string path)
    {
        var (ours, least) = (await PerChunkAsync(porticoClient, path), await PerChunkAsync(floorClient, path));
        (ours - least).ShouldBeLessThan(MostBytesAChunk, $"bytes a chunk: {ours:0} here, {least:0} in a loop that copies");
    }

    /// <summary>
    /// Measured when this was written, on top of the copying loop's own: 7 KB for a plain call and 10 KB for a stream, which is the record, its JSON, the walk, and the batches of the store; with rules 18 KB
    /// and 24 KB, which is the lane, the events, and the answer written anew. The bounds are nearly twice that: they find a buffer that is not pooled, not a string more.
    /// </summary>
    [Theory]
    [InlineData(false, false, 20 * 1024)]
    [InlineData(false, true, 20 * 1024)]
    [InlineData(true, false, 40 * 1024)]
    [InlineData(true, true, 40 * 1024)]
    public async Task A_call_costs_a_bounded_amount(bool isScreened, bool stream, int most)
    {
        var ours = await PerCallAsync(isScreened ? screenedClient : porticoClient, Few, stream);
        var least = await PerCallAsync(floorClient, Few, stream);
        (ours - least).ShouldBeLessThan(most, $"bytes a call: {ours:0} here, {least:0} in a loop that copies");
    }

    /// <summary>The slope over the length of the stream: what is once a call falls out.</summary>
    static async Task<double> PerChunkAsync(HttpClient client, string path) =>
        (await PerCallAsync(client, Many, stream: true, path) - await PerCallAsync(client, Few, stream: true, path)) / (Many - Few);

    static async Task<double> PerCallAsync(HttpClient client, int chunks, bool stream, string path = "/v1/chat/completions")
    {
        await RunAsync(client, chunks, stream, 50, path);
        const int Calls = 400;
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await RunAsync(client, chunks, stream, Calls, path);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Calls;
    }

    static Task RunAsync(HttpClient client, int chunks, bool stream, int calls, string path)
    {
        var body = Encoding.UTF8.GetBytes(
            path == "/v1/messages"
                ? Calls.Chat("counted-anthropic", "Hello", stream).With("seed", chunks).With("max_tokens", 5_000).ToJsonString()
                : Calls
                    .Chat("counted", "Hello", stream)
                    .With("seed", chunks)
                    .With("stream_options", stream ? new JsonObject { ["include_usage"] = true } : null)
                    .ToJsonString()
        );
        return Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => LoopAsync(client, body, calls / Parallel, path)));
    }

    static async Task LoopAsync(HttpClient client, byte[] body, int calls, string path)
    {
        var buffer = new byte[16 * 1024];
        for (var i = 0; i < calls; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            await using var answer = await response.Content.ReadAsStreamAsync();
            while (await answer.ReadAsync(buffer) > 0) { }
        }
    }

    static readonly byte[] Chunk = Encoding.UTF8.GetBytes(Upstream.Frame(Upstream.Chunk("word ")));

    static readonly byte[] Head = Encoding.UTF8.GetBytes(Upstream.Frame(Upstream.RoleChunk));

    static readonly byte[] MessagesChunk = Encoding.UTF8.GetBytes(AnthropicUpstream.Events[7]);
    static readonly byte[] MessagesHead = Encoding.UTF8.GetBytes(AnthropicUpstream.Events[0] + AnthropicUpstream.Events[6]);
    static readonly byte[] MessagesTail = Encoding.UTF8.GetBytes(string.Concat(AnthropicUpstream.Events[10..]));

    static readonly byte[] Tail = Encoding.UTF8.GetBytes(
        Upstream.Frame(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
    );

    /// <summary>As many chunks as the seed says, each sent by itself and given time to travel.</summary>
    static async Task AnswerAsync(HttpContext http)
    {
        var body = Upstream.BodyOf(http);
        if (!body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            await Upstream.WholeAsync(http);
            return;
        }
        var at = body.IndexOf("\"seed\":", StringComparison.Ordinal) + 7;
        var chunks = int.Parse(body.AsSpan(at, body.IndexOfAny([',', '}'], at) - at), CultureInfo.InvariantCulture);
        var isMessages = http.Request.Path == "/v1/messages";
        await Upstream.BeginStreamAsync(http);
        await Upstream.WriteAsync(http, isMessages ? MessagesHead : Head);
        for (var i = 0; i < chunks; i++)
        {
            await http.Response.Body.WriteAsync(isMessages ? MessagesChunk : Chunk, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Yield();
        }
        await Upstream.WriteAsync(http, isMessages ? MessagesTail : Tail);
    }

    /// <summary>Kestrel in, SocketsHttpHandler out, bytes copied as they come.</summary>
    static async Task<WebApplication> StartFloorAsync(Uri upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        app.Run(async http =>
        {
            var body = new byte[(int)http.Request.ContentLength!.Value];
            await http.Request.Body.ReadExactlyAsync(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(upstream, http.Request.Path.Value))
            {
                Content = new ByteArrayContent(body),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await invoker.SendAsync(request, http.RequestAborted);
            http.Response.ContentType = response.Content.Headers.ContentType!.ToString();
            http.Response.ContentLength = response.Content.Headers.ContentLength;
            await using var answer = await response.Content.ReadAsStreamAsync();
            var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(8 * 1024);
            int n;
            while ((n = await answer.ReadAsync(buffer, http.RequestAborted)) > 0)
                await http.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, n), http.RequestAborted);
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        });
        await app.StartAsync();
        return app;
    }

    static HttpClient Client(Uri address, string secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        porticoClient.Dispose();
        screenedClient.Dispose();
        floorClient.Dispose();
        await portico.StopAsync(new CancellationToken(canceled: true));
        await portico.DisposeAsync();
        await floor.DisposeAsync();
        await upstream.DisposeAsync();
        directory.Dispose();
    }
}
