using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Portico.Governance.Access;
using Portico.Governance.Identity.Workloads;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;

namespace Portico.Governance;

/// <summary>Why a secret does not let a caller in.</summary>
public enum KeyRefusal
{
    None,
    Unknown,
    Disabled,
    Revoked,
    Expired,
    PersonDisabled,
}

/// <summary>What a secret led to. <paramref name="Caller"/> is set exactly when <paramref name="Refusal"/> is None.</summary>
public readonly record struct KeyLookup(Caller? Caller, KeyRefusal Refusal, string? KeyId = null);

/// <summary>SHA-256 of a secret: what the store holds in its place.</summary>
public readonly record struct SecretDigest
{
    // The first half decides the bucket, both decide equality.
    readonly UInt128 high;
    readonly UInt128 low;

    SecretDigest(ReadOnlySpan<byte> hash)
    {
        var halves = MemoryMarshal.Cast<byte, UInt128>(hash);
        (high, low) = (halves[0], halves[1]);
    }

    internal static SecretDigest FromHex(string hex) => new(Convert.FromHexString(hex));

    /// <summary>Keys are short; the token of a service may be longer than what lies on a stack.</summary>
    const int MaxOnStack = 256;

    /// <summary>Null for what is too long to be a secret or the token of a service.</summary>
    public static SecretDigest? Of(ReadOnlySpan<char> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> utf8 = stackalloc byte[MaxOnStack];
        if (Encoding.UTF8.TryGetBytes(secret, utf8, out var length))
        {
            SHA256.HashData(utf8[..length], hash);
            return new SecretDigest(hash);
        }
        if (secret.Length > Identity.Tokens.SignedToken.MaxLength)
            return null;
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(secret.Length));
        var bytes = Encoding.UTF8.GetBytes(secret, rented);
        SHA256.HashData(rented.AsSpan(0, bytes), hash);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new SecretDigest(hash);
    }

    public override int GetHashCode() => high.GetHashCode();

    public override string ToString() => "***";
}

/// <summary>Everything of governance that a call needs, immutable. Lookups allocate nothing.</summary>
public sealed class GovernanceSnapshot
{
    readonly record struct Entry(Caller Caller, DateTimeOffset? Until);

    readonly FrozenDictionary<SecretDigest, Entry> byHash;
    readonly FrozenDictionary<string, Workload[]> workloadsByIssuer;
    readonly FrozenDictionary<UseCaseId, IReadOnlyList<DateTimeOffset>> approvals;

