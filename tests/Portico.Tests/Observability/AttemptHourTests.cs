using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>How providers fared by the hour: the same as counting the attempts of the records.</summary>
public sealed class AttemptHourTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task RecordAsync(TestNode node, IEnumerable<CallRecord> calls)
    {
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
    }

    /// <summary>Endings, times and connections as many as there are; the attempts that fell over to another one most of all.</summary>
    static List<CallRecord> Varied(int seed, int count)
    {
        var random = new Random(seed);
        string?[] faults = ["caller", "credential", "rate_limit", "model", "upstream", null];
        return new Samples(seed, Samples.Start, TimeSpan.FromHours(5))
            .Take(count)
            .Select(call =>
            {
                call.Attempts = call
                    .Attempts.Select(a =>
                        a with
                        {
                            ConnectionId = "conn_" + random.Next(3),
                            StartedAtUs = a.StartedAtUs + random.Next(3) * 1_800_000_000L,
                            DurationUs = random.Next(5_000_000),
                            FirstOutputUs = random.Next(2) * random.Next(2_000_000),
                            Outcome = a.Outcome == "completed" && random.Next(9) == 0 ? "abandoned" : a.Outcome,
                            Fault = a.Outcome == "failed" ? faults[random.Next(faults.Length)] : null,
                        }
                    )
                    .ToList();
                return call;
            })
            .ToList();
    }

    static string EndingOf(AttemptRecord a) => a.Outcome == "failed" ? a.Fault ?? "upstream" : a.Outcome;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Hours_say_what_the_attempts_of_the_records_say_over_any_batches(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        var seed = Random.Shared.Next();
        var calls = Varied(seed, 300);
        await RecordAsync(node, calls.Take(120));
        await RecordAsync(node, calls.Skip(120));

        var hours = await node.Get<AttemptReports>().ReadAsync(0, long.MaxValue / 2, null, Ct);

        var expected = calls
            .SelectMany(c => c.Attempts)
            .GroupBy(a => (Hour: a.StartedAtUs / AttemptHours.HourUs * AttemptHours.HourUs, a.ConnectionId, a.DeploymentId))
            .Select(g =>
            {
                var good = g.Where(a => a.Outcome == "completed").ToList();
                var heard = good.Where(a => a.FirstOutputUs > 0).ToList();
                return Line(
                    g.Key.Hour,
                    g.Key.ConnectionId,
                    g.Key.DeploymentId,
                    g.GroupBy(EndingOf).ToDictionary(e => e.Key, e => (long)e.Count()),
                    good.Count == 0 ? null : good.Sum(a => a.DurationUs) / good.Count,
                    heard.Count == 0 ? null : heard.Sum(a => a.FirstOutputUs) / heard.Count
                );
            });
        hours
            .Select(h => Line(h.HourUs, h.ConnectionId, h.DeploymentId, h.Attempts, h.MeanDurationUs, h.MeanFirstOutputUs))
            .ShouldBe(expected, ignoreOrder: true, $"seed {seed}");
        hours.Select(h => h.HourUs).ShouldBeInOrder();

        var middle = Micros.Of(Samples.Start.AddHours(2));
        var some = await node.Get<AttemptReports>().ReadAsync(middle + 1, Micros.Of(Samples.Start.AddHours(3)), "conn_1", Ct);
        some.Count.ShouldBeGreaterThan(0);
        some.ShouldAllBe(h => h.HourUs == middle && h.ConnectionId == "conn_1");
    }

    static string Line(long hour, string connection, string deployment, IReadOnlyDictionary<string, long> by, long? mean, long? first) =>
        $"{hour} {connection} {deployment} {string.Join(',', by.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"))} {mean} {first}";

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_journal_that_is_replayed_counts_no_attempt_twice(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var first = await store.OpenAsync();
        await first.Get<JournalDrain>().ReplayAsync(Ct);
        var calls = Varied(5, 80);
        foreach (var call in calls)
            first.Get<CallRecorder>().Record(call);
        // The process died between the rows and the sums.
        await first.Get<ICallStore>().InsertAsync(calls, Ct);
        await first.DisposeAsync();

        var second = await store.OpenAsync();
        await second.Get<JournalDrain>().ReplayAsync(Ct);
        await second.Get<JournalDrain>().ReplayAsync(Ct);
        var hours = await second.Get<AttemptReports>().ReadAsync(0, long.MaxValue / 2, null, Ct);
        hours.Sum(h => h.Attempts.Values.Sum()).ShouldBe(calls.Sum(c => c.Attempts.Count));
    }

    [Fact]
    public async Task A_range_that_ends_before_it_begins_is_refused()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var refused = await Should.ThrowAsync<PorticoException>(() => node.Get<AttemptReports>().ReadAsync(5, 4, null, Ct));
        refused.Param.ShouldBe("to");
    }
}
