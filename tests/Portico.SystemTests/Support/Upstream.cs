using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portico.SystemTests.Support;

/// <summary>An OpenAI-compatible server on loopback that does what a test tells it to.</summary>
sealed class Upstream : IAsyncDisposable
{
    readonly WebApplication app;
    readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentQueue<string> bodies = new();
    int calls;

    Upstream(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>What it does with a call; set anew at any time.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = http => WholeAsync(http);

    public int Calls => Volatile.Read(ref calls);
    public IReadOnlyList<string> Bodies => [.. bodies];

    /// <summary>What this call sent.</summary>
    public static string BodyOf(HttpContext http) => (string)http.Items[typeof(Upstream)]!;

    /// <summary>Completes when the gateway closed a connection before the answer was over.</summary>
    public Task CallerLeft => gone.Task;

    public static Task<Upstream> StartAsync(Func<HttpContext, Task>? answer = null) => StartAsync(answer, null);

    /// <param name="answer">What it does with a call; null = a plain answer.</param>
    /// <param name="certificate">Answers on https with it, by HTTP/2 where the other side can.</param>
    public static async Task<Upstream> StartAsync(Func<HttpContext, Task>? answer, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is null)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        var built = builder.Build();
        var upstream = new Upstream(built);
        if (answer is not null)
            upstream.Answer = answer;
        built.Run(upstream.TakeAsync);
        await built.StartAsync();
        upstream.Address = new Uri(built.Urls.First());
        return upstream;
    }

