using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Governance;
using Portico.Governance.Audit;
using Portico.Governance.Keys;
using Portico.Governance.Learning;
using Portico.Governance.Policy.Guards;
using Portico.Governance.Policy.Requests;
using Portico.Models;
using Portico.Observability;
using Portico.Providers;
using Portico.Server.Anchoring;
using Portico.Storage;

namespace Portico.Server;

/// <summary>What a start made and found.</summary>
sealed record StartReport(Uri Address, DemoSeed.Made? Made, IReadOnlyList<OnboardingLine> Found);

/// <summary>Whether the start is over, for the log's filter.</summary>
sealed class StartPhase
{
    public volatile bool IsOver;

    /// <summary>When the node began to take calls; null before.</summary>
    public DateTimeOffset? At { get; set; }
}

/// <summary>A node: composed here, started and stopped here, by the program and by tests alike.</summary>
sealed class PorticoServer : IAsyncDisposable
{
    /// <summary>The category that logs the address of every request.</summary>
    internal const string AddressLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    readonly WebApplication app;
    readonly StartPhase start;

    /// <summary>Makes the detectors; a stop waits for it, and tells what was wrong with it.</summary>
    Task warming = Task.CompletedTask;

    PorticoServer(WebApplication app, StartPhase start) => (this.app, this.start) = (app, start);

    public IServiceProvider Services => app.Services;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <param name="file">A settings file, or null for portico.json in the working directory where there is one.</param>
    /// <param name="set">Settings that win over file and environment.</param>
    /// <param name="more">What a caller replaces or adds.</param>
    /// <exception cref="PorticoException">A setting is wrong; the message names all of them.</exception>
    public static PorticoServer Build(
        string? file = null,
        IEnumerable<KeyValuePair<string, string?>>? set = null,
        Action<WebApplicationBuilder>? more = null
    )
    {
        // Watching settings files would watch the data directory below them too: every journal record would wake the watcher.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.AddPortico(file, set ?? []);
        SettingsCheck.Require(builder.Configuration);
        AddModules(builder.Services, builder.Configuration);
        var phase = new StartPhase();
        Configure(builder, phase);
        more?.Invoke(builder);
        var built = builder.Build();
        HttpSurface.Map(built);
        return new PorticoServer(built, phase);
    }

    /// <summary>The modules, left to right.</summary>
    public static void AddModules(IServiceCollection services, IConfiguration configuration)
    {
        services.AddStorage(configuration);
        services.AddProviders();
        services.AddGovernance(configuration);
        services.AddObservability(configuration);
        services.AddModels(configuration);
        services.AddGateway(configuration);
        services.AddObjectStoreAnchor(configuration);
        services.AddSingleton(p => new NodeCheck("audit log", () => LookAtAudit(p)));
        services.AddSingleton<DemoSeed>();
        services.AddSingleton<Seeds.CallsSeed>();
    }

    static (bool Good, string Detail, string Fix) LookAtAudit(IServiceProvider services)
    {
        var audit = services.GetRequiredService<AuditLog>();
        return !audit.Healthy
                ? (
                    false,
                    "takes no entries: calls and changes are refused",
                    "free space on the disk of the data directory, or bring the store back"
                )
            : services.GetRequiredService<AuditSequencer>().Failure is { } failure
                ? (false, $"entries wait for the store: {failure}", "bring the store back; nothing is lost")
            : services.GetRequiredService<AuditAnchors>().Failure is { } away
                ? (false, $"checkpoints do not go outside: {away}", "see Audit:AnchorFile, Audit:AnchorUrl and Audit:AnchorBucket")
            : (true, "takes entries", "");
    }

