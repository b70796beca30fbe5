using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;
using Portico.Gateway;
using Portico.Governance;
using Portico.Governance.Api;
using Portico.Governance.Audit;
using Portico.Governance.Identity;
using Portico.Models;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Server;

/// <summary>All that is reachable over HTTP: the door, the management API, and the few routes without a key.</summary>
static partial class HttpSurface
{
    public static void Map(WebApplication app)
    {
        var options = app.Services.GetRequiredService<ServerOptions>();
        app.UseDoor(options.MaxHeaderBytes);
        app.UseRouting();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal), UseProblems);
        app.UseScim();

        // Open: nothing here tells more than that a Portico is there and how it fares.
        var console = ConsoleFiles.Read(ConsoleFiles.BuiltAt);
        console.Map(app);
        app.MapGet("/", (HttpContext http) => Greet(http, console)).ExcludeFromDescription();
        app.MapGet("/health", HealthAsync).ExcludeFromDescription();
        app.MapGet("/ready", ReadyAsync).ExcludeFromDescription();
        app.MapGet("/metrics", (Metrics m) => Results.Text(m.Print(), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
        app.MapOpenApi("/api/openapi.json").AllowAnonymous();

        app.MapDoor();
        app.MapScim();

        var api = app.MapGroup("/api");
        api.MapGovernance();
        api.MapModels();
        api.MapGateway();
        api.MapObservability();
        HealthEndpoints.Map(api);
        api.Map("/{**path}", NothingHere).ExcludeFromDescription();
    }

    static void UseProblems(IApplicationBuilder api)
    {
        var logger = api.ApplicationServices.GetRequiredService<ILogger<PorticoServer>>();
        var idempotency = api.ApplicationServices.GetRequiredService<Idempotency>();
        var access = api.ApplicationServices.GetRequiredService<AdminAccess>();
        var audit = api.ApplicationServices.GetRequiredService<ApiAudit>();
        api.Use((http, next) => Problems.GuardAsync(http, () => next(http), logger));
        api.Use((http, next) => audit.SeeRefusalsAsync(http, () => next(http)));
        api.Use((http, next) => access.SignInAsync(http, () => next(http)));
        api.Use((http, next) => audit.WriteActAsync(http, () => next(http)));
        var maxCallBytes = api.ApplicationServices.GetRequiredService<GatewayOptions>().MaxRequestBytes;
        api.Use((http, next) => ApiRequests.GuardAsync(http, maxCallBytes, () => next(http)));
        api.Use((http, next) => idempotency.InvokeAsync(http, () => next(http)));
    }

    /// <summary>A person is led to the console, a program is told what there is.</summary>
    static IResult Greet(HttpContext http, ConsoleFiles console) =>
        console.IsBuilt && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? Results.Redirect("/console")
            : Results.Text(
                $"Portico {ProductVersion.Text}\n\n/console            for people\n/v1                 OpenAI- and Anthropic-compatible door\n/api                management API, described at /api/openapi.json\n/health /ready      for load balancers\n/metrics            for Prometheus\n"
            );

    /// <summary>A store that answers later than this is no store to wait for: who asks has a time-out too.</summary>
    static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The process serves: 200 as long as it answers, because a restart mends no store, and calls go on without one for a while. What the store says to a
    /// real query stands in the answer.
    /// </summary>
    static async Task<IResult> HealthAsync(Database database, CallRecorder recorder, CancellationToken ct)
    {
        var store = await CheckAsync(database, ct);
        var journal = recorder.Healthy;
        return Results.Json(
            new
            {
                Status = store.Good && journal ? "ok" : "degraded",
                Store = store.Detail,
                Journal = journal ? "takes records" : "takes no records",
                QueryMs = Math.Round(store.Elapsed.TotalMilliseconds, 3),
            }
        );
    }

    static async Task<StorageHealth> CheckAsync(Database database, CancellationToken ct)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(LongestCheck);
        try
        {
            return await database.CheckAsync(bound.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new StorageHealth(false, $"The store did not answer within {LongestCheck.TotalSeconds:0} s.", LongestCheck);
        }
    }

    static async Task<IResult> ReadyAsync(
        Database database,
        CallRecorder recorder,
        AuditLog audit,
        IHostApplicationLifetime life,
        CancellationToken ct
    )
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return Answer(false, "stopping", TimeSpan.Zero);
        var store = await CheckAsync(database, ct);
        var journal = recorder.TryRecover() && recorder.Healthy && audit.TryRecover();
        return Answer(store.Good && journal, journal ? store.Detail : "the journal cannot be written", store.Elapsed);

        static IResult Answer(bool ready, string detail, TimeSpan elapsed) =>
            Results.Json(
                new
                {
                    Ready = ready,
                    Detail = detail,
                    QueryMs = Math.Round(elapsed.TotalMilliseconds, 3),
                },
                statusCode: ready ? 200 : 503
            );
    }

    /// <summary>A path that does not exist, or exists for other methods.</summary>
    static IResult NothingHere(HttpContext http, EndpointDataSource endpoints)
    {
        var methods = endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => Matches(e, http.Request.Path))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (methods.Count == 0)
            throw new PorticoException(
                ErrorTable.NotFound,
                $"There is nothing at {http.Request.Path}. /api/openapi.json lists what there is."
            );
        // The fallback is also chosen where path and method fit and the media type does not.
        if (methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase))
            throw new PorticoException(ErrorTable.UnsupportedMediaType, "The body must be sent with 'Content-Type: application/json'.");
        // An error clears what was set before it: the header is put on when the answer starts.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.Allow = string.Join(", ", methods);
            return Task.CompletedTask;
        });
        throw new PorticoException(
            ErrorTable.MethodNotAllowed,
            $"{http.Request.Path} takes {string.Join(", ", methods)}, not {http.Request.Method}."
        );
    }

    static bool Matches(RouteEndpoint endpoint, PathString path) =>
        endpoint.RoutePattern.RawText is { } pattern
        && pattern.StartsWith("/api/", StringComparison.Ordinal)
        && !pattern.Contains("**", StringComparison.Ordinal)
        && new TemplateMatcher(TemplateParser.Parse(pattern.TrimStart('/')), []).TryMatch(path, []);
}
