using System.Text.Json;
using Portico.Governance.Access;

namespace Portico.Governance.Identity.Oidc;

/// <summary>
/// Who is in this group of the provider has this role. Group: its name or its id, as the provider tells it; <c>*</c> is everybody who comes in by it. Place: an organisation,
/// workspace or use case; null = everywhere.
/// </summary>
sealed record GroupRole(string Group, string Role, string? Place = null)
{
    public const string Everybody = "*";

    internal Grant Grant => new(Role, Access.Place.FromStored(Place ?? ""));
}

/// <summary>Where people of an organisation sign in, without its secret.</summary>
sealed record IdentityProvider
{
    public required IdentityProviderId Id { get; init; }
    public required OrganisationId OrganisationId { get; init; }

    /// <summary>On the button of the sign-in page.</summary>
    public required string Name { get; init; }

    /// <summary>The address that is its identity; it never changes.</summary>
    public required string Issuer { get; init; }
    public required string ClientId { get; init; }

    /// <summary>Whether the client has a secret; without one it is public, and the verifier alone binds the code.</summary>
    public bool HasSecret { get; init; }
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The claim that names a person's groups; dots lead into objects.</summary>
    public string GroupsClaim { get; init; } = "groups";
    public IReadOnlyList<GroupRole> GroupRoles { get; init; } = [];

    /// <summary>Domains of the e-mails of people that are made at their first sign-in; empty = all that the provider says are verified.</summary>
    public IReadOnlyList<string> EmailDomains { get; init; } = [];

    /// <summary>Whoever signs in for the first time becomes a person here.</summary>
    public bool MakesPeople { get; init; }
    public bool Enabled { get; init; }
    public bool AllowSpecialAddresses { get; init; }
    public long Version { get; init; }
}

sealed class IdentityProviderRow
{
    public const string Columns =
        "id, organisation_id, name, issuer, client_id, client_secret, scopes, groups_claim, group_roles, email_domains, makes_people, enabled, allow_special_addresses, version";

    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Name { get; set; } = "";
    public string Issuer { get; set; } = "";
    public string ClientId { get; set; } = "";
    public string? ClientSecret { get; set; }
    public string Scopes { get; set; } = "[]";
    public string GroupsClaim { get; set; } = "";
    public string GroupRoles { get; set; } = "[]";
    public string EmailDomains { get; set; } = "[]";
    public long MakesPeople { get; set; }
    public long Enabled { get; set; }
    public long AllowSpecialAddresses { get; set; }
    public long Version { get; set; }

    public IdentityProvider ToNoun() =>
        new()
        {
            Id = IdentityProviderId.Parse(Id),
            OrganisationId = Id<IdKinds.Organisation>.Parse(OrganisationId),
            Name = Name,
            Issuer = Issuer,
            ClientId = ClientId,
            HasSecret = ClientSecret is not null,
            Scopes = TextList.Read(Scopes),
            GroupsClaim = GroupsClaim,
            GroupRoles = ReadGroups(GroupRoles),
            EmailDomains = TextList.Read(EmailDomains),
            MakesPeople = MakesPeople != 0,
            Enabled = Enabled != 0,
            AllowSpecialAddresses = AllowSpecialAddresses != 0,
            Version = Version,
        };

    public static string WriteGroups(IReadOnlyList<GroupRole> groups) =>
        JsonSerializer.Serialize(groups, GovernanceJson.Default.IReadOnlyListGroupRole);

    public static IReadOnlyList<GroupRole> ReadGroups(string json) =>
        JsonSerializer.Deserialize(json, GovernanceJson.Default.IReadOnlyListGroupRole)!;
}
