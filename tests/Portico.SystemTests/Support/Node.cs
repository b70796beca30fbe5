using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portico.Server;

namespace Portico.SystemTests.Support;

/// <summary>
/// A whole node in this process: real Kestrel, SQLite in a directory of its own, the simulated provider, the demo's key and admin token.
/// <see cref="Door"/> is signed in with the key, <see cref="Admin"/> with the token.
/// </summary>
public sealed class Node : IAsyncDisposable
{
    readonly TemporaryDirectory directory;
    readonly PorticoServer server;
    bool stopped;

    Node(TemporaryDirectory directory, PorticoServer server, StartReport report, LogCapture logs, ShiftedTime time)
    {
        (this.directory, this.server, Logs, Time) = (directory, server, logs, time);
        Address = report.Address;
        var made = report.Made!;
        (KeySecret, AdminSecret) = (made.Key.Secret.Reveal(), made.AdminToken.Reveal());
        (KeyId, UseCaseId) = (made.Key.Key.Id.ToString(), made.UseCase.Id.ToString());
        (WorkspaceId, OrganisationId) = (made.Workspace.Id.ToString(), made.Organisation.Id.ToString());
        Door = Client(KeySecret);
        Admin = new Api(Client(AdminSecret));
    }

    public Uri Address { get; }
    public HttpClient Door { get; }
    internal Api Admin { get; }
    internal LogCapture Logs { get; }
    internal ShiftedTime Time { get; }
    internal string KeySecret { get; }
    internal string AdminSecret { get; }
    internal string KeyId { get; }
    internal string UseCaseId { get; }
    internal string WorkspaceId { get; }
    internal string OrganisationId { get; }
    internal string DataDirectory => directory.Path;
    internal IServiceProvider Services => server.Services;

    public static async Task<Node> StartAsync(params (string Name, string Value)[] settings)
    {
        var data = new TemporaryDirectory();
        var logs = new LogCapture();
        var time = new ShiftedTime();
        var set = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Server:Url"] = "http://127.0.0.1:0",
            ["Storage:DataDirectory"] = data.Path,
            ["Models:FromLoopback"] = "false",
            ["Models:FromEnvironment"] = "false",
            ["Records:BatchMs"] = "5",
        };
        foreach (var (name, value) in settings)
            set[name] = value;
        var built = PorticoServer.Build(
            set: set,
            more: builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time);
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(logs);
                builder.Logging.AddFilter<LogCapture>("", LogLevel.Debug);
            }
        );
        return new Node(data, built, await built.StartAsync(CancellationToken.None), logs, time);
    }

    /// <summary>A client of this node that sends a secret, or none.</summary>
    public HttpClient Client(string? secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (secret is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    internal async Task<(string Id, HttpClient Client)> NewKeyAsync(JsonObject? more = null)
    {
        var body = new JsonObject { ["name"] = "k" + Guid.NewGuid().ToString("N")[..8], ["use_case_id"] = UseCaseId };
        foreach (var (name, value) in more ?? [])
            body[name] = value?.DeepClone();
        var made = await Admin.PostAsync("/api/keys", body);
        return (made.Text("key", "id"), Client(made.Text("secret")));
    }

    /// <summary>The record of a call, when its id is in the answer.</summary>
    internal Task<JsonNode> RecordOfAsync(HttpResponseMessage response) => Admin.GetAsync($"/api/calls/{response.CallId()}");

    /// <summary>Every budget and limit: what is held, over all counts.</summary>
    internal async Task<long> HeldAsync()
    {
        var held = 0L;
        foreach (var path in new[] { "/api/budgets?limit=1000", "/api/limits?limit=1000" })
        foreach (var meter in (await Admin.GetAsync(path))["items"]!.AsArray())
            held += meter!["counts"]!.AsArray().Sum(c => c!["held"]!.GetValue<long>());
        return held;
    }

    internal async Task StopAsync(CancellationToken ct = default)
    {
        stopped = true;
        await server.StopAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        Door.Dispose();
        Admin.Dispose();
        if (!stopped)
            await server.StopAsync(new CancellationToken(canceled: true));
        await server.DisposeAsync();
        directory.Dispose();
    }
}

/// <summary>One node for all tests of a class that leave it as they found it.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    public Node Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await Node.StartAsync();

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
