using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Somebody can always get in and give roles: one live owner, token or account, stays.</summary>
static class Owners
{
    sealed class Row
    {
        public string Id { get; set; } = "";
        public string Roles { get; set; } = "[]";
    }

    /// <summary>Locks who may come in until the end of the work, so that two owners cannot end each other. Stands first in a work.</summary>
    /// <exception cref="PorticoException">It is the only owner.</exception>
    public static async Task RequireAnotherAsync(DbWork work, string id, string name)
    {
        var tokens = await work.Connection.QueryAsync<Row>(
            "update governance_admin_tokens set revoked = 0 where revoked = 0 returning id, roles",
            transaction: work.Transaction
        );
        // An account without a password is nobody's way in yet.
        var accounts = await work.Connection.QueryAsync<Row>(
            """
            update governance_accounts set version = version
            where password is not null and person_id in (select id from governance_people where disabled = 0)
            returning person_id as id, roles
            """,
            transaction: work.Transaction
        );
        var owners = tokens.Concat(accounts).Where(IsOwner).Select(r => r.Id).ToList();
        if (owners is [var only] && only == id)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"'{name}' is the last owner: without it nobody could make another. Make one first, then take this away."
            );
    }

    static bool IsOwner(Row row) => RoleGrants.Read(row.Roles).Contains(Roles.Owner, StringComparer.Ordinal);
}
