using System.Text.Json.Nodes;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Batches as who administers them sees them: of all workspaces and both dialects.</summary>
public sealed class BatchAdminTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static async Task<List<string>> IdsAsync(Node node, string query)
    {
        var page = await node.Admin.GetAsync($"/api/batches?{query}");
        return page["items"]!.AsArray().Select(b => b!.Text("id")).ToList();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Batches_are_listed_by_organisation_workspace_and_status_with_what_they_cost(bool shared)
    {
        await using var node = await StartAsync(shared);
        using var door = node.AsAnthropic();
        using var estate = await Estate.MakeAsync(node);
        var one = await node.Door.BatchAsync(Batching.Lines(3) + Batching.Line("bad", "no/such-model"));
        node.Time.Advance(TimeSpan.FromMilliseconds(5));
        var two = (await door.MessageBatchAsync(MessageBatching.Requests(2))).Text("id");
        node.Time.Advance(TimeSpan.FromMilliseconds(5));
        var three = await estate.Door.BatchAsync("no JSON");
        await node.Door.UntilBatchAsync(one, "completed");
        await door.UntilEndedAsync(two);
        await estate.Door.UntilBatchAsync(three, "failed");

        (await IdsAsync(node, "")).ShouldBe([three, two, one]);
        (await IdsAsync(node, $"workspace_id={estate.Workspace}")).ShouldBe([three]);
        (await IdsAsync(node, $"organisation_id={node.OrganisationId}")).ShouldBe([two, one]);
        (await IdsAsync(node, $"organisation_id={estate.Organisation}&status=completed")).ShouldBeEmpty();
        (await IdsAsync(node, "organisation_id=org_none")).ShouldBeEmpty();
        (await IdsAsync(node, "status=completed")).ShouldBe([two, one]);
        var page = await node.Admin.GetAsync("/api/batches?limit=2");
        (await IdsAsync(node, $"limit=2&cursor={page.Text("next")}")).ShouldBe([one]);

        var told = await node.Admin.GetAsync($"/api/batches/{one}");
        (told.Text("dialect"), told.Text("endpoint"), told.Text("status")).ShouldBe(("openai", Batching.Chat, "completed"));
        (told.Text("organisation_id"), told.Text("workspace_id")).ShouldBe((node.OrganisationId, node.WorkspaceId));
        told.Text("key_id").ShouldBe(node.KeyId);
        (told.Number("lines", "total"), told.Number("lines", "completed"), told.Number("lines", "failed")).ShouldBe((4, 3, 1));
        told.Text("cost_usd").ShouldBe((await node.Door.BatchOfAsync(one)).Text("cost_usd"));
        told.Number("tokens", "output").ShouldBeGreaterThan(0);
        told["node"].ShouldBeNull("nobody runs what is over");
        (await node.Admin.GetAsync($"/api/batches/{two}")).Text("dialect").ShouldBe("anthropic");
        (await node.Admin.GetAsync($"/api/batches/{three}")).Text("person_id").ShouldBe(estate.Person);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_batch_of_any_workspace_is_seen_running_and_is_cancelled(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchLinesAtOnce", "2"));
        await using var stuck = await BatchEndTests.Stuck.ConnectAsync(node, 3);
        using var estate = await Estate.MakeAsync(node);
        // So many that a slow machine hears of the cancelling before all are answered.
        const int Lines = 2_000;
        var id = await estate.Door.BatchAsync(Batching.Lines(Lines, "stuck"));
        JsonNode? seen = null;
        await Eventually.IsTrueAsync(async () =>
            (seen = await node.Admin.GetAsync($"/api/batches/{id}")).Number("lines", "completed") == 3
        );
        var running = seen!;
        running.Text("status").ShouldBe("in_progress");
        running.Text("node").ShouldNotBeEmpty();
        running["runs_here"]!.GetValue<bool>().ShouldBeTrue();
        running.Text("started_at").ShouldNotBeEmpty();
        (await node.Admin.PostAsync($"/api/batches/{id}/cancel")).Text("status").ShouldBe("cancelling");
        (await node.Admin.PostAsync($"/api/batches/{id}/cancel")).Text("cancel_asked_at").ShouldNotBeEmpty();
        stuck.Release();
        var done = await estate.Door.UntilBatchAsync(id, "cancelled");
        done.Counts().Completed.ShouldBeLessThan(Lines);
        using var late = await node.Admin.RawAsync(HttpMethod.Post, $"/api/batches/{id}/cancel");
        ((int)late.StatusCode).ShouldBe(409);
    }

    [Fact]
    public async Task What_is_not_there_or_not_known_is_said()
    {
        await using var node = await Node.StartAsync();
        foreach (
            var (method, path, status) in new[]
            {
                ("GET", "/api/batches/batch_none", 404),
                ("POST", "/api/batches/batch_none/cancel", 404),
                ("GET", "/api/batches?status=sleeping", 400),
                ("GET", "/api/batches?cursor=eA", 400),
            }
        )
        {
            using var response = await node.Admin.RawAsync(new HttpMethod(method), path);
            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBe(status, text);
        }
        using var key = await node.Door.GetAsync(new Uri("/api/batches", UriKind.Relative));
        ((int)key.StatusCode).ShouldBe(401);
    }
}
