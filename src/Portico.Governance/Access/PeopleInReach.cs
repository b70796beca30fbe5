using Dapper;
using Portico.Storage;

namespace Portico.Governance.Access;

/// <summary>
/// People belong to an organisation and not to a workspace: who reaches the whole of it sees them all; who reaches less sees who has a key or a grant there.
/// </summary>
public sealed class PeopleInReach(Database database, GovernanceCatalog catalog)
{
    /// <summary>Those that may be seen.</summary>
    public async Task<IEnumerable<Person>> ListAsync(Reach within, CancellationToken ct)
    {
        var all = catalog.Current;
        if (within.IsEverywhere)
            return all.People.Values;
        var known = await KnownAsync(within, all, ct);
        return all.People.Values.Where(p => within.Has(p.OrganisationId) || known.Contains(p.Id.ToString()));
    }

    /// <exception cref="PorticoException">There is none that may be seen.</exception>
    public async Task<Person> FindAsync(string id, Reach within, CancellationToken ct, string? param = null)
    {
        var all = catalog.Current;
        return
            PersonId.TryParse(id, out var parsed)
            && all.People.TryGetValue(parsed, out var found)
            && (within.Has(found.OrganisationId) || (await KnownAsync(within, all, ct)).Contains(id))
            ? found
            : throw GovernanceService.Missing("person", id, param);
    }

    async Task<HashSet<string>> KnownAsync(Reach within, GovernanceSnapshot all, CancellationToken ct)
    {
        if (within.IsNowhere)
            return [];
        var known = all.Callers.Values.Where(c => c.PersonId is not null && within.Has(c)).Select(c => c.PersonId!);
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters();
        var granted = await db.QueryAsync<string>(
            $"select a.person_id from governance_accounts a where {GrantStore.Within(within, values, "a.person_id")}",
            values
        );
        return known.Concat(granted).ToHashSet(StringComparer.Ordinal);
    }
}
