using System.Net;
using System.Text.Json.Serialization;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;

namespace Portico.Governance;

/// <summary>The company or institution. Owns everything below it.</summary>
public sealed record Organisation(OrganisationId Id, string Name, long Version)
{
    public OperatingModel OperatingModel { get; init; }
}

/// <summary>A line of business: owns its data, keys and budgets.</summary>
public sealed record Workspace(WorkspaceId Id, OrganisationId OrganisationId, string Name, long Version)
{
    public ResponsesState ResponsesState { get; init; }
}

/// <summary>What becomes of what the Responses API keeps, for the callers of a workspace.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResponsesState>))]
public enum ResponsesState
{
    /// <summary>Responses are kept unless a call says <c>"store": false</c>.</summary>
    [JsonStringEnumMemberName("default")]
    Default,

    /// <summary>Responses are kept only where a call says <c>"store": true</c>.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>Nothing is kept, and calls that need something kept are refused.</summary>
    [JsonStringEnumMemberName("forbidden")]
    Forbidden,
}

/// <summary>What AI is used for: purpose, owner, stage (draft, staging, canary, production, retired).</summary>
public sealed record UseCase(UseCaseId Id, WorkspaceId WorkspaceId, string Name, string? Purpose, string? Owner, string Stage, long Version)
{
    /// <summary>How much risk it bears; null = nobody said.</summary>
    public RiskClass? RiskClass { get; init; }

    /// <summary>Name of who said it, and when.</summary>
    public string? RiskSetBy { get; init; }
    public DateTimeOffset? RiskSetAt { get; init; }

    /// <summary>Counts changes of the purpose: approvals are of one.</summary>
    public long PurposeVersion { get; init; } = 1;
}

public sealed record Person(PersonId Id, OrganisationId OrganisationId, string Email, string Name, bool Disabled, long Version)
{
    /// <summary>Who disabled them: null = somebody here; <c>scim</c>, or the id of the identity provider that knows them no more.</summary>
    public string? DisabledBy { get; init; }

    /// <summary>When everything about them was erased: name and e-mail are a pseudonym since, and they never come back.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <exception cref="PorticoException">They were erased.</exception>
    internal void RequireNotErased(string? param = null)
    {
        if (ErasedAt is not null)
            throw new PorticoException(
                ErrorTable.Conflict,
                "Everything about this person was erased: they never come back. Whoever returns is a new person.",
                param
            );
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<KeyState>))]
public enum KeyState
{
    [JsonStringEnumMemberName("active")]
    Active,

    [JsonStringEnumMemberName("disabled")]
    Disabled,

    /// <summary>For good: no way leads back.</summary>
    [JsonStringEnumMemberName("revoked")]
    Revoked,
}

