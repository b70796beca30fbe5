using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance.Identity.Oidc;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Identity.Scim;

sealed class ScimUserRow
{
    public const string Select = """
        select u.person_id, u.user_name, u.external_id, u.resource, u.version, u.created_us, u.updated_us, p.disabled
        from governance_scim_users u join governance_people p on p.id = u.person_id
        """;

    public string PersonId { get; set; } = "";
    public string UserName { get; set; } = "";
    public string? ExternalId { get; set; }
    public string Resource { get; set; } = "{}";
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
    public long Disabled { get; set; }

    /// <summary>As it was sent, and whether they may come in.</summary>
    public JsonObject ToResource()
    {
        var resource = (JsonObject)JsonNode.Parse(Resource)!;
        resource["id"] = PersonId;
        resource["active"] = Disabled == 0;
        return resource;
    }
}

/// <summary>Users of an organisation as its directory tells them. Each is a person here.</summary>
sealed class ScimUsers(Database database, ProviderPeople people, ProviderRoles roles, TimeProvider time)
{
    public const string By = "scim";

    /// <exception cref="PorticoException">There is none.</exception>
    public async Task<ScimUserRow> FindAsync(string organisation, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<ScimUserRow>(
                $"{ScimUserRow.Select} where u.organisation_id = @organisation and u.person_id = @id",
                new { organisation, id }
            ) ?? throw ScimErrors.Missing("user", id);
    }

    /// <summary>Those that fit. What is asked most has an index, and else all are looked at.</summary>
    public async Task<(long Total, IReadOnlyList<ScimUserRow> Users)> ListAsync(
        string organisation,
        ScimFilter? filter,
        ScimPage page,
        CancellationToken ct
    )
    {
        var (term, value) = TermOf(filter);
        await using var db = await database.OpenReadAsync(ct);
        if (filter is null || term is not null)
        {
            var where = $"u.organisation_id = @organisation {term}";
            var total = await db.ExecuteScalarAsync<long>(
                $"select count(*) from governance_scim_users u where {where}",
                new { organisation, value }
            );
            var some = await db.QueryAsync<ScimUserRow>(
                $"{ScimUserRow.Select} where {where} order by u.person_id limit @take offset @skip",
                new
                {
                    organisation,
                    value,
                    take = page.Count,
                    skip = page.Start - 1,
                }
            );
            return (total, some.ToList());
        }
        var all = await db.QueryAsync<ScimUserRow>(
            $"{ScimUserRow.Select} where u.organisation_id = @organisation order by u.person_id",
            new { organisation }
        );
        var fitting = all.Where(u => filter.Fits(u.ToResource())).ToList();
        return (fitting.Count, fitting.Skip(page.Start - 1).Take(page.Count).ToList());
    }

    static (string? Sql, string? Value) TermOf(ScimFilter? filter) =>
        filter is ScimFilter.Compare { Operator: ScimOperator.Equal, Path: { Extension: null, Sub: null } path, Value: string text }
            ? path.Name.ToLowerInvariant() switch
            {
                "username" => ("and u.user_name = @value", text.ToLowerInvariant()),
                "externalid" => ("and u.external_id = @value", text),
                "id" => ("and u.person_id = @value", text),
                _ => (null, null),
            }
            : (null, null);

