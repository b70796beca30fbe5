using System.Text.Json.Serialization;
using Dapper;

namespace Portico.Governance.Forensics;

/// <summary>What a hold is over.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldScope>))]
public enum HoldScope
{
    [JsonStringEnumMemberName("workspace")]
    Workspace,

    [JsonStringEnumMemberName("person")]
    Person,

    [JsonStringEnumMemberName("call")]
    Call,
}

/// <summary>One thing that a hold is over.</summary>
public sealed record HoldSubject(HoldScope Scope, string Id);

/// <summary>A legal hold: what it is over is kept, whatever its time and whoever wants it gone, until it is released.</summary>
public sealed record LegalHold(
    string Id,
    string Name,
    string Reason,
    IReadOnlyList<HoldSubject> Subjects,
    string MadeBy,
    string MadeByName,
    DateTimeOffset MadeAt,
    string? ReleasedBy,
    string? ReleasedByName,
    DateTimeOffset? ReleasedAt,
    string? ReleaseReason
);

/// <summary>What is under a live hold now: ids by scope.</summary>
public sealed record HeldThings(IReadOnlySet<string> Workspaces, IReadOnlySet<string> People, IReadOnlySet<string> Calls)
{
    public bool IsEmpty => Workspaces.Count + People.Count + Calls.Count == 0;

    public bool Holds(string? workspace, string? person, string? call) =>
        (workspace is not null && Workspaces.Contains(workspace))
        || (person is not null && People.Contains(person))
        || (call is not null && Calls.Contains(call));
}

/// <summary>Workspaces and keys that are held, for deletes of what belongs to both.</summary>
public sealed record HeldPlaces(IReadOnlySet<string> Workspaces, IReadOnlySet<string> Keys)
{
    public static readonly HeldPlaces None = new(new HashSet<string>(), new HashSet<string>());

    /// <summary>Terms to be added behind a where, over workspace_id and key_id, with a parameter for each id; empty where nothing is held.</summary>
    public string Except(DynamicParameters parameters) => Term(parameters, "workspace_id", Workspaces) + Term(parameters, "key_id", Keys);

    static string Term(DynamicParameters parameters, string column, IReadOnlySet<string> ids)
    {
        var names = new List<string>();
        foreach (var id in ids)
        {
            var name = $"held_{column}_{names.Count}";
            parameters.Add(name, id);
            names.Add("@" + name);
        }
        return names.Count == 0 ? "" : $" and {column} not in ({string.Join(", ", names)})";
    }
}
