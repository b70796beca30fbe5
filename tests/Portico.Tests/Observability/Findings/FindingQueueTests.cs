using System.Text.Json.Nodes;
using Portico.Observability;
using Portico.Observability.Findings;
using Portico.Observability.Reviews;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Observability.Findings;

/// <summary>Review of findings: one question for the same words, an answer for all of them, taken back in one step.</summary>
public sealed class FindingQueueTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    sealed record Scene(TestNode Node, ApiHost Api, Estate Estate) : IAsyncDisposable
    {
        int seed;

        public async Task<CallRecord> CallAsync(params CallFinding[] findings)
        {
            var call = new Samples(++seed).Next();
            (call.OrganisationId, call.WorkspaceId, call.UseCaseId) = (
                Estate.Organisation.Id.ToString(),
                Estate.Workspace.Id.ToString(),
                Estate.UseCase.Id.ToString()
            );
            (call.Findings, call.ScreenedBy) = (findings, "personal");
            await FoundCalls.WriteAsync(Node, [call]);
            return call;
        }

        public async Task<JsonNode> QueueAsync(string more = "") => (await Api.GetAsync("/api/findings/queue" + more)).Json;

        public Task<Answer> SayAsync(JsonNode finding, bool isFalse) =>
            Api.PostAsync(
                "/api/finding-reviews",
                $$"""{"call_id":"{{finding["call_id"]}}","number":{{finding["number"]}},"false_alarm":{{(isFalse ? "true" : "false")}}}"""
            );

        public async ValueTask DisposeAsync() => await Api.DisposeAsync();
    }

    async Task<Scene> SceneAsync(TestStore store)
    {
        var node = await store.OpenAsync(time: new ManualTime(Now));
        return new Scene(node, await ApiHost.StartAsync(node), await Estate.MakeAsync(node));
    }

    static CallFinding Found(string digest, int score = 60, string? kind = "pii.email", string rule = "personal") =>
        new(rule, kind, "user", "messages[0]", 3, 9, score, "redact", kind is null ? null : digest);

    static List<(string Digest, long Same)> Asked(JsonNode queue) =>
        queue["items"]!.AsArray().Select(i => (i!["finding"]!["digest"]!.GetValue<string>(), i["same"]!.GetValue<long>())).ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_same_words_are_one_question_and_one_answer_and_an_answer_is_taken_back(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var scene = await SceneAsync(store);
        await scene.CallAsync(Found("twice"), Found("once", 95), Found("", kind: null));
        await scene.CallAsync(Found("twice", 70));

        var queue = await scene.QueueAsync();
        Asked(queue).ShouldBe([("twice", 2L), ("once", 1L)], "a rule's own words are no question about a detector");
        (queue["progress"]!["texts"]!.GetValue<int>(), queue["progress"]!["reviewed"]!.GetValue<int>()).ShouldBe((2, 0));
        queue["progress"]!["false_alarm_share"].ShouldBeNull();

        var first = queue["items"]![0]!["finding"]!;
        var said = await scene.SayAsync(first, isFalse: true);
        (said.Status, said["state"]).ShouldBe((200, "false_alarm"), said.Text);
        queue = await scene.QueueAsync();
        Asked(queue).ShouldBe([("once", 1L)]);
        queue["progress"]!["false_alarms"]!.GetValue<int>().ShouldBe(1);
        queue["progress"]!["false_alarm_share"]!["low"]!.GetValue<double>().ShouldBe(0.2065, 0.001);
        queue["kinds"]![0]!["reviewed"]!.GetValue<int>().ShouldBe(1);
        (await scene.Api.GetAsync("/api/findings?review=false_alarm")).Json["items"]!.AsArray().Count.ShouldBe(2, "one answer for both");
        scene.Node.Get<FalseAlarms>().Current.ByWorkspace[scene.Estate.Workspace.Id.ToString()].ShouldBe(["twice"]);

        (await scene.Api.PostAsync($"/api/finding-reviews/{said["id"]}/undo", "{}")).Status.ShouldBe(204);
        Asked(await scene.QueueAsync()).ShouldBe([("twice", 2L), ("once", 1L)]);
        (await scene.Api.GetAsync("/api/finding-reviews")).Json["items"]!.AsArray().ShouldBeEmpty("as if nobody had been asked");
        scene.Node.Get<FalseAlarms>().Current.ByWorkspace.ShouldBeEmpty();
        (await scene.Api.PostAsync($"/api/finding-reviews/{said["id"]}/undo", "{}")).Status.ShouldBe(404);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_report_stays_when_its_decision_is_taken_back_and_one_decision_is_of_all_reports_of_the_words(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var scene = await SceneAsync(store);
        var (one, two) = (await scene.CallAsync(Found("a", 99)), await scene.CallAsync(Found("a", 99), Found("b", 51)));
        var review = await scene.Api.PostAsync($"/api/calls/{one.Id}/findings/0/report", "{}");
        await scene.Api.PostAsync($"/api/calls/{two.Id}/findings/0/report", "{}");
        (await scene.Api.PostAsync($"/api/finding-reviews/{review["id"]}/undo", "{}")).Status.ShouldBe(409, "nothing is decided");

        var queue = await scene.QueueAsync();
        Asked(queue)[0].ShouldBe(("a", 2L), "who reports makes it the question");
        queue["items"]![0]!["reported"]!.GetValue<bool>().ShouldBeTrue();
        (
            await scene.Api.PostAsync($"/api/finding-reviews/{review["id"]}/decide", """{"false_alarm":false,"reason":"it is"}""")
        ).Status.ShouldBe(200);
        (await scene.Api.GetAsync("/api/finding-reviews?state=right")).Json["items"]!.AsArray().Count.ShouldBe(2);
        Asked(await scene.QueueAsync()).ShouldBe([("b", 1L)]);

        (await scene.Api.PostAsync($"/api/finding-reviews/{review["id"]}/undo", "{}")).Status.ShouldBe(204);
        var open = (await scene.Api.GetAsync("/api/finding-reviews?state=open")).Json["items"]!.AsArray();
        open.Count.ShouldBe(2);
        open.ShouldAllBe(r => r!["reason"] == null && r["decided_by_name"] == null);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task How_sure_the_detector_is_counts_by_the_threshold_that_the_rule_has_now(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var scene = await SceneAsync(store);
        await scene.CallAsync(Found("near", 91, rule: "strict"), Found("middle", 70, rule: "gone"));
        var put = await scene.Api.SendAsync(
            HttpMethod.Put,
            $"/api/policies/{scene.Estate.UseCase.Id}",
            """{"text":"guardrails:\n  strict:\n    detect: [pii.email]\n    min_score: 0.9\n    action: redact\n"}""",
            ("If-Match", "*")
        );
        put.Status.ShouldBe(200, put.Text);
        var items = (await scene.QueueAsync())["items"]!.AsArray();
        items
            .Select(i => (i!["finding"]!["digest"]!.GetValue<string>(), i["threshold_percent"]!.GetValue<double>()))
            .ShouldBe([("near", 90.0), ("middle", 50.0)]);
        foreach (var item in items)
            item!["worth"]!
                .GetValue<double>()
                .ShouldBe(item["uncertainty"]!.GetValue<double>() * item["narrowing"]!.GetValue<double>() * Math.Log2(2), 1e-9);
        (await scene.Api.GetAsync("/api/findings/queue?limit=201")).Status.ShouldBe(400);
        (await scene.QueueAsync("?limit=1"))["items"]!.AsArray().Count.ShouldBe(1);
        (await scene.QueueAsync("?to=2026-02-01T00:00:00Z"))["items"]!.AsArray().ShouldBeEmpty();
    }
}
