using Dapper;
using Npgsql;
using Portico.Governance;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Storage;

/// <summary>What happens when PostgreSQL goes away: on a server of their own, which these tests take down.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    readonly PostgresServer server = new();
    TestStore store = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = await TestStore.CreateAsync(Engine.Postgres, server);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_is_refused_clearly_while_the_server_is_away_and_works_when_it_is_back(bool crash)
    {
        var node = await store.OpenAsync();
        var made = await node.Get<GovernanceService>().CreateOrganisationAsync("Bank", Ct);
        await server.StopAsync(crash);

        var refusal = await Should.ThrowAsync<PorticoException>(() => node.Get<GovernanceService>().CreateOrganisationAsync("Other", Ct));
        refusal.Kind.ShouldBe(ErrorTable.StorageUnavailable);
        refusal.RetryAfter.ShouldNotBeNull();
        (await Should.ThrowAsync<PorticoException>(async () => await node.Database.OpenReadAsync(Ct))).Kind.ShouldBe(
            ErrorTable.StorageUnavailable
        );
        (await node.Database.CheckAsync(Ct)).Good.ShouldBeFalse();
        node.Get<GovernanceCatalog>().Current.Organisations.ShouldContainKey(made.Id); // the last good snapshot stays

        await server.StartAsync();
        await Eventually.HoldsAsync(async () => (await node.Database.CheckAsync(Ct)).Good, TimeSpan.FromSeconds(10));
        (await node.Get<GovernanceService>().CreateOrganisationAsync("Other", Ct)).Name.ShouldBe("Other");
    }

    [Fact]
    public async Task A_node_that_was_cut_off_learns_of_the_changes_it_missed()
    {
        var (one, two) = (await store.OpenAsync("one"), await store.OpenAsync("two"));
        await two.StartAsync();
        await server.StopAsync(crash: true);
        await server.StartAsync();
        Organisation? made = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    made = await one.Get<GovernanceService>().CreateOrganisationAsync("Bank", Ct);
                    return true;
                }
                catch (PorticoException e) when (e.Kind == ErrorTable.StorageUnavailable)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(10)
        );
        await Eventually.HoldsAsync(
            () => two.Get<GovernanceCatalog>().Current.Organisations.ContainsKey(made!.Id),
            TimeSpan.FromSeconds(10)
        );
    }

    [Fact]
    public async Task A_commit_that_was_cut_off_does_not_claim_that_nothing_was_changed()
    {
        var node = await store.OpenAsync();
        await using var lossy = await LostAnswers.BeginAsync(store.Connection!);
        var write = node.Database.WriteAsync(
            w => w.Connection.ExecuteAsync("insert into storage_leases values ('x', 'y', 1, 0)", transaction: w.Transaction),
            Ct
        );
        await lossy.CutCommitAsync();

        var refusal = await Should.ThrowAsync<PorticoException>(() => write);
        refusal.Kind.ShouldBe(ErrorTable.StorageUnavailable);
        refusal.Message.ShouldContain("may have been made");
        await using var db = await node.Database.OpenReadAsync(Ct);
        (await db.ExecuteScalarAsync<long>("select count(*) from storage_leases")).ShouldBe(1); // and it was
    }

    [Fact]
    public async Task Two_writes_that_block_each_other_are_both_made()
    {
        var node = await store.OpenAsync();
        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync("insert into storage_leases values ('a', '', 0, 0), ('b', '', 0, 0)", transaction: w.Transaction),
            Ct
        );
        using var both = new Barrier(2);
        var turns = 0;
        Task CrossAsync(string first, string second)
        {
            var met = false;
            return Task.Run(() =>
                node.Database.WriteAsync(
                    async w =>
                    {
                        Interlocked.Increment(ref turns);
                        await AddAsync(w, first);
                        if (!met)
                            both.SignalAndWait(Ct);
                        met = true;
                        await AddAsync(w, second);
                    },
                    Ct
                )
            );
        }
        await Task.WhenAll(CrossAsync("a", "b"), CrossAsync("b", "a"));

        turns.ShouldBeGreaterThan(2); // one lost and was repeated
        await using var db = await node.Database.OpenReadAsync(Ct);
        (await db.QueryAsync<long>("select fence from storage_leases")).ShouldBe([2, 2]);
    }

    static Task AddAsync(DbWork w, string name) =>
        w.Connection.ExecuteAsync("update storage_leases set fence = fence + 1 where name = @name", new { name }, w.Transaction);
}
