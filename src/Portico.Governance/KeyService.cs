using System.Net;
using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Keys;
using Portico.Governance.Policy.Budgets;
using Portico.Storage;

namespace Portico.Governance;

/// <summary>What a new key or a change of one says. Null in a change = leave as it is.</summary>
public sealed record KeyDraft
{
    public string? Name { get; init; }
    public UseCaseId? UseCaseId { get; init; }
    public PersonId? PersonId { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Takes an expiry away: leaving expires_at out leaves it as it is.</summary>
    public bool NeverExpires { get; init; }
    public IReadOnlyList<string>? Networks { get; init; }
    public IReadOnlyList<string>? AllowedRoutes { get; init; }
    public bool? MayActForPeople { get; init; }
    public bool? KeepContent { get; init; }

    /// <summary>
    /// A new key's secret is one that its holder has already, told by its SHA-256 alone, 64 hexadecimal digits: keys of another gateway go on working.
    /// </summary>
    public string? SecretSha256 { get; init; }

    /// <summary>What people recognise such a secret by, at most 12 characters.</summary>
    public string? SecretHint { get; init; }

    /// <summary>A new key's budget; left out, the one that the policy says, if it says any.</summary>
    public BudgetDraft? Budget { get; init; }
}

/// <summary>The life of a service key: made, rotated (same id, new secret), disabled and enabled, revoked for good.</summary>
public sealed class KeyService(
    Database database,
    GovernanceCatalog catalog,
    PeopleInReach people,
    IEnumerable<IBudgetKeeper> budgets,
    TimeProvider time
)
{
    const int MaxList = 256;
    static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    /// <exception cref="PorticoException">A field is out of its bounds, or there is no such use case or person within reach.</exception>
    public async Task<IssuedKey> CreateAsync(KeyDraft draft, Reach within, CancellationToken ct)
    {
        Check(draft);
        if (draft.UseCaseId is not { } useCase)
            throw new PorticoException(ErrorTable.InvalidRequest, "use_case_id must name a use case.", "use_case_id");
        if (!catalog.Current.UseCases.TryGetValue(useCase, out var found) || !within.Has(found, catalog.Current))
            throw GovernanceService.Missing("use case", useCase.ToString(), "use_case_id");
        if (draft.PersonId is { } person)
            (await people.FindAsync(person.ToString(), within, ct, "person_id")).RequireNotErased("person_id");
        var given = BudgetDefaults.For(catalog.Current.AnyoneOf(useCase)!.Policies.InForce, BudgetDefaults.OfKeys, draft.Budget, time);
        var known = draft.SecretSha256?.ToLowerInvariant();
        var secret = known is null ? SecretText.New(SecretText.ServicePrefix) : "";
        var id = KeyId.New(time);
        await WriteNewAsync(
            """
            insert into governance_keys (id, use_case_id, person_id, name, prefix, secret_hash, state, expires_us, networks, allowed_routes,
              may_act_for_people, keep_content, version, created_us, updated_us)
            values (@id, @useCase, @person, @name, @prefix, @hash, 'Active', @expires, @networks, @routes, @act, @keep, 1, @now, @now)
            """,
            new
            {
                id = id.ToString(),
                useCase = useCase.ToString(),
                person = draft.PersonId?.ToString(),
                name = GovernanceService.Name(draft.Name),
                prefix = known is null ? secret[..SecretText.ShownLength] : draft.SecretHint ?? "",
                hash = known ?? SecretText.Hash(secret),
                expires = Micros.Of(draft.ExpiresAt),
                networks = ToJson(draft.Networks ?? []),
                routes = ToJson(draft.AllowedRoutes ?? []),
                act = draft.MayActForPeople == true ? 1 : 0,
                keep = draft.KeepContent == true ? 1 : 0,
                now = Micros.Now(time),
            },
            id,
            given,
            ct
        );
        return new IssuedKey(catalog.Current.Callers[id].Key!, new Secret(secret));
    }

    /// <summary>Gives the key a new secret; the old one works until the overlap ends.</summary>
    public async Task<IssuedKey> RotateAsync(ServiceKey key, TimeSpan overlap, CancellationToken ct)
    {
        RefuseRevoked(key);
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "overlap_seconds must be from 0 to 2592000 (30 days).",
                "overlap_seconds"
            );
        var secret = SecretText.New(SecretText.ServicePrefix);
        await WriteAsync(
            """
            update governance_keys set old_secret_hash = secret_hash, old_secret_until_us = @until, secret_hash = @hash, prefix = @prefix,
              version = version + 1, updated_us = @now where id = @id and version = @version
            """,
            new
            {
                id = key.Id.ToString(),
                version = key.Version,
                until = Micros.Of(time.GetUtcNow() + overlap),
                hash = SecretText.Hash(secret),
                prefix = secret[..SecretText.ShownLength],
                now = Micros.Now(time),
            },
            key.Id,
            ct
        );
        return new IssuedKey(catalog.Current.Callers[key.Id].Key!, new Secret(secret));
    }

    public async Task<ServiceKey> ChangeStateAsync(ServiceKey key, KeyState state, CancellationToken ct)
    {
        if (key.State != state)
        {
            RefuseRevoked(key);
            await WriteAsync(
                "update governance_keys set state = @state, version = version + 1, updated_us = @now where id = @id and version = @version and state <> 'Revoked'",
                new
                {
                    id = key.Id.ToString(),
                    version = key.Version,
                    state = state.ToString(),
                    now = Micros.Now(time),
                },
                key.Id,
                ct
            );
        }
        return catalog.Current.Callers[key.Id].Key!;
    }

