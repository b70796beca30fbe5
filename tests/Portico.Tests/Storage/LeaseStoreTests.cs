using Dapper;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Storage;

public sealed class LeaseStoreTests(PostgresServer server)
{
    static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_holder_renews_under_the_same_fence(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var leases = (await store.OpenAsync()).Get<LeaseStore>();
        var first = await leases.TryAcquireAsync("sweep", Ttl, Ct);
        first.ShouldNotBeNull().Fence.ShouldBe(1);
        (await leases.TryAcquireAsync("sweep", Ttl, Ct)).ShouldBe(first);
        (await leases.TryAcquireAsync("another", Ttl, Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task One_node_of_many_gets_a_lease_that_all_want_at_once()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var nodes = new List<TestNode>();
        for (var i = 0; i < 4; i++)
            nodes.Add(await store.OpenAsync("node" + i));
        for (var round = 0; round < 5; round++)
        {
            var name = "round" + round;
            var got = await Task.WhenAll(nodes.Select(n => Task.Run(() => n.Get<LeaseStore>().TryAcquireAsync(name, Ttl, Ct))));
            got.Count(l => l is not null).ShouldBe(1);
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_lease_of_a_node_that_died_goes_to_the_next_when_it_runs_out_with_a_higher_fence(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime();
        Lease held;
        await using (var dead = await store.OpenAsync("one", time))
            held = (await dead.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct))!;
        // The same data directory, another process: another node.
        var next = await store.OpenAsync("one", time);
        (await next.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct)).ShouldBeNull();

        time.Advance(Ttl + TimeSpan.FromSeconds(1));
        if (engine == Engine.Postgres)
            await PassAsync(next.Database, Ttl); // The server's clock decides: let the lease's time pass there.

        var taken = await next.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct);
        taken.ShouldNotBeNull().Fence.ShouldBe(held.Fence + 1);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_released_lease_is_free_at_once(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using (var one = await store.OpenAsync())
        {
            var lease = await one.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct);
            await one.Get<LeaseStore>().ReleaseAsync(lease!, Ct);
        }
        var two = await store.OpenAsync();
        (await two.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct)).ShouldNotBeNull().Fence.ShouldBe(2);
    }

    [Fact]
    public async Task A_late_release_by_the_former_holder_does_not_free_the_lease_of_the_next()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await store.OpenAsync("one"), await store.OpenAsync("two"));
        var old = await one.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct);
        await PassAsync(one.Database, Ttl);
        (await two.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct)).ShouldNotBeNull();

        await one.Get<LeaseStore>().ReleaseAsync(old!, Ct);

        (await one.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task A_node_with_a_wrong_clock_does_not_take_a_live_lease_from_PostgreSQL()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var right = await store.OpenAsync("right");
        var wrong = await store.OpenAsync("wrong", new ManualTime(new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        (await right.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct)).ShouldNotBeNull();
        (await wrong.Get<LeaseStore>().TryAcquireAsync("sweep", Ttl, Ct)).ShouldBeNull();
    }

    static Task PassAsync(Database database, TimeSpan by) =>
        database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "update storage_leases set expires_us = expires_us - @us",
                    new { us = (long)by.TotalMicroseconds },
                    w.Transaction
                ),
            Ct
        );
}
