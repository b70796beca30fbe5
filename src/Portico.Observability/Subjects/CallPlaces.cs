using Portico.Governance.Access;
using Portico.Governance.Forensics;

namespace Portico.Observability.Subjects;

/// <summary>Tells where a call belongs, by its record; one that ended just now is brought to the store first.</summary>
sealed class CallPlaces(ICallStore calls, JournalDrain drain) : ICallPlaces
{
    public async Task<(string Organisation, string Workspace)?> FindAsync(CallId id, CancellationToken ct)
    {
        var call = await calls.FindAsync(id, Reach.Everywhere, ct);
        if (call is null)
        {
            await drain.FlushAsync(ct);
            call = await calls.FindAsync(id, Reach.Everywhere, ct);
        }
        return call is { OrganisationId: { } organisation, WorkspaceId: { } workspace } ? (organisation, workspace) : null;
    }
}
