namespace Portico.Governance.Risks;

/// <summary>A list of risks or duties that somebody else published.</summary>
/// <param name="Id">In addresses, in snake case.</param>
/// <param name="Short">For a tab.</param>
/// <param name="Name">As it is called.</param>
/// <param name="Edition">Which one is mapped.</param>
/// <param name="Url">Where it is published.</param>
/// <param name="Says">What the mapping is and is not, in one sentence.</param>
/// <param name="Items">In its own order.</param>
sealed record Framework(string Id, string Short, string Name, string Edition, string Url, string Says, IReadOnlyList<FrameworkItem> Items);

/// <summary>A risk or a duty of a framework.</summary>
/// <param name="Id">As the framework numbers it.</param>
/// <param name="Title">As the framework calls it.</param>
/// <param name="Controls">Ids of the controls that work against it, the first first; empty = Portico does not cover it.</param>
/// <param name="Left">What Portico does not do about it; where there are no controls, why.</param>
sealed record FrameworkItem(string Id, string Title, IReadOnlyList<string> Controls, string Left);

/// <summary>All frameworks that are mapped, in the order in which they are shown.</summary>
static class FrameworkBook
{
    public static readonly IReadOnlyList<Framework> All =
    [
        Frameworks.OwaspLlm.Framework,
        Frameworks.OwaspAgentic.Framework,
        Frameworks.MitreAtlas.Framework,
        Frameworks.NistGenAi.Framework,
        Frameworks.EuAiAct.Framework,
        Frameworks.Iso42001.Framework,
        Frameworks.Gdpr.Framework,
        Frameworks.Hipaa.Framework,
    ];

    public static Framework? Find(string id) => All.FirstOrDefault(f => f.Id == id);
}
