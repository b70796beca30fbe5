using Portico.Governance.Api;

namespace Portico.Governance.Access;

/// <summary>Giving roles at places: nobody makes somebody who may do more than they, or further.</summary>
static class RoleGrants
{
    const int MaxGrants = 200;

    /// <summary>The grants asked for, each once: as roles that hold everywhere, or as roles at places.</summary>
    /// <exception cref="PorticoException">
    /// None, a role or a place that there is not, or one that can more than who gives it.
    /// </exception>
    public static IReadOnlyList<Grant> Check(
        ApiActor giver,
        IReadOnlyList<string>? roles,
        IReadOnlyList<GrantView>? grants,
        IReadOnlyList<RoleBook.Entry> book,
        GovernanceSnapshot all
    )
    {
        if (roles is not null && grants is not null)
            throw Bad("roles hold everywhere, grants say where: send one of them.", "grants");
        var param = grants is null ? "roles" : "grants";
        var asked = grants ?? roles?.Select(r => new GrantView(r)).ToList() ?? [];
        var names = string.Join(", ", book.Select(r => r.Role.Name));
        if (asked.Count == 0)
            throw Bad($"{param} names what may be done, one or more of {names}.", param);
        if (asked.Count > MaxGrants)
            throw Bad($"At most {MaxGrants} grants are given at once.", param);
        var checkedOnes = new List<Grant>();
        foreach (var one in asked)
        {
            if (one?.Origin is { Length: > 0 })
                throw Bad("What an identity provider gives is changed there: leave origin out.", "grants");
            var role =
                book.FirstOrDefault(r => r.Role.Name == one?.Role)?.Role
                ?? throw Bad($"There is no role '{one?.Role}'. There are {names}.", param);
            var place = PlaceOf(giver, one!.Place, all);
            RequireNoMore(
                giver,
                role.Permissions,
                place,
                all,
                p =>
                    $"The role {role.Name}{place.Words} can {p.Name}, which '{giver.Name}' cannot{(place.Id is null ? "" : " there")}: nobody gives what they do not have."
            );
            checkedOnes.Add(new Grant(role.Name, place));
        }
        return checkedOnes.Distinct().ToList();
    }

    /// <summary>A place that one may know of.</summary>
    static Place PlaceOf(ApiActor giver, string? text, GovernanceSnapshot all)
    {
        if (!Place.TryParse(text, out var place))
            throw Missing(text!);
        var seen = giver.Reach(Permissions.AccessWrite);
        var known =
            place.Id is null
            || (OrganisationId.TryParse(text, out var o) && all.Organisations.TryGetValue(o, out var org) && seen.Touches(org, all))
            || (WorkspaceId.TryParse(text, out var w) && all.Workspaces.TryGetValue(w, out var ws) && seen.Touches(ws, all))
            || (UseCaseId.TryParse(text, out var u) && all.UseCases.TryGetValue(u, out var uc) && seen.Has(uc, all));
        return known ? place : throw Missing(text!);
    }

    static PorticoException Missing(string place) => GovernanceService.Missing("place", place, "grants");

    /// <exception cref="PorticoException">Whoever has these grants may do something, somewhere, that the other may not.</exception>
    public static void RequireNoMore(ApiActor by, string name, IEnumerable<HeldGrant> grants, GovernanceSnapshot all)
    {
        foreach (var held in grants)
            RequireNoMore(
                by,
                held.Permissions,
                held.Grant.Place,
                all,
                p => $"'{name}' can {p.Name}, which '{by.Name}' cannot: nobody changes or stops who may do more."
            );
    }

    static void RequireNoMore(
        ApiActor by,
        IEnumerable<Permission> permissions,
        Place place,
        GovernanceSnapshot all,
        Func<Permission, string> sentence
    )
    {
        if (permissions.FirstOrDefault(p => !by.Reach(p).Has(place, all)) is { } more)
            throw new PorticoException(ErrorTable.PermissionDenied, sentence(more));
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
