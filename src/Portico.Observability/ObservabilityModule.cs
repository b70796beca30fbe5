using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>What happened and what it cost: call and attempt records, rollups, usage reports, metrics.</summary>
public static class ObservabilityModule
{
    public static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new MigrationSource("observability", typeof(ObservabilityModule).Assembly));
        services.AddSingleton(configuration.GetSection(RecordOptions.Section).Get<RecordOptions>() ?? new RecordOptions());
        services.AddSingleton<CallRecorder>();
        services.AddSingleton<ICallStore>(p =>
            p.GetRequiredService<Database>() is { Engine: Engine.Postgres } database
                ? new PostgresCallStore(database)
                : new SqliteCallStore(p.GetRequiredService<StorageOptions>())
        );
        services.AddSingleton<JournalDrain>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<JournalDrain>());
        services.AddSingleton<UsageReports>();
        services.AddSingleton<Metrics>();
        return services;
    }

    public static void MapObservability(this RouteGroupBuilder api)
    {
        CallEndpoints.Map(api);
        UsageEndpoints.Map(api);
    }
}
