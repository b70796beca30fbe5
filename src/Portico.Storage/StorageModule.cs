using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage.Postgres;
using Portico.Storage.Sqlite;

namespace Portico.Storage;

/// <summary>The store: one database, change signals, leases, this node's journal.</summary>
public static class StorageModule
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        var options = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ChangeSignals>();
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<Migrator>();
        services.AddSingleton(new MigrationSource("storage", typeof(StorageModule).Assembly));
        services.AddSingleton<Database>(p => Open(options, p.GetRequiredService<ChangeSignals>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new Journal(
            Path.Combine(options.DataDirectory, "journal"),
            options.JournalSegmentBytes,
            options.JournalFsync
        ));
        if (!string.IsNullOrWhiteSpace(options.PostgresConnection))
            services.AddSingleton<IHostedService>(p => new PostgresListener(
                (PostgresDatabase)p.GetRequiredService<Database>(),
                p.GetRequiredService<ChangeSignals>(),
                p.GetRequiredService<ILogger<PostgresListener>>()
            ));
        return services;
    }

    /// <summary>Opens the store that the options name.</summary>
    public static Database Open(StorageOptions options, ChangeSignals signals, TimeProvider time) =>
        string.IsNullOrWhiteSpace(options.PostgresConnection)
            ? new SqliteDatabase(options, signals, time)
            : new PostgresDatabase(options, time);
}
