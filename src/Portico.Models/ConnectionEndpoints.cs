using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Models.Connecting;

namespace Portico.Models;

/// <summary>Connections on the management API. A credential goes in and never comes out.</summary>
static class ConnectionEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/connections", List).WithSummary("Connections");
        api.MapPost("/connections", Create).WithSummary("Connect a provider");
        api.MapGet("/connections/{id}", Get).WithSummary("One connection");
        api.MapPatch("/connections/{id}", Change).WithSummary("Change a connection; a new credential replaces the old");
        api.MapDelete("/connections/{id}", Delete)
            .WithSummary("Remove a connection that serves no model; with_deployments: one that is switched off, with its deployments");
        api.MapPost("/connections/check", Check).WithSummary("Ask a provider for its models over a connection that is not saved");
        api.MapPost("/connections/{id}/check", CheckChange)
            .WithSummary("Ask the provider for its models over a connection with a change that is not saved");
        api.MapGet("/connections/{id}/offered", Offered).WithSummary("Ask the provider which models it offers");
    }

    public sealed record ConnectionBody
    {
        public string? Name { get; init; }
        public string? Family { get; init; }
        public string? Preset { get; init; }
        public string? BaseUrl { get; init; }
        public Secret? Credential { get; init; }
        public Dictionary<string, string>? Headers { get; init; }
        public bool? AllowSpecialAddresses { get; init; }
        public int? ConnectMs { get; init; }
        public int? FirstByteMs { get; init; }
        public int? IdleMs { get; init; }

        /// <summary>Where it processes what is sent, as eu or us-east-1; an empty text takes it back.</summary>
        public string? Region { get; init; }

        /// <summary>What the account's contract says where it is not what the models' cards say.</summary>
        public bool? TrainsOnData { get; init; }
        public int? RetentionDays { get; init; }

        /// <summary>Pass calls that need the provider's own Responses API, as those with tools that it runs; openai and azure-openai (v1) alone.</summary>
        public bool? Responses { get; init; }

        /// <summary>Whether lines of batches go to the provider's own batches, at its lower price. Off unless it is switched on.</summary>
        public bool? ProviderBatches { get; init; }
        public bool? Disabled { get; init; }

        /// <summary>Members that a change takes back, since leaving one out keeps it: of preset, region, trains_on_data and retention_days.</summary>
        public IReadOnlyList<string>? Unset { get; init; }
    }

    static Ok<Page<Connection>> List(ModelsCatalog catalog, int? limit, string? cursor) =>
        TypedResults.Ok(ModelEndpoints.PageOf(catalog.Current.Connections.Values, c => c.Name, limit, cursor));

    static Ok<Connection> Get(HttpContext http, string id, ModelsCatalog catalog)
    {
        var found = Find(catalog, id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Created<Connection>> Create(HttpContext http, ConnectionBody body, HubService hub, CancellationToken ct)
    {
        var made = await hub.CreateConnectionAsync(Draft(body), body.Credential, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/connections/{made.Id}", made);
    }

    static async Task<Ok<Connection>> Change(
        HttpContext http,
        string id,
        ConnectionBody body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        var now = await hub.ChangeConnectionAsync(Changed(old, body, catalog.Current), body.Credential, ct);
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static async Task<NoContent> Delete(
        HttpContext http,
        string id,
        bool? with_deployments,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        await hub.DeleteConnectionAsync(old, with_deployments == true, ct);
        return TypedResults.NoContent();
    }

    static async Task<Ok<Page<OfferedView>>> Offered(
        string id,
        int? limit,
        string? cursor,
        ModelsCatalog catalog,
        ConnectionChecks checks,
        CancellationToken ct
    ) => TypedResults.Ok(ModelEndpoints.PageOf(await checks.OfferedAsync(Find(catalog, id), ct), m => m.Name, limit, cursor));

    static async Task<Ok<ConnectionCheck>> Check(ConnectionBody body, ConnectionChecks checks, CancellationToken ct) =>
        TypedResults.Ok(await checks.CheckAsync(Draft(body), body.Credential ?? new Secret(""), ct));

    static async Task<Ok<ConnectionCheck>> CheckChange(
        string id,
        ConnectionBody body,
        ModelsCatalog catalog,
        ConnectionChecks checks,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        return TypedResults.Ok(
            await checks.CheckAsync(
                Changed(old, body, catalog.Current),
                body.Credential ?? catalog.Current.ProviderOf(old.Id).Credential,
                ct
            )
        );
    }

    static Connection Draft(ConnectionBody body) =>
        Apply(
            new Connection
            {
                Id = default,
                Name = body.Name ?? throw Needed("name"),
                Family = body.Family ?? throw Needed("family"),
                BaseUrl = Url(body.BaseUrl ?? throw Needed("base_url")),
            },
            body
        );

    static Connection Changed(Connection old, ConnectionBody body, ModelsSnapshot known)
    {
        if (body.Family is not null && body.Family != old.Family)
            throw new PorticoException(ErrorTable.InvalidRequest, "A connection stays with its family. Make a new one.", "family");
        var changed = Apply(old, body);
        // A credential is kept for one place: whoever may write connections may not read it, nor have it sent to a place of their own.
        if (body.Credential is null && OriginOf(changed) != OriginOf(old) && !known.ProviderOf(old.Id).Credential.IsEmpty)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"The credential that is kept is for {OriginOf(old)}. Give it again for another place.",
                "credential"
            );
        return changed;
    }

    static string OriginOf(Connection connection) => connection.BaseUrl.GetLeftPart(UriPartial.Authority);

    static Connection Apply(Connection c, ConnectionBody b) => Given(Without(c, b.Unset ?? []), b);

    static Connection Without(Connection c, IReadOnlyList<string> unset)
    {
        foreach (var member in unset)
            c = member switch
            {
                "preset" => c with { Preset = null },
                "region" => c with { Region = null },
                "trains_on_data" => c with { TrainsOnData = null },
                "retention_days" => c with { RetentionDays = null },
                _ => throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    "unset takes preset, region, trains_on_data and retention_days.",
                    "unset"
                ),
            };
        return c;
    }

    static Connection Given(Connection c, ConnectionBody b) =>
        c with
        {
            Name = b.Name ?? c.Name,
            Preset = b.Preset ?? c.Preset,
            BaseUrl = b.BaseUrl is null ? c.BaseUrl : Url(b.BaseUrl),
            Headers = b.Headers ?? c.Headers,
            AllowSpecialAddresses = b.AllowSpecialAddresses ?? c.AllowSpecialAddresses,
            ConnectMs = b.ConnectMs ?? c.ConnectMs,
            FirstByteMs = b.FirstByteMs ?? c.FirstByteMs,
            IdleMs = b.IdleMs ?? c.IdleMs,
            Region = b.Region switch
            {
                null => c.Region,
                "" => null,
                { } region => region,
            },
            TrainsOnData = b.TrainsOnData ?? c.TrainsOnData,
            RetentionDays = b.RetentionDays ?? c.RetentionDays,
            Responses = b.Responses ?? c.Responses,
            ProviderBatches = b.ProviderBatches ?? c.ProviderBatches,
            Disabled = b.Disabled ?? c.Disabled,
            // What an administrator gave is the administrator's: the environment no longer renews it.
            Origin = b.BaseUrl is null && b.Credential is null ? c.Origin : "api",
        };

    static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? url
            : throw new PorticoException(ErrorTable.InvalidRequest, "base_url must be an absolute http or https address.", "base_url");

    static PorticoException Needed(string field) => new(ErrorTable.InvalidRequest, $"'{field}' is missing.", field);

    static Connection Find(ModelsCatalog catalog, string id) =>
        ConnectionId.TryParse(id, out var parsed) && catalog.Current.Connections.TryGetValue(parsed, out var found)
            ? found
            : throw new PorticoException(ErrorTable.NotFound, $"There is no connection '{id}'.");
}
