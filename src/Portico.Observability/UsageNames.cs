using Portico.Governance;

namespace Portico.Observability;

/// <summary>Names of the ids that reports group by, as they are now: a report for people says both.</summary>
sealed class UsageNames(GovernanceCatalog governance)
{
    /// <summary>Whether values of this dimension are ids that have a name of their own.</summary>
    public static bool Knows(string dimension) => dimension is "organisation" or "workspace" or "use_case" or "key" or "person";

    /// <summary>The name of every id in these lines that is still there.</summary>
    public IReadOnlyDictionary<string, string> Of(IReadOnlyList<UsageLine> lines)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (dimension, id) in lines.SelectMany(l => l.Group))
            if (Knows(dimension) && !names.ContainsKey(id) && Find(dimension, id) is { } name)
                names[id] = name;
        return names;
    }

    string? Find(string dimension, string id)
    {
        var g = governance.Current;
        return dimension switch
        {
            "organisation" => OrganisationId.TryParse(id, out var o) ? g.Organisations.GetValueOrDefault(o)?.Name : null,
            "workspace" => WorkspaceId.TryParse(id, out var w) ? g.Workspaces.GetValueOrDefault(w)?.Name : null,
            "use_case" => UseCaseId.TryParse(id, out var u) ? g.UseCases.GetValueOrDefault(u)?.Name : null,
            "key" => KeyId.TryParse(id, out var k) ? g.Callers.GetValueOrDefault(k)?.Key?.Name : null,
            _ => PersonId.TryParse(id, out var p) ? g.People.GetValueOrDefault(p)?.Name : null,
        };
    }
}
