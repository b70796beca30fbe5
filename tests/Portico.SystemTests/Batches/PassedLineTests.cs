using System.Text.Json.Nodes;
using Portico.SystemTests.Responses;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Lines where a provider's batches and its own Responses API meet.</summary>
public sealed class PassedLineTests
{
    [Fact]
    public async Task A_line_that_goes_to_the_providers_own_responses_is_asked_by_itself_and_the_others_wait()
    {
        await using var node = await Node.StartAsync();
        await using var provider = await FakeBatches.StartAsync();
        provider.Before = async http =>
        {
            if (http.Request.Path != "/v1/responses")
                return false;
            await Upstream.JsonAsync(http, 200, OwnResponses.Response(OwnResponses.Message));
            return true;
        };
        var deployment = await node.Admin.ConnectBatchesAsync(provider.Address);
        var connection = (await node.Admin.GetAsync($"/api/deployments/{deployment}")).Text("connection_id");
        await node.Admin.PatchAsync($"/api/connections/{connection}", new JsonObject { ["responses"] = true });
        string Line(int number, string more) =>
            $$$"""{"custom_id":"line-{{{number}}}","method":"POST","url":"/v1/responses","body":{"model":"{{{ProviderBatching.Model}}}","input":"Say {{{number}}}"{{{more}}}}}"""
            + "\n";
        var lines = Line(1, ",\"include\":[\"reasoning.encrypted_content\"]") + Line(2, "") + Line(3, "");
        var id = await node.Door.BatchAsync(lines, "/v1/responses");
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 3, 0));
        provider.Wrong.ShouldBeEmpty();
        provider.Asked.Count(a => a == "POST /v1/responses").ShouldBe(1);
        provider.Batches.SelectMany(provider.LinesOf).Count().ShouldBe(2);
        var calls = await node.Admin.CallsOfAsync(id, 3);
        calls.Count(c => c.Text("usage", "class") == "batch").ShouldBe(2);
        await Books.ShouldAgreeAsync(node);
    }
}
