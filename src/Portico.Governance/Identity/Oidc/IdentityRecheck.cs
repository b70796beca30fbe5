using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Governance.Access;
using Portico.Governance.Identity.Tokens;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>
/// Asks identity providers again whether they know the people who have a session or a key: one node for all, each person once in
/// <see cref="SignInOptions.RecheckSeconds"/>. A refusal ends sessions and keys; no answer ends sessions after <see cref="SignInOptions.GraceMinutes"/>.
/// </summary>
sealed partial class IdentityRecheck(
    IdentityProviders providers,
    OidcClient client,
    OidcSignIn signIn,
    SignInStore store,
    ProviderPeople people,
    ProviderRoles roles,
    Database database,
    LeaseStore leases,
    SignInOptions options,
    TimeProvider time,
    ILogger<IdentityRecheck> logger
) : BackgroundService
{
    /// <summary>Between two looks at who is due. With the longest interval, a request that takes its whole time and the signal, a person is out within five minutes.</summary>
    static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    const string LeaseName = "identity-recheck";

    /// <summary>People in one look, and asked about at once.</summary>
    const int MostAtOnce = 500;
    const int SideBySide = 8;

    internal sealed class Due
    {
        public string ProviderId { get; set; } = "";
        public string Subject { get; set; } = "";
        public string PersonId { get; set; } = "";
        public string? RefreshBox { get; set; }
        public string? AccessBox { get; set; }
        public long AccessUntilUs { get; set; }
        public long CheckedUs { get; set; }
        public long TriedUs { get; set; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await leases.TryAcquireAsync(LeaseName, Between * 4, stoppingToken) is not null)
                    await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Log.RoundFailed(logger, e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Between, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks about all who are due; how many that were.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var due = await FindAsync(ct);
        // A provider that hangs holds up its own people and nobody else's.
        await Task.WhenAll(due.GroupBy(d => d.ProviderId, StringComparer.Ordinal).Select(g => LookAtAllAsync(g, ct)));
        return due.Count;
    }

    /// <summary>Those of one provider. When as many as are asked about at once got no answer in a row, it is away: the others of this round are not waited for.</summary>
    Task LookAtAllAsync(IEnumerable<Due> due, CancellationToken ct)
    {
        var silent = 0;
        return Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct },
            async (one, token) =>
            {
                if (await LookAsync(one, Volatile.Read(ref silent) >= SideBySide, token))
                    Volatile.Write(ref silent, 0);
                else
                    Interlocked.Increment(ref silent);
            }
        );
    }

    async Task<IReadOnlyList<Due>> FindAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var now = time.GetUtcNow();
        var rows = await db.QueryAsync<Due>(
            """
            select i.provider_id, i.subject, i.person_id, i.refresh_box, i.access_box, i.access_until_us, i.checked_us, i.tried_us
            from governance_identities i
            join governance_identity_providers v on v.id = i.provider_id
            join governance_people p on p.id = i.person_id
            where v.enabled = 1 and p.disabled = 0 and i.tried_us <= @before
              and (exists (select 1 from governance_sessions s where s.person_id = i.person_id and s.provider_id = i.provider_id and s.expires_us > @now)
                or (i.refresh_box is not null and exists (select 1 from governance_keys k where k.person_id = i.person_id and k.state = 'Active')))
            order by i.tried_us limit @most
            """,
            new
            {
                before = Micros.Of(now - TimeSpan.FromSeconds(options.RecheckSeconds)),
                now = Micros.Of(now),
                most = MostAtOnce,
            }
        );
        return rows.ToList();
    }

    /// <summary>False when the provider did not answer; away: it did not answer for others, and is not asked.</summary>
    async Task<bool> LookAsync(Due due, bool away, CancellationToken ct)
    {
        // One node asks: a refresh token that is used twice counts as stolen at many providers.
        var mine = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_identities set tried_us = @now where provider_id = @ProviderId and subject = @Subject and tried_us = @TriedUs",
                    new
                    {
                        now = Micros.Now(time),
                        due.ProviderId,
                        due.Subject,
                        due.TriedUs,
                    },
                    work.Transaction
                ),
            ct
        );
        if (mine == 0)
            return true;
        try
        {
            if (away)
                throw new IssuerAwayException("it did not answer for others either");
            var (provider, secret) = await providers.OpenAsync(due.ProviderId, ct);
            if (due.RefreshBox is { } refresh)
                await RefreshAsync(
                    due,
                    provider,
                    await client.RefreshAsync(provider, secret, store.Open(due.ProviderId, due.Subject, refresh), ct),
                    ct
                );
            else if (due.AccessBox is { } access && due.AccessUntilUs > Micros.Now(time))
            {
                await client.UserInfoAsync(provider, store.Open(due.ProviderId, due.Subject, access), due.Subject, ct);
                await NoteAsync(due, ct);
            }
            else
                await EndSessionsAsync(due, "its provider gave nothing to ask with any more", ct);
            return true;
        }
        catch (ProviderRefusedException e) when (e.IsOfGrant)
        {
            await EndAsync(due, e.Code, ct);
            return true;
        }
        catch (Exception e)
            when (e
                    is ProviderRefusedException
                        or IssuerAwayException
                        or PorticoException
                        or System.Security.Cryptography.CryptographicException
            )
        {
            await NotAnsweredAsync(due, e.Message, ct);
            return e is not IssuerAwayException && (e as PorticoException)?.Kind != ErrorTable.IdentityProviderAway;
        }
    }

    async Task RefreshAsync(Due due, IdentityProvider provider, ProviderTokens given, CancellationToken ct)
    {
        // A provider that gives no new one lets the old one go on.
        var kept = given.Refresh is null ? given with { Refresh = store.Open(due.ProviderId, due.Subject, due.RefreshBox!) } : given;
        await database.WriteAsync(work => store.KeepAsync(work, due.ProviderId, due.Subject, kept), ct);
        var groups = await GroupsAsync(due, provider, given, ct);
        await database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    "update governance_identities set checked_us = @now, member_of = coalesce(@groups, member_of) where provider_id = @ProviderId and subject = @Subject",
                    new
                    {
                        now = Micros.Now(time),
                        groups = groups is null ? null : TextList.Write(groups),
                        due.ProviderId,
                        due.Subject,
                    },
                    work.Transaction
                );
                await roles.ApplyAsync(work, due.PersonId);
            },
            ct
        );
    }

    /// <summary>The groups as they are now; null where nothing asks for them.</summary>
    async Task<IReadOnlyList<string>?> GroupsAsync(Due due, IdentityProvider provider, ProviderTokens given, CancellationToken ct)
    {
        if (given.IdToken is not null)
        {
            var demands = new TokenDemands(provider.Issuer, provider.ClientId) { ForClient = true, AccessToken = given.Access.Reveal() };
            var who = await signIn.ReadAsync(provider, given, demands, ct);
            return who.Subject == due.Subject ? who.Groups : throw new IssuerAwayException("The refreshed ID token is of another subject.");
        }
        if (provider.GroupRoles.Count == 0)
            return null;
        return Claims.Texts(await client.UserInfoAsync(provider, given.Access, due.Subject, ct), provider.GroupsClaim);
    }

    Task NoteAsync(Due due, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_identities set checked_us = @now where provider_id = @ProviderId and subject = @Subject",
                    new
                    {
                        now = Micros.Now(time),
                        due.ProviderId,
                        due.Subject,
                    },
                    work.Transaction
                ),
            ct
        );

    async Task EndAsync(Due due, string code, CancellationToken ct)
    {
        var disabled = await database.WriteAsync(work => people.EndAsync(work, due.ProviderId, due.PersonId), ct);
        if (disabled)
            Log.Ended(logger, due.PersonId, due.ProviderId, code);
        else
            Log.LastOwner(logger, due.PersonId, due.ProviderId, code);
    }

    async Task NotAnsweredAsync(Due due, string reason, CancellationToken ct)
    {
        if (due.CheckedUs + Micros.Of(TimeSpan.FromMinutes(options.GraceMinutes)) <= Micros.Now(time))
            await EndSessionsAsync(due, reason, ct);
        else
            Log.NotAnswered(logger, due.ProviderId, due.PersonId, reason);
    }

    async Task EndSessionsAsync(Due due, string reason, CancellationToken ct)
    {
        var ended = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from governance_sessions where person_id = @PersonId and provider_id = @ProviderId",
                    new { due.PersonId, due.ProviderId },
                    work.Transaction
                ),
            ct
        );
        if (ended > 0)
            Log.SessionsEnded(logger, due.PersonId, reason);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Identities could not be looked at again; it is tried again in seconds: {Reason}")]
        public static partial void RoundFailed(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Identity provider {Provider} knows {Person} no more ({Code}): their sessions and keys stop")]
        public static partial void Ended(ILogger logger, string person, string provider, string code);

        [LoggerMessage(
            LogLevel.Warning,
            "Identity provider {Provider} knows {Person} no more ({Code}); their sessions ended, but they are the last owner: disable them by hand"
        )]
        public static partial void LastOwner(ILogger logger, string person, string provider, string code);

        [LoggerMessage(
            LogLevel.Warning,
            "Identity provider {Provider} could not be asked about {Person}; sessions go on for the grace: {Reason}"
        )]
        public static partial void NotAnswered(ILogger logger, string provider, string person, string reason);

        [LoggerMessage(LogLevel.Information, "The sessions of {Person} ended: {Reason}")]
        public static partial void SessionsEnded(ILogger logger, string person, string reason);
    }
}
