using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Ledger;
using Portico.Server;

namespace Portico.SystemTests.Support;

/// <summary>
/// A whole node in this process: real Kestrel, SQLite in a directory of its own or a shared PostgreSQL, the simulated provider, the demo's key and
/// admin token. <see cref="Door"/> is signed in with the key, <see cref="Admin"/> with the token.
/// </summary>
public sealed class Node : IAsyncDisposable
{
    readonly TemporaryDirectory directory;
    readonly IReadOnlyDictionary<string, string?> settings;
    readonly PorticoServer server;
    readonly DemoSigns signs;
    bool stopped;
    bool handedOver;

    Node(
        TemporaryDirectory directory,
        IReadOnlyDictionary<string, string?> settings,
        PorticoServer server,
        DemoSigns signs,
        LogCapture logs,
        ShiftedTime time
    )
    {
        (this.directory, this.settings, this.server, this.signs, Logs, Time) = (directory, settings, server, signs, logs, time);
        Address = server.Address;
        Door = Client(KeySecret);
        Admin = new Api(Client(AdminSecret));
    }

    public Uri Address { get; }
    public HttpClient Door { get; }
    internal Api Admin { get; }
    internal LogCapture Logs { get; }
    internal ShiftedTime Time { get; }
    internal string KeySecret => signs.KeySecret;
    internal string AdminSecret => signs.AdminSecret;
    internal string KeyId => signs.KeyId;
    internal string UseCaseId => signs.UseCaseId;
    internal string WorkspaceId => signs.WorkspaceId;
    internal string OrganisationId => signs.OrganisationId;
    internal string DataDirectory => settings["Storage:DataDirectory"]!;
    internal IServiceProvider Services => server.Services;

    public static async Task<Node> StartAsync(params (string Name, string Value)[] settings) =>
        (await StartTogetherAsync(1, null, settings)).Single();

    /// <summary>Nodes that share a database, started one after the other: the first is the one that made the demo.</summary>
    internal static async Task<(Node One, Node Two)> StartTwoAsync(string postgres, params (string Name, string Value)[] settings)
    {
        var one = (await StartTogetherAsync(1, postgres, settings)).Single();
        return (one, (await StartAsync(1, postgres, one.signs, settings)).Single());
    }

    /// <summary>Another node on the database of one that runs.</summary>
    internal static async Task<Node> JoinAsync(Node first, string postgres, params (string Name, string Value)[] settings) =>
        (await StartAsync(1, postgres, first.signs, settings)).Single();

    /// <summary>Nodes that start at the same time on an empty store. Exactly one may make the demo; all use its signs.</summary>
    internal static Task<IReadOnlyList<Node>> StartTogetherAsync(
        int nodes,
        string? postgres,
        params (string Name, string Value)[] settings
    ) => StartAsync(nodes, postgres, null, settings);

    static async Task<IReadOnlyList<Node>> StartAsync(int nodes, string? postgres, DemoSigns? known, (string Name, string Value)[] settings)
    {
        var started = await Task.WhenAll(
            Enumerable
                .Range(0, nodes)
                .Select(async _ =>
                {
                    var data = new TemporaryDirectory();
                    var set = SettingsOf(data.Path, postgres, settings);
                    return (Data: data, Set: set, Run: await RunAsync(set, new ShiftedTime()));
                })
        );
        var made = known ?? DemoSigns.Of(started.Select(s => s.Run.Report.Made).Single(m => m is not null)!);
        return started.Select(s => new Node(s.Data, s.Set, s.Run.Server, made, s.Run.Logs, s.Run.Time)).ToList();
    }