    internal GovernanceSnapshot(long version, GovernanceRows rows, PolicyBook policies)
    {
        Policies = policies;
        Version = version;
        Organisations = rows.Organisations.ToFrozenDictionary(o => o.Id);
        Workspaces = rows.Workspaces.ToFrozenDictionary(w => w.Id);
        UseCases = rows.UseCases.ToFrozenDictionary(u => u.Id);
        People = rows.People.ToFrozenDictionary(p => p.Id);
        approvals = rows
            .Approvals.GroupBy(a => a.UseCaseId)
            .Where(g => UseCases.ContainsKey(g.Key))
            .ToFrozenDictionary(g => g.Key, g => ApprovalCheck.Counting(UseCases[g.Key], g));
        var entries = new Dictionary<SecretDigest, Entry>();
        var callers = new Dictionary<KeyId, Caller>();
        foreach (var row in rows.Keys)
        {
            var useCase = UseCases[row.Key.UseCaseId];
            var workspace = Workspaces[useCase.WorkspaceId];
            var person = row.Key.PersonId is { } id ? People[id] : null;
            var caller = new Caller(row.Key, useCase, workspace, Organisations[workspace.OrganisationId], person)
            {
                Policies = PoliciesOf(useCase, workspace),
            };
            callers[row.Key.Id] = caller;
            entries[SecretDigest.FromHex(row.SecretHash)] = new Entry(caller, null);
            if (row.OldSecretHash is { } old && row.Key.OldSecretUntil is { } until)
                entries[SecretDigest.FromHex(old)] = new Entry(caller, until);
        }
        byHash = entries.ToFrozenDictionary();
        Callers = callers.ToFrozenDictionary();
        Workloads = rows.Workloads.ToFrozenDictionary(w => w.Id);
        workloadsByIssuer = rows
            .Workloads.Where(w => w.Enabled)
            .GroupBy(w => w.Issuer, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
    }

    public long Version { get; }
    public PolicyBook Policies { get; }
    public FrozenDictionary<OrganisationId, Organisation> Organisations { get; }
    public FrozenDictionary<WorkspaceId, Workspace> Workspaces { get; }
    public FrozenDictionary<UseCaseId, UseCase> UseCases { get; }
    public FrozenDictionary<PersonId, Person> People { get; }
    public FrozenDictionary<KeyId, Caller> Callers { get; }
    internal FrozenDictionary<WorkloadId, Workload> Workloads { get; }

    /// <summary>Whether any token of a service is taken.</summary>
    public bool TakesTokens => workloadsByIssuer.Count > 0;

    /// <summary>Those of an issuer that are switched on, the oldest first.</summary>
    internal IReadOnlyList<Workload> WorkloadsOf(string issuer) => workloadsByIssuer.GetValueOrDefault(issuer) ?? [];

    /// <summary>
    /// A person as the caller of a use case; null when there is no such use case in the person's own organisation, or no such person who may come in.
    /// </summary>
    public Caller? FindPerson(PersonId personId, UseCaseId useCaseId)
    {
        if (!People.TryGetValue(personId, out var person) || person.Disabled || !UseCases.TryGetValue(useCaseId, out var useCase))
            return null;
        var workspace = Workspaces[useCase.WorkspaceId];
        return workspace.OrganisationId == person.OrganisationId
            ? Caller.OfPerson(person, useCase, workspace, Organisations[workspace.OrganisationId], PoliciesOf(useCase, workspace))
            : null;
    }

    /// <summary>Anybody of a use case, to tell what would hold for its calls; null when there is no such use case.</summary>
    public Caller? AnyoneOf(UseCaseId id)
    {
        if (!UseCases.TryGetValue(id, out var useCase))
            return null;
        var workspace = Workspaces[useCase.WorkspaceId];
        return Caller.OfUseCase(useCase, workspace, Organisations[workspace.OrganisationId], PoliciesOf(useCase, workspace));
    }

    /// <summary>A text as the policy of a level, which need not be in force.</summary>
    /// <exception cref="PorticoException">There is no such level within reach, or the text is no policy.</exception>
    public (PolicyLevel Level, PolicyPlace Place) DraftLevel(string id, string text, Reach within)
    {
        var place = PolicyPlace.Of(this, id, within, "level").RequireWhole(within);
        return (place.With(PolicyPlace.Read(text), 0), place);
    }

    /// <summary>What holds in a workspace for what is made there.</summary>
    internal CompiledPolicy? PolicyOf(Workspace workspace, DateTimeOffset now) =>
        PolicyBook.Compile(
            Policies.LevelsOf(Organisations[workspace.OrganisationId], workspace, null).ToList(),
            [workspace.Id.ToString()],
            now
        );

    /// <summary>What a use case needs before it makes calls, and has.</summary>
    public UseCaseStanding StandingOf(UseCase useCase, DateTimeOffset now) =>
        ApprovalCheck.Standing(useCase, PoliciesOf(useCase, Workspaces[useCase.WorkspaceId]), now);

    /// <summary>What holds for the calls of a use case.</summary>
    public CallerPolicies PoliciesOf(UseCase useCase, Workspace workspace)
    {
        var organisation = Organisations[workspace.OrganisationId];
        return new CallerPolicies(
            Policies.For(organisation, workspace, useCase),
            Policies.ShadowFor(organisation, workspace, useCase),
            approvals.GetValueOrDefault(useCase.Id) ?? []
        );
    }

    /// <summary>Finds the caller of a secret. The reason of a refusal is told only to who holds the secret.</summary>
    public KeyLookup FindBySecret(SecretDigest? digest, DateTimeOffset now)
    {
        if (digest is not { } known || !byHash.TryGetValue(known, out var entry))
            return new KeyLookup(null, KeyRefusal.Unknown);
        var refusal = Judge(entry, now);
        return new KeyLookup(refusal == KeyRefusal.None ? entry.Caller : null, refusal, entry.Caller.KeyId);
    }

    static KeyRefusal Judge(in Entry entry, DateTimeOffset now)
    {
        var refusal = RefusalOf(entry.Caller, now);
        return refusal is KeyRefusal.None or KeyRefusal.PersonDisabled && entry.Until <= now ? KeyRefusal.Expired : refusal;
    }

    /// <summary>Why a key does not work at this time, whoever holds its secret.</summary>
    public static KeyRefusal RefusalOf(Caller caller, DateTimeOffset now) =>
        caller.Key?.State switch
        {
            KeyState.Revoked => KeyRefusal.Revoked,
            KeyState.Disabled => KeyRefusal.Disabled,
            _ when caller.Key?.ExpiresAt <= now => KeyRefusal.Expired,
            _ => caller.Person is { Disabled: true } ? KeyRefusal.PersonDisabled : KeyRefusal.None,
        };
}
