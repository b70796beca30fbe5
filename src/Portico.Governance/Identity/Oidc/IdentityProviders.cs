using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Identity.Tokens;
using Portico.Governance.Keys;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Identity.Oidc;

/// <summary>What a new provider or a change of one says. Null in a change = leave as it is.</summary>
sealed record IdentityProviderDraft
{
    public string? Name { get; init; }
    public string? Issuer { get; init; }
    public string? ClientId { get; init; }

    /// <summary>Empty takes it away.</summary>
    public string? ClientSecret { get; init; }
    public IReadOnlyList<string>? Scopes { get; init; }
    public string? GroupsClaim { get; init; }
    public IReadOnlyList<GroupRole>? GroupRoles { get; init; }
    public IReadOnlyList<string>? EmailDomains { get; init; }
    public bool? MakesPeople { get; init; }
    public bool? Enabled { get; init; }
    public bool? AllowSpecialAddresses { get; init; }

    public override string ToString() => $"{nameof(IdentityProviderDraft)} {{ Name = {Name}, Issuer = {Issuer} }}";
}

/// <summary>Identity providers of organisations. They are read from the store: a sign-in is rare, and one that was switched off lets nobody in any more.</summary>
sealed class IdentityProviders(Database database, MasterKey master, ProviderRoles roles, TimeProvider time)
{
    const int MaxProviders = 20;
    const int MaxList = 500;
    const int MaxText = 512;
    static readonly string[] UsualScopes = ["openid", "profile", "email", "offline_access"];

    readonly SealedBox box = master.BoxFor("identity-provider");

    public async Task<Page<IdentityProvider>> ListAsync(string? organisation, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<IdentityProviderRow>(
            $"""
            select {IdentityProviderRow.Columns} from governance_identity_providers
            where (@organisation is null or organisation_id = @organisation) and (@After is null or id > @After) order by id limit @take
            """,
            new
            {
                organisation,
                page.After,
                take = page.Limit + 1,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), p => p.Id.ToString());
    }

    /// <exception cref="PorticoException">There is none.</exception>
    public async Task<IdentityProvider> FindAsync(string id, CancellationToken ct) =>
        (await RowAsync(id, ct))?.ToNoun() ?? throw GovernanceService.Missing("identity provider", id);

    /// <summary>One that lets people in, with its secret.</summary>
    /// <exception cref="PorticoException">There is none, or it is switched off.</exception>
    public async Task<(IdentityProvider Provider, Secret? Secret)> OpenAsync(string id, CancellationToken ct)
    {
        var row = await RowAsync(id, ct);
        if (row is null or { Enabled: 0 })
            throw GovernanceService.Missing("identity provider", id);
        return (row.ToNoun(), row.ClientSecret is { } sealedText ? box.OpenText(sealedText, row.Id) : null);
    }

    async Task<IdentityProviderRow?> RowAsync(string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<IdentityProviderRow>(
            $"select {IdentityProviderRow.Columns} from governance_identity_providers where id = @id",
            new { id }
        );
    }

