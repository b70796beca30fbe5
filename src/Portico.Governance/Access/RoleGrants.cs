using System.Text.Json;
using Portico.Governance.Api;

namespace Portico.Governance.Access;

/// <summary>Giving roles: nobody makes somebody who may do more than they.</summary>
static class RoleGrants
{
    /// <summary>The roles asked for, each once.</summary>
    /// <exception cref="PorticoException">None, one that there is not, or one that can more than who gives it.</exception>
    public static IReadOnlyList<string> Check(ApiActor giver, IReadOnlyList<string>? asked)
    {
        var names = string.Join(", ", Roles.All.Select(r => r.Name));
        if (asked is null or [])
            throw new PorticoException(ErrorTable.InvalidRequest, $"roles names what may be done, one or more of {names}.", "roles");
        foreach (var name in asked)
        {
            var role =
                Roles.Find(name ?? "")
                ?? throw new PorticoException(ErrorTable.InvalidRequest, $"There is no role '{name}'. There are {names}.", "roles");
            if (role.Permissions.FirstOrDefault(p => !giver.May(p)) is { } more)
                throw new PorticoException(
                    ErrorTable.PermissionDenied,
                    $"The role {name} can {more.Name}, which '{giver.Name}' cannot: nobody gives what they do not have."
                );
        }
        return asked.Distinct(StringComparer.Ordinal).ToList();
    }

    /// <exception cref="PorticoException">Whoever has these roles may do something that the other may not.</exception>
    public static void RequireNoMore(ApiActor by, string name, IReadOnlyList<string> roles)
    {
        if (new ApiActor("", name, roles).Permissions.FirstOrDefault(p => !by.May(p)) is { } more)
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"'{name}' can {more.Name}, which '{by.Name}' cannot: nobody changes or stops who may do more."
            );
    }

    public static string Write(IReadOnlyList<string> roles) => JsonSerializer.Serialize(roles, GovernanceJson.Default.IReadOnlyListString);

    public static IReadOnlyList<string> Read(string json) => JsonSerializer.Deserialize(json, GovernanceJson.Default.IReadOnlyListString)!;
}
