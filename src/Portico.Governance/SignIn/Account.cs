using Portico.Governance.Access;

namespace Portico.Governance.SignIn;

/// <summary>A person's way in. Invited: no password was set yet.</summary>
public sealed record Account(
    PersonId PersonId,
    string Email,
    string Name,
    IReadOnlyList<string> Roles,
    bool Invited,
    bool Disabled,
    long Version
);

/// <summary>A browser that signed in, without its cookie.</summary>
public sealed record Session(PersonId PersonId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A cookie that was just made, and the token that requests by it carry.</summary>
public sealed record OpenedSession(Secret Cookie, Secret Csrf, DateTimeOffset ExpiresAt);

/// <summary>A code by which a person sets a password, given out once.</summary>
public sealed record Invitation(Secret Code, DateTimeOffset ExpiresAt);

sealed class AccountRow
{
    public const string Select = """
        select a.person_id, a.email, p.name, p.disabled, a.password, a.roles, a.version
        from governance_accounts a join governance_people p on p.id = a.person_id
        """;

    public string PersonId { get; set; } = "";
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public long Disabled { get; set; }
    public string? Password { get; set; }
    public string Roles { get; set; } = "[]";
    public long Version { get; set; }

    public IReadOnlyList<string> RoleNames => RoleGrants.Read(Roles);

    public Account ToNoun() => new(Id<IdKinds.Person>.Parse(PersonId), Email, Name, RoleNames, Password is null, Disabled != 0, Version);
}
