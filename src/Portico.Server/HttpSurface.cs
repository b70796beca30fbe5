using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.OpenApi;
using Portico.Gateway;
using Portico.Governance;
using Portico.Governance.Api;
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
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal), UseProblems);

        // Open: nothing here tells more than that a Portico is there and how it fares.
        app.MapGet("/", Greet).ExcludeFromDescription();
        app.MapGet("/health", () => Results.Text("ok")).ExcludeFromDescription();
        app.MapGet("/ready", ReadyAsync).ExcludeFromDescription();
        app.MapGet("/metrics", (Metrics m) => Results.Text(m.Print(), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
        app.MapOpenApi("/api/openapi.json");

        app.MapDoor();

        var api = app.MapGroup("/api");
        var access = app.Services.GetRequiredService<AdminAccess>();
        api.AddEndpointFilter((context, next) => access.FilterAsync(context, next));
        api.MapGovernance();
        api.MapModels();
        api.MapGateway();
        api.MapObservability();
        api.Map("/{**path}", NothingHere).ExcludeFromDescription();
    }

    public static void DescribeApi(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                // "api/use-cases/{id}" is about use-cases.
                operation.Tags = new HashSet<OpenApiTagReference>
                {
                    new(context.Description.RelativePath!.Split('/')[1], context.Document),
                };
                return Task.CompletedTask;
            }
        );
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info.Title = "Portico management API";
                document.Info.Version = "v1";
                document.Info.Description =
                    "Send an admin token as 'Authorization: Bearer pa_live_…'. Errors are RFC 9457 problem documents. Lists page by cursor. "
                    + "Changes take If-Match with the ETag that was read; creations take Idempotency-Key. Money is nano-USD in whole numbers or decimal text in USD.";
                document.Servers = null;
                document.Tags = document
                    .Paths.Values.SelectMany(p => p.Operations ?? [])
                    .Select(o => o.Value)
                    .SelectMany(o => o.Tags ?? new HashSet<OpenApiTagReference>())
                    .Select(t => t.Reference.Id!)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(name => new OpenApiTag { Name = name })
                    .ToHashSet();
                return Task.CompletedTask;
            }
        );
    }

    static void UseProblems(IApplicationBuilder api)
    {
        var logger = api.ApplicationServices.GetRequiredService<ILogger<PorticoServer>>();
        var idempotency = api.ApplicationServices.GetRequiredService<Idempotency>();
        api.Use((http, next) => Problems.GuardAsync(http, () => next(http), logger));
        api.Use((http, next) => ApiRequests.GuardAsync(http, () => next(http)));
        api.Use((http, next) => idempotency.InvokeAsync(http, () => next(http)));
    }

    static IResult Greet() =>
        Results.Text(
            $"Portico {ProductVersion.Text}\n\n/v1                 OpenAI-compatible door\n/api                management API, described at /api/openapi.json\n/health /ready      for load balancers\n/metrics            for Prometheus\n"
        );

    static async Task<IResult> ReadyAsync(Database database, CallRecorder recorder, IHostApplicationLifetime life, CancellationToken ct)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return Answer(false, "stopping", TimeSpan.Zero);
        var store = await database.CheckAsync(ct);
        var journal = recorder.TryRecover() && recorder.Healthy;
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
