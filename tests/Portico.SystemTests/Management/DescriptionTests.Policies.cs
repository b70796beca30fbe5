using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        async Task PoliciesAsync()
        {
            var address = $"/api/policies/{node.UseCaseId}";
            await DoAsync("GET", "/api/policies/schema?limit=100");
            await DoAsync("GET", address);
            await DoAsync("PUT", $"/api/policies/{node.WorkspaceId}", """{"text":"models:\n  deny: [none-such]\n","check":false}""");
            await DoAsync("PUT", address, """{"text":"data:\n  max_retention_days: 4000\n  when_unknown: allow\n","note":"a start"}""");
            await DoAsync("PUT", address + "/draft", """{"text":"models:\n  deny: [none-such]\n"}""");
            await DoAsync("GET", "/api/policies?limit=1");
            await DoAsync("GET", address + "/versions?limit=1");
            await DoAsync("GET", address + "/versions/1");
            await DoAsync("GET", $"/api/policies/effective?use_case_id={node.UseCaseId}&route=sim/echo");
            await DoAsync("POST", "/api/policies/replay", $$"""{"level":"{{node.UseCaseId}}","text":"models:\n  deny: [none-such]\n"}""");
            await RemoveAsync(address + "/draft");
            await DoAsync("PUT", address, """{"text":""}""");
        }
    }
}
