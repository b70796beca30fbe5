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

/// <summary>Workspaces, keys and people that are held, for what belongs to all three. A held person's keys are among them.</summary>
public sealed record HeldPlaces(IReadOnlySet<string> Workspaces, IReadOnlySet<string> Keys, IReadOnlySet<string> People)
{
    public static readonly HeldPlaces None = new(new HashSet<string>(), new HashSet<string>(), new HashSet<string>());

    /// <param name="workspace">Of what is to be removed.</param>
    /// <param name="key">By which it was kept.</param>
    /// <param name="person">For whom, where that is known.</param>
    public bool Holds(string workspace, string key, string? person) =>
        Workspaces.Contains(workspace) || Keys.Contains(key) || (person is not null && People.Contains(person));

    /// <summary>Terms to be added behind a where, over workspace_id, key_id and person_id, with a parameter for each id; empty where nothing is held.</summary>
    public string Except(DynamicParameters parameters) =>
        Term(parameters, "workspace_id", Workspaces)
        + Term(parameters, "key_id", Keys)
        + Term(parameters, "coalesce(person_id, '')", People);

    static string Term(DynamicParameters parameters, string column, IReadOnlySet<string> ids)
    {
        var names = new List<string>();
        foreach (var id in ids)
        {
            var name = $"held_{parameters.ParameterNames.Count()}";
            parameters.Add(name, id);
            names.Add("@" + name);
        }
        return names.Count == 0 ? "" : $" and {column} not in ({string.Join(", ", names)})";
    }
}
