using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Policy.Guards;

/// <summary>Secrets of services that are asked as guards, on the management API.</summary>
static class GuardEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/guardrails/secret", Secret)
            .WithSummary("The secret by which a service that is asked as a guard checks that Portico asks; renew makes a new one");

    /// <summary>Level: the organisation, or a level of it. Url: as the policy names the service. Renew: a new secret; the one before signs beside it for a day, for all services of the organisation.</summary>
    public sealed record GuardSecretBody(string Level, string Url, bool Renew = false);

    /// <summary>Secret: as Standard Webhooks write it, whsec_ and base64. Algorithm: how webhook-signature is made.</summary>
    public sealed record GuardSecret(string Url, string Secret, string Algorithm, DateTimeOffset MadeAt)
    {
        public override string ToString() => $"{nameof(GuardSecret)} {{ Url = {Url} }}";
    }

    static async Task<Ok<GuardSecret>> Secret(
        HttpContext http,
        GuardSecretBody body,
        GovernanceCatalog catalog,
        GuardKeys keys,
        CancellationToken ct
    )
    {
        var within = AdminAccess.ReachOf(http);
        var place = PolicyPlace.Of(catalog.Current, body.Level ?? "", within, "level");
        // The secret speaks for Portico to a service of the whole organisation.
        new PolicyPlace(place.Organisation, null, null).RequireWhole(within);
        if (!Uri.TryCreate(body.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new PorticoException(ErrorTable.InvalidRequest, "url is the address of the guard, as the policy names it.", "url");
        var (secret, madeAt) = await keys.SecretAsync(place.Organisation.Id.ToString(), url.AbsoluteUri, body.Renew, ct);
        return TypedResults.Ok(new GuardSecret(url.AbsoluteUri, secret.Reveal(), "hmac-sha256", madeAt));
    }
}
