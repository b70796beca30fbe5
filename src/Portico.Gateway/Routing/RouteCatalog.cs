using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Models;
using Portico.Storage;

namespace Portico.Gateway.Routing;

sealed class RouteSnapshot(long version, IReadOnlyList<Route> routes)
{
    readonly FrozenDictionary<string, Route> byName = routes.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    public long Version => version;
    public IReadOnlyList<Route> Routes => routes;

    public Route? Find(string name) => byName.GetValueOrDefault(name);
}

/// <summary>The stored form of what a route says beside its name.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Route))]
sealed partial class RouteJson : JsonSerializerContext
{
    /// <summary>Reads a route; rows of before summaries do not say how long one may be.</summary>
    public static Route Read(string body)
    {
        var route = JsonSerializer.Deserialize(body, Default.Route)!;
        return route.SummaryTokens > 0 ? route : route with { SummaryTokens = Routing.Route.DefaultSummaryTokens };
    }
}

/// <summary>The current routes of this node.</summary>
sealed class RouteCatalog(Database database, ChangeSignals signals, TimeProvider time, ILogger<RouteCatalog> logger)
    : SnapshotCatalog<RouteSnapshot>(signals, time, logger)
{
    public const string Signal = "routes";

    readonly Database store = database;

    protected override IReadOnlyList<string> Kinds => [Signal];

    protected override async Task<RouteSnapshot> ReadAsync(long version, CancellationToken ct)
    {
        await using var db = await store.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Id, string Body, long Version)>(
            "select id, body, version from gateway_routes order by name"
        );
        return new RouteSnapshot(
            version,
            rows.Select(r => RouteJson.Read(r.Body) with { Id = RouteId.Parse(r.Id), Version = r.Version }).ToList()
        );
    }
}

/// <summary>Changes routes.</summary>
sealed class RouteService(Database database, RouteCatalog catalog, ModelsCatalog models, TimeProvider time)
{
    const int MaxTargets = 64;

    public async Task<Route> CreateAsync(Route draft, CancellationToken ct)
    {
        Check(draft);
        var route = draft with { Id = RouteId.New(time), Version = 1 };
        var made = await WriteAsync(
            "insert into gateway_routes (id, name, body, version, created_us, updated_us) values (@id, @name, @body, 1, @now, @now) on conflict do nothing",
            route,
            ct
        );
        return made
            ? catalog.Current.Find(route.Name)!
            : throw new PorticoException(ErrorTable.Conflict, $"There is a route '{route.Name}' already.", "name");
    }

    public async Task<Route> ChangeAsync(Route changed, CancellationToken ct)
    {
        Check(changed);
        var done = await WriteAsync(
            "update gateway_routes set name = @name, body = @body, version = version + 1, updated_us = @now where id = @id and version = @version",
            changed,
            ct
        );
        return done
            ? catalog.Current.Find(changed.Name)!
            : throw new PorticoException(ErrorTable.PreconditionFailed, "The route changed while your change was made.");
    }

    public Task<bool> DeleteAsync(Route route, CancellationToken ct) =>
        WriteAsync("delete from gateway_routes where id = @id and version = @version", route, ct);

    async Task<bool> WriteAsync(string sql, Route route, CancellationToken ct)
    {
        var count = await database.WriteAsync(
            async work =>
            {
                work.Signal(RouteCatalog.Signal, route.Id.ToString(), route.Version + 1);
                return await work.Connection.ExecuteAsync(
                    sql,
                    new
                    {
                        id = route.Id.ToString(),
                        name = route.Name,
                        body = JsonSerializer.Serialize(route, RouteJson.Default.Route),
                        version = route.Version,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );
        await catalog.RefreshAsync(ct);
        return count > 0;
    }

    /// <exception cref="PorticoException">It could not be saved; the message says why.</exception>
    public void Check(Route r)
    {
        if (
            r.Name is null
            || r.Name.Length is 0 or > 128
            || !r.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':')
        )
            throw Bad("name must have 1 to 128 letters, digits or - _ . / :", "name");
        if (r.Targets is not { Count: > 0 and <= MaxTargets })
            throw Bad($"targets must hold 1 to {MaxTargets} deployments or models.", "targets");
        foreach (var target in r.Targets)
            CheckTarget(r, target);
        Bound(r.Retries, 0, 5, "retries");
        Bound(r.MaxAttempts, 1, 20, "max_attempts");
        Bound(r.TimeoutMs, 0, 3_600_000, "timeout_ms");
        Bound(r.CacheSeconds, 0, 2_592_000, "cache_seconds");
        Bound(r.DefaultOutputTokens, 1, 1_000_000, "default_output_tokens");
        if (r.Demands?.Problem is { } problem)
            throw Bad(problem.Text, problem.Field);
        if (r.Context == ContextPolicy.Summarise)
            CheckSummary(r);
    }

    void CheckSummary(Route r)
    {
        if (r.SummaryModel is not { } name)
            throw Bad("context summarise needs summary_model: the route or model that writes the summary.", "summary_model");
        if (name == r.Name)
            throw Bad("A route must not be its own summary_model.", "summary_model");
        if (catalog.Current.Find(name) is null && models.Current.FindModel(name) is null)
            throw Bad($"There is no route and no model '{Wire.Json.Short(name)}'.", "summary_model");
        Bound(r.SummaryTokens, 64, 32_000, "summary_tokens");
    }

    void CheckTarget(Route r, RouteTarget target)
    {
        if (target.Deployment is null == target.Model is null)
            throw Bad("A target names either a deployment or a model.", "targets");
        if (target.Deployment is { } id && models.Current.FindDeployment(id) is null)
            throw Bad($"There is no deployment '{id}'.", "targets");
        if (target.Model is { } name && models.Current.FindModel(name) is null)
            throw Bad($"There is no model '{name}'.", "targets");
        Bound(target.Weight, 1, 1_000, "targets.weight");
    }

    static void Bound(int value, int min, int max, string param)
    {
        if (value < min || value > max)
            throw Bad($"{param} must be from {min} to {max}.", param);
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