    async Task TakeAsync(HttpContext http)
    {
        Interlocked.Increment(ref calls);
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        http.Items[typeof(Upstream)] = body;
        bodies.Enqueue(body);
        await using var left = http.RequestAborted.Register(() => gone.TrySetResult());
        try
        {
            await Answer(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The gateway left.
        }
    }

    public const string DefaultUsage = """{"prompt_tokens":11,"completion_tokens":4,"total_tokens":15}""";

    public static string Chunk(string content) =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"content":{{JsonValue.Create(content).ToJsonString()}}},"finish_reason":null}]}""";

    public static readonly string RoleChunk =
        """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";

    public static readonly string StopChunk =
        """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    public static string UsageChunk(string usage = DefaultUsage) =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[],"usage":{{usage}}}""";

    public static string Frame(string data) => $"data: {data}\n\n";

    /// <summary>A good answer, plain or streamed as the caller asked.</summary>
    public static Task GoodAsync(HttpContext http, bool stream, string text = "four words of text", string? usage = DefaultUsage) =>
        stream ? GoodStreamAsync(http, text, usage) : WholeAsync(http, text, usage);

    public static Task WholeAsync(HttpContext http, string text = "four words of text", string? usage = DefaultUsage)
    {
        var tail = usage is null ? "" : $",\"usage\":{usage}";
        return JsonAsync(
            http,
            200,
            $$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{"role":"assistant","content":{{JsonValue.Create(text).ToJsonString()}}},"finish_reason":"stop"}]"""
                + tail
                + "}"
        );
    }

    public static async Task GoodStreamAsync(HttpContext http, string text = "four words of text", string? usage = DefaultUsage)
    {
        await BeginStreamAsync(http, Frame(RoleChunk));
        foreach (var word in text.Split(' ').Select((w, i) => i == 0 ? w : " " + w))
            await WriteAsync(http, Frame(Chunk(word)));
        await WriteAsync(http, Frame(StopChunk) + (usage is null ? "" : Frame(UsageChunk(usage))) + Frame("[DONE]"));
    }

    /// <summary>The head of a stream and its first bytes.</summary>
    public static Task BeginStreamAsync(HttpContext http, string first = "")
    {
        http.Response.ContentType = "text/event-stream";
        return WriteAsync(http, first);
    }

    public static Task WriteAsync(HttpContext http, string text) => WriteAsync(http, Encoding.UTF8.GetBytes(text));

    public static async Task WriteAsync(HttpContext http, byte[] bytes)
    {
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    public static Task ErrorAsync(
        HttpContext http,
        int status,
        string message = "It does not work",
        string type = "server_error",
        string? code = null
    ) =>
        JsonAsync(
            http,
            status,
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["message"] = message,
                    ["type"] = type,
                    ["param"] = null,
                    ["code"] = code,
                },
            }.ToJsonString()
        );

    public static Task JsonAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }

    /// <summary>Says nothing until the gateway leaves.</summary>
    public static Task HangAsync(HttpContext http) => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);

    public static bool WantsStream(HttpContext http) => BodyOf(http).Contains("\"stream\":true", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}

/// <summary>Connects upstreams to a node through the management API, as an administrator would.</summary>
static class Connecting
{
    /// <summary>Per million tokens in USD: 1 for input, 2 for output; a token of input costs 1,000 nano-USD, one of output 2,000.</summary>
    public const long InputNano = 1_000;
    public const long OutputNano = 2_000;

    /// <summary>A connection, a priced model of that name (unless it is there) and a deployment, whose id it returns.</summary>
    public static Task<string> ConnectAsync(
        this Node node,
        Uri address,
        string model,
        int firstByteMs = 10_000,
        int idleMs = 10_000,
        string credential = "sk-upstream-canary-credential",
        int? contextTokens = null,
        string upstreamModel = "up-1",
        string family = "openai",
        bool priced = true
    ) => node.Admin.ConnectAsync(address, model, firstByteMs, idleMs, credential, contextTokens, upstreamModel, family, priced);

    /// <inheritdoc cref="ConnectAsync(Node, Uri, string, int, int, string, int?, string, string, bool)"/>
    public static async Task<string> ConnectAsync(
        this Api admin,
        Uri address,
        string model,
        int firstByteMs = 10_000,
        int idleMs = 10_000,
        string credential = "sk-upstream-canary-credential",
        int? contextTokens = null,
        string upstreamModel = "up-1",
        string family = "openai",
        bool priced = true,
        string? preset = null
    )
    {
        var connection = await admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "up-" + Guid.NewGuid().ToString("N")[..8],
                ["family"] = family,
                ["preset"] = preset,
                ["base_url"] = new Uri(address, family == "gemini" ? "/v1beta" : "/v1").ToString(),
                ["credential"] = credential,
                ["first_byte_ms"] = firstByteMs,
                ["idle_ms"] = idleMs,
            }
        );
        var modelId = await ModelAsync(admin, model, contextTokens, priced);
        var deployment = await admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = modelId,
                ["connection_id"] = connection.Text("id"),
                ["upstream_model"] = upstreamModel,
            }
        );
        return deployment.Text("id");
    }

    static async Task<string> ModelAsync(Api admin, string model, int? contextTokens, bool priced)
    {
        var known = (await admin.GetAsync("/api/models?limit=1000"))["items"]!.AsArray().FirstOrDefault(m => m!.Text("name") == model);
        if (known is not null)
            return known.Text("id");
        var body = new JsonObject { ["name"] = model, ["approve"] = true };
        if (contextTokens is { } window)
            body["context_tokens"] = window;
        var id = (await admin.PostAsync("/api/models", body)).Text("id");
        if (!priced)
            return id;
        await admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = id,
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "2" },
            }
        );
        return id;
    }

    /// <summary>A route over deployments in the order given.</summary>
    public static async Task<JsonNode> RouteAsync(this Node node, string name, IEnumerable<string> deployments, JsonObject? more = null)
    {
        var body = new JsonObject
        {
            ["name"] = name,
            ["targets"] = new JsonArray(
                deployments.Select(d => (JsonNode)new JsonObject { ["deployment"] = d, ["model"] = null }).ToArray()
            ),
        };
        foreach (var (field, value) in more ?? [])
            body[field] = value?.DeepClone();
        return await node.Admin.PostAsync("/api/routes", body);
    }
}
