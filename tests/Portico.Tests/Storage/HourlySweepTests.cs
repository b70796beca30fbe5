using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Storage;

public sealed class HourlySweepTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed class Failing(LeaseStore leases, TimeProvider time, ILogger logger) : HourlySweep("failing", leases, time, logger)
    {
        protected override Task SweepAsync(DateTimeOffset now, CancellationToken ct) => throw new IOException("the disk is full");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_round_that_failed_here_is_no_failure_of_this_node_when_another_makes_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        using var round = new Failing(node.Get<LeaseStore>(), TimeProvider.System, NullLogger.Instance);
        await round.StartAsync(Ct);
        await Eventually.HoldsAsync(() => round.Failure is not null, TimeSpan.FromSeconds(10));
        round.Failure.ShouldBe("the disk is full");

        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync("update storage_leases set owner = 'another' where name = 'failing'", transaction: w.Transaction),
            Ct
        );

        (await round.SweepAsync(Ct)).ShouldBeFalse();
        round.Failure.ShouldBeNull();
        await round.StopAsync(Ct);
    }
}
