using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        /// <summary>Batches, one of them stopped.</summary>
        public async Task BatchesAsync()
        {
            var id = await node.Door.BatchAsync(Batching.Lines(200, "sim/slow-first-output"));
            await DoAsync("GET", $"/api/batches?organisation_id={node.OrganisationId}&workspace_id={node.WorkspaceId}&limit=1");
            await DoAsync("GET", "/api/batches?status=completed&limit=1");
            await DoAsync("POST", $"/api/batches/{id}/cancel");
            await DoAsync("GET", $"/api/batches/{id}");
        }
    }
}
