using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        /// <summary>Does as somebody else: what one asks, another decides.</summary>
        async Task<JsonNode> AsSecondAsync(Api second, string path, string body = "{}")
        {
            var before = browser;
            browser = second;
            try
            {
                return await DoAsync("POST", path, body);
            }
            finally
            {
                browser = before;
            }
        }

        async Task<string> AskAsync(string call) =>
            (
                await DoAsync(
                    "POST",
                    "/api/reveals",
                    $$"""{"workspace_id":"{{node.WorkspaceId}}","reason":"a complaint","calls":["{{call}}"],"minutes":5}""",
                    201
                )
            ).Text("id");

        /// <summary>Reveals, the last of which stays live; and legal holds.</summary>
        async Task ForensicsAsync(string call)
        {
            using var second = await node.SecondAsync();
            await AsSecondAsync(second, $"/api/reveals/{await AskAsync(call)}/decline", """{"note":"no"}""");
            await DoAsync("POST", $"/api/reveals/{await AskAsync(call)}/withdraw");
            var ended = await AskAsync(call);
            await AsSecondAsync(second, $"/api/reveals/{ended}/approve", """{"minutes":1}""");
            await DoAsync("POST", $"/api/reveals/{ended}/end");
            await DoAsync(
                "POST",
                "/api/reveals",
                $$"""{"workspace_id":"{{node.WorkspaceId}}","reason":"all of it","from":"2026-01-01T00:00:00Z"}""",
                201
            );
            var live = (await DoAsync("GET", "/api/reveals?state=open"))["items"]![0]!.Text("id");
            await AsSecondAsync(second, $"/api/reveals/{live}/approve");
            await DoAsync("GET", $"/api/reveals/{live}");
            await DoAsync("GET", $"/api/organisations/{node.OrganisationId}/reveal-rule");
            await DoAsync("POST", $"/api/organisations/{node.OrganisationId}/reveal-rule", """{"needs_second_person":true}""");
            var hold = (
                await DoAsync(
                    "POST",
                    "/api/holds",
                    $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"workspace","id":"{{node.WorkspaceId}}"},{"scope":"call","id":"{{call}}"}]}""",
                    201
                )
            ).Text("id");
            await SubjectsAsync(second);
            await DoAsync("GET", "/api/holds?released=false");
            await DoAsync("GET", $"/api/holds/{hold}");
            await DoAsync("GET", "/api/purges?limit=5");
            await DoAsync("POST", $"/api/holds/{hold}/release", """{"reason":"settled"}""");
        }

        /// <summary>Requests about a person: withdrawn, declined, a package, an erasure.</summary>
        async Task SubjectsAsync(Api second)
        {
            var person = (
                await MakeAsync(
                    "/api/people",
                    $$"""{"organisation_id":"{{node.OrganisationId}}","name":"Subject","email":"subject@example.org"}"""
                )
            ).Text("id");
            async Task<string> WishAsync(string kind) =>
                (
                    await MakeAsync(
                        "/api/subject-requests",
                        $$"""{"person_id":"{{person}}","kind":"{{kind}}","reason":"a letter of 1 March"}"""
                    )
                ).Text("id");
            await DoAsync("POST", $"/api/subject-requests/{await WishAsync("access")}/withdraw");
            await AsSecondAsync(second, $"/api/subject-requests/{await WishAsync("access")}/decline", """{"note":"no"}""");
            foreach (var kind in new[] { "access", "erasure" })
            {
                var id = await WishAsync(kind);
                await AsSecondAsync(second, $"/api/subject-requests/{id}/approve", """{"note":"as asked"}""");
                await Eventually.IsTrueAsync(async () => (await DoAsync("GET", $"/api/subject-requests/{id}")).Text("state") == "done");
                if (kind == "access")
                    await DoAsync("GET", $"/api/subject-requests/{id}/package");
            }
            await DoAsync("GET", $"/api/subject-requests?person_id={person}&state=done&limit=5");
        }

        public async Task KeyringAsync()
        {
            await DoAsync("GET", "/api/keyring");
            var keys = await DoAsync("GET", $"/api/keyring/keys?place={node.WorkspaceId}&level=workspace&state=active");
            await DoAsync("POST", $"/api/keyring/keys/{keys["items"]![0]!.Text("id")}/rotate");
            using var second = await node.SecondAsync();
            foreach (var decision in new[] { "withdraw", "decline", "approve" })
            {
                var asked = await DoAsync(
                    "POST",
                    "/api/key-destructions",
                    $$"""{"workspace_id":"{{node.WorkspaceId}}","name":"{{(await node.Admin.GetAsync($"/api/workspaces/{node.WorkspaceId}")).Text("name")}}","reason":"the contract ended"}""",
                    201
                );
                var path = $"/api/key-destructions/{asked.Text("id")}/{decision}";
                if (decision == "withdraw")
                    await DoAsync("POST", path);
                else
                    await AsSecondAsync(second, path, """{"note":"as agreed"}""");
                await DoAsync("GET", $"/api/key-destructions/{asked.Text("id")}");
            }
            await DoAsync("GET", "/api/key-destructions?state=done");
        }
    }
}
