using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance;

/// <summary>Service keys on the management API.</summary>
static class KeyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/keys", List).WithSummary("Keys, by use case");
        api.MapPost("/keys", Create).WithSummary("Make a key; the secret is shown once");
        api.MapGet("/keys/{id}", Get).WithSummary("One key");
        api.MapPatch("/keys/{id}", Change).WithSummary("Change name, expiry, networks, routes");
        api.MapPost("/keys/{id}/rotate", Rotate).WithSummary("New secret under the same id");
        api.MapPost("/keys/{id}/disable", Disable).WithSummary("Stop a key until it is enabled");
        api.MapPost("/keys/{id}/enable", Enable).WithSummary("Let a disabled key work again");
        api.MapPost("/keys/{id}/revoke", Revoke).WithSummary("Stop a key for good");
    }

    public sealed record RotateBody(int OverlapSeconds = 86_400);

    /// <summary>A key with the secret that is shown this once; null where its holder has it already.</summary>
    public sealed record KeyWithSecret(ServiceKey Key, string? Secret)
    {
        public override string ToString() => $"{nameof(KeyWithSecret)} {{ Key = {Key} }}";
    }

    static async Task<Ok<Page<ServiceKey>>> List(
        HttpContext http,
        KeyService keys,
        UseCaseId? use_case_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) => TypedResults.Ok(await keys.ListAsync(AdminAccess.ReachOf(http), use_case_id, PageRequest.From(limit, cursor), ct));

    static async Task<Created<KeyWithSecret>> Create(HttpContext http, KeyDraft body, KeyService keys, CancellationToken ct)
    {
        var issued = await keys.CreateAsync(body, AdminAccess.ReachOf(http), ct);
        Preconditions.SetTag(http, issued.Key.Version);
        return TypedResults.Created(
            $"/api/keys/{issued.Key.Id}",
            new KeyWithSecret(issued.Key, issued.Secret.IsEmpty ? null : issued.Secret.Reveal())
        );
    }

    static Ok<ServiceKey> Get(HttpContext http, string id, GovernanceCatalog catalog)
    {
        var key = Find(http, catalog, id);
        Preconditions.SetTag(http, key.Version);
        return TypedResults.Ok(key);
    }

    static async Task<Ok<ServiceKey>> Change(
        HttpContext http,
        string id,
        KeyDraft body,
        GovernanceCatalog catalog,
        KeyService keys,
        CancellationToken ct
    )
    {
        var old = Find(http, catalog, id);
        Preconditions.Require(http, old.Version);
        var now = await keys.ChangeAsync(old, body, ct);
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static async Task<Ok<KeyWithSecret>> Rotate(
        HttpContext http,
        string id,
        RotateBody body,
        GovernanceCatalog catalog,
        KeyService keys,
        CancellationToken ct
    )
    {
        var issued = await keys.RotateAsync(Find(http, catalog, id), TimeSpan.FromSeconds(body.OverlapSeconds), ct);
        Preconditions.SetTag(http, issued.Key.Version);
        return TypedResults.Ok(new KeyWithSecret(issued.Key, issued.Secret.Reveal()));
    }

    static Task<Ok<ServiceKey>> Disable(HttpContext http, string id, GovernanceCatalog catalog, KeyService keys, CancellationToken ct) =>
        ChangeState(http, id, KeyState.Disabled, catalog, keys, ct);

    static Task<Ok<ServiceKey>> Enable(HttpContext http, string id, GovernanceCatalog catalog, KeyService keys, CancellationToken ct) =>
        ChangeState(http, id, KeyState.Active, catalog, keys, ct);

    static Task<Ok<ServiceKey>> Revoke(HttpContext http, string id, GovernanceCatalog catalog, KeyService keys, CancellationToken ct) =>
        ChangeState(http, id, KeyState.Revoked, catalog, keys, ct);

    static async Task<Ok<ServiceKey>> ChangeState(
        HttpContext http,
        string id,
        KeyState state,
        GovernanceCatalog catalog,
        KeyService keys,
        CancellationToken ct
    )
    {
        var now = await keys.ChangeStateAsync(Find(http, catalog, id), state, ct);
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static ServiceKey Find(HttpContext http, GovernanceCatalog catalog, string id) =>
        KeyId.TryParse(id, out var parsed)
        && catalog.Current.Callers.TryGetValue(parsed, out var caller)
        && AdminAccess.ReachOf(http).Has(caller)
            ? caller.Key!
            : throw GovernanceService.Missing("key", id);
}
