using Portico.Governance.Access;
using Portico.Observability;
using Portico.Observability.Findings;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability.Findings;

/// <summary>Findings as one searches them: written with the record of their call, narrowed by any fact, in an order that nothing changes, within one's reach.</summary>
public sealed class FindingListTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Start = new(2026, 3, 31, 20, 0, 0, TimeSpan.Zero);

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Any_filters_together_leave_what_the_same_filters_leave_in_memory(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var calls = new FoundCalls(11, Start, TimeSpan.FromHours(8)).Take(400);
        await FoundCalls.WriteAsync(node, calls);
        var said = await FoundCalls.SayAsync(node, calls, 12);
        var all = FoundCalls.Listed(calls, said);
        all.Count.ShouldBeGreaterThan(100);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        T? Maybe<T>(params T[] of) => random.Next(3) == 0 ? of[random.Next(of.Length)] : default;
        var seen = 0;
        for (var i = 0; i < 120; i++)
        {
            var filter = new FindingFilter(Reach.Everywhere)
            {
                FromUs = random.Next(4) == 0 ? Micros.Of(Start.AddHours(random.Next(9))) : null,
                ToUs = random.Next(4) == 0 ? Micros.Of(Start.AddHours(random.Next(9))) : null,
                WorkspaceId = Maybe("ws_a", "ws_b", "ws_c"),
                UseCaseId = Maybe("uc_a", "uc_b"),
                Rule = Maybe("personal", "credentials", "house"),
                Kind = Maybe("pii", "pii.email", "pii.e", "pii.national_id", "secrets", FindingFilter.Words, "injection.direct"),
                Channel = Maybe("user", "tool", "output"),
                Action = Maybe("redact", "block", "flag"),
                MinScorePercent = random.Next(3) == 0 ? random.Next(101) : null,
                MaxScorePercent = random.Next(3) == 0 ? random.Next(101) : null,
                Digest = random.Next(10) == 0 ? all[random.Next(all.Count)].Digest : null,
                Review = random.Next(3) == 0 ? (Said)random.Next(5) : null,
            };
            var listed = await node.Get<FindingList>().ReadAsync(filter, new PageRequest(1_000, null), Ct);
            listed.Select(f => f with { ReviewId = null }).ShouldBe(all.Where(filter.Fits), $"seed {seed}: {filter}");
            seen += listed.Count;
        }
        seen.ShouldBeGreaterThan(100, "filters that leave nothing prove nothing");
        all.Count(new FindingFilter(Reach.Everywhere) { Kind = "pii.e" }.Fits).ShouldBe(0, "a front ends at a dot");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Pages_hold_every_finding_once_while_newer_calls_arrive(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var made = new FoundCalls(21, Start, TimeSpan.FromHours(8));
        var calls = Enumerable.Range(0, 40).Select(_ => made.Next(findings: 3)).ToList();
        await FoundCalls.WriteAsync(node, calls);
        var late = new FoundCalls(22, Start.AddHours(9), TimeSpan.FromHours(1));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await api.GetAsync($"/api/findings?limit=7{(cursor is null ? "" : "&cursor=" + cursor)}")).Json;
            seen.AddRange(page["items"]!.AsArray().Select(f => $"{f!["call_id"]!.GetValue<string>()}.{f["number"]!.GetValue<int>()}"));
            cursor = page["next"]?.GetValue<string>();
            await FoundCalls.WriteAsync(node, [late.Next(findings: 2)]);
        } while (cursor is not null);

        seen.ShouldBe(FoundCalls.Listed(calls).Select(f => f.Cursor));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_record_that_is_brought_twice_has_its_findings_once(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var call = new FoundCalls(3).Next(findings: 3);
        call.ScreenedBy.ShouldNotBeNull();
        await FoundCalls.WriteAsync(node, [call]);
        await FoundCalls.WriteAsync(node, [call]);
        (await node.Get<FindingList>().ReadAsync(new FindingFilter(Reach.Everywhere), new PageRequest(100, null), Ct)).ShouldBe(
            FoundCalls.Listed([call])
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_journal_brings_findings_with_their_record(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        var calls = new FoundCalls(31).Take(60);
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
        (await node.Get<FindingList>().ReadAsync(new FindingFilter(Reach.Everywhere), new PageRequest(1_000, null), Ct)).ShouldBe(
            FoundCalls.Listed(calls)
        );
        foreach (var call in calls)
            (await node.Get<ICallStore>().FindAsync(call.Id, Reach.Everywhere, Ct))!.ScreenedBy.ShouldBe(call.ScreenedBy);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_sees_one_workspace_sees_its_findings_alone_in_every_answer(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Start.AddHours(12)));
        await using var api = await ApiHost.StartAsync(node);
        var (mine, other) = (await Governance.Estate.MakeAsync(node), await Governance.Estate.MakeAsync(node, "Another bank"));
        var calls = new FoundCalls(41, Start, TimeSpan.FromHours(8)).Take(200);
        foreach (var (call, i) in calls.Select((c, i) => (c, i)))
        {
            var of = i % 2 == 0 ? mine : other;
            (call.OrganisationId, call.WorkspaceId, call.UseCaseId) = (
                of.Organisation.Id.ToString(),
                of.Workspace.Id.ToString(),
                of.UseCase.Id.ToString()
            );
        }
        await FoundCalls.WriteAsync(node, calls);
        using var officer = await api.AtAsync("analyst", mine.Workspace.Id.ToString());
        var (ours, theirs) = (mine.Workspace.Id.ToString(), other.Workspace.Id.ToString());

        foreach (
            var path in new[]
            {
                "/api/findings?limit=1000",
                "/api/findings/export?format=jsonl",
                "/api/findings/export",
                "/api/findings/summary?group_by=workspace",
                "/api/findings/queue",
            }
        )
        {
            var all = await api.GetAsync(path);
            all.Text.ShouldContain(theirs, customMessage: path);
            var seen = await ApiHost.SendAsync(officer, HttpMethod.Get, path);
            seen.Status.ShouldBe(200, seen.Text);
            seen.Text.ShouldContain(ours, customMessage: path);
            seen.Text.ShouldNotContain(theirs, customMessage: path);
        }
        var asked = await ApiHost.SendAsync(officer, HttpMethod.Get, $"/api/findings?workspace_id={theirs}");
        asked.Json["items"]!.AsArray().ShouldBeEmpty();
        var sums = await ApiHost.SendAsync(officer, HttpMethod.Get, "/api/findings/summary");
        sums.Json["total"]!["screened_calls"]!
            .GetValue<long>()
            .ShouldBe(calls.Where((c, i) => i % 2 == 0).Count(c => c.ScreenedBy is not null));
        using var elsewhere = await api.AtAsync("officer", other.Workspace.Id.ToString());
        var stranger = FoundCalls.Listed(calls).First(f => f.WorkspaceId == ours && f.Digest is not null);
        (
            await ApiHost.SendAsync(
                elsewhere,
                HttpMethod.Post,
                "/api/finding-reviews",
                $$"""{"call_id":"{{stranger.CallId}}","number":{{stranger.Number}},"false_alarm":true}"""
            )
        ).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("channel=radio", "channel must be user,")]
    [InlineData("action=allow", "action must be flag,")]
    [InlineData("review=maybe", "review must be none,")]
    [InlineData("min_score_percent=101", "min_score_percent must be from 0 to 100")]
    [InlineData("min_score_percent=80&max_score_percent=70", "must not be less than")]
    [InlineData("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "to must not lie before from")]
    [InlineData("cursor=AAAA", "cursor is not one that this list gave out")]
    public async Task A_filter_that_is_none_is_told(string query, string says)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.GetAsync($"/api/findings?{query}");
        (refused.Status, refused.Text.Contains(says, StringComparison.Ordinal)).ShouldBe((400, true), refused.Text);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_export_has_every_finding_of_the_list_over_all_its_pages(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var made = new FoundCalls(51, Start, TimeSpan.FromHours(8));
        var calls = Enumerable.Range(0, 260).Select(_ => made.Next(findings: 3)).ToList();
        await FoundCalls.WriteAsync(node, calls);
        var expected = FoundCalls.Listed(calls).Where(f => f.Rule == "personal").ToList();
        expected.Count.ShouldBeGreaterThan(300);
        var lines = (await api.GetAsync("/api/findings/export?rule=personal")).Text.TrimEnd().Split("\r\n");
        lines[0].ShouldStartWith("started_at,call_id,number,");
        lines[1..].Select(l => l.Split(',')[1] + "." + l.Split(',')[2]).ShouldBe(expected.Select(f => f.Cursor));
        (await api.GetAsync("/api/findings/export?rule=personal&format=jsonl")).Text.TrimEnd().Split('\n').Length.ShouldBe(expected.Count);
        (await api.GetAsync("/api/findings/export?rule=personal&format=jsonl&limit=3")).Text.TrimEnd().Split('\n').Length.ShouldBe(3);
    }
}
