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
            await DoAsync("GET", address + "/effective?route=sim/echo");
            await DoAsync("POST", "/api/policies/replay", $$"""{"level":"{{node.UseCaseId}}","text":"models:\n  deny: [none-such]\n"}""");
            var run = await DoAsync(
                "POST",
                "/api/policy-replays",
                $$"""{"level":"{{node.UseCaseId}}","text":"guardrails:\n  names:\n    words: [Falcon]\n    action: flag\n","contents":true}""",
                202
            );
            var replay = $"/api/policy-replays/{run!["id"]}";
            await DoAsync("GET", "/api/policy-replays?limit=1");
            await DoAsync("GET", replay);
            await DoAsync("GET", replay + "/calls?limit=1");
            await Eventually.IsTrueAsync(async () => (await node.Admin.GetAsync(replay)).Text("state") == "done");
            await DoAsync("POST", replay + "/cancel");
            await RemoveAsync(address + "/draft");
            await DoAsync("PUT", address, """{"text":""}""");
        }
    }
}
