using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portico.Core.Tokens;
using Portico.Gateway.Batches;
using Portico.Gateway.Cache;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Files;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Forecasts;
using Portico.Gateway.Ledger.Requests;
using Portico.Gateway.Local;
using Portico.Gateway.Responses;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using Portico.Gateway.Subjects;
using Portico.Gateway.Wire;
using Portico.Governance.Keys;
using Portico.Governance.Policy.Budgets;
using Portico.Observability;
using Portico.Observability.Rerating;
using Portico.Storage;

namespace Portico.Gateway;

/// <summary>The door: the pipeline, routing, the ledger, the answer cache, and the endpoints of the dialects.</summary>
public static class GatewayModule
{
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new MigrationSource("gateway", typeof(GatewayModule).Assembly));
        services.AddSingleton(configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions());
        services.AddSingleton(LocalModels.Family);
        services.AddSingleton<RouteCatalog>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<RouteCatalog>());
        services.AddSingleton<MeterCatalog>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<MeterCatalog>());
        services.AddSingleton<RouteService>();
        services.AddSingleton<MeterScopes>();
        services.AddSingleton<BudgetPolicy>();
        services.AddSingleton<IBudgetKeeper>(p => p.GetRequiredService<BudgetPolicy>());
        services.AddSingleton<MeterService>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<ConnectionBench>();
        services.AddSingleton<AttemptBook>();
        services.AddSingleton<ProviderHealth>();
        services.AddSingleton<TokenCounter>();
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<IJournalSink, LedgerSink>();
        services.AddSingleton<IJournalSink, KeyUseSink>();
        services.AddSingleton<IAdjustmentSink, AdjustmentLedger>();
        services.AddSingleton<WholeLimitAuthority>();
        services.AddSingleton<PostgresAuthority>();
        services.AddSingleton<ISliceAuthority>(p =>
            p.GetRequiredService<Database>().Engine == Engine.Postgres
                ? p.GetRequiredService<PostgresAuthority>()
                : p.GetRequiredService<WholeLimitAuthority>()
        );
        services.AddHostedService<SliceKeeper>();
        services.AddSingleton<WindowPruner>();
        services.AddHostedService(p => p.GetRequiredService<WindowPruner>());
        services.AddSingleton<CreditLedger>();
        services.AddSingleton<AlertBook>();
        services.AddSingleton<BudgetForecasts>();
        services.AddHostedService(p => p.GetRequiredService<BudgetForecasts>());
        services.AddSingleton<SpendForecasts>();
        services.AddSingleton<MeterViews>();
        services.AddSingleton<BudgetRequests>();
        AddCounters(services);
        services.AddSingleton(p => Pipelines.Compose(Pipelines.Stages, stage => (IStage)ActivatorUtilities.CreateInstance(p, stage)));
        services.AddSingleton(p => new CountingPipeline(
            Pipelines.Compose(Pipelines.Counting, stage => (IStage)ActivatorUtilities.CreateInstance(p, stage))
        ));
        services.AddSingleton<GatewayRunner>();
        // A stage that starts a call needs the runner of the pipeline that it stands in.
        services.AddSingleton(p => new Lazy<GatewayRunner>(p.GetRequiredService<GatewayRunner>));
        services.AddSingleton<Summariser>();
        services.AddPolicyEffects();
        services.AddControlChecks();
        services.AddSingleton<KeyAuthentication>();
        services.AddSingleton<Explainer>();
        services.AddSingleton<RateLimitHeaders>();
        services.AddSingleton<Door>();
        services.AddSingleton<OpenAiChatWire>();
        services.AddSingleton<PlaygroundWire>();
        services.AddSingleton<PersonCallers>();
        services.AddSingleton<PlaygroundEndpoints>();
        services.AddSingleton<ExerciseEndpoints>();
        services.AddSingleton<CompletionsWire>();
        services.AddSingleton<OpenAiEmbeddingsWire>();
        services.AddSingleton<OpenAiEndpoints>();
        services.AddSingleton<SingleEndpoints>();
        AddResponses(services);
        services.AddSingleton<AnthropicLimitHeaders>();
        services.AddSingleton<AnthropicMessagesWire>();
        services.AddSingleton<AnthropicCountWire>();
        AddBatches(services);
        services.AddSubjectClasses();
        services.AddSingleton<DoorPaths>();
        services.AddSingleton<DoorGuard>();
        services.AddSingleton(p => new GatewayAdministration(p.GetRequiredService<MeterService>(), p.GetRequiredService<RouteService>()));
        return services;
    }

    static void AddResponses(IServiceCollection services)
    {
        services.AddSingleton<ResponseStore>();
        services.AddSingleton<ResponseKeeper>();
        AddConversations(services);
        services.AddSingleton(p => new BoundSeals(() => p.GetRequiredService<PlatformBoxes>().Current[PlatformPurposes.BoundReasoning]));
        services.AddSingleton<ResponseBook>();
        services.AddSingleton<ResponseEventLogs>();
        services.AddSingleton<ResponseStreams>();
        services.AddSingleton<BackgroundResponses>();
        services.AddSingleton<OpenAiResponsesWire>();
        services.AddSingleton<ResponseEndpoints>();
        services.AddSingleton<ResponsePruner>();
        services.AddHostedService(p => p.GetRequiredService<ResponsePruner>());
        // Stopped in the opposite order: what runs hands its end to the keeper, which then writes it.
        services.AddHostedService(p => p.GetRequiredService<ResponseKeeper>());
        services.AddHostedService(p => p.GetRequiredService<BackgroundResponses>());
        services.AddSingleton(p => new MetricCounter(
            "portico_responses_lost_total",
            "Responses that were to be kept and are not, because too many waited for the store",
            () => p.GetRequiredService<ResponseKeeper>().Lost
        ));
    }

    static void AddConversations(IServiceCollection services)
    {
        services.AddSingleton<ConversationItems>();
        services.AddSingleton<ConversationStore>();
        services.AddSingleton<ConversationKeeper>();
        services.AddSingleton<ConversationBook>();
        services.AddSingleton<ConversationEndpoints>();
        services.AddHostedService(p => p.GetRequiredService<ConversationKeeper>());
        services.AddSingleton(p => new MetricCounter(
            "portico_conversation_turns_lost_total",
            "Turns that were to be added to a conversation and are not, because too many waited for the store",
            () => p.GetRequiredService<ConversationKeeper>().Lost
        ));
    }

    static void AddBatches(IServiceCollection services)
    {
        services.AddSingleton<KeptThings>();
        services.AddSingleton<HeldKept>();
        services.AddSingleton<FileStore>();
        services.AddSingleton<FileUploads>();
        services.AddSingleton<FileEndpoints>();
        services.AddSingleton<FilePruner>();
        services.AddHostedService(p => p.GetRequiredService<FilePruner>());
        services.AddSingleton<BatchStore>();
        services.AddSingleton<BatchLeases>();
        services.AddSingleton<StepStore>();
        services.AddSingleton<BatchOwnership>();
        services.AddSingleton<BatchInput>();
        services.AddSingleton<BatchCheck>();
        services.AddSingleton<BatchCalls>();
        services.AddSingleton<BatchPlaces>();
        services.AddSingleton<BatchNode>();
        services.AddSingleton<BatchEndpoints>();
        services.AddSingleton<MessageBatchIntake>();
        services.AddSingleton<MessageBatchEndpoints>();
        services.AddSingleton<BatchOverview>();
        services.AddSingleton<BatchRunner>();
        // Behind the keeper of responses: stopped before it, because its lines may keep some.
        services.AddHostedService(p => p.GetRequiredService<BatchRunner>());
        services.AddSingleton(p => new MetricCounter(
            "portico_batch_lines_total",
            "Lines of batches that ended on this node",
            () => p.GetRequiredService<BatchPlaces>().Lines
        ));
    }

    static void AddCounters(IServiceCollection services)
    {
        foreach (var family in ProviderMetrics.Families)
            services.AddSingleton(p => new MetricFamily(
                family.Name,
                family.Kind,
                family.Help,
                () => family.Samples(p.GetRequiredService<ProviderHealth>())
            ));
        services.AddSingleton(p => new MetricCounter(
            "portico_budget_alerts_total",
            "Soft alerts of budgets that this node raised first",
            () => p.GetRequiredService<AlertBook>().Raised
        ));
        services.AddSingleton(p => new NodeCheck("budgets", () => LookAtLedger(p)));
        services.AddSingleton(p => new MetricCounter(
            "portico_hold_overruns_total",
            "Settlements above their hold: a provider billed more than the worst case",
            () => Interlocked.Read(ref p.GetRequiredService<CreditLedger>().Overruns)
        ));
    }

    static (bool Good, string Detail, string Fix) LookAtLedger(IServiceProvider services)
    {
        var meters = services.GetRequiredService<MeterCatalog>().Current.Meters.Count;
        return services.GetRequiredService<ISliceAuthority>().LeaseIsValid
            ? (true, $"{meters} budgets and limits are counted", "")
            : (
                false,
                "this node could not renew its share of the budgets: calls under a budget or limit are refused",
                "see that the database answers; calls go on as soon as it does"
            );
    }

    /// <summary>Reads what calls need. Runs after the migrations and the journal's replay, before the first call.</summary>
    public static async Task StartGatewayAsync(this IServiceProvider services, CancellationToken ct)
    {
        var meters = services.GetRequiredService<MeterCatalog>();
        var ledger = services.GetRequiredService<CreditLedger>();
        if (services.GetRequiredService<ISliceAuthority>() is PostgresAuthority slices)
        {
            slices.Attach(ledger);
            await slices.ReturnAllOfEarlierAsync(ct);
        }
        else
            await services.GetRequiredService<WholeLimitAuthority>().LoadAsync(services.GetRequiredService<Database>(), ct);
        meters.Ledger = ledger;
        services
            .GetRequiredService<ChangeSignals>()
            .Subscribe(
                AdjustmentLedger.Signal,
                signal =>
                {
                    if (signal.Kind != AdjustmentLedger.Signal)
                        return;
                    var (slot, start, difference) = AdjustmentLedger.Read(signal);
                    ledger.Adjust(meters.FindSlot(slot), slot, start, difference);
                }
            );
        ledger.AlertCrossed = services.GetRequiredService<AlertBook>().Raise;
        await services.GetRequiredService<RouteCatalog>().RefreshAsync(ct);
        await meters.RefreshAsync(ct);
    }

    /// <summary>Reads routes and meters for work outside a node: nothing is held or settled there.</summary>
    public static async Task ReadMetersAsync(IServiceProvider services, CancellationToken ct)
    {
        await services.GetRequiredService<RouteCatalog>().RefreshAsync(ct);
        await services.GetRequiredService<MeterCatalog>().RefreshAsync(ct);
    }

    /// <summary>
    /// Bounds and last answers of everything under /v1 and of Cohere's /v2, and the doors whose path is fixed: they are found without the routing that everything else takes.
    /// Comes before the endpoints.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="maxHeaderBytes">Bytes that the headers of a request may have together.</param>
    public static void UseDoor(this IApplicationBuilder app, int maxHeaderBytes)
    {
        var guard = app.ApplicationServices.GetRequiredService<DoorGuard>();
        var doors = app.ApplicationServices.GetRequiredService<DoorPaths>();
        app.UseWhen(
            http =>
                http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
                || http.Request.Path.StartsWithSegments("/v2", StringComparison.Ordinal),
            door => door.Use(next => http => guard.InvokeAsync(http, doors.For(http.Request) ?? next, maxHeaderBytes))
        );
    }

    /// <summary>An error in the shape that a caller under /v1 reads, for a host that has no door.</summary>
    public static Task WriteErrorAsync(HttpContext http, PorticoException error) =>
        DoorErrors.WriteAsync(http, error, new GatewayOptions());

    /// <summary>The dialects' endpoints under /v1.</summary>
    public static void MapDoor(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<DoorPaths>().Map(app);
        app.ServiceProvider.GetRequiredService<OpenAiEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<ResponseEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<ConversationEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<FileEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<BatchEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<MessageBatchEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<SingleEndpoints>().Map(app);
    }

    /// <summary>Routes, budgets and limits on the management API.</summary>
    public static void MapGateway(this RouteGroupBuilder api)
    {
        RouteEndpoints.Map(api);
        MeterEndpoints.Map(api);
        BudgetRequestEndpoints.Map(api);
        SpendForecastEndpoints.Map(api);
        ExplainEndpoints.Map(api);
        PolicyEffectEndpoints.Map(api);
        PolicyReplayEndpoints.Map(api);
        PlaygroundEndpoints.Map(api);
        ExerciseEndpoints.Map(api);
        ProviderHealthEndpoints.Map(api);
        BatchAdminEndpoints.Map(api);
    }
}
