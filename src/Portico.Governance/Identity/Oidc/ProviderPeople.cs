using Dapper;
using Portico.Governance.Access;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>Finds the person that a subject of a provider is, links or makes them, and ends what they have when the provider knows them no more.</summary>
sealed class ProviderPeople(ProviderRoles roles, TimeProvider time)
{
    sealed class PersonState
    {
        public string Id { get; set; } = "";
        public long Disabled { get; set; }
        public string? DisabledBy { get; set; }
    }

    /// <summary>The person, with an account, roles and the link. Runs in the work that opens the session.</summary>
    /// <exception cref="PorticoException">It is nobody who may come in; the message says why and what to do.</exception>
    public async Task<string> TakeInAsync(DbWork work, IdentityProvider provider, ProviderPerson who, string? invitationHash)
    {
        var id = provider.Id.ToString();
        var linked = await LinkedAsync(work, id, who.Subject);
        var person =
            linked
            ?? await InvitedAsync(work, provider, invitationHash)
            ?? await ToldByScimAsync(work, provider, who)
            ?? await MadeAsync(work, provider, who);
        await EnableAsync(work, id, person);
        var now = Micros.Now(time);
        await work.Connection.ExecuteAsync(
            """
            insert into governance_identities (provider_id, subject, person_id, member_of, access_until_us, checked_us, tried_us, created_us)
            values (@id, @Subject, @person, @groups, 0, @now, @now, @now)
            on conflict (provider_id, subject) do update set member_of = excluded.member_of, checked_us = excluded.checked_us, tried_us = excluded.tried_us
            """,
            new
            {
                id,
                who.Subject,
                person = person.Id,
                groups = TextList.Write(who.Groups),
                now,
            },
            work.Transaction
        );
        await EnsureAccountAsync(work, person.Id);
        await roles.ApplyAsync(work, person.Id);
        if ((await GrantStore.OfAsync(work.Connection, person.Id, work.Transaction)).Count == 0)
            throw Refused($"{provider.Name} knows you, but none of your groups has a role in Portico. Ask whoever administers it.");
        return person.Id;
    }

    static Task<PersonState?> LinkedAsync(DbWork work, string provider, string subject) =>
        work.Connection.QuerySingleOrDefaultAsync<PersonState?>(
            """
            select p.id, p.disabled, p.disabled_by from governance_identities i join governance_people p on p.id = i.person_id
            where i.provider_id = @provider and i.subject = @subject
            """,
            new { provider, subject },
            work.Transaction
        );

    /// <summary>Whoever opened an invitation in this browser is the person that it was given to.</summary>
    async Task<PersonState?> InvitedAsync(DbWork work, IdentityProvider provider, string? hash)
    {
        if (hash is null)
            return null;
        var found =
            await work.Connection.QuerySingleOrDefaultAsync<PersonState?>(
                """
                select p.id, p.disabled, p.disabled_by from governance_invitations i join governance_people p on p.id = i.person_id
                where i.code_hash = @hash and i.expires_us > @now and p.organisation_id = @organisation
                """,
                new
                {
                    hash,
                    now = Micros.Now(time),
                    organisation = provider.OrganisationId.ToString(),
                },
                work.Transaction
            ) ?? throw Refused("This invitation is not known, was used, is too old, or is of another organisation. Ask for another.");
        await work.Connection.ExecuteAsync("delete from governance_invitations where code_hash = @hash", new { hash }, work.Transaction);
        return found;
    }

    /// <summary>SCIM names people by an id of the directory, which the token tells too.</summary>
    static async Task<PersonState?> ToldByScimAsync(DbWork work, IdentityProvider provider, ProviderPerson who)
    {
        var found = (
            await work.Connection.QueryAsync<PersonState>(
                """
                select p.id, p.disabled, p.disabled_by from governance_scim_users u join governance_people p on p.id = u.person_id
                where u.organisation_id = @organisation and (u.external_id = @Subject or u.external_id = @ObjectId)
                """,
                new
                {
                    organisation = provider.OrganisationId.ToString(),
                    who.Subject,
                    ObjectId = who.ObjectId ?? who.Subject,
                },
                work.Transaction
            )
        ).ToList();
        return found is [var only] ? only : null;
    }

