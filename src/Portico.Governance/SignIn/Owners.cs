using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Somebody can always get in and give roles: one live owner, token or account, stays.</summary>
static class Owners
{
    /// <summary>Locks who may come in until the end of the work, so that two owners cannot end each other. Stands first in a work.</summary>
    /// <exception cref="PorticoException">It is the only owner.</exception>
    public static async Task RequireAnotherAsync(DbWork work, string id, string name)
    {
        if (await LockAsync(work) is [var only] && only == id)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"'{name}' is the last owner: without it nobody could make another. Make one first, then take this away."
            );
    }

    /// <exception cref="PorticoException">Every owner needs an identity provider.</exception>
    public static async Task RequireOneAsync(DbWork work)
    {
        if ((await LockAsync(work)).Count == 0)
            throw new PorticoException(
                ErrorTable.Conflict,
                "No owner could come in while the provider is away. Make an admin token of an owner, or name a break-glass owner, first."
            );
    }

    /// <summary>Those who come in without an identity provider.</summary>
    static async Task<List<string>> LockAsync(DbWork work)
    {
        var tokens = await work.Connection.QueryAsync<string>(
            "update governance_admin_tokens set revoked = 0 where revoked = 0 returning id",
            transaction: work.Transaction
        );
        // An account without a password is nobody's way in yet, and one whose password counts for nothing is none either.
        var accounts = await work.Connection.QueryAsync<string>(
            $"""
            update governance_accounts set version = version
            where password is not null
              and person_id in (select p.id from governance_people p where p.disabled = 0 and not {SignInRules.PasswordIsClosed})
            returning person_id
            """,
            transaction: work.Transaction
        );
        var owning = await work.Connection.QueryAsync<string>(
            "select distinct subject from governance_grants where role = @role and place = ''",
            new { role = Roles.Owner },
            work.Transaction
        );
        return tokens.Concat(accounts).Intersect(owning, StringComparer.Ordinal).ToList();
    }
}
