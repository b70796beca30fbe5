namespace Portico.Governance.Views;

/// <summary>A view of a page, kept under a name by whoever uses it. Page: its name in an address (<c>calls</c>). Query: what stands behind the question mark there.</summary>
public sealed record SavedView(ViewId Id, string Page, string Name, string Query, DateTimeOffset CreatedAt, long Version);
