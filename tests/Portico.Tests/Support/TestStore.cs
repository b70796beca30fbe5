using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Governance;
using Portico.Models;
using Portico.Observability;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Tests.Support;

/// <summary>Runs a test once on each engine.</summary>
public sealed class StoreCase : TheoryData<Engine>
{
    public StoreCase()
    {
        Add(Engine.Sqlite);
        Add(Engine.Postgres);
    }
}

/// <summary>
/// An empty store of one engine, for one test. Nodes opened on it share PostgreSQL; on SQLite one node at a time has the data directory, and a later one
/// finds what the earlier left.
/// </summary>
public sealed class TestStore : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("portico-test-").FullName;
    readonly List<TestNode> nodes = [];

    TestStore(Engine engine, string? connection) => (Engine, Connection) = (engine, connection);

    public Engine Engine { get; }

    /// <summary>Npgsql connection string; null on SQLite.</summary>
    public string? Connection { get; }

    public static async Task<TestStore> CreateAsync(Engine engine, PostgresServer server) =>
        new(engine, engine == Engine.Postgres ? await server.CreateDatabaseAsync() : null);

    /// <summary>The data directory of a node by its name.</summary>
    public string DirectoryOf(string node) => Path.Combine(folder, node);

    /// <summary>A node with the modules up to the hub, its tables migrated and its catalogs read; its background services do not run until started.</summary>
    public async Task<TestNode> OpenAsync(
        string node = "one",
        TimeProvider? time = null,
        Action<IServiceCollection>? more = null,
        IReadOnlyDictionary<string, string?>? settings = null
    )
    {
        var opened = Build(node, time, more, settings);
        await opened.Get<Migrator>().ApplyAsync(TestContext.Current.CancellationToken);
        await opened.Get<GovernanceCatalog>().RefreshAsync(TestContext.Current.CancellationToken);
        await opened.Get<Portico.Governance.Learning.LearningCatalog>().RefreshAsync(TestContext.Current.CancellationToken);
        await opened.Get<ModelsCatalog>().RefreshAsync(TestContext.Current.CancellationToken);
        await opened.Get<Portico.Governance.Keys.PlatformBoxes>().RefreshAsync(TestContext.Current.CancellationToken);
        await opened.Get<Portico.Governance.Policy.Requests.PolicyGrants>().RefreshAsync(TestContext.Current.CancellationToken);
        await opened.Get<Portico.Governance.Policy.Guardrails.DetectorModelCatalog>().RefreshAsync(TestContext.Current.CancellationToken);
        return opened;
    }

    /// <summary>The same for a node that will not open: it leaves the data directory to the next.</summary>
    public async Task<Exception> FailsToOpenAsync(string node = "one", IReadOnlyDictionary<string, string?>? settings = null)
    {
        var before = nodes.Count;
        var failure = await Should.ThrowAsync<Exception>(() => OpenAsync(node, settings: settings));
        await nodes[before].DisposeAsync();
        nodes.RemoveAt(before);
        return failure;
    }

    /// <summary>The same without touching the store.</summary>
    public TestNode Build(
        string node = "one",
        TimeProvider? time = null,
        Action<IServiceCollection>? more = null,
        IReadOnlyDictionary<string, string?>? settings = null
    )
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:PostgresConnection"] = Connection,
            ["Storage:DataDirectory"] = DirectoryOf(node),
            ["PORTICO_MASTER_KEY"] = "pHO0vZ5vH8rV7o3VqWq2m0F0aS1Yb7cM2a4o8m0tq3E=",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            values[name] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddStorage(configuration);
        services.AddProviders();
        services.AddGovernance(configuration);
        services.AddObservability(configuration);
        services.AddModels(configuration);
        more?.Invoke(services);
        var opened = new TestNode(services.BuildServiceProvider());
        nodes.Add(opened);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        if (Connection is not null)
        {
            await using var connection = new Npgsql.NpgsqlConnection(Connection);
            Npgsql.NpgsqlConnection.ClearPool(connection);
        }
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>One node: its services, started on demand.</summary>
public sealed class TestNode(ServiceProvider services) : IAsyncDisposable
{
    readonly List<IHostedService> started = [];

    public ServiceProvider Services => services;

    public Database Database => Get<Database>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Starts the background services: listener, catalogs, drain.</summary>
    public async Task StartAsync()
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestContext.Current.CancellationToken);
            started.Add(service);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in started.AsEnumerable().Reverse())
            await service.StopAsync(CancellationToken.None);
        started.Clear();
        await services.DisposeAsync();
    }
}
