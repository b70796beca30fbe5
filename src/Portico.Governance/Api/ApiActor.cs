using System.Security.Cryptography;
using System.Text;
using Portico.Governance.Access;
using Portico.Governance.SignIn;

namespace Portico.Governance.Api;

/// <summary>Who makes a management call, what it may do, and where.</summary>
public sealed class ApiActor
{
    readonly Dictionary<Permission, Reach> reaches;

    public ApiActor(string id, string name, IReadOnlyList<HeldGrant> grants)
    {
        (Id, Name, Grants) = (id, name, grants);
        Roles = grants.Select(g => g.Grant.Role).Distinct(StringComparer.Ordinal).ToList();
        reaches = grants
            .SelectMany(g => g.Permissions.Select(p => (Permission: p, g.Grant.Place)))
            .GroupBy(g => g.Permission, g => g.Place)
            .ToDictionary(g => g.Key, g => Access.Reach.Of(g.Distinct().ToList()));
    }

    /// <summary>With roles that are built in, everywhere.</summary>
    public ApiActor(string id, string name, IReadOnlyList<string> roles)
        : this(id, name, roles.Select(r => new HeldGrant(new Grant(r, Place.Everywhere), Access.Roles.Find(r)?.Permissions ?? [])).ToList())
    { }

    /// <summary>Of the token or of the person.</summary>
    public string Id { get; }
    public string Name { get; }
    public IReadOnlyList<HeldGrant> Grants { get; }

    /// <summary>Names of the roles, wherever they hold.</summary>
    public IReadOnlyList<string> Roles { get; }

    /// <summary>Null for a token.</summary>
    public Session? Session { get; init; }

    /// <summary>The service whose own token opened the admin token; null where its secret was sent.</summary>
    public WorkloadId? WorkloadId { get; init; }

    /// <summary>Those that open something: held everywhere, or at a place and of use there.</summary>
    public IEnumerable<Permission> Permissions =>
        Access.Permissions.All.Where(p => May(p) && (MayEverywhere(p) || PermissionTable.CountsAtPlaces(p)));

    public bool IsOwner => Grants.Any(g => GrantStore.IsOwner(g.Grant));

    /// <summary>Changes with every grant, and stays the same while none changes.</summary>
    internal string GrantsTag =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join('\n', Grants.Select(g => $"{g.Grant.Role} {g.Grant.Place.Id}").Order(StringComparer.Ordinal))
                )
            )
        );

    /// <summary>Where it may do this.</summary>
    public Reach Reach(Permission permission) => reaches.GetValueOrDefault(permission) ?? Access.Reach.Nowhere;

    /// <summary>Somewhere.</summary>
    public bool May(Permission permission) => reaches.ContainsKey(permission);

    public bool MayEverywhere(Permission permission) => Reach(permission).IsEverywhere;

    /// <exception cref="PorticoException">It may not do it anywhere; the message names the permission and who has it.</exception>
    public void Require(Permission permission)
    {
        if (!May(permission))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"This needs the permission {permission.Name}: to {permission.Says}. '{Name}' has "
                    + (Roles.Count == 0 ? "no role" : $"the role{(Roles.Count == 1 ? "" : "s")} {string.Join(", ", Roles)}")
                    + $"; {Access.Roles.With(permission)} would do."
            );
    }

    /// <exception cref="PorticoException">It may not do it, or at some places alone.</exception>
    public void RequireEverywhere(Permission permission)
    {
        Require(permission);
        if (!MayEverywhere(permission))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"This is about the whole platform and needs the permission {permission.Name} everywhere; '{Name}' has it at some places."
            );
    }
}
