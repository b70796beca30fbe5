using System.Security.Cryptography;
using System.Text;
using Dapper;
using Portico.Governance.Api;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Sessions of people: made by a password, looked up in the store on every request, so that one that ended ends everywhere at once.</summary>
public sealed class Sessions(Database database, SignInOptions options, TimeProvider time)
{
    static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    // A sign-in costs a tenth of a second of a processor, which guessing must not take from calls.
    readonly SemaphoreSlim hashing = new(2, 2);
    readonly SignInGuard guard = new(database, time);

    sealed class SessionRow
    {
        public string PersonId { get; set; } = "";
        public string Name { get; set; } = "";
        public long CreatedUs { get; set; }
        public long SeenUs { get; set; }
        public long ExpiresUs { get; set; }
        public string? ProviderId { get; set; }
    }

    /// <summary>Opens a session.</summary>
    /// <param name="email">The name of the account.</param>
    /// <param name="password">As typed.</param>
    /// <param name="address">Where the request comes from.</param>
    /// <param name="browser">User-Agent.</param>
    /// <param name="ct">The request's.</param>
    /// <exception cref="PorticoException">Wrong, in the same words whatever is wrong; or too many were.</exception>
    public async Task<OpenedSession> SignInAsync(string? email, string? password, string address, string? browser, CancellationToken ct)
    {
        var name = Normal(email);
        if (password is null or { Length: > Passwords.MaxLength })
            password = "";
        var account = await FindAsync(name, ct);
        // Always one hash, whether there is such an account or not.
        var kept = account?.Password ?? Passwords.Nobody;
        if (!await FitsAsync(name, address, password, kept, () => account is { Password: not null, Disabled: 0 }, ct))
            throw new PorticoException(ErrorTable.SignInRequired, "E-mail or password is wrong.");
        await guard.SucceededAsync(name, address, ct);
        // Told to nobody but who has the password.
        if (account!.PasswordClosed != 0)
            throw SignInRules.Closed();
        var renewed = Passwords.IsOutdated(kept) ? await HashAsync(() => Passwords.Hash(password), ct) : null;
        return await OpenAsync(account.PersonId, kept, renewed, address, browser, ct);
    }

    async Task<AccountRow?> FindAsync(string email, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<AccountRow>($"{AccountRow.Select} where a.email = @email", new { email });
    }

    Task<OpenedSession> OpenAsync(string person, string password, string? renewed, string address, string? browser, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                // Only while the password is the one that fitted: it may have been changed in the meantime.
                var rows = await work.Connection.ExecuteAsync(
                    "update governance_accounts set password = @next, signed_in_us = @now where person_id = @person and password = @password",
                    new
                    {
                        person,
                        password,
                        next = renewed ?? password,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (rows == 0)
                    throw new PorticoException(ErrorTable.SignInRequired, "E-mail or password is wrong.");
                return await OpenAsync(work, person, null, null, address, browser);
            },
            ct
        );

    /// <summary>A session for somebody who has shown who they are. Provider: the identity provider that said so, with its own id of the session; null = a password.</summary>
    internal async Task<OpenedSession> OpenAsync(DbWork work, string person, string? provider, string? sid, string address, string? browser)
    {
        var cookie = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var end = now + TimeSpan.FromHours(options.AbsoluteHours);
        await work.Connection.ExecuteAsync(
            """
            insert into governance_sessions (cookie_hash, person_id, created_us, seen_us, expires_us, address, browser, provider_id, sid)
            values (@hash, @person, @now, @now, @end, @address, @browser, @provider, @sid)
            """,
            new
            {
                hash = SecretText.Hash(cookie),
                person,
                now = Micros.Of(now),
                end = Micros.Of(end),
                address,
                browser = browser is { Length: > 256 } ? browser[..256] : browser,
                provider,
                sid,
            },
            work.Transaction
        );
        return new OpenedSession(person, new Secret(cookie), Csrf(cookie), end);
    }

    /// <summary>Who a cookie is of, with the session; null when it is of nobody or its time is over.</summary>
    public async Task<ApiActor?> FindSessionAsync(string cookie, CancellationToken ct)
    {
        var hash = SecretText.Hash(cookie);
        SessionRow? row;
        IReadOnlyList<Access.HeldGrant> grants = [];
        await using (var db = await database.OpenReadAsync(ct))
        {
            row = await db.QuerySingleOrDefaultAsync<SessionRow>(
                $"""
                select s.person_id, p.name, s.created_us, s.seen_us, s.expires_us, s.provider_id
                from governance_sessions s
                join governance_accounts a on a.person_id = s.person_id
                join governance_people p on p.id = s.person_id
                where s.cookie_hash = @hash and p.disabled = 0 and (s.provider_id is not null or (a.password is not null and not {SignInRules.PasswordIsClosed}))
                """,
                new { hash }
            );
            if (row is not null)
                grants = await Access.GrantStore.OfAsync(db, row.PersonId);
        }
        var now = Micros.Now(time);
        if (row is null || row.ExpiresUs <= now || row.SeenUs + Micros.Of(TimeSpan.FromMinutes(options.IdleMinutes)) <= now)
            return null;
        if (row.SeenUs + Micros.Of(SeenEvery) <= now)
            await database.WriteAsync(
                work =>
                    work.Connection.ExecuteAsync(
                        "update governance_sessions set seen_us = @now where cookie_hash = @hash and seen_us < @now",
                        new { hash, now },
                        work.Transaction
                    ),
                ct
            );
        return new ApiActor(row.PersonId, row.Name, grants)
        {
            Session = new Session(Id<IdKinds.Person>.Parse(row.PersonId), Micros.ToTime(row.CreatedUs), Micros.ToTime(row.ExpiresUs))
            {
                ProviderId = row.ProviderId,
            },
        };
    }

    public Task EndAsync(string cookie, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from governance_sessions where cookie_hash = @hash",
                    new { hash = SecretText.Hash(cookie) },
                    work.Transaction
                ),
            ct
        );

