using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Governance.Identity.Tokens;
using Portico.Governance.Keys;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>A sign-in that was begun: where the browser goes, and the cookie that it must show when it is back.</summary>
sealed record BegunSignIn(string Address, Secret Browser);

/// <summary>What the provider led back with.</summary>
sealed record ProviderAnswer(string? Code, string? State, string? Issuer, string? Error);

/// <summary>A session by a provider, and where the person was going.</summary>
sealed record ProviderSession(OpenedSession Session, string? ReturnTo);

/// <summary>Sign-in by OpenID Connect: authorization code with PKCE (https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth, RFC 7636, RFC 9207).</summary>
sealed partial class OidcSignIn(
    IdentityProviders providers,
    IssuerDirectory issuers,
    OidcClient client,
    TokenVerifier verifier,
    SignInStore store,
    ProviderPeople people,
    Sessions sessions,
    GovernanceCatalog catalog,
    Database database,
    SignInOptions options,
    TimeProvider time
)
{
    const int MaxReturnTo = 2_000;

    /// <exception cref="PorticoException">There is no such way in, or the provider does not answer.</exception>
    public Task<BegunSignIn> BeginAsync(string id, string redirectUri, string? returnTo, string? invitation, CancellationToken ct) =>
        WithinBoundAsync(token => BeginBoundAsync(id, redirectUri, returnTo, invitation, token), ct);

    /// <summary>Each answer of a provider has a bound, and so has the whole: several that are slow add up.</summary>
    async Task<T> WithinBoundAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken ct)
    {
        var most = TimeSpan.FromSeconds(2 * options.ProviderTimeoutSeconds);
        using var bound = new CancellationTokenSource(most, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, bound.Token);
        try
        {
            return await step(both.Token);
        }
        catch (OperationCanceledException e) when (bound.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new PorticoException(
                ErrorTable.IdentityProviderAway,
                $"The identity provider took longer than {most.TotalSeconds:0} s. Try again, or sign in with a password if you have one.",
                inner: e
            );
        }
    }

    async Task<BegunSignIn> BeginBoundAsync(string id, string redirectUri, string? returnTo, string? invitation, CancellationToken ct)
    {
        var (provider, _) = await providers.OpenAsync(id, ct);
        var documents = await AskAsync(provider, () => issuers.FindAsync(provider.Issuer, provider.AllowSpecialAddresses, ct).AsTask());
        var at = documents.Address("authorization_endpoint");
        if (at is null || IssuerHttp.ProblemOf(at, provider.AllowSpecialAddresses, out _) is not null)
            throw Away(provider, new IssuerAwayException("The issuer tells no authorization_endpoint that one can go to."));
        var (state, nonce, proof, browser) = (Random(), Random(), Random(), Random());
        await store.AddAsync(
            new PendingSignIn
            {
                StateHash = SecretText.Hash(state),
                ProviderId = id,
                BrowserHash = SecretText.Hash(browser),
                Nonce = nonce,
                RedirectUri = redirectUri,
                ReturnTo = IsOwnPath(returnTo) ? returnTo : null,
                InvitationHash = string.IsNullOrEmpty(invitation) ? null : SecretText.Hash(invitation),
            },
            new Secret(proof),
            ct
        );
        var query = new (string Name, string Value)[]
        {
            ("response_type", "code"),
            ("client_id", provider.ClientId),
            ("redirect_uri", redirectUri),
            ("scope", string.Join(' ', provider.Scopes)),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(proof)))),
            ("code_challenge_method", "S256"),
        };
        var address =
            at
            + (at.Contains('?', StringComparison.Ordinal) ? "&" : "?")
            + string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        return new BegunSignIn(address, new Secret(browser));
    }

    /// <summary>Only a path of this console: never another origin, which <c>//</c> and a backslash lead to as well.</summary>
    static bool IsOwnPath(string? path) =>
        path is { Length: > 0 and <= MaxReturnTo }
        && path.StartsWith("/console", StringComparison.Ordinal)
        && !path.Contains('\\', StringComparison.Ordinal)
        && !path.Any(char.IsControl);

    static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Opens a session for whom the provider led back.</summary>
    /// <exception cref="PorticoException">It is over, of another browser, refused by the provider, or of nobody who may come in.</exception>
    public Task<ProviderSession> CompleteAsync(
        ProviderAnswer answer,
        string? browser,
        string address,
        string? agent,
        CancellationToken ct
    ) => WithinBoundAsync(token => CompleteBoundAsync(answer, browser, address, agent, token), ct);

    async Task<ProviderSession> CompleteBoundAsync(
        ProviderAnswer answer,
        string? browser,
        string address,
        string? agent,
        CancellationToken ct
    )
    {
        // Step 1: it was begun here, in this browser, and was not used.
        var pending = answer.State is { Length: > 0 and <= 256 } state ? await store.TakeAsync(state, ct) : null;
        if (pending is null || browser is null || !IsSame(pending.BrowserHash, SecretText.Hash(browser)))
            throw new PorticoException(
                ErrorTable.SignInRequired,
                "This sign-in is over: it was used, took longer than ten minutes, or was begun in another browser. Begin again."
            );
        var (provider, secret) = await providers.OpenAsync(pending.ProviderId, ct);
        // Step 2: the provider led back, and not another one (RFC 9207).
        if (answer.Issuer is not null && answer.Issuer != provider.Issuer)
            throw Refuse(provider, "the answer is of another issuer");
        if (answer.Error is { } error)
            throw Refuse(provider, ErrorCode().IsMatch(error) ? $"it answered {error}" : "it answered with an error");
        if (answer.Code is not { Length: > 0 and <= 4096 } code)
            throw Refuse(provider, "there is no code");
        // Step 3: the code for tokens.
        var tokens = await AskAsync(
            provider,
            () => client.ExchangeAsync(provider, secret, code, pending.RedirectUri, store.Verifier(pending), ct)
        );
        // Step 4: the ID token is the provider's, for this client and this sign-in.
        var demands = new TokenDemands(provider.Issuer, provider.ClientId)
        {
            ForClient = true,
            Nonce = pending.Nonce,
            AccessToken = tokens.Access.Reveal(),
        };
        var who = await ReadAsync(provider, tokens, demands, ct);
        // Step 5: who that is here, and a session.
        var session = await database.WriteAsync(
            async work =>
            {
                var person = await people.TakeInAsync(work, provider, who, pending.InvitationHash);
                await store.KeepAsync(work, pending.ProviderId, who.Subject, tokens);
                return await sessions.OpenAsync(work, person, pending.ProviderId, who.Sid, address, agent);
            },
            ct
        );
        // Somebody new, or let in again, is there on this node from their first request on.
        if (!PersonId.TryParse(session.PersonId, out var id) || catalog.Current.People.GetValueOrDefault(id) is not { Disabled: false })
            await catalog.RefreshAsync(ct);
        return new ProviderSession(session, pending.ReturnTo);
    }

    /// <summary>Who an ID token is of, with what userinfo adds.</summary>
    public async Task<ProviderPerson> ReadAsync(
        IdentityProvider provider,
        ProviderTokens tokens,
        TokenDemands demands,
        CancellationToken ct
    )
    {
        var verdict = await AskAsync(provider, () => verifier.VerifyAsync(tokens.IdToken, demands, provider.AllowSpecialAddresses, ct));
        if (verdict.Fault != TokenFault.None)
            throw Refuse(provider, $"its ID token is not taken: {verdict.Says}");
        if (Claims.Text(verdict.Claims, "sub") is not { Length: <= ProviderPerson.MaxSubject } subject)
            throw Refuse(provider, "its ID token names nobody");
        JsonElement userInfo = default;
        var documents = await AskAsync(provider, () => issuers.FindAsync(provider.Issuer, provider.AllowSpecialAddresses, ct).AsTask());
        if (ProviderPerson.NeedsUserInfo(provider, verdict.Claims) && documents.Address("userinfo_endpoint") is not null)
            userInfo = await AskAsync(provider, () => client.UserInfoAsync(provider, tokens.Access, subject, ct));
        if (ProviderPerson.IsOverage(provider, verdict.Claims) && !Claims.Has(userInfo, provider.GroupsClaim))
            throw Refuse(
                provider,
                "your groups do not fit into its token, and its userinfo does not tell them either; let it send only groups that are assigned to this application"
            );
        return ProviderPerson.Of(provider, verdict.Claims, userInfo);
    }

    static bool IsSame(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    /// <summary>What a provider does not answer or refuses, in words for whoever wants to come in.</summary>
    static async Task<T> AskAsync<T>(IdentityProvider provider, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (IssuerAwayException e)
        {
            throw Away(provider, e);
        }
        catch (ProviderRefusedException e)
        {
            throw Refuse(
                provider,
                e.Code == "invalid_client"
                    ? "it does not take this Portico as its client; client_id or client_secret is wrong"
                    : $"it answered {e.Code}"
            );
        }
    }

    static PorticoException Away(IdentityProvider provider, IssuerAwayException e) =>
        new(ErrorTable.IdentityProviderAway, $"{provider.Name} cannot be asked now: {e.Message}", inner: e);

    static PorticoException Refuse(IdentityProvider provider, string why) =>
        new(ErrorTable.PermissionDenied, $"{provider.Name} did not let you in: {why}.");

    [System.Text.RegularExpressions.GeneratedRegex(
        "^[a-z_]{1,40}$",
        System.Text.RegularExpressions.RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial System.Text.RegularExpressions.Regex ErrorCode();
}
