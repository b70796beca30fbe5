using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Keys;
using Portico.Governance.Views;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Accounts and the invitations by which people set their passwords.</summary>
public sealed class Accounts(Database database, GovernanceCatalog catalog, Sessions sessions, SignInOptions options, TimeProvider time)
{
    /// <summary>Whether somebody has an account with a password: setting up is over.</summary>
    public async Task<bool> AnyAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>("select count(*) from governance_accounts where password is not null") > 0;
    }

    public async Task<Page<Account>> ListAsync(PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<AccountRow>(
            $"{AccountRow.Select} where @After is null or a.person_id > @After order by a.person_id limit @take",
            new { page.After, take = page.Limit + 1 }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), a => a.PersonId.ToString());
    }

    /// <exception cref="PorticoException">The person has no account.</exception>
    public async Task<Account> FindAsync(string person, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
                await db.QuerySingleOrDefaultAsync<AccountRow>($"{AccountRow.Select} where a.person_id = @person", new { person })
            )?.ToNoun() ?? throw GovernanceService.Missing("account of the person", person);
    }

    /// <summary>Gives a person an account, without a password: that is set with the invitation.</summary>
    /// <exception cref="PorticoException">There is no such person, or an account of this person or e-mail already.</exception>
    public async Task<(Account Account, Invitation Invitation)> CreateAsync(PersonId id, IReadOnlyList<string> roles, CancellationToken ct)
    {
        var person = catalog.Current.People.GetValueOrDefault(id) ?? throw GovernanceService.Missing("person", id.ToString(), "person_id");
        var invitation = await database.WriteAsync(
            async work =>
            {
                await InsertAsync(work, person, null, roles);
                return await InviteAsync(work, person.Id.ToString());
            },
            ct
        );
        return (await FindAsync(id.ToString(), ct), invitation);
    }

    async Task InsertAsync(DbWork work, Person person, string? password, IReadOnlyList<string> roles)
    {
        var rows = await work.Connection.ExecuteAsync(
            """
            insert into governance_accounts (person_id, email, password, roles, version, created_us, updated_us)
            values (@person, @email, @password, @roles, 1, @now, @now) on conflict do nothing
            """,
            new
            {
                person = person.Id.ToString(),
                email = person.Email,
                password,
                roles = RoleGrants.Write(roles),
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.Conflict, $"There is an account of '{person.Email}' already.", "person_id");
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

    /// <summary>Other roles, from the next request on.</summary>
    /// <exception cref="PorticoException">It changed meanwhile, or it is the last owner.</exception>
    public Task ChangeRolesAsync(Account old, IReadOnlyList<string> roles, CancellationToken ct) =>
        ChangeAsync(
            old,
            !roles.Contains(Roles.Owner, StringComparer.Ordinal),
            "update governance_accounts set roles = @roles, version = version + 1, updated_us = @now where person_id = @person and version = @version",
            RoleGrants.Write(roles),
            ct
        );

    /// <summary>Takes the way in; the person stays.</summary>
    /// <exception cref="PorticoException">It changed meanwhile, or it is the last owner.</exception>
    public Task RemoveAsync(Account old, CancellationToken ct) =>
        ChangeAsync(old, true, "delete from governance_accounts where person_id = @person and version = @version", null, ct);

    Task ChangeAsync(Account old, bool losesOwner, string sql, string? roles, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var person = old.PersonId.ToString();
                if (losesOwner)
                    await Owners.RequireAnotherAsync(work, person, old.Name);
                var rows = await work.Connection.ExecuteAsync(
                    sql,
                    new
                    {
                        person,
                        roles,
                        version = old.Version,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (rows == 0)
                    throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
                if (roles is null)
                    await SavedViews.RemoveAllAsync(work, person);
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
                await InsertAsync(work, person, hash, [Roles.Owner]);
            },
            ct
        );
    }

    internal static PorticoException AlreadySetUp() =>
        new(ErrorTable.Conflict, "This Portico is set up already. Sign in, or ask an owner for an invitation.");
}