    /// <summary>Groups of a user, as the resource shows them.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> GroupsAsync(string person, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<(string Id, string Name)>(
                """
                select g.id, g.name from governance_scim_groups g join governance_scim_members m on m.group_id = g.id
                where m.person_id = @person order by g.name
                """,
                new { person }
            )
        ).ToList();
    }

    /// <summary>Makes the person, or takes up the one of this e-mail.</summary>
    /// <exception cref="PorticoException">There is a user of this name or person already: uniqueness.</exception>
    public async Task<string> CreateAsync(string organisation, ScimUser user, CancellationToken ct) =>
        await database.WriteAsync(
            async work =>
            {
                var now = Micros.Now(time);
                var id = PersonId.New(time).ToString();
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_people (id, organisation_id, email, name, disabled, version, created_us, updated_us)
                    values (@id, @organisation, @Email, @Name, 0, 1, @now, @now) on conflict do nothing
                    """,
                    new
                    {
                        id,
                        organisation,
                        user.Email,
                        user.Name,
                        now,
                    },
                    work.Transaction
                );
                var person = (
                    await work.Connection.ExecuteScalarAsync<string>(
                        "select id from governance_people where organisation_id = @organisation and email = @Email",
                        new { organisation, user.Email },
                        work.Transaction
                    )
                )!;
                var rows = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_scim_users (person_id, organisation_id, user_name, external_id, resource, version, created_us, updated_us)
                    values (@person, @organisation, @UserName, @ExternalId, @resource, 1, @now, @now) on conflict do nothing
                    """,
                    new
                    {
                        person,
                        organisation,
                        user.UserName,
                        user.ExternalId,
                        resource = user.Resource.ToJsonString(),
                        now,
                    },
                    work.Transaction
                );
                if (rows == 0)
                    throw ScimErrors.Taken("There is a user of this userName, or of this e-mail, already.");
                await SetPersonAsync(work, person, user);
                return person;
            },
            ct
        );

    /// <exception cref="PorticoException">It changed meanwhile, another has the name or e-mail, or the last owner would be disabled.</exception>
    public async Task ChangeAsync(ScimUserRow old, string organisation, ScimUser user, CancellationToken ct)
    {
        try
        {
            await database.WriteAsync(
                async work =>
                {
                    var rows = await work.Connection.ExecuteAsync(
                        """
                        update governance_scim_users set user_name = @UserName, external_id = @ExternalId, resource = @resource, version = version + 1, updated_us = @now
                        where person_id = @PersonId and organisation_id = @organisation and version = @Version
                        """,
                        new
                        {
                            old.PersonId,
                            old.Version,
                            organisation,
                            user.UserName,
                            user.ExternalId,
                            resource = user.Resource.ToJsonString(),
                            now = Micros.Now(time),
                        },
                        work.Transaction
                    );
                    if (rows == 0)
                        throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
                    await SetPersonAsync(work, old.PersonId, user);
                },
                ct
            );
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw ScimErrors.Taken("Another user has this userName or e-mail.");
        }
    }

    /// <summary>The user goes; the person stays for what they did, and may not come in.</summary>
    public Task RemoveAsync(ScimUserRow old, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                await DisableAsync(work, old.PersonId);
                await work.Connection.ExecuteAsync(
                    "delete from governance_scim_users where person_id = @PersonId",
                    new { old.PersonId },
                    work.Transaction
                );
                await roles.ApplyAsync(work, old.PersonId);
            },
            ct
        );

    async Task SetPersonAsync(DbWork work, string person, ScimUser user)
    {
        await work.Connection.ExecuteAsync(
            """
            update governance_people set email = @Email, name = @Name, version = version + 1, updated_us = @now
            where id = @person and (email <> @Email or name <> @Name)
            """,
            new
            {
                person,
                user.Email,
                user.Name,
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (user.Active)
            // Whom somebody here disabled, stays so.
            await work.Connection.ExecuteAsync(
                """
                update governance_people set disabled = 0, disabled_by = null, version = version + 1, updated_us = @now
                where id = @person and disabled = 1 and disabled_by = @By
                """,
                new
                {
                    person,
                    By,
                    now = Micros.Now(time),
                },
                work.Transaction
            );
        else
            await DisableAsync(work, person);
        work.Signal(GovernanceStore.Signal, person, 0);
    }

    async Task DisableAsync(DbWork work, string person)
    {
        if (!await people.DisableAsync(work, person, By))
            throw new PorticoException(
                ErrorTable.Conflict,
                "This person is the last owner of Portico: without them nobody could get in. Make another one first."
            );
        // What a provider did, SCIM says too: a sign-in there takes it back no more.
        await work.Connection.ExecuteAsync(
            "update governance_people set disabled_by = @By where id = @person and disabled_by is not null",
            new { person, By },
            work.Transaction
        );
        await Sessions.EndAllAsync(work, person, exceptHash: null);
    }
}
