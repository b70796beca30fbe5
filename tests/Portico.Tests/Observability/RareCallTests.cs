using Dapper;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>What few calls have is found behind many others, without reading those.</summary>
public sealed class RareCallTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<List<CallId>> ListAsync(TestNode node, CallFilter filter, int limit, string? after = null) =>
        (await node.Get<ICallStore>().ListAsync(filter, new PageRequest(limit, after), Ct)).Select(c => c.Id).ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Rare_calls_are_found_behind_many_others_in_any_filter_and_page(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var rare = new Samples(61, Samples.Start, TimeSpan.FromHours(3)).Take(40);
        foreach (var (call, place) in rare.Select((c, i) => (c, i)))
            (call.Route, call.KeyId) = (place % 3 == 0 ? "seldom" : "once", $"key_{place % 4}");
        var many = new Samples(62, Samples.Start.AddHours(1), TimeSpan.FromHours(4)).Take(10_400);
        await node.Get<ICallStore>().InsertAsync([.. rare, .. many], Ct);
        if (engine == Engine.Postgres)
            // As an earlier build wrote them.
            await node.Database.WriteAsync(
                w =>
                    w.Connection.ExecuteAsync(
                        "update observability_calls set group_id = null where route = 'once' and key_id = 'key_1'",
                        transaction: w.Transaction
                    ),
                Ct
            );
        var middle = Micros.Of(Samples.Start.AddHours(1.5));
        (CallFilter Filter, Func<CallRecord, bool> Holds)[] cases =
        [
            (new CallFilter(Reach.Everywhere) { Route = "seldom" }, c => c.Route == "seldom"),
            (new CallFilter(Reach.Everywhere) { Route = "once" }, c => c.Route == "once"),
            (new CallFilter(Reach.Everywhere) { KeyId = "key_1" }, c => c.KeyId == "key_1"),
            (
                new CallFilter(Reach.Everywhere) { KeyId = "key_1", Outcome = CallOutcome.Failed },
                c => c is { KeyId: "key_1", Outcome: CallOutcome.Failed }
            ),
            (new CallFilter(Reach.Everywhere) { Route = "once", FromUs = middle }, c => c.Route == "once" && c.StartedAtUs >= middle),
            (new CallFilter(Reach.Everywhere) { Route = "once", ToUs = middle }, c => c.Route == "once" && c.StartedAtUs < middle),
            (new CallFilter(Reach.Everywhere) { Route = "never" }, _ => false),
        ];
        foreach (var (filter, holds) in cases)
        {
            var expected = rare.Where(holds).OrderByDescending(c => c.Id.ToString(), StringComparer.Ordinal).Select(c => c.Id).ToList();
            (await ListAsync(node, filter, 1_000)).ShouldBe(expected, filter.ToString());
            var paged = new List<CallId>();
            while (true)
            {
                // One more than asked for tells that there is another page.
                var page = await ListAsync(node, filter, 7, paged.Count == 0 ? null : paged[^1].ToString());
                paged.AddRange(page.Take(7));
                if (page.Count <= 7)
                    break;
            }
            paged.ShouldBe(expected, filter.ToString());
        }
        var all = rare.Concat(many).OrderByDescending(c => c.Id.ToString(), StringComparer.Ordinal).Select(c => c.Id).ToList();
        (await ListAsync(node, new CallFilter(Reach.Everywhere), 50, all[10_300].ToString())).ShouldBe(all.Skip(10_301).Take(51));
        (await ListAsync(node, new CallFilter(Reach.Everywhere) { Route = "fast" }, 50)).ShouldBe(
            many.Where(c => c.Route == "fast").OrderByDescending(c => c.Id.ToString(), StringComparer.Ordinal).Take(51).Select(c => c.Id)
        );
    }
}