    /// <summary>Sessions of a person that have not ended, the one seen last first.</summary>
    public async Task<IReadOnlyList<OwnSession>> ListAsync(PersonId person, string cookie, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var now = Micros.Now(time);
        var rows = await db.QueryAsync<(string Hash, long CreatedUs, long SeenUs, long ExpiresUs, string? Address, string? Browser)>(
            """
            select cookie_hash, created_us, seen_us, expires_us, address, browser from governance_sessions
            where person_id = @person and expires_us > @now and seen_us > @idle order by seen_us desc, cookie_hash
            """,
            new
            {
                person = person.ToString(),
                now,
                idle = now - Micros.Of(TimeSpan.FromMinutes(options.IdleMinutes)),
            }
        );
        var mine = SecretText.Hash(cookie);
        return rows.Select(r => new OwnSession(
                Micros.ToTime(r.CreatedUs),
                Micros.ToTime(r.SeenUs),
                Micros.ToTime(r.ExpiresUs),
                r.Address,
                r.Browser,
                r.Hash == mine
            ))
            .ToList();
    }

    /// <summary>Ends all sessions of a person but this one.</summary>
    public Task EndOthersAsync(PersonId person, string cookie, CancellationToken ct) =>
        database.WriteAsync(work => EndAllAsync(work, person.ToString(), SecretText.Hash(cookie)), ct);

    public Task EndAllAsync(PersonId person, CancellationToken ct) =>
        database.WriteAsync(work => EndAllAsync(work, person.ToString(), exceptHash: null), ct);

    internal static Task EndAllAsync(DbWork work, string person, string? exceptHash) =>
        work.Connection.ExecuteAsync(
            "delete from governance_sessions where person_id = @person and (@exceptHash is null or cookie_hash <> @exceptHash)",
            new { person, exceptHash },
            work.Transaction
        );

    /// <summary>Another password for the owner of a session; their other sessions end.</summary>
    /// <exception cref="PorticoException">The old one is wrong, which counts as a failed sign-in; or the new one may not be one.</exception>
    public async Task ChangePasswordAsync(PersonId person, string cookie, string? old, string? next, string address, CancellationToken ct)
    {
        AccountRow account;
        await using (var db = await database.OpenReadAsync(ct))
            account = await db.QuerySingleAsync<AccountRow>(
                $"{AccountRow.Select} where a.person_id = @person",
                new { person = person.ToString() }
            );
        if (account.PasswordClosed != 0)
            throw SignInRules.Closed();
        Passwords.Check(next, account.Email);
        if (!await FitsAsync(account.Email, address, old ?? "", account.Password ?? Passwords.Nobody, () => true, ct))
            throw new PorticoException(ErrorTable.InvalidRequest, "The old password is wrong.", "old");
        var hash = await HashAsync(() => Passwords.Hash(next!), ct);
        await database.WriteAsync(
            async work =>
            {
                var rows = await work.Connection.ExecuteAsync(
                    "update governance_accounts set password = @hash, updated_us = @now where person_id = @person and password = @was",
                    new
                    {
                        hash,
                        now = Micros.Now(time),
                        person = account.PersonId,
                        was = account.Password,
                    },
                    work.Transaction
                );
                if (rows == 0)
                    throw new PorticoException(ErrorTable.Conflict, "The password was changed a moment ago.");
                await EndAllAsync(work, account.PersonId, SecretText.Hash(cookie));
            },
            ct
        );
    }

    /// <summary>
    /// Whether the password is right, counted when it is not. The way is looked at and the failure counted in the same turn as the hash: else a thousand guesses
    /// sent at once would all be let through before the first is counted.
    /// </summary>
    async Task<bool> FitsAsync(string email, string address, string password, string kept, Func<bool> mayEnter, CancellationToken ct)
    {
        await hashing.WaitAsync(ct);
        try
        {
            await guard.RequireOpenAsync(email, address, ct);
            if (await Task.Run(() => Passwords.Fits(password, kept), CancellationToken.None) && mayEnter())
                return true;
            // Whoever leaves at once has guessed all the same.
            await guard.FailedAsync(email, address, CancellationToken.None);
            return false;
        }
        finally
        {
            hashing.Release();
        }
    }

    internal async Task<T> HashAsync<T>(Func<T> work, CancellationToken ct)
    {
        await hashing.WaitAsync(ct);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            hashing.Release();
        }
    }

    /// <summary>The token that changes carry: only a page that could read an answer to this cookie knows it.</summary>
    public static Secret Csrf(string cookie) =>
        new(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(cookie), "csrf"u8)));

    /// <summary>E-mails are compared in lower case, as people type them either way.</summary>
    internal static string Normal(string? email) => email?.Trim().ToLowerInvariant() is { Length: <= 254 } normal ? normal : "";
}
