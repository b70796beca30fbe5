using System.Text.Json.Nodes;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Observability.Live;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class LiveCallsTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_gets_the_calls_that_fit_in_the_order_in_which_they_ended()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var (live, recorder) = (node.Get<LiveCalls>(), node.Get<CallRecorder>());
        using var all = live.Watch(new CallFilter(Reach.Everywhere));
        using var fast = live.Watch(new CallFilter(Reach.Everywhere) { Route = "fast" });
        var calls = new Samples(51).Take(40);
        foreach (var call in calls)
            recorder.Record(call);

        all.Take().Calls.ShouldBe(calls);
        fast.Take().Calls.ShouldBe(calls.Where(c => c.Route == "fast"));
        all.Take().Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_slow_reader_has_no_room_for_is_counted_and_not_kept()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        using var watch = node.Get<LiveCalls>().Watch(new CallFilter(Reach.Everywhere));
        var calls = new Samples(52).Take(LiveWatch.Room + 7);
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);

        var (kept, dropped) = watch.Take();
        kept.ShouldBe(calls.Take(LiveWatch.Room));
        dropped.ShouldBe(7);
        node.Get<CallRecorder>().Record(calls[0]);
        watch.Take().ShouldSatisfyAllConditions(t => t.Calls.Count.ShouldBe(1), t => t.Dropped.ShouldBe(0));
    }

    [Fact]
    public async Task A_node_has_room_for_so_many_watchers_and_one_that_left_makes_room()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var live = node.Get<LiveCalls>();
        var watches = Enumerable.Range(0, LiveCalls.MaxWatchers).Select(_ => live.Watch(new CallFilter(Reach.Everywhere))).ToList();
        Should.Throw<PorticoException>(() => live.Watch(new CallFilter(Reach.Everywhere))).Kind.ShouldBe(ErrorTable.Overloaded);
        watches[3].Dispose();
        live.Watch(new CallFilter(Reach.Everywhere)).Dispose();
        node.Get<CallRecorder>().Record(new Samples(53).Next());
        watches[3].Take().Calls.ShouldBeEmpty();
        watches[4].Take().Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_tells_calls_as_they_end_as_the_list_would()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        using var response = await api.Client.GetAsync(
            "/api/calls/live?seconds=60&route=fast",
            HttpCompletionOption.ResponseHeadersRead,
            Ct
        );
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var calls = new Samples(54).Take(30);
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        var told = new List<string>();
        var expected = calls.Where(c => c.Route == "fast").Select(c => c.Id.ToString()).ToList();
        while (told.Count < expected.Count)
        {
            var line = await reader.ReadLineAsync(Ct);
            line.ShouldNotBeNull();
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var batch = JsonNode.Parse(line["data: ".Length..])!;
            batch["more"]!.GetValue<long>().ShouldBe(0);
            told.AddRange(batch["items"]!.AsArray().Select(c => c!["id"]!.GetValue<string>()));
        }
        told.ShouldBe(expected);
    }

    [Fact]
    public async Task A_stream_ends_by_itself_so_that_who_reads_it_is_asked_again_who_they_are()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var ended = await api.GetAsync("/api/calls/live?seconds=1");
        ended.Status.ShouldBe(200);
        ended.Text.ShouldStartWith("retry: ");
        var refused = await api.GetAsync("/api/calls/live?seconds=901");
        (refused.Status, refused["param"]).ShouldBe((400, "seconds"));
    }
}
