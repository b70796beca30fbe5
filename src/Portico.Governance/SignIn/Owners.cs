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
        var tokens = await work.Connection.QueryAsync<string>(
            "update governance_admin_tokens set revoked = 0 where revoked = 0 returning id",
            transaction: work.Transaction
        );
        // An account without a password is nobody's way in yet.
        var accounts = await work.Connection.QueryAsync<string>(
            """
            update governance_accounts set version = version
            where password is not null and person_id in (select id from governance_people where disabled = 0)
            returning person_id
            """,
            transaction: work.Transaction
        );
        var owning = await work.Connection.QueryAsync<string>(
            "select distinct subject from governance_grants where role = @role and place = ''",
            new { role = Roles.Owner },
            work.Transaction
        );
        var owners = tokens.Concat(accounts).Intersect(owning, StringComparer.Ordinal).ToList();
        if (owners is [var only] && only == id)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"'{name}' is the last owner: without it nobody could make another. Make one first, then take this away."
            );
    }
}
