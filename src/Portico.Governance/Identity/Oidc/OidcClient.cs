using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Oidc;

/// <summary>The provider understood and said no. Code: its own (RFC 6749, 5.2), or the HTTP status.</summary>
sealed class ProviderRefusedException(string code) : Exception($"The identity provider refused: {code}.")
{
    public string Code => code;

    /// <summary>The grant is not good any more: used, too old, or its person is gone. Other refusals are of this Portico's client and say nothing of a person.</summary>
    public bool IsOfGrant => code is "invalid_grant" or "401" or "403" or "invalid_token";
}

/// <summary>What the token endpoint gave.</summary>
sealed record ProviderTokens(Secret Access, TimeSpan AccessLife, Secret? Refresh, string? IdToken);

/// <summary>This Portico as a client of a provider: codes and refresh tokens for tokens, and userinfo.</summary>
sealed class OidcClient(IssuerHttp http, IssuerDirectory issuers)
{
    static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(5);

    /// <exception cref="ProviderRefusedException">It does not take the code, or this client.</exception>
    /// <exception cref="IssuerAwayException">It does not answer, or not as a provider does.</exception>
    public Task<ProviderTokens> ExchangeAsync(
        IdentityProvider provider,
        Secret? secret,
        string code,
        string redirectUri,
        Secret verifier,
        CancellationToken ct
    ) =>
        AskAsync(
            provider,
            secret,
            [
                new("grant_type", "authorization_code"),
                new("code", code),
                new("redirect_uri", redirectUri),
                new("code_verifier", verifier.Reveal()),
            ],
            ct
        );

    /// <exception cref="ProviderRefusedException">As above.</exception>
    /// <exception cref="IssuerAwayException">As above.</exception>
    public Task<ProviderTokens> RefreshAsync(IdentityProvider provider, Secret? secret, Secret refresh, CancellationToken ct) =>
        AskAsync(provider, secret, [new("grant_type", "refresh_token"), new("refresh_token", refresh.Reveal())], ct);

    async Task<ProviderTokens> AskAsync(
        IdentityProvider provider,
        Secret? secret,
        List<KeyValuePair<string, string>> form,
        CancellationToken ct
    )
    {
        var documents = await issuers.FindAsync(provider.Issuer, provider.AllowSpecialAddresses, ct);
        var address = documents.Address("token_endpoint") ?? throw new IssuerAwayException("The issuer tells no token_endpoint.");
        AuthenticationHeaderValue? basic = null;
        if (secret is null)
            form.Add(new("client_id", provider.ClientId));
        else if (PostsSecret(documents))
        {
            form.Add(new("client_id", provider.ClientId));
            form.Add(new("client_secret", secret.Reveal()));
        }
        else
            basic = Basic(provider.ClientId, secret);
        var answer = await http.PostAsync(address, provider.AllowSpecialAddresses, form, basic, ct);
        if (!answer.IsGood)
            throw Failure(answer);
        if (Claims.Text(answer.Body, "access_token") is not { } access)
            throw new IssuerAwayException("The identity provider gave no access token where it should.");
        var life =
            answer.Body.TryGetProperty("expires_in", out var seconds)
            && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetInt32(out var whole)
            && whole > 0
                ? TimeSpan.FromSeconds(whole)
                : UsualLife;
        return new ProviderTokens(
            new Secret(access),
            life,
            Claims.Text(answer.Body, "refresh_token") is { } refresh ? new Secret(refresh) : null,
            Claims.Text(answer.Body, "id_token")
        );
    }

    /// <summary>Basic is what all must take (RFC 6749, 2.3.1); those who say that they do not, get it in the form.</summary>
    static bool PostsSecret(IssuerDocuments documents)
    {
        var methods = Claims.Texts(documents.Metadata, "token_endpoint_auth_methods_supported");
        return methods.Contains("client_secret_post", StringComparer.Ordinal)
            && !methods.Contains("client_secret_basic", StringComparer.Ordinal);
    }

    static AuthenticationHeaderValue Basic(string client, Secret secret) =>
        new(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret.Reveal())}"))
        );

    /// <summary>What the provider tells of whom an access token is of.</summary>
    /// <exception cref="ProviderRefusedException">It does not take the token.</exception>
    /// <exception cref="IssuerAwayException">It does not answer, tells nothing, or of another subject.</exception>
    public async Task<JsonElement> UserInfoAsync(IdentityProvider provider, Secret access, string subject, CancellationToken ct)
    {
        var documents = await issuers.FindAsync(provider.Issuer, provider.AllowSpecialAddresses, ct);
        var address = documents.Address("userinfo_endpoint") ?? throw new IssuerAwayException("The issuer tells no userinfo_endpoint.");
        var answer = await http.GetAsync(address, provider.AllowSpecialAddresses, access, ct);
        if (!answer.IsGood)
            throw Failure(answer);
        // OpenID Connect Core 5.3.2: else what one token says would be mixed with what is said of somebody else.
        return Claims.Text(answer.Body, "sub") == subject
            ? answer.Body
            : throw new IssuerAwayException("The identity provider's userinfo is of another subject.");
    }

    static Exception Failure(IssuerAnswer answer) =>
        answer.Status is >= 500 or 408 or 429
            ? new IssuerAwayException($"The identity provider answered {answer.Status}.")
            : new ProviderRefusedException(answer.Error ?? answer.Status.ToString());
}
