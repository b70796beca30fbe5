using Portico.Governance.Access;
using Portico.Governance.SignIn;

namespace Portico.Governance.Api;

/// <summary>Who makes a management call, and what it may do.</summary>
public sealed class ApiActor
{
    readonly HashSet<Permission> permissions;

    public ApiActor(string id, string name, IReadOnlyList<string> roles)
    {
        (Id, Name, Roles) = (id, name, roles);
        // A role that this build does not have gives nothing.
        permissions = roles.SelectMany(r => Access.Roles.Find(r)?.Permissions ?? []).ToHashSet();
    }

    /// <summary>Of the token or of the person.</summary>
    public string Id { get; }
    public string Name { get; }
    public IReadOnlyList<string> Roles { get; }

    /// <summary>Null for a token.</summary>
    public Session? Session { get; init; }
    public IEnumerable<Permission> Permissions => Access.Permissions.All.Where(permissions.Contains);

    public bool May(Permission permission) => permissions.Contains(permission);

    /// <exception cref="PorticoException">It may not; the message names the permission and who has it.</exception>
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
}
