using Microsoft.AspNetCore.Http;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Oidc;

/// <summary>Where a browser goes to sign out at the provider as well (https://openid.net/specs/openid-connect-rpinitiated-1_0.html).</summary>
sealed class ProviderSignOut(IdentityProviders providers, IssuerDirectory issuers)
{
    /// <summary>Null where the provider has no such page, or is not to be asked now: the session here has ended all the same.</summary>
    public async Task<string?> AddressAsync(string id, HttpContext http, CancellationToken ct)
    {
        try
        {
            var (provider, _) = await providers.OpenAsync(id, ct);
            var documents = await issuers.FindAsync(provider.Issuer, provider.AllowSpecialAddresses, ct);
            if (
                documents.Address("end_session_endpoint") is not { } at
                || IssuerHttp.ProblemOf(at, provider.AllowSpecialAddresses, out _) is not null
            )
                return null;
            var back = OidcEndpoints.Origin(http) + "/console";
            return at
                + (at.Contains('?', StringComparison.Ordinal) ? "&" : "?")
                + $"client_id={Uri.EscapeDataString(provider.ClientId)}&post_logout_redirect_uri={Uri.EscapeDataString(back)}";
        }
        catch (Exception e) when (e is IssuerAwayException or PorticoException { Kind.Status: 404 })
        {
            return null;
        }
    }
}