    static Dictionary<string, string?> SettingsOf(string data, string? postgres, (string Name, string Value)[] settings)
    {
        var set = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Server:Url"] = "http://127.0.0.1:0",
            ["Storage:DataDirectory"] = data,
            ["Models:FromLoopback"] = "false",
            ["Models:FromEnvironment"] = "false",
            ["Records:BatchMs"] = "5",
        };
        if (postgres is not null)
        {
            set["Storage:PostgresConnection"] = postgres;
            set["PORTICO_MASTER_KEY"] = MasterKey;
        }
        foreach (var (name, value) in settings)
            set[name] = value;
        return set;
    }

    /// <summary>A second owner lets the admin token read what is said in a workspace, by default the demo's.</summary>
    internal async Task RevealAsync(string? workspace = null)
    {
        var asked = await Admin.PostAsync(
            "/api/reveals",
            new()
            {
                ["workspace_id"] = workspace ?? WorkspaceId,
                ["reason"] = "a test reads",
                ["minutes"] = 480,
            }
        );
        using var second = await SecondAsync();
        await second.PostAsync($"/api/reveals/{asked.Text("id")}/approve", []);
    }

    /// <summary>Another owner: what one asks, another decides.</summary>
    internal async Task<Api> SecondAsync()
    {
        var made = await Admin.PostAsync("/api/admin-tokens", new() { ["name"] = "second", ["roles"] = new JsonArray("owner") });
        return new Api(Client(made.Text("secret")));
    }

    /// <summary>Nodes that share a database share the key that seals credentials.</summary>
    internal const string MasterKey = "pHO0vZ5vH8rV7o3VqWq2m0F0aS1Yb7cM2a4o8m0tq3E=";

    static async Task<(PorticoServer Server, StartReport Report, LogCapture Logs, ShiftedTime Time)> RunAsync(
        Dictionary<string, string?> set,
        ShiftedTime time
    )
    {
        var logs = new LogCapture();
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
        return (built, await built.StartAsync(CancellationToken.None), logs, time);
    }

    /// <summary>Stops this node and starts another one on its directory and its clock, as an operator does who restarts it.</summary>
    internal async Task<Node> RestartAsync()
    {
        await StopAsync();
        handedOver = true;
        await DisposeAsync();
        var set = new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase);
        var run = await RunAsync(set, Time);
        return new Node(directory, set, run.Server, signs, run.Logs, run.Time);
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
        var (id, secret) = await NewKeySecretAsync(more);
        return (id, Client(secret));
    }

    internal async Task<(string Id, string Secret)> NewKeySecretAsync(JsonObject? more = null)
    {
        var body = new JsonObject { ["name"] = "k" + Guid.NewGuid().ToString("N")[..8], ["use_case_id"] = UseCaseId };
        foreach (var (name, value) in more ?? [])
            body[name] = value?.DeepClone();
        var made = await Admin.PostAsync("/api/keys", body);
        return (made.Text("key", "id"), made.Text("secret"));
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

    /// <summary>A budget and how it stands on this node; null when the node does not know it.</summary>
    internal async Task<JsonNode?> BudgetAsync(string id) =>
        (await Admin.GetAsync("/api/budgets"))["items"]!.AsArray().FirstOrDefault(b => b!.Text("meter", "id") == id);

    /// <summary>Looks now at what the nodes of a shared database have spent, as it does by itself every five seconds.</summary>
    internal Task LookAgainAsync() =>
        Services.GetRequiredService<ISliceAuthority>() is PostgresAuthority shared
            ? shared.RenewAsync(CancellationToken.None)
            : Task.CompletedTask;

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
        if (!handedOver)
            directory.Dispose();
    }
}

/// <summary>What the demo's maker was told: secrets that are shown once, and ids.</summary>
sealed record DemoSigns(string KeySecret, string AdminSecret, string KeyId, string UseCaseId, string WorkspaceId, string OrganisationId)
{
    public static DemoSigns Of(DemoSeed.Made made) =>
        new(
            made.Key.Secret.Reveal(),
            made.AdminToken.Reveal(),
            made.Key.Key.Id.ToString(),
            made.UseCase.Id.ToString(),
            made.Workspace.Id.ToString(),
            made.Organisation.Id.ToString()
        );
}

/// <summary>One node for all tests of a class that leave it as they found it.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    public Node Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await Node.StartAsync();

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
