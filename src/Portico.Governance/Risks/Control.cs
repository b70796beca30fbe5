namespace Portico.Governance.Risks;

/// <summary>Something Portico does against a risk.</summary>
/// <param name="Id">Its name in the mappings, in snake case.</param>
/// <param name="Title">For people.</param>
/// <param name="Says">What it does, in one sentence.</param>
/// <param name="Endpoint">Where the management API shows it: <c>GET /api/audit/acts</c>.</param>
/// <param name="Page">The page of the console that shows it, with the tab: <c>/policies</c>; null = none does.</param>
/// <param name="Guide">The page of the documentation.</param>
/// <param name="Tests">Classes of tests of this repository that show that it works.</param>
sealed record Control(string Id, string Title, string Says, string Endpoint, string? Page, string Guide, IReadOnlyList<string> Tests)
{
    /// <summary>Why it is in force wherever Portico runs; null = it is checked at a level.</summary>
    public string? Always { get; init; }

    /// <summary>Why nothing here can tell how it stands; null = something can.</summary>
    public string? Unseen { get; init; }

    /// <summary>Whether an <see cref="IControlCheck"/> tells how it stands.</summary>
    public bool IsChecked => Always is null && Unseen is null;
}
