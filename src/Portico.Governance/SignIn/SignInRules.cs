using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>
/// How people of an organisation come in. ProviderOnly: by its identity provider alone, while one is switched on; passwords of the organisation count for nothing. BreakGlass:
/// the one owner whose password counts all the same, for the day on which the provider is away.
/// </summary>
public sealed record SignInRule(bool ProviderOnly, PersonId? BreakGlass);

/// <summary>Organisations whose people sign in by the identity provider alone. Read with each sign-in and each session, so that it holds on every node at once.</summary>
sealed class SignInRules(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    /// <summary>A term that is true of a person <c>p</c> whose password counts for nothing. Without a provider that is switched on, it counts: nobody is locked out.</summary>
    public const string PasswordIsClosed = """
        exists (
          select 1 from governance_sign_in_rules r
          where r.organisation_id = p.organisation_id and r.provider_only = 1 and (r.break_glass is null or r.break_glass <> p.id)
            and exists (select 1 from governance_identity_providers v where v.organisation_id = r.organisation_id and v.enabled = 1)
        )
        """;

    sealed class Row
    {
        public long ProviderOnly { get; set; }
        public string? BreakGlass { get; set; }
    }

    sealed class Candidate
    {
        public long Disabled { get; set; }
        public string? Password { get; set; }
    }

    /// <summary>Passwords count where nobody said anything else.</summary>
    public async Task<SignInRule> FindAsync(OrganisationId organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            "select provider_only, break_glass from governance_sign_in_rules where organisation_id = @id",
            new { id = organisation.ToString() }
        );
        return row is null
            ? new SignInRule(false, null)
            : new SignInRule(row.ProviderOnly != 0, row.BreakGlass is null ? null : Id<IdKinds.Person>.Parse(row.BreakGlass));
    }

    /// <summary>Whether an identity provider of the organisation is switched on.</summary>
    public async Task<bool> HasProviderAsync(OrganisationId organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>(
                "select count(*) from governance_identity_providers where organisation_id = @id and enabled = 1",
                new { id = organisation.ToString() }
            ) > 0;
    }

    /// <summary>Sets it. Sessions that passwords opened end where passwords count no more.</summary>
    /// <exception cref="PorticoException">
    /// Who asks is no owner, nobody could come in by the provider, it is not shown that it works, or the break-glass owner is none.
    /// </exception>
    public Task SetAsync(OrganisationId organisation, SignInRule rule, ApiActor by, CancellationToken ct)
    {
        // It keeps owners out too.
        if (!by.IsOwner)
            throw new PorticoException(ErrorTable.PermissionDenied, "This decides how owners come in: an owner sets it.");
        var id = organisation.ToString();
        return database.WriteAsync(
            async work =>
            {
                if (rule.ProviderOnly)
                    await RequireAWayAsync(work, id, rule.BreakGlass, by);
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_sign_in_rules (organisation_id, provider_only, break_glass, updated_us) values (@id, @only, @breakGlass, @now)
                    on conflict (organisation_id) do update set provider_only = excluded.provider_only, break_glass = excluded.break_glass,
                      updated_us = excluded.updated_us
                    """,
                    new
                    {
                        id,
                        only = rule.ProviderOnly ? 1 : 0,
                        breakGlass = rule.BreakGlass?.ToString(),
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (!rule.ProviderOnly)
                    return;
                await Owners.RequireOneAsync(work);
                await work.Connection.ExecuteAsync(
                    $"delete from governance_sessions where provider_id is null and person_id in (select p.id from governance_people p where p.organisation_id = @id and {PasswordIsClosed})",
                    new { id },
                    work.Transaction
                );
            },
            ct
        );
    }

    /// <summary>There is a provider, and somebody who came in by it or who comes in without it.</summary>
    async Task RequireAWayAsync(DbWork work, string organisation, PersonId? breakGlass, ApiActor by)
    {
        var providers = (
            await work.Connection.QueryAsync<string>(
                "select id from governance_identity_providers where organisation_id = @organisation and enabled = 1",
                new { organisation },
                work.Transaction
            )
        ).AsList();
        if (providers.Count == 0)
            throw new PorticoException(
                ErrorTable.Conflict,
                "The organisation has no identity provider that is switched on: nobody could sign in. Add one, and sign in by it, first."
            );
        if (breakGlass is { } person)
            await RequireOwnerAsync(work, organisation, person);
        else if (by.Session?.ProviderId is not { } used || !providers.Contains(used))
            throw new PorticoException(
                ErrorTable.Conflict,
                "Sign in by the organisation's identity provider first, so that it is known to work, or name in break_glass an owner whose password stays good.",
                "break_glass"
            );
    }

    async Task RequireOwnerAsync(DbWork work, string organisation, PersonId person)
    {
        if (!catalog.Current.People.TryGetValue(person, out var found) || found.OrganisationId.ToString() != organisation)
            throw GovernanceService.Missing("person", person.ToString(), "break_glass");
        var account = await work.Connection.QuerySingleOrDefaultAsync<Candidate>(
            "select p.disabled, a.password from governance_accounts a join governance_people p on p.id = a.person_id where a.person_id = @id",
            new { id = person.ToString() },
            work.Transaction
        );
        var owns = (await GrantStore.OfAsync(work.Connection, person.ToString(), work.Transaction)).Any(g => GrantStore.IsOwner(g.Grant));
        if (account is not { Disabled: 0, Password: not null } || !owns)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"break_glass must name an owner with a password who is not disabled, and '{found.Name}' "
                    + (
                        account is null ? "has no account."
                        : account.Disabled != 0 ? "is disabled."
                        : !owns ? "is no owner."
                        : "has no password: invite them, and let them set one first."
                    ),
                "break_glass"
            );
    }

    /// <summary>What somebody here takes away by hand must not be the way in that was kept for the worst day. What a directory takes away goes all the same.</summary>
    /// <exception cref="PorticoException">The person is the break-glass owner of an organisation.</exception>
    public static async Task RequireNotNamedAsync(DbWork work, string person, string name)
    {
        var named = await work.Connection.ExecuteScalarAsync<long>(
            "select count(*) from governance_sign_in_rules where provider_only = 1 and break_glass = @person",
            new { person },
            work.Transaction
        );
        if (named > 0)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"'{name}' is the break-glass owner of an organisation that signs in by its provider alone. Name another one there first."
            );
    }

    public static PorticoException Closed() =>
        new(
            ErrorTable.PermissionDenied,
            "Your organisation signs in by its identity provider alone: passwords count no more. Choose the provider on the sign-in page."
        );
}
