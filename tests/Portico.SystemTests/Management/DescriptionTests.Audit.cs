using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        public async Task AuditAsync()
        {
            // An entry is in its log within a second.
            string? act = null;
            await Eventually.IsTrueAsync(async () =>
                (act = (await DoAsync("GET", "/api/audit/acts?action=keys&limit=5"))["items"]!.AsArray().FirstOrDefault()?.Text("id"))
                    is not null
            );
            await DoAsync("GET", $"/api/audit/acts/{act}");
            var log = (await DoAsync("GET", "/api/audit/logs"))["items"]![0]!.Text("id");
            (await DoAsync("GET", $"/api/audit/logs/{log}/entries?limit=3"))["items"]!.AsArray().Count.ShouldBe(3);
            await DoAsync("GET", $"/api/audit/logs/{log}/entries/1");
            await DoAsync("GET", $"/api/audit/logs/{log}/checkpoints?limit=2");
            await DoAsync("GET", "/api/audit/keys");
            await DoAsync("GET", "/api/audit/export?from=2026-01-01");
        }
    }
}
