using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        /// <summary>How providers are, and calls rated again.</summary>
        public async Task ReratingAsync()
        {
            await DoAsync("GET", "/api/provider-health?limit=2");
            var model = (await node.Admin.GetAsync("/api/models?name=sim/echo"))["items"]![0]!.Text("id");
            await MakeAsync(
                "/api/prices",
                $$"""{"model_id":"{{model}}","usd_per_mtok":{"input":"8","output":"9"},"valid_from":"2020-01-01T00:00:00Z"}"""
            );
            string Body(string dry) => $$"""{"from":"2020-01-01T00:00:00Z","to":"{{DateTimeOffset.UtcNow:O}}","dry_run":{{dry}}}""";
            await DoAsync("POST", "/api/reratings", Body("true"));
            var run = (await DoAsync("POST", "/api/reratings", Body("false"), 202)).Text("id");
            await Eventually.IsTrueAsync(async () => (await node.Admin.GetAsync($"/api/reratings/{run}")).Text("state") == "done");
            await DoAsync("GET", "/api/reratings?limit=1");
            await DoAsync("GET", $"/api/reratings/{run}");
            var changed = await DoAsync("GET", $"/api/reratings/{run}/adjustments?limit=1");
            await DoAsync("GET", $"/api/calls/{changed["items"]![0]!.Text("call_id")}/adjustments");
        }
    }
}
