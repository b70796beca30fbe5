using Portico.Storage;

namespace Portico.Server.Verbs;

/// <summary>The modules over this machine's settings, without a door and without background work: for verbs that look at the store directly.</summary>
sealed class LocalNode : IAsyncDisposable
{
    readonly ServiceProvider services;

    LocalNode(ServiceProvider services) => this.services = services;

    /// <param name="configuration">The settings.</param>
    /// <param name="root">The master key, where it is at hand and the settings do not lead to it.</param>
    public static LocalNode Open(IConfiguration configuration, Governance.Keys.MasterKey? root = null)
    {
        var collection = new ServiceCollection();
        collection.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(c => c.SingleLine = true));
        collection.AddSingleton(configuration);
        PorticoServer.AddModules(collection, configuration);
        if (root is not null)
            collection.AddSingleton(root);
        return new LocalNode(collection.BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>With tables of this build and the catalogs read.</summary>
    public async Task ReadyAsync(CancellationToken ct)
    {
        await Get<Migrator>().ApplyAsync(ct);
        await Get<Governance.GovernanceCatalog>().RefreshAsync(ct);
        await Get<Governance.Learning.LearningCatalog>().RefreshAsync(ct);
        await Get<Models.ModelsCatalog>().RefreshAsync(ct);
        await Get<Governance.Keys.PlatformBoxes>().RefreshAsync(ct);
        await Get<Governance.Policy.Requests.PolicyGrants>().RefreshAsync(ct);
        await Get<Governance.Policy.Guardrails.DetectorModelCatalog>().RefreshAsync(ct);
        await Get<Governance.Policy.Guards.GuardKeys>().RefreshAsync(ct);
        await Gateway.GatewayModule.ReadMetersAsync(services, ct);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
