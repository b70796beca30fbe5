namespace Portico.Governance.Access;

/// <summary>Where a grant holds: an organisation, a workspace or a use case with all that is below it, or everywhere.</summary>
public readonly record struct Place
{
    Place(string id) => Id = id;

    public static readonly Place Everywhere;

    /// <summary>Null for everywhere.</summary>
    public string? Id { get; }

    public static Place Of(OrganisationId id) => new(id.ToString());

    public static Place Of(WorkspaceId id) => new(id.ToString());

    public static Place Of(UseCaseId id) => new(id.ToString());

    /// <summary>False for what is no id of a place. Nothing is everywhere.</summary>
    public static bool TryParse(string? text, out Place place)
    {
        place = string.IsNullOrEmpty(text) ? Everywhere : new Place(text);
        return place.Id is null
            || OrganisationId.TryParse(text, out _)
            || WorkspaceId.TryParse(text, out _)
            || UseCaseId.TryParse(text, out _);
    }

    /// <summary>As it stands in the store: empty for everywhere.</summary>
    internal string Stored => Id ?? "";

    internal static Place FromStored(string text) => TryParse(text, out var place) ? place : new Place(text);

    /// <summary>For a sentence: <c> at ws_…</c>, and nothing for everywhere.</summary>
    internal string Words => Id is null ? "" : $" at {Id}";
}

/// <summary>A role at a place. Origin: empty where a person gave it, else what gives it, which replaces its own grants as a set.</summary>
public sealed record Grant(string Role, Place Place, string Origin = "")
{
    /// <summary>Given by a person.</summary>
    public const string ByHand = "";
}

/// <summary>A grant with what its role permits; nothing where there is no such role any more.</summary>
public sealed record HeldGrant(Grant Grant, IReadOnlyList<Permission> Permissions);

/// <summary>A grant as the API tells and takes it. Place: an id, null for everywhere. Origin is told where it is not given by hand, and not taken.</summary>
public sealed record GrantView(string Role, string? Place = null, string? Origin = null)
{
    internal static GrantView Of(Grant grant) => new(grant.Role, grant.Place.Id, grant.Origin.Length == 0 ? null : grant.Origin);
}
