using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Keys;
using Portico.Governance.Views;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Accounts and the invitations by which people set their passwords.</summary>
public sealed class Accounts(
    Database database,
    GovernanceCatalog catalog,
    PeopleInReach people,
    Sessions sessions,
    SignInOptions options,
    TimeProvider time
)
{
    /// <summary>Whether somebody has an account with a password: setting up is over.</summary>
    public async Task<bool> AnyAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>("select count(*) from governance_accounts where password is not null") > 0;
    }

    /// <summary>Those of an organisation that is reached as a whole, and those with a grant within reach; of their grants, what lies within.</summary>
    public async Task<Page<Account>> ListAsync(Reach within, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters(new { take = page.Limit + 1 });
        values.Add("After", page.After, System.Data.DbType.String);
        var rows = (
            await db.QueryAsync<AccountRow>(
                $"""
                {AccountRow.Select} where (@After is null or a.person_id > @After) and {SeenBy(within, values)}
                order by a.person_id limit @take
                """,
                values
            )
        ).AsList();
        var grants = await GrantStore.OfAllAsync(db, database.Engine, rows.Select(r => r.PersonId).ToList());
        return page.Cut(rows.Select(r => r.ToNoun(Seen(grants[r.PersonId], within))).ToList(), a => a.PersonId.ToString());
    }

    static string SeenBy(Reach within, DynamicParameters values) =>
        within.IsEverywhere
            ? "1 = 1"
            : $"({within.Sql(values, "p.organisation_id", "''", "''")} or {GrantStore.Within(within, values, "a.person_id")})";

    List<HeldGrant> Seen(IEnumerable<HeldGrant> grants, Reach within) =>
        grants.Where(g => within.Has(g.Grant.Place, catalog.Current)).ToList();

    /// <exception cref="PorticoException">The person has no account that may be seen.</exception>
    public async Task<Account> FindAsync(string person, Reach within, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters(new { person });
        var row =
            await db.QuerySingleOrDefaultAsync<AccountRow>(
                $"{AccountRow.Select} where a.person_id = @person and {SeenBy(within, values)}",
                values
            ) ?? throw GovernanceService.Missing("account of the person", person);
        return row.ToNoun(Seen(await GrantStore.OfAsync(db, row.PersonId), within));
    }

    /// <summary>All that an account has, seen or not: whoever becomes this person gets it.</summary>
    internal async Task<IReadOnlyList<HeldGrant>> GrantsOfAsync(Account account, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await GrantStore.OfAsync(db, account.PersonId.ToString());
    }

    /// <summary>Gives a person an account, without a password: that is set with the invitation.</summary>
    /// <exception cref="PorticoException">There is no such person within reach, or an account of this person or e-mail already.</exception>
    public async Task<(Account Account, Invitation Invitation)> CreateAsync(
        PersonId id,
        IReadOnlyList<Grant> grants,
        Reach within,
        CancellationToken ct
    )
    {
        var person = await people.FindAsync(id.ToString(), within, ct, "person_id");
        var invitation = await database.WriteAsync(
            async work =>
            {
                await InsertAsync(work, person, null, grants);
                return await InviteAsync(work, person.Id.ToString());
            },
            ct
        );
        return (await FindAsync(id.ToString(), within, ct), invitation);
    }

    async Task InsertAsync(DbWork work, Person person, string? password, IReadOnlyList<Grant> grants)
    {
        var rows = await work.Connection.ExecuteAsync(
            """
            insert into governance_accounts (person_id, email, password, version, created_us, updated_us)
            values (@person, @email, @password, 1, @now, @now) on conflict do nothing
            """,
            new
            {
                person = person.Id.ToString(),
                email = person.Email,
                password,
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.Conflict, $"There is an account of '{person.Email}' already.", "person_id");
        await GrantStore.ReplaceAsync(work, person.Id.ToString(), person.Name, Grant.ByHand, grants, Micros.Now(time));
    }

    /// <summary>A new code; an earlier one is good no more. The password stays until it is used.</summary>
    public Task<Invitation> InviteAsync(Account account, CancellationToken ct) =>
        database.WriteAsync(work => InviteAsync(work, account.PersonId.ToString()), ct);

    async Task<Invitation> InviteAsync(DbWork work, string person)
    {
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var end = time.GetUtcNow() + TimeSpan.FromHours(options.InvitationHours);
        await work.Connection.ExecuteAsync(
            """
            delete from governance_invitations where person_id = @person;
            insert into governance_invitations (code_hash, person_id, expires_us) values (@hash, @person, @end)
            """,
            new
            {
                person,
                hash = SecretText.Hash(code),
                end = Micros.Of(end),
            },
            work.Transaction
        );
        return new Invitation(new Secret(code), end);
    }

    /// <summary>Sets the password of whoever has the code. All their sessions end.</summary>
    /// <exception cref="PorticoException">The code is none, was used or is too old; or the password may not be one.</exception>
    public async Task AcceptAsync(string? code, string? password, CancellationToken ct)
    {
        var found = new { hash = SecretText.Hash(code ?? ""), now = Micros.Now(time) };
        AccountRow? account;
        await using (var db = await database.OpenReadAsync(ct))
            account = await db.QuerySingleOrDefaultAsync<AccountRow>(
                $"{AccountRow.Select} join governance_invitations i on i.person_id = a.person_id where i.code_hash = @hash and i.expires_us > @now and p.disabled = 0",
                found
            );
        if (account is null)
            throw Over();
        if (account.PasswordClosed != 0)
            throw SignInRules.Closed();
        Passwords.Check(password, account.Email);
        var hash = await sessions.HashAsync(() => Passwords.Hash(password!), ct);
        await database.WriteAsync(
            async work =>
            {
                var used = await work.Connection.ExecuteAsync(
                    "delete from governance_invitations where code_hash = @hash",
                    found,
                    work.Transaction
                );
                if (used == 0)
                    throw Over();
                await work.Connection.ExecuteAsync(
                    "update governance_accounts set password = @hash, version = version + 1, updated_us = @now where person_id = @PersonId",
                    new
                    {
                        hash,
                        now = Micros.Now(time),
                        account.PersonId,
                    },
                    work.Transaction
                );
                await Sessions.EndAllAsync(work, account.PersonId, exceptHash: null);
            },
            ct
        );
    }

    static PorticoException Over() =>
        new(ErrorTable.InvalidRequest, "This invitation is not known, was used, or is too old. Ask for another.", "code");

    /// <summary>Other grants in place of those given by hand within reach, from the next request on. What lies outside stays, and what another origin gives.</summary>
    /// <exception cref="PorticoException">It changed meanwhile, or it is the last owner.</exception>
    public Task ChangeGrantsAsync(Account old, IReadOnlyList<Grant> grants, Reach within, CancellationToken ct)
    {
        IReadOnlyCollection<Grant> next = grants;
        return ChangeAsync(
            old,
            "update governance_accounts set version = version + 1, updated_us = @now where person_id = @person and version = @version",
            (work, person) => GrantStore.ReplaceAsync(work, person, old.Name, Grant.ByHand, next, Micros.Now(time)),
            ct,
            async work =>
            {
                var held = (await GrantStore.OfAsync(work.Connection, old.PersonId.ToString(), work.Transaction))
                    .Select(g => g.Grant)
                    .ToList();
                var outside = held.Where(g => g.Origin == Grant.ByHand && !within.Has(g.Place, catalog.Current));
                next = [.. outside.Concat(grants).Distinct()];
                // Before anything else is locked.
                if (held.Exists(GrantStore.IsOwner) && !held.Where(g => g.Origin != Grant.ByHand).Concat(next).Any(GrantStore.IsOwner))
                {
                    await SignInRules.RequireNotNamedAsync(work, old.PersonId.ToString(), old.Name);
                    await Owners.RequireAnotherAsync(work, old.PersonId.ToString(), old.Name);
                }
            }
        );
    }

    /// <summary>Takes the way in; the person stays.</summary>
    /// <exception cref="PorticoException">It changed meanwhile, or it is the last owner.</exception>
    public Task RemoveAsync(Account old, CancellationToken ct) =>
        ChangeAsync(
            old,
            "delete from governance_accounts where person_id = @person and version = @version",
            async (work, person) =>
            {
                await SavedViews.RemoveAllAsync(work, person);
                await GrantStore.RemoveOfAsync(work, person);
            },
            ct,
            before: async work =>
            {
                await SignInRules.RequireNotNamedAsync(work, old.PersonId.ToString(), old.Name);
                await Owners.RequireAnotherAsync(work, old.PersonId.ToString(), old.Name);
            }
        );

    Task ChangeAsync(Account old, string sql, Func<DbWork, string, Task> with, CancellationToken ct, Func<DbWork, Task>? before = null) =>
        database.WriteAsync(
            async work =>
            {
                var person = old.PersonId.ToString();
                if (before is not null)
                    await before(work);
                var rows = await work.Connection.ExecuteAsync(
                    sql,
                    new
                    {
                        person,
                        version = old.Version,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (rows == 0)
                    throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
                await with(work, person);
            },
            ct
        );

    /// <summary>The first account, an owner. Whoever is first is decided in the store.</summary>
    /// <exception cref="PorticoException">It was set up already, or the password may not be one.</exception>
    public async Task SetUpAsync(Person person, string? password, CancellationToken ct)
    {
        Passwords.Check(password, person.Email);
        var hash = await sessions.HashAsync(() => Passwords.Hash(password!), ct);
        await database.WriteAsync(
            async work =>
            {
                // Locks the tokens, so that two who set up at once come one after the other.
                await work.Connection.ExecuteAsync("update governance_admin_tokens set revoked = revoked", transaction: work.Transaction);
                if (
                    await work.Connection.ExecuteScalarAsync<long>(
                        "select count(*) from governance_accounts where password is not null",
                        transaction: work.Transaction
                    ) > 0
                )
                    throw AlreadySetUp();
                await InsertAsync(work, person, hash, [new Grant(Roles.Owner, Place.Everywhere)]);
            },
            ct
        );
    }

    internal static PorticoException AlreadySetUp() =>
        new(ErrorTable.Conflict, "This Portico is set up already. Sign in, or ask an owner for an invitation.");
}
