using Dapper;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>A sign-in under way, as the store has it.</summary>
sealed class PendingSignIn
{
    public string StateHash { get; set; } = "";
    public string ProviderId { get; set; } = "";
    public string BrowserHash { get; set; } = "";
    public string Nonce { get; set; } = "";
    public string VerifierBox { get; set; } = "";
    public string RedirectUri { get; set; } = "";
    public string? ReturnTo { get; set; }
    public string? InvitationHash { get; set; }
    public long ExpiresUs { get; set; }
}

/// <summary>Sign-ins under way and the tokens of identities, sealed.</summary>
sealed class SignInStore(Database database, MasterKey master, TimeProvider time)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    /// <summary>Anybody may begin one: so many lie in the store at most.</summary>
    const int MaxPending = 10_000;

    readonly SealedBox verifiers = master.BoxFor("sign-in-verifier");
    readonly SealedBox tokens = master.BoxFor("identity-token");

    public Task AddAsync(PendingSignIn pending, Secret verifier, CancellationToken ct)
    {
        pending.VerifierBox = verifiers.SealText(verifier.Reveal(), pending.StateHash);
        pending.ExpiresUs = Micros.Of(time.GetUtcNow() + GoodFor);
        return database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    "delete from governance_sign_ins where expires_us <= @now",
                    new { now = Micros.Now(time) },
                    work.Transaction
                );
                var count = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(*) from governance_sign_ins",
                    transaction: work.Transaction
                );
                if (count >= MaxPending)
                    throw new PorticoException(ErrorTable.RateLimited, "Too many sign-ins are under way. Try again in some minutes.")
                    {
                        RetryAfter = TimeSpan.FromMinutes(1),
                    };
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_sign_ins (state_hash, provider_id, browser_hash, nonce, verifier_box, redirect_uri, return_to, invitation_hash, expires_us)
                    values (@StateHash, @ProviderId, @BrowserHash, @Nonce, @VerifierBox, @RedirectUri, @ReturnTo, @InvitationHash, @ExpiresUs)
                    """,
                    pending,
                    work.Transaction
                );
            },
            ct
        );
    }

    /// <summary>Takes it out: whoever comes second with the same state finds nothing.</summary>
    public Task<PendingSignIn?> TakeAsync(string state, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.QuerySingleOrDefaultAsync<PendingSignIn?>(
                    """
                    delete from governance_sign_ins where state_hash = @hash and expires_us > @now
                    returning state_hash, provider_id, browser_hash, nonce, verifier_box, redirect_uri, return_to, invitation_hash, expires_us
                    """,
                    new { hash = SecretText.Hash(state), now = Micros.Now(time) },
                    work.Transaction
                ),
            ct
        );

    public Secret Verifier(PendingSignIn pending) => verifiers.OpenText(pending.VerifierBox, pending.StateHash);

    /// <summary>Keeps what the next re-check needs: the refresh token, or where there is none the access token for as long as it is good.</summary>
    public async Task KeepAsync(DbWork work, string provider, string subject, ProviderTokens given)
    {
        var row = RowOf(provider, subject);
        await work.Connection.ExecuteAsync(
            """
            update governance_identities set refresh_box = @refresh, access_box = @access, access_until_us = @until
            where provider_id = @provider and subject = @subject
            """,
            new
            {
                provider,
                subject,
                refresh = given.Refresh is { } refresh ? tokens.SealText(refresh.Reveal(), row) : null,
                access = given.Refresh is null ? tokens.SealText(given.Access.Reveal(), row) : null,
                until = Micros.Of(time.GetUtcNow() + given.AccessLife),
            },
            work.Transaction
        );
    }

    public Secret Open(string provider, string subject, string box) => tokens.OpenText(box, RowOf(provider, subject));

    static string RowOf(string provider, string subject) => $"{provider}\n{subject}";
}