    public async Task<ServiceKey> ChangeAsync(ServiceKey key, KeyDraft draft, CancellationToken ct)
    {
        RefuseRevoked(key);
        Check(draft);
        if (draft.SecretSha256 is not null || draft.SecretHint is not null)
            throw new PorticoException(ErrorTable.InvalidRequest, "A key gets a new secret by its rotation.", "secret_sha256");
        if (draft.Budget is not null)
            throw new PorticoException(ErrorTable.InvalidRequest, "A key that is there has its budgets at /api/budgets.", "budget");
        if (draft.UseCaseId is not null && draft.UseCaseId != key.UseCaseId)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A key stays with its use case: its history would change meaning. Make a new key.",
                "use_case_id"
            );
        if (draft.PersonId is not null && draft.PersonId != key.PersonId)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A key stays with its person: its history would change meaning. Make a new key.",
                "person_id"
            );
        await WriteAsync(
            """
            update governance_keys set name = @name, expires_us = @expires, networks = @networks, allowed_routes = @routes, may_act_for_people = @act,
              keep_content = @keep, version = version + 1, updated_us = @now where id = @id and version = @version
            """,
            new
            {
                id = key.Id.ToString(),
                version = key.Version,
                name = GovernanceService.Name(draft.Name ?? key.Name),
                expires = draft.NeverExpires ? null : Micros.Of(draft.ExpiresAt ?? key.ExpiresAt),
                networks = ToJson(draft.Networks ?? key.Networks),
                routes = ToJson(draft.AllowedRoutes ?? key.AllowedRoutes),
                act = (draft.MayActForPeople ?? key.MayActForPeople) ? 1 : 0,
                keep = (draft.KeepContent ?? key.KeepContent) ? 1 : 0,
                now = Micros.Now(time),
            },
            key.Id,
            ct
        );
        return catalog.Current.Callers[key.Id].Key!;
    }

    public async Task<Page<ServiceKey>> ListAsync(Reach within, UseCaseId? useCase, PageRequest page, CancellationToken ct)
    {
        var rows = await new GovernanceStore(database).ListKeysAsync(within, useCase?.ToString(), page, ct);
        return page.Cut(rows.Select(r => r.Key).ToList(), k => k.Id.ToString());
    }

    /// <summary>The key and its budgets in one transaction: there is no moment in which it could spend without them.</summary>
    async Task WriteNewAsync(string sql, object row, KeyId id, IReadOnlyList<GivenBudget> given, CancellationToken ct)
    {
        try
        {
            await WriteAsync(sql, row, id, ct, work => BudgetDefaults.GiveAsync(budgets, work, BudgetScope.Key, id.ToString(), given));
            await BudgetDefaults.RefreshAsync(budgets, given, ct);
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw new PorticoException(ErrorTable.Conflict, "There is a key with this secret already.", "secret_sha256", e);
        }
    }

    async Task WriteAsync(string sql, object row, KeyId id, CancellationToken ct, Func<DbWork, Task>? also = null)
    {
        var changed = await database.WriteAsync(
            async work =>
            {
                var count = await work.Connection.ExecuteAsync(sql, row, work.Transaction);
                if (also is not null)
                    await also(work);
                work.Signal(GovernanceStore.Signal, id.ToString(), 0);
                return count;
            },
            ct
        );
        if (changed == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "The key changed while your change was made.");
        await catalog.RefreshAsync(ct);
    }

    static void RefuseRevoked(ServiceKey key)
    {
        if (key.State == KeyState.Revoked)
            throw new PorticoException(ErrorTable.Conflict, $"Key '{key.Name}' is revoked for good. Make a new one.");
    }

    void Check(KeyDraft draft)
    {
        if (draft.ExpiresAt <= time.GetUtcNow())
            throw new PorticoException(ErrorTable.InvalidRequest, "expires_at lies in the past.", "expires_at");
        if (draft.NeverExpires && draft.ExpiresAt is not null)
            throw new PorticoException(ErrorTable.InvalidRequest, "expires_at and never_expires exclude each other.", "never_expires");
        if (draft.Networks?.Count > MaxList || draft.AllowedRoutes?.Count > MaxList)
            throw new PorticoException(ErrorTable.InvalidRequest, $"A key takes at most {MaxList} networks and {MaxList} routes.");
        if (draft.SecretSha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
            throw new PorticoException(ErrorTable.InvalidRequest, "secret_sha256 must have 64 hexadecimal digits.", "secret_sha256");
        if (
            draft.SecretHint is { } hint
            && (draft.SecretSha256 is null || hint.Length > SecretText.ShownLength || hint.Any(char.IsControl))
        )
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"secret_hint goes with secret_sha256 and has at most {SecretText.ShownLength} characters.",
                "secret_hint"
            );
        foreach (var network in draft.Networks ?? [])
            if (!IsNetwork(network))
                throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    $"'{network}' is not a network in CIDR form such as 10.1.0.0/16; host bits must be zero.",
                    "networks"
                );
        foreach (var route in draft.AllowedRoutes ?? [])
            if (route.Length is 0 or > 128 || route.AsSpan(0, route.Length - 1).Contains('*'))
                throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    $"'{route}' is not a route name; * may stand only at its end.",
                    "allowed_routes"
                );
    }

    /// <summary>The platform's parser cuts host bits off; here they are a mistake, because one address was meant or a smaller network.</summary>
    static bool IsNetwork(string text) =>
        IPNetwork.TryParse(text, out var network)
        && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var address)
        && address.Equals(new IPNetwork(network.BaseAddress, network.PrefixLength).BaseAddress);

    static string ToJson(IReadOnlyList<string> list) => JsonSerializer.Serialize(list, GovernanceJson.Default.IReadOnlyListString);
}
