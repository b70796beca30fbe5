using Dapper;
using Portico.Governance.Access;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>Gives a person the roles that the groups of their provider, and those that SCIM told, have here. It is the one place that does.</summary>
sealed class ProviderRoles(TimeProvider time)
{
    sealed class ProviderRow
    {
        public string Id { get; set; } = "";
        public string GroupRoles { get; set; } = "[]";
        public string DefaultRoles { get; set; } = "[]";
    }

    sealed class AccountRow
    {
        public string Roles { get; set; } = "[]";
        public string Name { get; set; } = "";
        public long HasPassword { get; set; }
    }

    /// <summary>What the groups of a person come to; null where no provider of the organisation maps any: then roles are given by people alone.</summary>
    public static async Task<IReadOnlyList<string>?> FindAsync(DbWork work, string person)
    {
        var providers = (
            await work.Connection.QueryAsync<ProviderRow>(
                """
                select v.id, v.group_roles, v.default_roles from governance_identity_providers v
                join governance_people p on p.organisation_id = v.organisation_id
                where p.id = @person and v.enabled = 1
                """,
                new { person },
                work.Transaction
            )
        ).ToList();
        var identities = (
            await work.Connection.QueryAsync<(string ProviderId, string MemberOf)>(
                "select provider_id, member_of from governance_identities where person_id = @person",
                new { person },
                work.Transaction
            )
        ).ToDictionary(i => i.ProviderId, i => RoleGrants.Read(i.MemberOf), StringComparer.Ordinal);
        var told = (
            await work.Connection.QueryAsync<(string Name, string? ExternalId)>(
                """
                select g.name, g.external_id from governance_scim_groups g join governance_scim_members m on m.group_id = g.id
                where m.person_id = @person
                """,
                new { person },
                work.Transaction
            )
        ).SelectMany(g => new[] { g.Name, g.ExternalId }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var maps = false;
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            var groups = IdentityProviderRow.ReadGroups(provider.GroupRoles);
            var defaults = RoleGrants.Read(provider.DefaultRoles);
            maps |= groups.Count + defaults.Count > 0;
            var own = identities.GetValueOrDefault(provider.Id);
            if (own is not null)
                roles.UnionWith(defaults);
            roles.UnionWith(
                groups.Where(g => told.Contains(g.Group) || own?.Contains(g.Group, StringComparer.Ordinal) == true).Select(g => g.Role)
            );
        }
        return maps ? roles.ToList() : null;
    }

    /// <summary>Sets the roles of the account of a person anew, if they have one and a provider maps groups.</summary>
    public async Task ApplyAsync(DbWork work, string person)
    {
        if (await FindAsync(work, person) is not { } roles)
            return;
        var account = await work.Connection.QuerySingleOrDefaultAsync<AccountRow>(
            """
            select a.roles, p.name, case when a.password is null then 0 else 1 end as has_password
            from governance_accounts a join governance_people p on p.id = a.person_id where a.person_id = @person
            """,
            new { person },
            work.Transaction
        );
        if (account is null)
            return;
        var old = RoleGrants.Read(account.Roles);
        if (
            old.Contains(Roles.Owner, StringComparer.Ordinal)
            && !roles.Contains(Roles.Owner, StringComparer.Ordinal)
            && account.HasPassword != 0
        )
            roles = await KeepLastOwnerAsync(work, person, account.Name, roles);
        if (old.Order(StringComparer.Ordinal).SequenceEqual(roles.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            return;
        await work.Connection.ExecuteAsync(
            "update governance_accounts set roles = @roles, version = version + 1, updated_us = @now where person_id = @person",
            new
            {
                person,
                roles = RoleGrants.Write(roles),
                now = Micros.Now(time),
            },
            work.Transaction
        );
    }

    static async Task<IReadOnlyList<string>> KeepLastOwnerAsync(DbWork work, string person, string name, IReadOnlyList<string> roles)
    {
        try
        {
            await Owners.RequireAnotherAsync(work, person, name);
            return roles;
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.Conflict)
        {
            // Nobody could get in any more: what a provider says does not go so far.
            return [.. roles, Roles.Owner];
        }
    }
}
