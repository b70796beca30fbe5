using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Server;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>A whole node on a free loopback port, with simulated models, the demo's key and its admin token.</summary>
sealed class Door : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("portico-door-").FullName;
    PorticoServer server = null!;
    string workspace = "";

    public HttpClient Calls { get; private set; } = null!;
    public HttpClient Admin { get; private set; } = null!;
    public IServiceProvider Services => server.Services;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Door> OpenAsync(params (string Name, string Value)[] settings)
    {
        var door = new Door();
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:DataDirectory"] = door.folder,
            ["Server:Url"] = "http://127.0.0.1:0",
            ["Models:FromEnvironment"] = "false",
            ["Models:FromLoopback"] = "false",
        };
        foreach (var (name, value) in settings)
            values[name] = value;
        door.server = PorticoServer.Build(set: values, more: b => b.Logging.ClearProviders());
        var report = await door.server.StartAsync(Ct);
        door.Calls = Client(report.Address, report.Made!.Key.Secret.Reveal());
        door.Admin = Client(report.Address, report.Made.AdminToken.Reveal());
        door.workspace = report.Made.Workspace.Id.ToString();
        return door;
    }

    /// <summary>Lets the admin token read what is said here, as a second person.</summary>
    public async Task RevealAsync()
    {
        var asked = await PostAsync("/api/reveals", $$"""{"workspace_id":"{{workspace}}","reason":"a test reads"}""");
        var second = await PostAsync("/api/admin-tokens", """{"name":"second","roles":["owner"]}""");
        using var client = Client(Admin.BaseAddress!, second["secret"]!.GetValue<string>());
        (await ApiHost.SendAsync(client, HttpMethod.Post, $"/api/reveals/{asked["id"]}/approve", "{}")).Status.ShouldBe(200);
    }

    static HttpClient Client(Uri address, string token)
    {
        var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Makes a route to a model of the hub.</summary>
    public async Task RouteAsync(string name, string model, bool keepContents, int cacheSeconds = 0, int outputTokens = 4_096)
    {
        var made = await ApiHost.SendAsync(
            Admin,
            HttpMethod.Post,
            "/api/routes",
            $$"""{"name":"{{name}}","targets":[{"deployment":null,"model":"{{model}}"}],"keep_contents":{{(
                keepContents ? "true" : "false"
            )}},"cache_seconds":{{cacheSeconds}},"default_output_tokens":{{outputTokens}}}"""
        );
        made.Status.ShouldBe(201, made.Text);
    }

    /// <summary>Calls and returns status, body and the call's id.</summary>
    public async Task<(int Status, string Body, string CallId)> ChatAsync(
        string model,
        string words,
        bool stream = false,
        string? traceparent = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Content = new StringContent(
            $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{words}}"}]}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        if (traceparent is not null)
            request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        using var response = await Calls.SendAsync(request, Ct);
        return (
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(Ct),
            response.Headers.GetValues("x-request-id").Single()
        );
    }

    public async Task<CallRecord> RecordAsync(string callId)
    {
        await Services.GetRequiredService<JournalDrain>().FlushAsync(Ct);
        return (await Services.GetRequiredService<ICallStore>().FindAsync(CallId.Parse(callId), Reach.Everywhere, Ct)).ShouldNotBeNull();
    }

    /// <summary>Connects an upstream under the model name <paramref name="model"/>.</summary>
    public async Task ConnectAsync(ScriptedUpstream upstream, string model)
    {
        var connection = await PostAsync(
            "/api/connections",
            $$"""{"name":"scripted","family":"openai","base_url":"{{upstream.Address}}v1","credential":"sk-test"}"""
        );
        await DeployAsync(model, connection, model + "-upstream", """ "context_tokens":8000,"max_output_tokens":100 """);
    }

    /// <summary>Offers a model of the simulated provider whose name holds a number of its own, such as <c>huge-300</c>, under that name.</summary>
    public async Task OfferAsync(string model)
    {
        var connections = await ApiHost.SendAsync(Admin, HttpMethod.Get, "/api/connections", null);
        var sim = connections.Json["items"]!.AsArray().Single(c => c!["family"]!.GetValue<string>() == "sim")!;
        await DeployAsync(model, sim, model, """ "context_tokens":1000000,"max_output_tokens":200000 """);
    }

    async Task DeployAsync(string model, JsonNode connection, string upstreamModel, string facts)
    {
        var added = await PostAsync("/api/models", $$"""{"name":"{{model}}","approve":true,{{facts}}}""");
        await PostAsync(
            "/api/deployments",
            $$"""{"model_id":"{{added["id"]}}","connection_id":"{{connection["id"]}}","upstream_model":"{{upstreamModel}}"}"""
        );
        await PostAsync("/api/prices", $$"""{"model_id":"{{added["id"]}}", "usd_per_mtok": {"input":"1","output":"2"} }""");
    }

    async Task<JsonNode> PostAsync(string path, string body)
    {
        var answer = await ApiHost.SendAsync(Admin, HttpMethod.Post, path, body);
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Json;
    }

    public async ValueTask DisposeAsync()
    {
        Calls?.Dispose();
        Admin?.Dispose();
        await server.StopAsync(CancellationToken.None);
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>An HTTP server of a test's own on loopback; remembers what was sent to it.</summary>
sealed class ScriptedUpstream : IAsyncDisposable
{
    public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

    readonly WebApplication app;
    readonly System.Collections.Concurrent.ConcurrentQueue<Received> requests = new();

    ScriptedUpstream(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());
    public IReadOnlyList<Received> Requests => [.. requests];

    /// <param name="answer">Status and JSON by the number of the request, from 1.</param>
    public static async Task<ScriptedUpstream> StartAsync(Func<int, (int Status, string Json)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var upstream = new ScriptedUpstream(built);
        var count = 0;
        built.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            upstream.requests.Enqueue(new Received(http.Request.Path, headers, body.ToArray()));
            var (status, json) = answer(Interlocked.Increment(ref count));
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(json);
        });
        await built.StartAsync();
        return upstream;
    }

    public const string Answer = """
        {"id":"chatcmpl-up","object":"chat.completion","created":1,"model":"big-2026","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}}
        """;

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
