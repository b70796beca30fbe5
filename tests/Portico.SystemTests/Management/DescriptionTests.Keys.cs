using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        public async Task KeysAsync()
        {
            var made = await MakeAsync(
                "/api/keys",
                $$"""{"name":"k","use_case_id":"{{node.UseCaseId}}","networks":["10.0.0.0/8"],"expires_at":"2099-01-01T00:00:00Z"}"""
            );
            var key = "/api/keys/" + made["key"]!.Text("id");
            await DoAsync("GET", $"/api/keys?use_case_id={node.UseCaseId}&limit=1");
            await DoAsync("GET", key);
            (await DoAsync("PATCH", key, """{"never_expires":true}"""))["expires_at"].ShouldBeNull();
            await DoAsync("POST", key + "/rotate", """{"overlap_seconds":60}""");
            await DoAsync("POST", key + "/disable");
            await DoAsync("POST", key + "/enable");
            await DoAsync("POST", key + "/revoke");
            (await DoAsync("GET", "/api/me")).Text("name").ShouldBe("first administrator");
            (await DoAsync("GET", "/api/roles"))["items"]!.AsArray().Count.ShouldBeGreaterThan(3);
            var role =
                "/api/roles/"
                + (await MakeAsync("/api/roles", """{"name":"key-keeper","says":"keeps keys","permissions":["keys.read"]}""")).Text("name");
            await DoAsync("GET", role);
            await DoAsync("PATCH", role, """{"permissions":["keys.read","keys.write"]}""");
            await RemoveAsync(role);
            var token = (
                await MakeAsync(
                    "/api/admin-tokens",
                    $$"""{"name":"second","grants":[{"role":"owner"},{"role":"auditor","place":"{{node.WorkspaceId}}"}]}"""
                )
            ).Text("id");
            (await DoAsync("GET", "/api/admin-tokens?limit=5"))["items"]!.AsArray().Count.ShouldBe(2);
            await DoAsync("POST", $"/api/admin-tokens/{token}/revoke", status: 204);
        }
    }
}
