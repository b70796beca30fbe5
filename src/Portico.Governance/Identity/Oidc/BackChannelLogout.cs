using System.Text.Json;
using Dapper;
using Portico.Governance.Identity.Tokens;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>The provider ends sessions (https://openid.net/specs/openid-connect-backchannel-1_0.html). A token that comes twice ends nothing twice.</summary>
sealed class BackChannelLogout(IdentityProviders providers, TokenVerifier verifier, Database database)
{
    const string Event = "http://schemas.openid.net/event/backchannel-logout";
    static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(2);

    /// <exception cref="PorticoException">The token is none of the provider's for this, or the provider does not answer.</exception>
    public async Task RunAsync(string id, string token, CancellationToken ct)
    {
        var (provider, _) = await providers.OpenAsync(id, ct);
        var demands = new TokenDemands(provider.Issuer, provider.ClientId) { MaxAge = MaxAge, EndIsOptional = true };
        TokenVerdict verdict;
        try
        {
            verdict = await verifier.VerifyAsync(token, demands, provider.AllowSpecialAddresses, ct);
        }
        catch (IssuerAwayException e)
        {
            throw new PorticoException(ErrorTable.IdentityProviderAway, $"{provider.Name} cannot be asked now: {e.Message}", inner: e);
        }
        if (verdict.Fault != TokenFault.None)
            throw Bad($"The logout token is not taken: {verdict.Says}.");
        var claims = verdict.Claims;
        // A nonce would make an ID token of it, which must not end anything.
        if (
            Claims.Has(claims, "nonce")
            || !claims.TryGetProperty("events", out var events)
            || events.ValueKind != JsonValueKind.Object
            || !events.TryGetProperty(Event, out var said)
            || said.ValueKind != JsonValueKind.Object
        )
            throw Bad("The logout token is not taken: it is a token for something else.");
        var (subject, sid) = (Claims.Text(claims, "sub"), Claims.Text(claims, "sid"));
        if (subject is null && sid is null)
            throw Bad("The logout token is not taken: it names neither a person nor a session.");
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    delete from governance_sessions where provider_id = @id and (@sid is null or sid = @sid)
                      and (@subject is null or person_id in (select person_id from governance_identities where provider_id = @id and subject = @subject))
                    """,
                    new
                    {
                        id,
                        sid,
                        subject,
                    },
                    work.Transaction
                ),
            ct
        );
    }

    static PorticoException Bad(string message) => new(ErrorTable.InvalidRequest, message, "logout_token");
}
