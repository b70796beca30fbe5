using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Governance;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Governance.Keys;
using Portico.Observability.Contents;
using Portico.Observability.Findings;
using Portico.Observability.Live;
using Portico.Observability.Rerating;
using Portico.Observability.Reviews;
using Portico.Observability.Sqlite;
using Portico.Observability.Subjects;
using Portico.Observability.Telemetry;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>What happened and what it cost: call and attempt records, contents, rollups, usage reports, metrics and spans.</summary>
public static class ObservabilityModule
{
    /// <exception cref="InvalidOperationException">A setting of the section Records is out of its range.</exception>
    public static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(RecordOptions.Section).Get<RecordOptions>() ?? new RecordOptions();
        options.Check();
        services.AddSingleton(new MigrationSource("observability", typeof(ObservabilityModule).Assembly));
        services.AddSingleton(options);
        services.AddSingleton<CallRecorder>();
        services.AddSingleton<LiveCalls>();
        services.AddSingleton<ICallStore>(p =>
            p.GetRequiredService<Database>() is { Engine: Engine.Postgres } database
                ? new PostgresCallStore(database)
                : new SqliteCallStore(p.GetRequiredService<StorageOptions>())
        );
        services.AddSingleton<JournalDrain>();
        services.AddSingleton<RecordImport>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<JournalDrain>());
        services.AddSingleton<ContentPurge>();
        services.AddSingleton<FindingPurge>();
        services.AddSingleton<RecordPurge>();
        services.AddSingleton(p => new Retention(
            p.GetRequiredService<Database>(),
            p.GetRequiredService<ICallStore>(),
            p.GetRequiredService<ContentPurge>(),
            p.GetRequiredService<RecordPurge>(),
            p.GetRequiredService<GovernanceCatalog>(),
            p.GetRequiredService<Holds>(),
            p.GetRequiredService<Purges>(),
            p.GetRequiredService<LeaseStore>(),
            p.GetRequiredService<RecordOptions>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<Retention>>()
        ));
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<Retention>());
        services.AddSingleton<UsageReports>();
        services.AddSingleton<AttemptReports>();
        services.AddSingleton<UsageNames>();
        services.AddSingleton<SpendHistory>();
        services.AddSingleton<ReratingStore>();
        services.AddSingleton<ReratingService>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<ReratingService>());
        services.AddSingleton<Metrics>();
        services.AddSingleton<FalseAlarms>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<FalseAlarms>());
        services.AddSingleton<FindingReviews>();
        services.AddSingleton<FindingList>();
        services.AddSingleton<FindingReports>();
        services.AddSingleton<FindingQueue>();
        AddContents(services);
        services.AddSingleton<ICallPlaces, CallPlaces>();
        services.AddSingleton<ISubjectData, CallsData>();
        services.AddSingleton<ISubjectData, EndUsersData>();
        services.AddSingleton<ISubjectData, ContentsData>();
        services.AddSingleton<ISubjectData, FindingsData>();
        services.AddSingleton<GenAiTelemetry>();
        if (OtlpExport.IsOn(configuration))
            services.AddSingleton<IHostedService>(_ => new OtlpExport(configuration));
        return services;
    }

    static void AddContents(IServiceCollection services)
    {
        services.AddSingleton(p => new ContentStore(
            p.GetRequiredService<Database>(),
            p.GetRequiredService<ICallStore>(),
            p.GetRequiredService<KeyRing>(),
            p.GetRequiredService<GovernanceCatalog>()
        ));
        services.AddSingleton(p => new ContentAccess(p.GetRequiredService<Reveals>(), p.GetRequiredService<ICallStore>()));
        services.AddSingleton(p => new ContentSearch(
            p.GetRequiredService<ContentStore>(),
            p.GetRequiredService<ICallStore>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(p => new ContentReader(p.GetRequiredService<ContentStore>(), p.GetRequiredService<ContentKeeper>()));
        services.AddSingleton(p => new ContentKeeper(
            p.GetRequiredService<ContentStore>(),
            p.GetRequiredService<RecordOptions>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<ContentKeeper>>()
        ));
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<ContentKeeper>());
    }

    public static void MapObservability(this RouteGroupBuilder api)
    {
        CallEndpoints.Map(api);
        FindingEndpoints.Map(api);
        FindingReviewEndpoints.Map(api);
        LiveEndpoints.Map(api);
        ContentEndpoints.Map(api);
        UsageEndpoints.Map(api);
        ReratingEndpoints.Map(api);
    }
}
