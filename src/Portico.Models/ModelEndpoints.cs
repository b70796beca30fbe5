using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Models.Approval;
using Portico.Models.Catalogue;

namespace Portico.Models;

/// <summary>Models on the management API.</summary>
static class ModelEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/models", ListModels).WithSummary("Models of the hub");
        api.MapPost("/models", CreateModel).WithSummary("Add a model");
        api.MapGet("/models/{id}", GetModel).WithSummary("One model");
        api.MapPatch("/models/{id}", ChangeModel).WithSummary("Change a model's facts, switch it off or on");
        api.MapDelete("/models/{id}", DeleteModel).WithSummary("Remove a model that has neither deployments nor prices");
    }

    /// <summary>
    /// ConnectionId serves the model through that connection, under UpstreamModel (the model's own name where that is left out). ListPrice enters the list
    /// price that ships with this version, with its source and date; left out, a model with a connection gets it where it is known. Approve lets all
    /// workspaces call it at once, for Reason; without it the model waits in quarantine. BaseModel is the name by which the catalogue knows a model that is
    /// called otherwise at its provider, such as a deployment of Azure.
    /// </summary>
    public sealed record ModelBody(
        string Name,
        int? ContextTokens = null,
        int? MaxOutputTokens = null,
        string? TokenFamily = null,
        bool? Embeddings = null,
        bool? ListPrice = null,
        ConnectionId? ConnectionId = null,
        string? UpstreamModel = null,
        bool Approve = false,
        string? Reason = null,
        string? BaseModel = null
    );

    public sealed record ModelChange(
        int? ContextTokens = null,
        int? MaxOutputTokens = null,
        string? TokenFamily = null,
        bool? Disabled = null
    );

    /// <summary>A page of what is in memory, in the order of a key that is unique.</summary>
    internal static Page<T> PageOf<T>(IEnumerable<T> all, Func<T, string> key, int? limit, string? cursor)
    {
        var page = PageRequest.From(limit, cursor);
        var rows = all.OrderBy(key, StringComparer.Ordinal)
            .Where(x => page.After is null || string.CompareOrdinal(key(x), page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return page.Cut(rows, key);
    }

    static Ok<Page<Model>> ListModels(
        HttpContext http,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        string? name,
        int? limit,
        string? cursor
    ) =>
        TypedResults.Ok(
            PageOf(
                ModelsInReach
                    .List(catalog.Current, governance.Current, AdminAccess.ReachOf(http))
                    .Where(m => name is null || m.Name == name),
                m => m.Name,
                limit,
                cursor
            )
        );

    static async Task<Created<Model>> CreateModel(
        HttpContext http,
        ModelBody body,
        ModelsCatalog catalog,
        HubService hub,
        Approvals approvals,
        TimeProvider time,
        CancellationToken ct
    )
    {
        HubService.CheckName(body.Name, "name");
        var upstream = body.UpstreamModel ?? body.Name;
        var shipped = body.BaseModel is { } known
            ? ShippedCatalogue.Find(known)
            : ShippedCatalogue.Find(body.Name) ?? ShippedCatalogue.Find(upstream);
        if (body.ListPrice == true && shipped is null)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"No list price of '{body.Name}' ships with this version. Leave list_price out and add one: POST /api/prices.",
                "list_price"
            );
        if (body is { UpstreamModel: not null, ConnectionId: null })
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "upstream_model is the name at a connection: name that too.",
                "connection_id"
            );
        var priced = shipped is not null && (body.ListPrice ?? body.ConnectionId is not null);
        var made = await hub.CreateModelAsync(
            new Model
            {
                Id = default,
                Name = body.Name,
                ContextTokens = body.ContextTokens ?? shipped?.ContextTokens ?? CardCatalogue.BoundsOf(upstream).ContextTokens,
                MaxOutputTokens = body.MaxOutputTokens ?? shipped?.MaxOutputTokens,
                TokenFamily = body.TokenFamily ?? body.BaseModel ?? upstream,
                Embeddings = body.Embeddings ?? shipped?.Embeddings ?? false,
            },
            body.ConnectionId is { } connection ? new Deployment(default, default, connection, upstream, 1, false, 1) : null,
            id => priced ? ShippedCatalogue.PricesOf(shipped!, id, time) : [],
            FirstDecision(http, body, catalog, approvals),
            ct
        );
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/models/{made.Id}", made);
    }

    static ModelDecision? FirstDecision(HttpContext http, ModelBody body, ModelsCatalog catalog, Approvals approvals)
    {
        if (!body.Approve)
            return null;
        var actor = AdminAccess.Actor(http);
        actor.RequireEverywhere(Permissions.ModelsApprove);
        var draft = new ModelDecision
        {
            ModelId = default,
            State = ModelState.Approved,
            DecidedBy = actor.Name,
            Reason = body.Reason,
        };
        var connection = body.ConnectionId is { } id ? catalog.Current.Connections.GetValueOrDefault(id) : null;
        var card = CardCatalogue.Of(body.Name, connection is null ? [] : [connection.BaseUrl.Host]);
        return approvals.Checked(draft, [connection is null ? card : catalog.Current.FactsAt(connection, card)]);
    }

    static async Task<Ok<Model>> ChangeModel(
        HttpContext http,
        string id,
        ModelChange body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        var now = await hub.ChangeModelAsync(
            old with
            {
                ContextTokens = body.ContextTokens ?? old.ContextTokens,
                MaxOutputTokens = body.MaxOutputTokens ?? old.MaxOutputTokens,
                TokenFamily = body.TokenFamily ?? old.TokenFamily,
                Disabled = body.Disabled ?? old.Disabled,
            },
            ct
        );
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static Ok<Model> GetModel(HttpContext http, string id, ModelsCatalog catalog, GovernanceCatalog governance)
    {
        var found = ModelsInReach.Find(catalog.Current, governance.Current, AdminAccess.ReachOf(http), id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<NoContent> DeleteModel(HttpContext http, string id, ModelsCatalog catalog, HubService hub, CancellationToken ct)
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        await hub.DeleteModelAsync(old, ct);
        return TypedResults.NoContent();
    }

    internal static Model Find(ModelsCatalog catalog, string id) =>
        catalog.Current.Models.FirstOrDefault(m => m.Id.ToString() == id)
        ?? throw new PorticoException(ErrorTable.NotFound, $"There is no model '{id}'.");
}