    static void Configure(WebApplicationBuilder builder, StartPhase phase)
    {
        var options = Settings.Of<ServerOptions>(builder.Configuration, ServerOptions.Section);
        var gateway = Settings.Of<GatewayOptions>(builder.Configuration, GatewayOptions.Section);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(phase);
        builder.Services.AddSingleton<HealthReports>();
        if (OperatingSystem.IsLinux())
            builder.Services.AddHostedService<NativeHeap>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(gateway.DrainSeconds + 5));
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            o.SerializerOptions.AllowDuplicateProperties = false;
            o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        });
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi(ApiDescription.Configure);
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (builder.Configuration["URLS"] is null || builder.Configuration[$"{ServerOptions.Section}:Url"] is not null)
            builder.WebHost.UseUrls(options.Url);
        builder.WebHost.UseSockets(sockets =>
        {
            // A connection that waits keeps its buffer, 4 KB: to wait without one costs every request another turn through the sockets.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            // Straight to the pool: queues of its own save a switch only where many connections are busy on many cores.
            sockets.IOQueueCount = 0;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            // Beyond the doors' own bounds, so that what is too large is read to its end and its sender gets to see the refusal.
            limits.MaxRequestBodySize = 4L * Math.Max(Math.Max(gateway.MaxRequestBytes, gateway.MaxUploadBytes), 1024 * 1024);
            limits.MaxConcurrentConnections = options.MaxConnections;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeaderSeconds);
            // Twice our own bound, so that what is moderately too large is answered in the dialect of the door.
            limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes * 2;
            limits.MaxRequestHeaderCount = 1_000;
            limits.MinRequestBodyDataRate =
                options.MinBodyBytesPerSecond == 0 ? null : new MinDataRate(options.MinBodyBytesPerSecond, TimeSpan.FromSeconds(5));
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(c =>
        {
            c.SingleLine = true;
            c.TimestampFormat = "HH:mm:ss ";
            c.UseUtcTimestamp = true;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // A start that fails is thrown, and told by the verb in a line that says what to do.
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= (phase.IsOver ? LogLevel.Warning : LogLevel.Critical)
        );
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        // Else the web server makes a span and a log scope for every request, which nobody reads: calls have spans and records of their own. Last, so
        // that no setting brings it back: it logs whole addresses, and somebody will put a key into a query.
        builder.Logging.AddFilter(AddressLog, LogLevel.None);
    }

    /// <summary>Tables, snapshots, what an earlier process left, then the door; then what there is to connect.</summary>
    public async Task<StartReport> StartAsync(CancellationToken ct)
    {
        // Step 1: the tables are those of this build.
        await Services.GetRequiredService<Migrator>().ApplyAsync(ct);
        // Step 2: what calls read.
        await Services.GetRequiredService<GovernanceCatalog>().RefreshAsync(ct);
        await Services.GetRequiredService<LearningCatalog>().RefreshAsync(ct);
        await Services.GetRequiredService<ModelsCatalog>().RefreshAsync(ct);
        // Behind it: under another master key than the store's nothing is made.
        await Services.GetRequiredService<PlatformBoxes>().RefreshAsync(ct);
        await Services.GetRequiredService<PolicyGrants>().RefreshAsync(ct);
        await Services.GetRequiredService<Governance.Policy.Guardrails.DetectorModelCatalog>().RefreshAsync(ct);
        await Services.GetRequiredService<GuardKeys>().RefreshAsync(ct);
        // Step 3: money of a process that died comes first, then the counters that depend on it.
        await Services.GetRequiredService<JournalDrain>().ReplayAsync(ct);
        await Services.StartGatewayAsync(ct);
        // Nothing is done before the audit log takes entries: what an earlier process left in it comes first too.
        await Services
            .GetRequiredService<AuditSequencer>()
            .ReplayAsync(ct, Services.GetRequiredService<MasterKey>().Id, ProductVersion.Text);
        await Services
            .GetRequiredService<MachineActs>()
            .EnterAsync(Services.GetRequiredService<AuditLog>(), Services.GetRequiredService<AuditSequencer>(), ct);
        // Step 4: something to call with, on an empty store.
        var made = Services.GetRequiredService<ServerOptions>().SeedDemo
            ? await Services.GetRequiredService<DemoSeed>().RunIfEmptyAsync(ct)
            : null;
        await app.StartAsync(ct);
        start.At = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        start.IsOver = true;
        Address = Addresses.Reachable(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var found = await Services.GetRequiredService<ModelOnboarding>().RunAsync(Address.Port, ct);
        // Beside the first calls: one that needs a detector sooner makes that one itself. Without a policy no call asks for one, and 13 MB stay free.
        var detectors = Services.GetRequiredService<Governance.Policy.Guardrails.DetectorModelCatalog>().Current.Platform;
        if (!Services.GetRequiredService<GovernanceCatalog>().Current.Policies.IsEmpty)
            warming = Task.Run(detectors.Make, CancellationToken.None);
        return new StartReport(Address, made, found);
    }

    public Task WaitForShutdownAsync(CancellationToken ct) => app.WaitForShutdownAsync(ct);

    public async Task StopAsync(CancellationToken ct)
    {
        await app.StopAsync(ct);
        await warming;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
