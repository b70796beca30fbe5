using System.Text;
using System.Text.Json.Nodes;
using Portico.Core;
using Portico.Governance.Audit;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Observability;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Forensics;

/// <summary>Who reads what was said: nobody by a role, one by another's leave, for minutes.</summary>
public sealed class RevealTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    readonly ManualTime time = new(Start.AddHours(1));

    static async Task<CallContents> SayAsync(TestNode node, string workspace, string words, int minute = 0)
    {
        var said = ContentTests.Sample(words, Start.AddMinutes(minute), workspace: workspace);
        await node.Get<ContentStore>().InsertAsync([said], Ct);
        return said;
    }

    static Task<Answer> ReadAsync(ApiHost api, CallContents said) => api.GetAsync($"/api/calls/{said.Id}/contents");

    static async Task<Answer> AskAsync(ApiHost api, string workspace, string more = "") =>
        await api.PostAsync("/api/reveals", $$"""{"workspace_id":"{{workspace}}","reason":"a complaint of a client"{{more}}}""");

    static async Task ApproveAsync(ApiHost api, Answer asked, string body = "{}")
    {
        using var second = await api.SecondAsync();
        var approved = await ApiHost.SendAsync(second, HttpMethod.Post, $"/api/reveals/{asked["id"]}/approve", body);
        approved.Status.ShouldBe(200, approved.Text);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Nobody_reads_before_another_lets_them_nor_after_the_time(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var said = await SayAsync(node, workspace, "said in confidence");

        (await ReadAsync(api, said))["code"].ShouldBe("reveal_required");
        var asked = await AskAsync(api, workspace, ""","minutes":10""");
        (asked.Status, asked["state"]).ShouldBe((201, "open"));
        (await ReadAsync(api, said))["code"].ShouldBe("reveal_required");
        var self = await api.PostAsync($"/api/reveals/{asked["id"]}/approve", "{}");
        (self.Status, self["code"]).ShouldBe((403, "permission_denied"));

        await ApproveAsync(api, asked);
        var read = await ReadAsync(api, said);
        (read.Status, read["reveal"]).ShouldBe((200, asked["id"]));
        read.Text.ShouldContain("said in confidence");
        time.Advance(TimeSpan.FromMinutes(10));

        (await ReadAsync(api, said))["code"].ShouldBe("reveal_required");
        var over = (await api.GetAsync($"/api/reveals/{asked["id"]}")).Json;
        (over["live"]!.GetValue<bool>(), over["readings"]!.GetValue<long>()).ShouldBe((false, 1));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_reveal_covers_its_calls_or_its_stretch_of_time_of_its_workspace_and_nothing_else(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var other = (await Estate.MakeAsync(node, "Another bank")).Workspace.Id.ToString();
        var said = new List<CallContents>();
        for (var i = 0; i < 4; i++)
            said.Add(await SayAsync(node, workspace, $"needle {i}", i));
        said.Add(await SayAsync(node, other, "needle of another", 1));

        await ApproveAsync(api, await AskAsync(api, workspace, $$""","calls":["{{said[0].Id}}"]"""));
        (await CodesAsync()).ShouldBe([200, 403, 403, 403, 403]);
        var span = $$""","from":"{{Start.AddMinutes(1):O}}","to":"{{Start.AddMinutes(3):O}}" """;
        await ApproveAsync(api, await AskAsync(api, workspace, span));
        (await CodesAsync()).ShouldBe([200, 200, 200, 403, 403]);

        var found = (await api.GetAsync("/api/calls/contents?text=needle")).Json;
        (found["looked_at"]!.GetValue<int>(), found["hidden"]!.GetValue<int>()).ShouldBe((5, 2));

        async Task<List<int>> CodesAsync()
        {
            var codes = new List<int>();
            foreach (var each in said)
                codes.Add((await ReadAsync(api, each)).Status);
            return codes;
        }
    }

    [Fact]
    public async Task A_reveal_is_of_who_asked_it_and_ends_when_it_is_given_back_or_stopped()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var said = await SayAsync(node, workspace, "said");
        var asked = await AskAsync(api, workspace);
        await ApproveAsync(api, asked);
        using var other = await api.SecondAsync();

        (await ApiHost.SendAsync(other, HttpMethod.Get, $"/api/calls/{said.Id}/contents"))["code"].ShouldBe("reveal_required");
        (await ReadAsync(api, said)).Status.ShouldBe(200);
        (await ApiHost.SendAsync(other, HttpMethod.Post, $"/api/reveals/{asked["id"]}/end")).Status.ShouldBe(200);

        (await ReadAsync(api, said))["code"].ShouldBe("reveal_required");
        (await api.SendAsync(HttpMethod.Post, $"/api/reveals/{asked["id"]}/end")).Status.ShouldBe(409);
    }

    [Fact]
    public async Task What_may_be_given_is_no_more_than_was_asked_and_a_reason_must_be_one()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        foreach (
            var (body, param) in new[]
            {
                ($$"""{"workspace_id":"{{workspace}}","reason":" ab "}""", "reason"),
                ($$"""{"workspace_id":"{{workspace}}","reason":"a complaint","minutes":481}""", "minutes"),
                ($$"""{"workspace_id":"{{workspace}}","reason":"a complaint","calls":["nonsense"]}""", "calls"),
                (
                    $$"""{"workspace_id":"{{workspace}}","reason":"a complaint","from":"2026-03-02T00:00:00Z","to":"2026-03-01T00:00:00Z"}""",
                    "to"
                ),
            }
        )
            (await api.PostAsync("/api/reveals", body))["param"].ShouldBe(param);
        var asked = await AskAsync(api, workspace, ""","minutes":5""");
        using var second = await api.SecondAsync();
        var more = await ApiHost.SendAsync(second, HttpMethod.Post, $"/api/reveals/{asked["id"]}/approve", """{"minutes":6}""");
        more["param"].ShouldBe("minutes");
        var less = await ApiHost.SendAsync(second, HttpMethod.Post, $"/api/reveals/{asked["id"]}/approve", """{"minutes":2}""");
        less.Json["until"]!.GetValue<DateTimeOffset>().ShouldBe(time.GetUtcNow().AddMinutes(2));
    }

    [Fact]
    public async Task One_person_alone_switches_the_second_off_which_an_officer_cannot()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var estate = await Estate.MakeAsync(node);
        var workspace = estate.Workspace.Id.ToString();
        var rule = $"/api/organisations/{estate.Organisation.Id}/reveal-rule";
        var officer = api.ClientWith((await api.PostAsync("/api/admin-tokens", """{"name":"o","roles":["officer"]}"""))["secret"]);

        (await ApiHost.SendAsync(officer, HttpMethod.Post, rule, """{"needs_second_person":false}""")).Status.ShouldBe(403);
        (await api.GetAsync(rule)).Json["needs_second_person"]!.GetValue<bool>().ShouldBeTrue();
        (await api.PostAsync(rule, """{"needs_second_person":false}""")).Status.ShouldBe(200);

        var said = await SayAsync(node, workspace, "said");
        var asked = await AskAsync(api, workspace);
        (asked["state"], asked.Json["live"]!.GetValue<bool>()).ShouldBe(("approved", true));
        (await ReadAsync(api, said)).Status.ShouldBe(200);
        officer.Dispose();
    }

    [Fact]
    public async Task Every_reading_stands_in_the_audit_log_with_its_reveal_and_without_its_reason()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var said = await SayAsync(node, workspace, "said");
        var reveal = await AskAsync(api, workspace);
        await ApproveAsync(api, reveal);
        (await ReadAsync(api, said)).Status.ShouldBe(200);
        await node.Get<AuditSequencer>().ReplayAsync(Ct);

        var log = (await api.GetAsync("/api/audit/logs")).Json["items"]![0]!["id"]!.GetValue<string>();
        var lines = (await api.GetAsync($"/api/audit/logs/{log}/entries?limit=200")).Json["items"]!
            .AsArray()
            .Select(e => e!["line"]!.GetValue<string>())
            .ToList();
        lines.ShouldContain(l => l.Contains("act.outcome") && l.Contains($"\"reveal\":\"{reveal["id"]}\""));
        lines.ShouldAllBe(l => !l.Contains("complaint"));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_has_the_role_at_a_workspace_asks_and_decides_there_and_knows_of_no_other(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var other = (await Estate.MakeAsync(node, "Another bank")).Workspace.Id.ToString();
        using var one = await api.AtAsync("officer", workspace);
        using var two = await api.AtAsync("officer", workspace);
        var elsewhere = await AskAsync(api, other);

        (await AskAsAsync(one, other)).Status.ShouldBe(404);
        var asked = await AskAsAsync(one, workspace);
        asked.Status.ShouldBe(201, asked.Text);
        foreach (var act in new[] { "approve", "decline", "withdraw", "end" })
            (await ApiHost.SendAsync(two, HttpMethod.Post, $"/api/reveals/{elsewhere["id"]}/{act}", "{}")).Status.ShouldBe(404);
        (await ApiHost.SendAsync(two, HttpMethod.Get, $"/api/reveals/{elsewhere["id"]}")).Status.ShouldBe(404);
        var approved = await ApiHost.SendAsync(two, HttpMethod.Post, $"/api/reveals/{asked["id"]}/approve", "{}");

        approved.Status.ShouldBe(200, approved.Text);
        var seen = (await ApiHost.SendAsync(two, HttpMethod.Get, "/api/reveals")).Json["items"]!.AsArray();
        seen.ShouldHaveSingleItem()!["id"]!.GetValue<string>().ShouldBe(asked["id"]);
        (await api.GetAsync("/api/reveals")).Json["items"]!.AsArray().Count.ShouldBe(2);
        (await ApiHost.SendAsync(two, HttpMethod.Post, $"/api/reveals/{asked["id"]}/end")).Status.ShouldBe(200);
    }

    static Task<Answer> AskAsAsync(HttpClient client, string workspace) =>
        ApiHost.SendAsync(
            client,
            HttpMethod.Post,
            "/api/reveals",
            $$"""{"workspace_id":"{{workspace}}","reason":"a complaint of a client"}"""
        );
}
