using System.Collections.Concurrent;
using Npgsql;
using Portico.Governance;
using Portico.Storage;
using Portico.Storage.Postgres;
using Portico.Tests.Support;

namespace Portico.Tests.Storage;

public sealed class ChangeSignalsTests(PostgresServer server)
{
    /// <summary>For a machine that is busy with other tests. What is promised is 2 s, of which the listener leaves half.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static ConcurrentQueue<ChangeSignal> Listen(TestNode node, string kind)
    {
        var heard = new ConcurrentQueue<ChangeSignal>();
        node.Get<ChangeSignals>().Subscribe(kind, heard.Enqueue);
        return heard;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_signal_is_heard_after_its_commit_and_never_when_the_work_failed(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var heard = Listen(node, "thing");
        await node.StartAsync();
        // A listener that connects later tells what came before with one general signal; this test is about the single ones.
        if (engine == Engine.Postgres)
            await Eventually.HoldsAsync(() => heard.Any(s => s.Kind == ChangeSignals.Everything), Patience);

        await Should.ThrowAsync<InvalidOperationException>(() =>
            node.Database.WriteAsync(
                w =>
                {
                    w.Signal("thing", "failed", 1);
                    throw new InvalidOperationException("no");
                },
                Ct
            )
        );
        await SignalAsync(node, "thing", "good");

        await Eventually.HoldsAsync(() => heard.Any(s => s is { Kind: "thing", Id: "good", Version: 7 }), Patience);
        heard.ShouldNotContain(s => s.Id == "failed");
    }

    [Fact]
    public async Task A_change_on_one_node_is_seen_on_another_within_two_seconds()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await store.OpenAsync("one"), await store.OpenAsync("two"));
        await one.StartAsync();
        await two.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var made = await one.Get<GovernanceService>().CreateOrganisationAsync($"Bank {i}", Ct);
            await Eventually.HoldsAsync(() => two.Get<GovernanceCatalog>().Current.Organisations.ContainsKey(made.Id), Patience);
        }
    }

    [Fact]
    public async Task A_notification_that_was_lost_is_made_up_for_by_the_table()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var node = await store.OpenAsync();
        var heard = Listen(node, "thing");
        await node.StartAsync();
        await Eventually.HoldsAsync(() => heard.Any(s => s.Kind == ChangeSignals.Everything), Patience);
        await using var db = new NpgsqlConnection(store.Connection);
        await db.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("insert into storage_changes (kind, id, version) values ('thing', 'silent', 1)", db);
        await command.ExecuteNonQueryAsync(Ct);
        await Eventually.HoldsAsync(() => heard.Any(s => s.Id == "silent"), Patience);
    }

    [Fact]
    public async Task A_change_made_between_the_first_read_and_the_start_of_listening_is_not_missed()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await store.OpenAsync("one"), await store.OpenAsync("two"));
        // The catalog's own loop reads once at its start; a subscriber that read before has only the signals.
        var heard = Listen(two, "thing");
        await SignalAsync(one, "thing", "in between");
        await two.StartAsync();
        await Eventually.HoldsAsync(() => heard.Any(s => s.Id == "in between" || s.Kind == ChangeSignals.Everything), Patience);
    }

    [Fact]
    public void A_node_looks_for_changes_twice_within_the_2_seconds_that_are_promised() =>
        PostgresListener.LookEvery.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));

    [Fact]
    public async Task A_commit_that_began_before_others_and_ended_after_them_is_not_missed()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await store.OpenAsync("one"), await store.OpenAsync("two"));
        await two.StartAsync();
        var heard = Listen(two, "thing");
        // The number is drawn first, the row becomes visible last; the notification is left out on purpose.
        await using var slow = new NpgsqlConnection(store.Connection);
        await slow.OpenAsync(Ct);
        await using var transaction = await slow.BeginTransactionAsync(Ct);
        await using var insert = new NpgsqlCommand(
            "insert into storage_changes (kind, id, version) values ('thing', 'slow', 1)",
            slow,
            transaction
        );
        await insert.ExecuteNonQueryAsync(Ct);
        for (var i = 0; i < 5; i++)
            await SignalAsync(one, "thing", $"quick {i}");
        await Eventually.HoldsAsync(() => heard.Any(s => s.Id == "quick 4"), Patience);

        await transaction.CommitAsync(Ct);

        await Eventually.HoldsAsync(() => heard.Any(s => s.Id == "slow"), Patience);
    }

    [Fact]
    public async Task A_subscriber_that_throws_does_not_stop_the_others()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var signals = node.Get<ChangeSignals>();
        var heard = 0;
        signals.Subscribe("thing", _ => throw new InvalidOperationException("no"));
        signals.Subscribe("thing", _ => heard++);
        signals.Subscribe("thing", _ => heard += 100).Dispose();
        signals.Deliver(new ChangeSignal("thing", "a", 1));
        signals.Deliver(new ChangeSignal("other", "a", 1));
        signals.Deliver(new ChangeSignal(ChangeSignals.Everything, "", 0));
        heard.ShouldBe(2);
    }

    static Task SignalAsync(TestNode node, string kind, string id) =>
        node.Database.WriteAsync(
            w =>
            {
                w.Signal(kind, id, 7);
                return Task.CompletedTask;
            },
            Ct
        );
}
