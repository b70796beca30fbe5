using Dapper;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Storage;

public sealed class MigratorTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Makes_every_table_of_a_fresh_store(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = store.Build();
        (await node.Get<Migrator>().StateAsync(Ct)).ShouldAllBe(m => !m.Applied);

        var count = await node.Get<Migrator>().ApplyAsync(Ct);

        var state = await node.Get<Migrator>().StateAsync(Ct);
        state.Count.ShouldBe(count);
        state.ShouldAllBe(m => m.Applied);
        state.Select(m => m.Module).Distinct().ShouldBe(["storage", "governance", "observability", "models"], ignoreOrder: true);
        (await node.Database.CheckAsync(Ct)).Good.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_second_start_applies_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using (var first = store.Build())
            (await first.Get<Migrator>().ApplyAsync(Ct)).ShouldBeGreaterThan(0);
        await using var second = store.Build();
        (await second.Get<Migrator>().ApplyAsync(Ct)).ShouldBe(0);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Refuses_an_applied_migration_that_has_changed_since_and_names_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "update storage_migrations set checksum = 'other' where module = 'governance' and number = 1",
                    transaction: w.Transaction
                ),
            Ct
        );
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => node.Get<Migrator>().ApplyAsync(Ct));
        refusal.Message.ShouldContain("governance/0001_governance");
    }

    [Fact]
    public async Task Four_nodes_that_start_together_migrate_once()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var nodes = Enumerable.Range(0, 4).Select(i => store.Build("node" + i)).ToList();
        var counts = await Task.WhenAll(nodes.Select(n => Task.Run(() => n.Get<Migrator>().ApplyAsync(Ct))));
        counts.Count(c => c > 0).ShouldBe(1);
        counts.Sum().ShouldBe((await nodes[0].Get<Migrator>().StateAsync(Ct)).Count);
    }

    [Fact]
    public async Task Nodes_that_only_ask_for_the_state_of_a_fresh_store_do_not_disturb_each_other()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var nodes = Enumerable.Range(0, 8).Select(i => store.Build("node" + i)).ToList();
        var asked = nodes.Select(n => Task.Run(() => n.Get<Migrator>().StateAsync(Ct))).ToList();
        (await Task.WhenAll(asked)).ShouldAllBe(states => states.All(s => !s.Applied));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_migration_that_fails_leaves_no_trace(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = store.Build();
        // A table of a later module stands in the way: the earlier modules' tables must not stay either.
        await node.Database.WriteAsync(
            w => w.Connection.ExecuteAsync("create table models_models (id text)", transaction: w.Transaction),
            Ct
        );
        await Should.ThrowAsync<System.Data.Common.DbException>(() => node.Get<Migrator>().ApplyAsync(Ct));
        (await node.Get<Migrator>().StateAsync(Ct)).ShouldAllBe(m => !m.Applied);

        await node.Database.WriteAsync(w => w.Connection.ExecuteAsync("drop table models_models", transaction: w.Transaction), Ct);
        (await node.Get<Migrator>().ApplyAsync(Ct)).ShouldBeGreaterThan(0);
    }
}