/// <summary>A service key: who calls, for which use case, until when, from where, and which routes. The secret is kept as SHA-256 only.</summary>
public sealed record ServiceKey
{
    public required KeyId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>The first characters of the secret, for people to recognise it.</summary>
    public required string Prefix { get; init; }
    public required UseCaseId UseCaseId { get; init; }
    public PersonId? PersonId { get; init; }
    public KeyState State { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Networks in CIDR form from which the key works; empty = any.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Routes and models the key may call; a trailing * stands for any ending; empty = all.</summary>
    public IReadOnlyList<string> AllowedRoutes { get; init; } = [];

    /// <summary>The key may name a person in x-portico-person, whose budgets then apply too.</summary>
    public bool MayActForPeople { get; init; }

    /// <summary>Prompts and answers of this key's calls are kept, encrypted.</summary>
    public bool KeepContent { get; init; }

    /// <summary>After a rotation: until when the old secret works too.</summary>
    public DateTimeOffset? OldSecretUntil { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public long Version { get; init; }
}

/// <summary>A key with its secret, given out once.</summary>
public sealed record IssuedKey(ServiceKey Key, Secret Secret);

/// <summary>The policy of a use case, null when no line holds for it; and what would hold if the drafts did, null when none concerns it.</summary>
/// <param name="InForce">The policy.</param>
/// <param name="Shadow">As drafted.</param>
/// <param name="Approvals">When people approved the use case, as far as that counts, newest first.</param>
public readonly record struct CallerPolicies(CompiledPolicy? InForce, CompiledPolicy? Shadow, IReadOnlyList<DateTimeOffset> Approvals);

/// <summary>
/// Who a call is for: the key with everything above it, or a person who calls by themselves from the console and has no key. Those of keys are built with the
/// snapshot, so that the hot path only follows references. Texts of the ids are kept because records and meters need them on every call.
/// </summary>
public sealed class Caller
{
    readonly IPNetwork[] networks;
    readonly string[] exact;
    readonly string[] prefixes;

    public Caller(ServiceKey key, UseCase useCase, Workspace workspace, Organisation organisation, Person? person)
        : this(useCase, workspace, organisation, person, key.Networks, key.AllowedRoutes) => (Key, KeyId) = (key, key.Id.ToString());

    Caller(
        UseCase useCase,
        Workspace workspace,
        Organisation organisation,
        Person? person,
        IReadOnlyList<string> from,
        IReadOnlyList<string> allowedRoutes
    )
    {
        (UseCase, Workspace, Organisation, Person) = (useCase, workspace, organisation, person);
        UseCaseId = useCase.Id.ToString();
        WorkspaceId = workspace.Id.ToString();
        OrganisationId = organisation.Id.ToString();
        PersonId = person?.Id.ToString();
        networks = from.Select(n => IPNetwork.Parse(n)).ToArray();
        exact = allowedRoutes.Where(r => !r.EndsWith('*')).ToArray();
        prefixes = allowedRoutes.Where(r => r.EndsWith('*')).Select(r => r[..^1]).ToArray();
    }

    /// <summary>A person who calls by themselves, for a use case: whatever its workspace may call, from anywhere.</summary>
    internal static Caller OfPerson(
        Person person,
        UseCase useCase,
        Workspace workspace,
        Organisation organisation,
        CallerPolicies policies
    ) => new(useCase, workspace, organisation, person, [], []) { Policies = policies };

    /// <summary>Anybody of a use case: to tell what would hold for its calls, not to make one.</summary>
    internal static Caller OfUseCase(UseCase useCase, Workspace workspace, Organisation organisation, CallerPolicies policies) =>
        new(useCase, workspace, organisation, null, [], []) { Policies = policies };

    /// <summary>Null for a person who calls by themselves.</summary>
    public ServiceKey? Key { get; }
    public UseCase UseCase { get; }
    public Workspace Workspace { get; }
    public Organisation Organisation { get; }
    public Person? Person { get; }
    public string? KeyId { get; }

    /// <summary>Of the key: what is kept between calls belongs to one, and a person who calls by themselves keeps nothing.</summary>
    public string OwnerKeyId => KeyId ?? throw new InvalidOperationException("This caller has no key.");
    public string UseCaseId { get; }
    public string WorkspaceId { get; }
    public string OrganisationId { get; }
    public string? PersonId { get; }

    /// <summary>What holds for the use case.</summary>
    public CallerPolicies Policies { get; init; }

    /// <summary>A person calls, by a key of their own or from the console. A key that names people in its calls is an application's.</summary>
    public bool IsPerson => Person is { } person && (Key is null || Key.PersonId == person.Id);

    public bool MayUseRoute(string name)
    {
        if (exact.Length == 0 && prefixes.Length == 0)
            return true;
        foreach (var route in exact)
            if (route == name)
                return true;
        foreach (var prefix in prefixes)
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        return false;
    }

    /// <summary>Whether the key works from this address; a key with networks does not work from an unknown one.</summary>
    public bool AllowsAddress(IPAddress? address)
    {
        if (networks.Length == 0)
            return true;
        if (address is null)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        foreach (var network in networks)
            if (network.Contains(address))
                return true;
        return false;
    }

    /// <summary>The same caller acting for another person, which only a key can.</summary>
    public Caller ActingFor(Person person) => new(Key!, UseCase, Workspace, Organisation, person) { Policies = Policies };

    /// <summary>The same caller for one route alone, whether or not its key names it.</summary>
    public Caller ForRoute(string name) =>
        Key is { } key
            ? new(key with { AllowedRoutes = [name] }, UseCase, Workspace, Organisation, Person) { Policies = Policies }
            : new(UseCase, Workspace, Organisation, Person, [], [name]) { Policies = Policies };
}
