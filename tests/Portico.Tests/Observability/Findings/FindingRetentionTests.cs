using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Observability.Findings;

/// <summary>Findings go when the record of their call goes: by months of the installation, by policies, and not against a legal hold.</summary>
public sealed class FindingRetentionTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = new(2026, 7, 20, 0, 0, 0, TimeSpan.Zero);

    static readonly Dictionary<string, string?> ThreeMonths = new(StringComparer.Ordinal)
    {
        ["Records:KeepMonths"] = "3",
        ["Records:KeepRollupMonths"] = "12",
    };

    static async Task<(List<string> Calls, List<string> Found, long Screened)> LeftAsync(TestNode node)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return (
            (await node.Get<ICallStore>().ListAsync(new CallFilter(Reach.Everywhere), new PageRequest(100, null), Ct))
                .Select(c => c.Id.ToString())
                .Order(StringComparer.Ordinal)
                .ToList(),
            (await db.QueryAsync<string>("select distinct call_id from observability_findings")).Order(StringComparer.Ordinal).ToList(),
            await db.ExecuteScalarAsync<long>("select sum(calls) from observability_screened_hours where rule = ''")
        );
    }

    /// <summary>A call with findings in each month of 2026 up to July, for each estate.</summary>
    static async Task<List<CallRecord>> FillAsync(TestNode node, params Estate[] estates)
    {
        var calls = new List<CallRecord>();
        foreach (var (estate, e) in estates.Select((x, i) => (x, i)))
            for (var month = 1; month <= 7; month++)
            {
                var call = new FoundCalls(100 * e + month, new DateTimeOffset(2026, month, 15, 0, 0, 0, TimeSpan.Zero)).Next(findings: 2);
                (call.OrganisationId, call.WorkspaceId, call.UseCaseId) = (
                    estate.Organisation.Id.ToString(),
                    estate.Workspace.Id.ToString(),
                    estate.UseCase.Id.ToString()
                );
                call.ScreenedBy ??= "personal";
                if (call.Findings.Count == 0)
                    call.Findings = [new CallFinding("personal", "pii.email", "user", "messages[0]", 0, 3, 90, "flag", "d")];
                calls.Add(call);
            }
        await FoundCalls.WriteAsync(node, calls);
        return calls;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Findings_go_with_the_months_of_the_calls_and_stay_with_them(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now), settings: ThreeMonths);
        var calls = await FillAsync(node, await Estate.MakeAsync(node));
        await node.Get<Retention>().SweepAsync(Ct);
        var left = await LeftAsync(node);
        left.Calls.Count.ShouldBe(4);
        left.Found.ShouldBe(left.Calls);
        left.Screened.ShouldBe(4);
        left.Calls.ShouldBe(calls.TakeLast(4).Select(c => c.Id.ToString()));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_policy_takes_findings_of_its_workspace_alone_and_none_that_is_held(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Now), settings: ThreeMonths);
        await using var api = await ApiHost.StartAsync(node);
        var (brief, other) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Another bank"));
        var calls = await FillAsync(node, brief, other);
        var text = JsonSerializer.Serialize("retention:\n  records_months: 1\n");
        (
            await api.SendAsync(HttpMethod.Put, $"/api/policies/{brief.Workspace.Id}", $$"""{"text":{{text}}}""", ("If-Match", "*"))
        ).Status.ShouldBe(200);
        var held = calls[1];
        var hold = await api.PostAsync(
            "/api/holds",
            $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"call","id":"{{held.Id}}"}]}"""
        );

        await node.Get<Retention>().SweepAsync(Ct);

        var left = await LeftAsync(node);
        left.Found.ShouldBe(left.Calls);
        left.Found.ShouldContain(held.Id.ToString());
        left.Found.Count.ShouldBeLessThan(calls.Count);
        left.Found.Count(id => calls.Take(7).Any(c => c.Id.ToString() == id)).ShouldBe(3, "June, July, and what is held");

        (await api.PostAsync($"/api/holds/{hold["id"]}/release", """{"reason":"settled"}""")).Status.ShouldBe(200);
        await node.Get<Retention>().SweepAsync(Ct);
        left = await LeftAsync(node);
        left.Found.ShouldBe(left.Calls);
        left.Found.Count.ShouldBe(2 + 4);
        left.Screened.ShouldBe(2 + 4, "both sides of a share go back as far");
    }
}
