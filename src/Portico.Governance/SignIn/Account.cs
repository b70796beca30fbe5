using Portico.Governance.Access;

namespace Portico.Governance.SignIn;

/// <summary>
/// A person's way in. Roles: their names, wherever they hold; grants say where. Invited: they have none yet, neither a password nor an identity. Federated: an identity
/// provider lets them in. InvitationExpiresAt: until when a code is good by which a password is set or an identity linked.
/// </summary>
public sealed record Account(
    PersonId PersonId,
    string Email,
    string Name,
    IReadOnlyList<string> Roles,
    IReadOnlyList<GrantView> Grants,
    bool Invited,
    bool Disabled,
    DateTimeOffset? SignedInAt,
    DateTimeOffset? InvitationExpiresAt,
    bool Federated,
    long Version
);

/// <summary>A browser that signed in, without its cookie.</summary>
public sealed record Session(PersonId PersonId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>The identity provider by which it was opened; null = a password.</summary>
    public string? ProviderId { get; init; }
}

/// <summary>A session as its owner sees it among theirs. Current: the one that asks. Address and Browser are as of the sign-in.</summary>
public sealed record OwnSession(
    DateTimeOffset CreatedAt,
    DateTimeOffset SeenAt,
    DateTimeOffset ExpiresAt,
    string? Address,
    string? Browser,
    bool Current
);

/// <summary>A cookie that was just made, and the token that requests by it carry.</summary>
public sealed record OpenedSession(string PersonId, Secret Cookie, Secret Csrf, DateTimeOffset ExpiresAt);

/// <summary>A code by which a person sets a password, given out once.</summary>
public sealed record Invitation(Secret Code, DateTimeOffset ExpiresAt);

sealed class AccountRow
{
    public const string Select = $"""
        select a.person_id, a.email, p.name, p.disabled, a.password, a.version, a.signed_in_us,
          (select max(v.expires_us) from governance_invitations v where v.person_id = a.person_id) as invited_until_us,
          (select count(*) from governance_identities i where i.person_id = a.person_id) as identities,
          case when {SignInRules.PasswordIsClosed} then 1 else 0 end as password_closed
        from governance_accounts a join governance_people p on p.id = a.person_id
        """;

    public string PersonId { get; set; } = "";
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public long Disabled { get; set; }
    public string? Password { get; set; }
    public long Version { get; set; }
    public long? SignedInUs { get; set; }
    public long? InvitedUntilUs { get; set; }
    public long Identities { get; set; }

    /// <summary>The organisation signs in by its provider alone.</summary>
    public long PasswordClosed { get; set; }

    /// <param name="grants">What may be seen of them.</param>
    public Account ToNoun(IReadOnlyList<HeldGrant> grants) =>
        new(
            Id<IdKinds.Person>.Parse(PersonId),
            Email,
            Name,
            grants.Select(g => g.Grant.Role).Distinct(StringComparer.Ordinal).ToList(),
            grants.Select(g => GrantView.Of(g.Grant)).ToList(),
            Password is null && Identities == 0,
            Disabled != 0,
            Micros.ToTime(SignedInUs),
            Micros.ToTime(InvitedUntilUs),
            Identities > 0,
            Version
        );
}
