using Portico.Guardrails.Models;
using Portico.SystemTests.Support;
using Portico.Tests.Guardrails.Models;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        /// <summary>Calls that wait for a person: each of the two ends.</summary>
        async Task PolicyRequestsAsync()
        {
            await DoAsync(
                "PUT",
                $"/api/policies/{node.UseCaseId}",
                """{"text":"guardrails:\n  codenames:\n    words: [Falcon]\n    action: ask\n"}"""
            );
            foreach (var (act, body) in new[] { ("approve", """{"minutes":1,"note":"once"}"""), ("decline", """{"reason":"not now"}""") })
            {
                using var refused = await node.Door.ChatAsync(Calls.Chat("sim/echo", $"Falcon {act}"));
                var asked = (await refused.JsonAsync())["error"]!["details"]!.Text("policy_request");
                await DoAsync("GET", $"/api/policy-requests?level={node.UseCaseId}&state=open&limit=5");
                await DoAsync("POST", $"/api/policy-requests/{asked}/{act}", body);
                await DoAsync("GET", $"/api/policy-requests/{asked}");
            }
            await DoAsync("PUT", $"/api/policies/{node.UseCaseId}", """{"text":""}""");
        }

        async Task GuardrailsAsync()
        {
            await DoAsync("GET", "/api/guardrails/kinds?limit=5");
            await DoAsync(
                "POST",
                "/api/guardrails/scan",
                """{"text":"to dave@example.org","channel":"tool","question":"who?","detect":["pii"],"min_score":0.6}"""
            );
            await DoAsync(
                "PUT",
                $"/api/policies/{node.UseCaseId}",
                """{"text":"guardrails:\n  personal:\n    detect: [pii.email]\n    min_score: 0.7\n    action: flag\n"}"""
            );
            await DoAsync("POST", "/api/guardrails/scan", $$"""{"text":"to dave@example.org","level":"{{node.UseCaseId}}"}""");
            await DoAsync(
                "POST",
                "/api/guardrails/secret",
                $$"""{"level":"{{node.OrganisationId}}","url":"http://127.0.0.1:9/check","renew":true}"""
            );
            using var answer = await node.Door.ChatAsync(Calls.Chat("sim/echo", "to dave@example.org"));
            var review = await DoAsync("POST", $"/api/calls/{answer.CallId()}/findings/0/report", """{"note":"it is a test"}""");
            await DoAsync("GET", $"/api/calls/{answer.CallId()}");
            await DoAsync("GET", $"/api/finding-reviews?level={node.UseCaseId}&call={answer.CallId()}&state=open&limit=5");
            await DoAsync("POST", $"/api/finding-reviews/{review!["id"]}/decide", """{"false_alarm":true,"reason":"a test"}""");
            await DoAsync("GET", $"/api/finding-reviews/{review["id"]}");
            await DoAsync("POST", $"/api/finding-reviews/{review["id"]}/undo", status: 204);
            await DoAsync(
                "POST",
                "/api/finding-reviews",
                $$"""{"call_id":"{{answer.CallId()}}","number":0,"false_alarm":false,"reason":"a test"}"""
            );
            await DoAsync(
                "GET",
                $"/api/findings?use_case_id={node.UseCaseId}&kind=pii&channel=user&review=right&min_score_percent=50&limit=5"
            );
            foreach (var format in new[] { "csv", "jsonl" })
                await DoAsync("GET", $"/api/findings/export?rule=personal&format={format}&limit=2");
            await DoAsync(
                "GET",
                $"/api/findings/summary?use_case_id={node.UseCaseId}&group_by=kind&bucket=hour&from={DateTimeOffset.UtcNow.AddHours(-1):yyyy-MM-dd'T'HH:mm:ss'Z'}"
            );
            await DoAsync("GET", $"/api/findings/queue?use_case_id={node.UseCaseId}&limit=5");
            await DoAsync("PUT", $"/api/policies/{node.UseCaseId}", """{"text":""}""");
        }

        async Task DetectorModelsAsync()
        {
            await DoAsync("GET", "/api/guardrails/models?limit=5");
            var bundle = Convert.ToBase64String(ModelBundle.Write(ModelSets.Good("described")));
            var set = await MakeAsync("/api/guardrails/models", $$"""{"bundle":"{{bundle}}"}""");
            await DoAsync("GET", $"/api/guardrails/models/{set["id"]}");
            await DoAsync("POST", $"/api/guardrails/models/{set["id"]}/activate", "{}");
            await DoAsync("POST", "/api/guardrails/models/rollback", "{}");
            await RemoveAsync($"/api/guardrails/models/{set["id"]}");
        }

        async Task RisksAsync()
        {
            await DoAsync("GET", "/api/risks");
            await DoAsync("GET", $"/api/risks?level={node.UseCaseId}&framework=gdpr");
            foreach (var format in new[] { "csv", "json", "md" })
                await DoAsync("GET", $"/api/risks/export?level={node.WorkspaceId}&framework=owasp_llm&format={format}");
        }

        async Task UseCaseApprovalsAsync()
        {
            await DoAsync("PUT", $"/api/policies/{node.UseCaseId}", """{"text":"approvals:\n  limited: 1\n  valid_days: 30\n"}""");
            var address = $"/api/use-case-approvals/{node.UseCaseId}";
            await DoAsync("POST", address + "/classify", """{"risk_class":"limited"}""");
            await DoAsync("POST", address + "/approve", """{"note":"fine"}""");
            await DoAsync("GET", address);
            await DoAsync("GET", $"/api/use-case-approvals?level={node.WorkspaceId}&waiting=false&limit=5");
            await DoAsync("GET", $"/api/policies/{node.UseCaseId}/effective");
            await DoAsync("POST", address + "/revoke", """{"reason":"a test"}""");
            await DoAsync("PUT", $"/api/policies/{node.UseCaseId}", """{"text":""}""");
        }

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
            await PolicyRequestsAsync();
            await UseCaseApprovalsAsync();
            await GuardrailsAsync();
            await DetectorModelsAsync();
            await RisksAsync();
            await DoAsync("PUT", address, """{"text":""}""");
        }
    }
}
