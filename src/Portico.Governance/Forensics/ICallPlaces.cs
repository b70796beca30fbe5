namespace Portico.Governance.Forensics;

/// <summary>Where a call belongs. Its record lies with another module.</summary>
public interface ICallPlaces
{
    /// <summary>Organisation and workspace of a call; null when there is none of this id, or it belongs to nobody.</summary>
    Task<(string Organisation, string Workspace)?> FindAsync(CallId id, CancellationToken ct);
}