    /// <exception cref="PorticoException">A part is not as it must be, or the organisation has one of this name or client already.</exception>
    public async Task<IdentityProvider> CreateAsync(OrganisationId organisation, IdentityProviderDraft draft, CancellationToken ct)
    {
        var made = Checked(
            draft,
            new IdentityProvider
            {
                Id = IdentityProviderId.New(time),
                OrganisationId = organisation,
                Name = "",
                Issuer = draft.Issuer?.Trim() ?? "",
                ClientId = "",
                Scopes = UsualScopes,
                Enabled = true,
                Version = 1,
            }
        );
        var id = made.Id.ToString();
        var rows = await database.WriteAsync(
            async work =>
            {
                var has = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(*) from governance_identity_providers where organisation_id = @organisation",
                    new { organisation = organisation.ToString() },
                    work.Transaction
                );
                if (has >= MaxProviders)
                    throw new PorticoException(
                        ErrorTable.Conflict,
                        $"The organisation has {MaxProviders} identity providers already. Remove one first."
                    );
                var count = await work.Connection.ExecuteAsync(
                    $"""
                    insert into governance_identity_providers ({IdentityProviderRow.Columns}, created_us, updated_us)
                    values (@id, @organisation, @Name, @Issuer, @ClientId, @secret, @scopes, @GroupsClaim, @groups, @domains, @makes, @enabled,
                      @special, 1, @now, @now)
                    on conflict do nothing
                    """,
                    ParametersOf(made, draft.ClientSecret is { Length: > 0 } secret ? box.SealText(secret, id) : null),
                    work.Transaction
                );
                // Where people sign in by a provider alone, passwords stop counting with it.
                await Owners.RequireOneAsync(work);
                return count;
            },
            ct
        );
        return rows == 1 ? made with { HasSecret = draft.ClientSecret is { Length: > 0 } } : throw Taken();
    }

    /// <exception cref="PorticoException">It changed meanwhile, or as above.</exception>
    public async Task<IdentityProvider> ChangeAsync(IdentityProvider old, IdentityProviderDraft draft, CancellationToken ct)
    {
        if (draft.Issuer is not null && draft.Issuer != old.Issuer)
            throw Bad("issuer never changes: who is linked under it would be somebody else. Make another provider.", "issuer");
        var next = Checked(draft, old);
        var id = old.Id.ToString();
        try
        {
            await database.WriteAsync(
                async work =>
                {
                    var parameters = new DynamicParameters(
                        ParametersOf(next, draft.ClientSecret is { Length: > 0 } secret ? box.SealText(secret, id) : null)
                    );
                    parameters.Add("keeps", draft.ClientSecret is null ? 1 : 0);
                    var rows = await work.Connection.ExecuteAsync(
                        """
                        update governance_identity_providers set name = @Name, client_id = @ClientId,
                          client_secret = case when @keeps = 1 then client_secret else @secret end, scopes = @scopes, groups_claim = @GroupsClaim,
                          group_roles = @groups, email_domains = @domains, makes_people = @makes, enabled = @enabled,
                          allow_special_addresses = @special, version = version + 1, updated_us = @now
                        where id = @id and version = @Version
                        """,
                        parameters,
                        work.Transaction
                    );
                    if (rows == 0)
                        throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
                    if (!next.Enabled)
                        await EndSessionsAsync(work, id);
                    else if (!old.Enabled)
                        await Owners.RequireOneAsync(work);
                },
                ct
            );
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw Taken();
        }
        return await FindAsync(id, ct);
    }

    /// <summary>Takes it away with everything that is linked under it, and the roles that it gave. People and accounts stay.</summary>
    /// <exception cref="PorticoException">It changed meanwhile, or the last owner is one by it.</exception>
    public Task RemoveAsync(IdentityProvider old, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var id = old.Id.ToString();
                await EndSessionsAsync(work, id);
                await roles.TakeAllAsync(work, id);
                var rows = await work.Connection.ExecuteAsync(
                    "delete from governance_identity_providers where id = @id and version = @version",
                    new { id, version = old.Version },
                    work.Transaction
                );
                if (rows == 0)
                    throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while you removed it.");
            },
            ct
        );

    static Task EndSessionsAsync(DbWork work, string provider) =>
        work.Connection.ExecuteAsync("delete from governance_sessions where provider_id = @provider", new { provider }, work.Transaction);

    object ParametersOf(IdentityProvider p, string? secret) =>
        new
        {
            id = p.Id.ToString(),
            organisation = p.OrganisationId.ToString(),
            p.Name,
            p.Issuer,
            p.ClientId,
            secret,
            scopes = TextList.Write(p.Scopes),
            p.GroupsClaim,
            groups = IdentityProviderRow.WriteGroups(p.GroupRoles),
            domains = TextList.Write(p.EmailDomains),
            makes = p.MakesPeople ? 1 : 0,
            enabled = p.Enabled ? 1 : 0,
            special = p.AllowSpecialAddresses ? 1 : 0,
            p.Version,
            now = Micros.Now(time),
        };

    static IdentityProvider Checked(IdentityProviderDraft draft, IdentityProvider old)
    {
        var next = old with
        {
            Name = GovernanceService.Name(draft.Name ?? old.Name),
            ClientId = (draft.ClientId ?? old.ClientId).Trim(),
            Scopes = draft.Scopes is { } scopes ? Words(scopes, "scopes") : old.Scopes,
            GroupsClaim = (draft.GroupsClaim ?? old.GroupsClaim).Trim(),
            GroupRoles = draft.GroupRoles is { } groups ? Groups(groups) : old.GroupRoles,
            EmailDomains = draft.EmailDomains is { } domains ? Domains(domains) : old.EmailDomains,
            MakesPeople = draft.MakesPeople ?? old.MakesPeople,
            Enabled = draft.Enabled ?? old.Enabled,
            AllowSpecialAddresses = draft.AllowSpecialAddresses ?? old.AllowSpecialAddresses,
        };
        if (IssuerHttp.ProblemOf(next.Issuer, next.AllowSpecialAddresses, out var address) is { } problem)
            throw Bad($"issuer {problem}.", "issuer");
        if (address.Query.Length > 0 || address.Fragment.Length > 0)
            throw Bad("issuer must not hold a query or a fragment.", "issuer");
        if (next.ClientId.Length is 0 or > MaxText || next.ClientId.Any(char.IsControl))
            throw Bad($"client_id must have 1 to {MaxText} characters.", "client_id");
        if (draft.ClientSecret?.Length > MaxText * 4)
            throw Bad($"client_secret has at most {MaxText * 4} characters.", "client_secret");
        if (next.GroupsClaim.Length is 0 or > 128)
            throw Bad("groups_claim must have 1 to 128 characters.", "groups_claim");
        if (!next.Scopes.Contains("openid", StringComparer.Ordinal))
            throw Bad("scopes must hold openid: without it a provider tells nobody's name.", "scopes");
        return next;
    }

    static IReadOnlyList<string> Words(IReadOnlyList<string> words, string param)
    {
        if (words.Count > 50 || words.Any(w => w is null or { Length: 0 or > 256 } || w.Any(c => c <= ' ' || c is '"' or '\\' || c > '~')))
            throw Bad($"{param} are at most 50 words without blanks.", param);
        return words.Distinct(StringComparer.Ordinal).ToList();
    }

    static IReadOnlyList<GroupRole> Groups(IReadOnlyList<GroupRole> groups)
    {
        if (groups.Count > MaxList || groups.Any(g => g?.Group is not { Length: > 0 and <= 256 }))
            throw Bad($"group_roles are at most {MaxList} pairs of a group and a role.", "group_roles");
        return groups.Distinct().ToList();
    }

    static IReadOnlyList<string> Domains(IReadOnlyList<string> domains)
    {
        var normal = domains.Select(d => d?.Trim().TrimStart('@').ToLowerInvariant() ?? "").Distinct(StringComparer.Ordinal).ToList();
        if (normal.Count > MaxList || normal.Exists(d => Uri.CheckHostName(d) != UriHostNameType.Dns))
            throw Bad($"email_domains are at most {MaxList} names such as example.com.", "email_domains");
        return normal;
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    static PorticoException Taken() =>
        new(
            ErrorTable.Conflict,
            "There is an identity provider with this name in the organisation, or with this issuer and client already.",
            "name"
        );
}
