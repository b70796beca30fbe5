using System.Security.Cryptography;
using System.Text;
using Portico.Core;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Observability;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Forensics;

/// <summary>What is held stays, what is past its time goes, and the report of it can be checked.</summary>
public sealed class HoldTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = new(2026, 7, 20, 0, 0, 0, TimeSpan.Zero);

    static readonly Dictionary<string, string?> TenDays = new(StringComparer.Ordinal)
    {
        ["Records:KeepContentDays"] = "10",
        ["Records:KeepMonths"] = "1",
        ["Records:KeepRollupMonths"] = "1",
    };

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Retention_passes_over_what_is_held_by_workspace_person_or_call_and_takes_it_when_it_is_released(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now), settings: TenDays);
        await using var api = await ApiHost.StartAsync(node);
        var (mine, other) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Another bank"));
        var person = await node.Get<Portico.Governance.GovernanceService>()
            .CreatePersonAsync(other.Organisation.Id, "mara@example.org", "Mara", Ct);
        var old = Enumerable.Range(0, 5).Select(i => Said(other, i)).ToList();
        old[0] = old[0] with { WorkspaceId = mine.Workspace.Id.ToString() };
        old[1] = old[1] with { PersonId = person.Id.ToString() };
        await node.Get<ContentStore>().InsertAsync(old, Ct);
        var hold = await api.PostAsync(
            "/api/holds",
            $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"workspace","id":"{{mine.Workspace.Id}}"},{"scope":"person","id":"{{person.Id}}"},{"scope":"call","id":"{{old[2].Id}}"}]}"""
        );
        hold.Status.ShouldBe(201, hold.Text);

        await node.Get<Retention>().SweepAsync(Ct);

        (await LeftAsync(node, old)).ShouldBe([true, true, true, false, false]);
        var report = (await api.GetAsync("/api/purges")).Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        (report["removed"]!.GetValue<long>(), report["held"]!.GetValue<long>(), report["left_behind"]!.GetValue<long>()).ShouldBe(
            (2, 3, 0)
        );
        var gone = new[] { old[3], old[4] }.Select(c => c.Id.ToString()).Order(StringComparer.Ordinal).ToList();
        report["hash"]!
            .GetValue<string>()
            .ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(gone.Select(id => id + "\n"))))));
        (report["first"]!.GetValue<string>(), report["last"]!.GetValue<string>()).ShouldBe((gone[0], gone[1]));
        (await api.SendAsync(HttpMethod.Delete, $"/api/calls/{old[2].Id}/contents")).Status.ShouldBe(409);

        (await api.PostAsync($"/api/holds/{hold["id"]}/release", """{"reason":"settled"}""")).Status.ShouldBe(200);
        (await api.PostAsync($"/api/holds/{hold["id"]}/release", """{"reason":"again"}""")).Status.ShouldBe(409);
        await node.Get<Retention>().SweepAsync(Ct);
        (await LeftAsync(node, old)).ShouldAllBe(there => !there);
    }

    static CallContents Said(Estate estate, int minute) =>
        ContentTests.Sample($"said {minute}", Now.AddDays(-11).AddMinutes(minute), workspace: estate.Workspace.Id.ToString());

    static async Task<List<bool>> LeftAsync(TestNode node, List<CallContents> said)
    {
        var left = new List<bool>();
        foreach (var each in said)
            left.Add(await node.Get<ContentStore>().WhoseAsync(each.Id, Portico.Governance.Access.Reach.Everywhere, Ct) is not null);
        return left;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_live_hold_keeps_months_of_calls(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now), settings: TenDays);
        await using var api = await ApiHost.StartAsync(node);
        var call = new Samples(3, new DateTimeOffset(2026, 3, 15, 0, 0, 0, TimeSpan.Zero)).Next();
        await node.Get<ICallStore>().InsertAsync([call], Ct);
        var hold = await api.PostAsync(
            "/api/holds",
            $$"""{"name":"Case 8","reason":"a claim","subjects":[{"scope":"call","id":"{{call.Id}}"}]}"""
        );
        await node.Get<Retention>().SweepAsync(Ct);
        (await node.Get<ICallStore>().FindAsync(call.Id, Portico.Governance.Access.Reach.Everywhere, Ct)).ShouldNotBeNull();

        await api.PostAsync($"/api/holds/{hold["id"]}/release", """{"reason":"settled"}""");
        await node.Get<Retention>().SweepAsync(Ct);
        (await node.Get<ICallStore>().FindAsync(call.Id, Portico.Governance.Access.Reach.Everywhere, Ct)).ShouldBeNull();
        var report = (await api.GetAsync("/api/purges?class=calls")).Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        (report["removed"]!.GetValue<long>(), report["left_behind"]!.GetValue<long>()).ShouldBe((1, 0));
        report["hash"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Id}\n"))));
        report["before"]!.GetValue<DateTimeOffset>().ShouldBe(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_has_the_role_at_a_workspace_holds_and_releases_there_and_sees_no_other_hold(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now));
        await using var api = await ApiHost.StartAsync(node);
        var (mine, other) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Another bank"));
        using var there = await api.AtAsync("officer", mine.Workspace.Id.ToString());
        var call = new Samples(3, Now.AddDays(-1)).Next();
        call.OrganisationId = mine.Organisation.Id.ToString();
        call.WorkspaceId = mine.Workspace.Id.ToString();
        await node.Get<ICallStore>().InsertAsync([call], Ct);
        var person = await node.Get<Portico.Governance.GovernanceService>()
            .CreatePersonAsync(mine.Organisation.Id, "mara@example.org", "Mara", Ct);
        foreach (
            var subject in new[]
            {
                $$"""{"scope":"workspace","id":"{{other.Workspace.Id}}"}""",
                $$"""{"scope":"person","id":"{{person.Id}}"}""",
                $$"""{"scope":"call","id":"{{CallId.New(TimeProvider.System)}}"}""",
            }
        )
            (await HoldAsync(there, subject))["param"].ShouldBe("subjects");
        var theirs = await HoldAsync(api.Client, $$"""{"scope":"workspace","id":"{{other.Workspace.Id}}"}""");
        var both = await HoldAsync(
            api.Client,
            $$"""{"scope":"workspace","id":"{{mine.Workspace.Id}}"},{"scope":"workspace","id":"{{other.Workspace.Id}}"}"""
        );

        var made = await HoldAsync(there, $$"""{"scope":"workspace","id":"{{mine.Workspace.Id}}"},{"scope":"call","id":"{{call.Id}}"}""");

        made.Status.ShouldBe(201, made.Text);
        var seen = (await ApiHost.SendAsync(there, HttpMethod.Get, "/api/holds")).Json["items"]!.AsArray();
        seen.ShouldHaveSingleItem()!["id"]!.GetValue<string>().ShouldBe(made["id"]);
        foreach (var id in new[] { theirs["id"], both["id"] })
        {
            (await ApiHost.SendAsync(there, HttpMethod.Get, $"/api/holds/{id}")).Status.ShouldBe(404);
            (await ApiHost.SendAsync(there, HttpMethod.Post, $"/api/holds/{id}/release", """{"reason":"no"}""")).Status.ShouldBe(404);
        }
        (await ApiHost.SendAsync(there, HttpMethod.Post, $"/api/holds/{made["id"]}/release", """{"reason":"settled"}""")).Status.ShouldBe(
            200
        );
        (await ApiHost.SendAsync(there, HttpMethod.Get, "/api/purges")).Status.ShouldBe(403);
    }

    static Task<Answer> HoldAsync(HttpClient client, string subjects) =>
        ApiHost.SendAsync(client, HttpMethod.Post, "/api/holds", $$"""{"name":"Case 9","reason":"a claim","subjects":[{{subjects}}]}""");

    [Fact]
    public async Task A_hold_over_nothing_or_over_what_is_not_there_is_refused()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        foreach (
            var (body, param) in new[]
            {
                ("""{"name":"x","reason":"y","subjects":[]}""", "subjects"),
                ("""{"name":"x","reason":"y","subjects":[{"scope":"workspace","id":"ws_nonsense"}]}""", "subjects"),
                ("""{"name":"","reason":"y","subjects":[{"scope":"call","id":"x"}]}""", "name"),
            }
        )
            (await api.PostAsync("/api/holds", body))["param"].ShouldBe(param);
    }
}
