using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>
/// Gives a person the roles that their groups have here, those that a provider tells and those that SCIM does, under the id of the provider as origin: what people gave stays.
/// It is the one place that does.
/// </summary>
sealed class ProviderRoles(TimeProvider time)
{
    /// <summary>Sets anew what every provider of their organisation gives to a person who has an account.</summary>
    public async Task ApplyAsync(DbWork work, string person)
    {
        var name = await work.Connection.ExecuteScalarAsync<string?>(
            "select p.name from governance_accounts a join governance_people p on p.id = a.person_id where a.person_id = @person",
            new { person },
            work.Transaction
        );
        if (name is null)
            return;
        var providers = (
            await work.Connection.QueryAsync<(string Id, string GroupRoles)>(
                """
                select v.id, v.group_roles from governance_identity_providers v join governance_people p on p.organisation_id = v.organisation_id
                where p.id = @person order by v.id
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
        ).ToLookup(i => i.ProviderId, i => TextList.Read(i.MemberOf), StringComparer.Ordinal);
        var told = await ToldAsync(work, person);
        foreach (var provider in providers)
        {
            var own = identities[provider.Id].SelectMany(g => g).ToHashSet(StringComparer.Ordinal);
            var comesIn = identities[provider.Id].Any();
            var grants = IdentityProviderRow
                .ReadGroups(provider.GroupRoles)
                .Where(g => g.Group == GroupRole.Everybody ? comesIn : own.Contains(g.Group) || told.Contains(g.Group))
                .Select(g => g.Grant)
                .Distinct()
                .ToList();
            await ReplaceAsync(work, person, name, provider.Id, grants);
        }
    }

    /// <summary>Names and ids of the groups that SCIM tells.</summary>
    static async Task<HashSet<string>> ToldAsync(DbWork work, string person) => (
            await work.Connection.QueryAsync<(string Name, string? ExternalId)>(
                """
                select g.name, g.external_id from governance_scim_groups g join governance_scim_members m on m.group_id = g.id
                where m.person_id = @person
                """,
                new { person },
                work.Transaction
            )
        ).SelectMany(g => new[] { g.Name, g.ExternalId }).OfType<string>().ToHashSet(StringComparer.Ordinal);

    async Task ReplaceAsync(DbWork work, string person, string name, string provider, IReadOnlyList<Grant> grants)
    {
        var now = Micros.Now(time);
        try
        {
            await GrantStore.ReplaceAsync(work, person, name, provider, grants, now);
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.Conflict)
        {
            // Nobody could get in any more: what a provider says does not go so far.
            await GrantStore.ReplaceAsync(work, person, name, provider, [.. grants, new Grant(Roles.Owner, Place.Everywhere)], now);
        }
    }

    /// <summary>Takes all that a provider gave, from everybody.</summary>
    /// <exception cref="PorticoException">The last owner is one by it.</exception>
    public async Task TakeAllAsync(DbWork work, string provider)
    {
        var people = await work.Connection.QueryAsync<(string Id, string Name)>(
            """
            select distinct p.id, p.name from governance_grants g join governance_people p on p.id = g.subject where g.origin = @provider order by p.id
            """,
            new { provider },
            work.Transaction
        );
        foreach (var (id, name) in people.ToList())
            await GrantStore.ReplaceAsync(work, id, name, provider, [], Micros.Now(time));
    }
}
