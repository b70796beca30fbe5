using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance.Identity.Oidc;
using Portico.Storage;

namespace Portico.Governance.Identity.Scim;

sealed class ScimGroupRow
{
    public const string Columns = "g.id, g.name, g.external_id, g.version, g.created_us, g.updated_us";

    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string? ExternalId { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>A member as the resource shows it.</summary>
sealed record ScimMember(string Id, string Name);

/// <summary>What a group is to become; null = as it is.</summary>
/// <param name="Name">displayName.</param>
/// <param name="ExternalId">The id of the directory; empty takes it away.</param>
/// <param name="Members">All of them.</param>
/// <param name="Add">More of them.</param>
/// <param name="Remove">Those that go.</param>
sealed record ScimGroupChange(
    string? Name = null,
    string? ExternalId = null,
    IReadOnlyList<string>? Members = null,
    IReadOnlyList<string>? Add = null,
    IReadOnlyList<string>? Remove = null
);

/// <summary>Groups of an organisation as its directory tells them. Who is in one has the roles that a mapping gives it.</summary>
sealed class ScimGroups(Database database, ProviderRoles roles, TimeProvider time)
{
    /// <exception cref="PorticoException">There is none.</exception>
    public async Task<ScimGroupRow> FindAsync(string organisation, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<ScimGroupRow>(
                $"select {ScimGroupRow.Columns} from governance_scim_groups g where g.organisation_id = @organisation and g.id = @id",
                new { organisation, id }
            ) ?? throw ScimErrors.Missing("group", id);
    }

    /// <summary>All that are of an organisation, by id: groups are hundreds where users are thousands.</summary>
    public async Task<IReadOnlyList<ScimGroupRow>> ListAsync(string organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<ScimGroupRow>(
                $"select {ScimGroupRow.Columns} from governance_scim_groups g where g.organisation_id = @organisation order by g.id",
                new { organisation }
            )
        ).ToList();
    }

    public async Task<IReadOnlyList<ScimMember>> MembersAsync(string group, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<(string Id, string Name)>(
                """
                select p.id, p.name from governance_scim_members m join governance_people p on p.id = m.person_id
                where m.group_id = @group order by p.id
                """,
                new { group }
            )
        ).Select(m => new ScimMember(m.Id, m.Name)).ToList();
    }

    /// <exception cref="PorticoException">There is one of this name already, or a member is no user of the organisation.</exception>
    public Task<string> CreateAsync(
        string organisation,
        string name,
        string? externalId,
        IReadOnlyList<string> members,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async work =>
            {
                var id = ScimGroupId.New(time).ToString();
                var rows = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_scim_groups (id, organisation_id, name, external_id, version, created_us, updated_us)
                    values (@id, @organisation, @name, @externalId, 1, @now, @now) on conflict do nothing
                    """,
                    new
                    {
                        id,
                        organisation,
                        name,
                        externalId,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (rows == 0)
                    throw ScimErrors.Taken("There is a group of this displayName already.");
                await AddAsync(work, organisation, id, members);
                await ApplyRolesAsync(work, members);
                return id;
            },
            ct
        );

    /// <exception cref="PorticoException">It changed meanwhile, another has the name, or a member is no user of the organisation.</exception>
    public async Task ChangeAsync(ScimGroupRow old, string organisation, ScimGroupChange change, CancellationToken ct)
    {
        try
        {
            await database.WriteAsync(work => ChangeAsync(work, old, organisation, change), ct);
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw ScimErrors.Taken("Another group has this displayName.");
        }
    }

    async Task ChangeAsync(DbWork work, ScimGroupRow old, string organisation, ScimGroupChange change)
    {
        var rows = await work.Connection.ExecuteAsync(
            """
            update governance_scim_groups set name = @name, external_id = @externalId, version = version + 1, updated_us = @now
            where id = @Id and organisation_id = @organisation and version = @Version
            """,
            new
            {
                old.Id,
                old.Version,
                organisation,
                name = change.Name ?? old.Name,
                externalId = change.ExternalId is null ? old.ExternalId
                : change.ExternalId.Length == 0 ? null
                : change.ExternalId,
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
        var before = await IdsAsync(work, old.Id);
        var gone = change.Members is { } all ? before.Except(all, StringComparer.Ordinal).ToList() : [.. change.Remove ?? []];
        foreach (var member in gone)
            await work.Connection.ExecuteAsync(
                "delete from governance_scim_members where group_id = @Id and person_id = @member",
                new { old.Id, member },
                work.Transaction
            );
        var come = (change.Members ?? []).Concat(change.Add ?? []).Except(before, StringComparer.Ordinal).ToList();
        await AddAsync(work, organisation, old.Id, come);
        // The name and the id of a group are what a mapping knows it by.
        var isRenamed = change.Name is not null || change.ExternalId is not null;
        await ApplyRolesAsync(work, isRenamed ? before.Concat(come).ToList() : gone.Concat(come).ToList());
    }

    public Task RemoveAsync(ScimGroupRow old, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var members = await IdsAsync(work, old.Id);
                await work.Connection.ExecuteAsync("delete from governance_scim_groups where id = @Id", new { old.Id }, work.Transaction);
                await ApplyRolesAsync(work, members);
            },
            ct
        );

    static async Task<IReadOnlyList<string>> IdsAsync(DbWork work, string group) =>
        (
            await work.Connection.QueryAsync<string>(
                "select person_id from governance_scim_members where group_id = @group",
                new { group },
                work.Transaction
            )
        ).ToList();

    static async Task AddAsync(DbWork work, string organisation, string group, IReadOnlyList<string> members)
    {
        foreach (var member in members)
        {
            await work.Connection.ExecuteAsync(
                """
                insert into governance_scim_members (group_id, person_id)
                select @group, person_id from governance_scim_users where person_id = @member and organisation_id = @organisation
                on conflict do nothing
                """,
                new
                {
                    group,
                    member,
                    organisation,
                },
                work.Transaction
            );
            var isIn = await work.Connection.ExecuteScalarAsync<long>(
                "select count(*) from governance_scim_members where group_id = @group and person_id = @member",
                new { group, member },
                work.Transaction
            );
            if (isIn == 0)
                throw ScimErrors.Bad(
                    ScimErrors.InvalidValue,
                    $"There is no user '{(member.Length <= 80 ? member : member[..80])}' to be a member."
                );
        }
    }

    async Task ApplyRolesAsync(DbWork work, IReadOnlyList<string> members)
    {
        foreach (var member in members.Distinct(StringComparer.Ordinal))
            await roles.ApplyAsync(work, member);
    }
}
