using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        public async Task RecordsAsync()
        {
            var call = (await node.Door.ChatAsync("house", stream: true)).CallId();
            // A streamed call has its record when the stream has ended, which may be later than its headers.
            await Eventually.IsTrueAsync(async () =>
                (await node.Admin.GetAsync("/api/calls"))["items"]!.AsArray().Any(c => c!.Text("id") == call)
            );
            await DoAsync("GET", $"/api/calls/{call}");
            await DoAsync("GET", "/api/calls?model=sim/echo&limit=1");
            await ForensicsAsync(call);
            await DoAsync("GET", $"/api/calls/{call}/contents");
            await CallsAsync(call);
            await RemoveAsync($"/api/calls/{call}/contents");
            await DoAsync("GET", "/api/usage/forecast");
            await DoAsync("GET", $"/api/usage/forecast?use_case_id={node.UseCaseId}");
            await DoAsync("GET", "/api/health");
            await DoAsync("GET", "/api/usage?group_by=day,model&quantiles=true");
            await DoAsync("GET", "/api/usage?group_by=key&format=csv&names=true");
            (await DoAsync("GET", "/api/usage/recompute?limit=10"))["agree"]!.GetValue<bool>().ShouldBeTrue();
            (await DoAsync("GET", "/api/usage/check"))["agree"]!.GetValue<bool>().ShouldBeTrue();
            await RemoveAsync($"/api/routes/{(await node.Admin.GetAsync("/api/routes/house")).Text("id")}");
        }
    }
}