    async Task<PersonState> MadeAsync(DbWork work, IdentityProvider provider, ProviderPerson who)
    {
        if (!provider.MakesPeople)
            throw Refused(
                $"Nobody here is linked to you at {provider.Name}. Ask whoever administers Portico for an invitation, and open it with this way in."
            );
        if (who.Email is not { } email)
            throw Refused($"{provider.Name} tells no e-mail of you. Portico needs one for a new person; ask for the scope email.");
        var domain = email[(email.LastIndexOf('@') + 1)..];
        if (provider.EmailDomains.Count > 0 && !provider.EmailDomains.Contains(domain, StringComparer.Ordinal))
            throw Refused("Your e-mail is of a domain that does not come in by this way.");
        // Where domains are named, the provider is the one that gives these e-mails out; else its word for this one is wanted.
        if (who.EmailVerified == false || (who.EmailVerified is null && provider.EmailDomains.Count == 0))
            throw Refused($"{provider.Name} does not say that your e-mail was verified.");
        var id = PersonId.New(time).ToString();
        var rows = await work.Connection.ExecuteAsync(
            """
            insert into governance_people (id, organisation_id, email, name, disabled, version, created_us, updated_us)
            values (@id, @organisation, @email, @name, 0, 1, @now, @now) on conflict do nothing
            """,
            new
            {
                id,
                organisation = provider.OrganisationId.ToString(),
                email,
                name = NameOf(who, email),
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (rows == 0)
            throw Refused(
                "There is a person with your e-mail already, and an e-mail alone proves nothing. Ask for an invitation, and open it with this way in."
            );
        work.Signal(GovernanceStore.Signal, id, 1);
        return new PersonState { Id = id };
    }

    static string NameOf(ProviderPerson who, string email)
    {
        var name = new string((who.Name ?? "").Where(c => !char.IsControl(c)).ToArray()).Trim();
        if (name.Length == 0)
            name = email.Split('@')[0];
        return name.Length <= GovernanceService.MaxNameLength ? name : name[..GovernanceService.MaxNameLength];
    }

    /// <summary>A good sign-in takes back what the same provider did, and nothing that somebody here or SCIM did.</summary>
    async Task EnableAsync(DbWork work, string provider, PersonState person)
    {
        if (person.Disabled == 0)
            return;
        if (person.DisabledBy != provider)
            throw Refused("You are disabled here. Ask whoever administers Portico.");
        await work.Connection.ExecuteAsync(
            "update governance_people set disabled = 0, disabled_by = null, version = version + 1, updated_us = @now where id = @Id and disabled_by = @provider",
            new
            {
                person.Id,
                provider,
                now = Micros.Now(time),
            },
            work.Transaction
        );
        work.Signal(GovernanceStore.Signal, person.Id, 0);
    }

    async Task EnsureAccountAsync(DbWork work, string person)
    {
        var now = Micros.Now(time);
        await work.Connection.ExecuteAsync(
            """
            insert into governance_accounts (person_id, email, password, version, created_us, updated_us)
            select id, email, null, 1, @now, @now from governance_people where id = @person
            on conflict do nothing
            """,
            new { person, now },
            work.Transaction
        );
        var has = await work.Connection.ExecuteAsync(
            "update governance_accounts set signed_in_us = @now where person_id = @person",
            new { person, now },
            work.Transaction
        );
        if (has == 0)
            throw Refused("There is an account with your e-mail in another organisation of this Portico. Ask whoever administers it.");
    }

    /// <summary>Ends all that a person has, until the same provider lets them in again. False where they are the last owner: their sessions end, their keys do not.</summary>
    public async Task<bool> EndAsync(DbWork work, string provider, string person)
    {
        await Sessions.EndAllAsync(work, person, exceptHash: null);
        await work.Connection.ExecuteAsync(
            "update governance_identities set refresh_box = null, access_box = null, access_until_us = 0 where provider_id = @provider and person_id = @person",
            new { provider, person },
            work.Transaction
        );
        return await DisableAsync(work, person, provider);
    }

    /// <summary>Disables a person who is not disabled; false where they are the last owner.</summary>
    internal async Task<bool> DisableAsync(DbWork work, string person, string by)
    {
        try
        {
            await Owners.RequireAnotherAsync(work, person, "");
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.Conflict)
        {
            return false;
        }
        var rows = await work.Connection.ExecuteAsync(
            "update governance_people set disabled = 1, disabled_by = @by, version = version + 1, updated_us = @now where id = @person and disabled = 0",
            new
            {
                person,
                by,
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (rows > 0)
            work.Signal(GovernanceStore.Signal, person, 0);
        return true;
    }

    internal static PorticoException Refused(string message) => new(ErrorTable.PermissionDenied, message);
}
