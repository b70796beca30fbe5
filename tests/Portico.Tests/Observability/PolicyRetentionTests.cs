using System.Security.Cryptography;
using System.Text;
using Dapper;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Policy;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>What policies say about how long something is kept: by workspace and use case, what is kept already included, with a report each, and never against a legal hold.</summary>
public sealed class PolicyRetentionTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = new(2026, 7, 20, 0, 0, 0, TimeSpan.Zero);

    static readonly Dictionary<string, string?> SixMonths = new(StringComparer.Ordinal)
    {
        ["Records:KeepMonths"] = "6",
        ["Records:KeepRollupMonths"] = "12",
        ["Records:KeepContentDays"] = "60",
    };

    static async Task PolicyAsync(ApiHost api, string level, string text) =>
        (
            await api.SendAsync(
                HttpMethod.Put,
                $"/api/policies/{level}",
                $$"""{"text":{{System.Text.Json.JsonSerializer.Serialize(text)}}}""",
                ("If-Match", "*")
            )
        ).Status.ShouldBe(200);

    static string HashOf(IEnumerable<string> ids) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(ids.Select(id => id + "\n")))));

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Contents_go_by_the_line_of_their_workspace_or_use_case_and_held_ones_stay(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now), settings: SixMonths);
        await using var api = await ApiHost.StartAsync(node);
        var (mine, other) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Another bank"));
        var pilot = await node.Get<GovernanceService>().CreateUseCaseAsync(mine.Workspace.Id, "Pilot", "tries", "Ms Ray", Ct);
        CallContents Said(Estate estate, UseCase? of, int daysAgo) =>
            ContentTests.Sample("words", Now.AddDays(-daysAgo), workspace: estate.Workspace.Id.ToString()) with
            {
                UseCaseId = of?.Id.ToString(),
            };
        var (young, old, ofBefore, excepted, tooOld, elsewhere, held) = (
            Said(mine, mine.UseCase, 6),
            Said(mine, mine.UseCase, 8),
            Said(mine, null, 8),
            Said(mine, pilot, 8),
            Said(mine, pilot, 31),
            Said(other, other.UseCase, 40),
            Said(mine, mine.UseCase, 9)
        );
        await node.Get<ContentStore>().InsertAsync([young, old, ofBefore, excepted, tooOld, elsewhere, held], Ct);
        await PolicyAsync(
            api,
            mine.Organisation.Id.ToString(),
            $"""
            retention:
              contents_days: 7
            exceptions:
              - name: pilot
                for: {pilot.Id}
                owner: Ms Ray
                reason: it is measured
                until: 2026-12-01
                lifts:
                  retention.contents_days: 30
            """
        );
        await api.PostAsync("/api/holds", $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"call","id":"{{held.Id}}"}]}""");

        (await node.Get<Retention>().SweepAsync(Ct)).ShouldBeTrue();

        await using (var db = await node.Database.OpenReadAsync(Ct))
            (await db.QueryAsync<string>("select call_id from observability_contents")).ShouldBe(
                new[] { young, excepted, elsewhere, held }.Select(c => c.Id.ToString()),
                ignoreOrder: true
            );
        var reports = (await api.GetAsync("/api/purges?class=contents")).Json["items"]!.AsArray();
        reports.ShouldAllBe(r => r!["workspace_id"]!.GetValue<string>() == mine.Workspace.Id.ToString());
        reports
            .Select(r => (r!["removed"]!.GetValue<long>(), r["held"]!.GetValue<long>(), r["left_behind"]!.GetValue<long>()))
            .ShouldBe([(2, 1, 0), (1, 0, 0)], ignoreOrder: true);
        reports.ShouldContain(r =>
            r!["hash"]!.GetValue<string>() == HashOf(new[] { old, ofBefore }.Select(c => c.Id.ToString()).Order(StringComparer.Ordinal))
        );

        // The exception ends, and the hold.
        await PolicyAsync(api, mine.Organisation.Id.ToString(), "retention:\n  contents_days: 7\n");
        var hold = (await api.GetAsync("/api/holds")).Json["items"]![0]!["id"]!.GetValue<string>();
        await api.PostAsync($"/api/holds/{hold}/release", """{"reason":"settled"}""");
        await node.Get<Retention>().SweepAsync(Ct);
        await using var after = await node.Database.OpenReadAsync(Ct);
        (await after.QueryAsync<string>("select call_id from observability_contents")).ShouldBe(
            new[] { young, elsewhere }.Select(c => c.Id.ToString()),
            ignoreOrder: true
        );
    }

    static CallRecord Call(Estate estate, UseCase? of, int month, int seed)
    {
        var call = new Samples(
            seed,
            new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero).AddMonths(month < 0 ? month : month - 1)
        ).Next();
        (call.OrganisationId, call.WorkspaceId, call.UseCaseId) = (
            estate.Organisation.Id.ToString(),
            estate.Workspace.Id.ToString(),
            of?.Id.ToString()
        );
        call.PersonId = null;
        return call;
    }

    static async Task<List<CallId>> LeftAsync(TestNode node) =>
        (await node.Get<ICallStore>().ListAsync(new CallFilter(Reach.Everywhere), new PageRequest(100, null), Ct))
            .Select(c => c.Id)
            .ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Records_go_by_whole_months_of_their_workspace_with_their_attempts_and_a_floor_keeps_them(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now), settings: SixMonths);
        await using var api = await ApiHost.StartAsync(node);
        var (brief, long_) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Another bank"));
        var calls = new List<CallRecord>();
        // One in each month of the year, and of last December, which the installation alone would drop: it keeps six.
        for (var month = 1; month <= 7; month++)
        {
            calls.Add(Call(brief, brief.UseCase, month, month));
            calls.Add(Call(long_, long_.UseCase, month, 20 + month));
        }
        var early = Call(long_, null, -1, 77);
        (early.WorkspaceId, early.UseCaseId) = (null, null);
        calls.Add(early);
        calls.Add(Call(long_, long_.UseCase, -1, 78));
        await node.Get<ICallStore>().InsertAsync(calls, Ct);
        await PolicyAsync(api, brief.Workspace.Id.ToString(), "retention:\n  records_months: 1\n");
        await PolicyAsync(api, long_.Organisation.Id.ToString(), "retention:\n  records_months: 2\n  records_min_months: 8\n");
        var held = calls[4];
        await api.PostAsync("/api/holds", $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"call","id":"{{held.Id}}"}]}""");

        (await node.Get<Retention>().SweepAsync(Ct)).ShouldBeTrue();

        // Of the brief one June and July, and March, which is held. The floor keeps all of the other; what is of nobody goes as the installation says.
        var expected = calls
            .Where(c =>
                c.WorkspaceId == long_.Workspace.Id.ToString()
                || (c.WorkspaceId is not null && (Micros.ToTime(c.StartedAtUs).Month >= 6 || c.Id == held.Id))
            )
            .Select(c => c.Id);
        (await LeftAsync(node)).ShouldBe(expected, ignoreOrder: true);
        var reports = (await api.GetAsync("/api/purges?class=calls")).Json["items"]!.AsArray();
        var ofBrief = reports.Single(r => r!["workspace_id"]?.GetValue<string>() == brief.Workspace.Id.ToString())!;
        (ofBrief["removed"]!.GetValue<long>(), ofBrief["held"]!.GetValue<long>(), ofBrief["left_behind"]!.GetValue<long>()).ShouldBe(
            (4, 1, 0)
        );
        ofBrief["hash"]!
            .GetValue<string>()
            .ShouldBe(
                HashOf(
                    calls
                        .Where(c =>
                            c.WorkspaceId == brief.Workspace.Id.ToString() && c.Id != held.Id && Micros.ToTime(c.StartedAtUs).Month < 6
                        )
                        .Select(c => c.Id.ToString())
                )
            );
        reports.Single(r => r!["workspace_id"] is null)!["removed"]!.GetValue<long>().ShouldBe(1);

        // A second round finds nothing to do.
        await node.Get<Retention>().SweepAsync(Ct);
        (await api.GetAsync("/api/purges?class=calls")).Json["items"]!.AsArray().Count.ShouldBe(2);
        foreach (var gone in calls.Where(c => !expected.Contains(c.Id)))
            (await node.Get<ICallStore>().FindAsync(gone.Id, Reach.Everywhere, Ct)).ShouldBeNull();
        foreach (var stays in calls.Where(c => expected.Contains(c.Id)))
            (await node.Get<ICallStore>().FindAsync(stays.Id, Reach.Everywhere, Ct))!.Attempts.Count.ShouldBe(stays.Attempts.Count);
    }

    [Fact]
    public async Task A_floor_may_be_raised_below_and_not_lowered_and_a_bound_lowered_and_not_raised()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var estate = await Estate.MakeAsync(node);
        await PolicyAsync(api, estate.Organisation.Id.ToString(), "retention:\n  contents_days: 30\n  records_min_months: 6\n");
        var level = $"/api/policies/{estate.Workspace.Id}";
        foreach (var (text, status) in new[] { ("records_min_months: 5", 409), ("contents_days: 31", 409), ("contents_days: 30", 200) })
            (await api.SendAsync(HttpMethod.Put, level, $$"""{"text":"retention:\n  {{text}}\n"}""", ("If-Match", "*"))).Status.ShouldBe(
                status,
                text
            );
        (
            await api.SendAsync(
                HttpMethod.Put,
                level,
                """{"text":"retention:\n  contents_days: 7\n  records_min_months: 7\n"}""",
                ("If-Match", "*")
            )
        ).Status.ShouldBe(200);
        var kept = WorkspaceRetention.All(node.Get<GovernanceCatalog>().Current, Now).ShouldHaveSingleItem();
        (kept.Times.ContentsDays, kept.Times.RecordsMinMonths, kept.Times.MonthsOf(3), kept.Times.MonthsOf(12)).ShouldBe((7L, 7L, 7L, 12L));
    }
}
