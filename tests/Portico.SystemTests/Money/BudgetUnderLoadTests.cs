using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portico.Gateway.Ledger;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>
/// Far more callers at once than a budget can pay for, through the real door. What a call may cost is exactly what it costs here, so "worth 100 calls"
/// has one meaning whatever the order of things.
/// </summary>
public sealed class BudgetUnderLoadTests(PostgresServer postgres, ITestOutputHelper output)
{
    const int Callers = 500;
    const int Affordable = 100;

    [Fact]
    public async Task Of_500_callers_on_a_budget_worth_100_calls_one_node_serves_exactly_100()
    {
        await using var node = await Node.StartAsync();
        await ShouldServeWhatIsAffordableAsync([node], null);
    }

    [Fact]
    public async Task Of_500_callers_on_a_budget_worth_100_calls_two_nodes_on_PostgreSQL_serve_exactly_100()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database);
        await using var _ = one;
        await using var __ = two;
        await ShouldServeWhatIsAffordableAsync([one, two], database);
    }

    async Task ShouldServeWhatIsAffordableAsync(Node[] nodes, string? database)
    {
        // Step 1: the provider answers when everybody else has been refused. Until then most of what is affordable is held; a part settles at once, so
        // that holds and settlements meet in every order.
        await using var exact = await ExactModel.ConnectAsync(nodes[0]);
        var (arrived, refused) = (0, 0);
        var decided = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Decide()
        {
            if (Volatile.Read(ref arrived) + Volatile.Read(ref refused) >= Callers)
                decided.TrySetResult();
        }
        exact.Before = async http =>
        {
            var number = Interlocked.Increment(ref arrived);
            Decide();
            if (number % 3 != 0)
                await decided.Task.WaitAsync(http.RequestAborted);
        };

        // Step 2: the budget, known to every node.
        var (key, door) = await nodes[0].NewKeyAsync();
        var budget = await exact.BudgetAsync(key, Affordable, nodes);
        var limit = exact.PriceNanoUsd * Affordable;

        // Step 3: all at once, while someone looks at the books of every node and of the store.
        using var done = new CancellationTokenSource();
        var sampling = SampleAsync(nodes, database, budget, limit, done.Token);
        var doors = nodes.Select(n => n.Client(door.DefaultRequestHeaders.Authorization!.Parameter)).ToList();
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(async i =>
                {
                    using var response = await doors[i % doors.Count].ChatAsync(ExactModel.Call(stream: i % 4 >= 2));
                    await response.Content.LoadIntoBufferAsync();
                    if ((int)response.StatusCode != 200)
                    {
                        await response.ShouldBeRefusedAsync(429, "insufficient_quota");
                        Interlocked.Increment(ref refused);
                        Decide();
                    }
                    return (int)response.StatusCode;
                })
        );
        await done.CancelAsync();
        var samples = await sampling;

        statuses.Count(s => s == 200).ShouldBe(Affordable);
        arrived.ShouldBe(Affordable, "the provider was called for what the budget pays, and for nothing else");
        var rows = await Books.ShouldAgreeAsync(nodes[0]);
        var ours = rows.Where(r => r.Text("key_id") == key).ToList();
        ours.Count(r => r.Text("outcome") == "completed").ShouldBe(Affordable);
        ours.Count(r => r.Text("outcome") == "refused").ShouldBe(Callers - Affordable);
        ours.Sum(r => r.Number("cost_nano_usd")).ShouldBe(limit);
        output.WriteLine($"{samples} samples, none over the limit");
    }

    /// <summary>Looks again and again until told to stop; throws at the first look that finds more promised or settled than there is.</summary>
    static async Task<int> SampleAsync(Node[] nodes, string? database, string budget, long limit, CancellationToken done)
    {
        var samples = 0;
        while (!done.IsCancellationRequested || samples == 0)
        {
            foreach (var node in nodes)
            {
                var slot = node.Services.GetRequiredService<MeterCatalog>().Slots.Single(s => s.Id == budget);
                var status = node.Services.GetRequiredService<CreditLedger>().Status([slot]).Single();
                (status.Spent + status.Held).ShouldBeLessThanOrEqualTo(limit);
            }
            if (database is not null)
                (await TakenAsync(database, budget)).ShouldBeLessThanOrEqualTo(limit);
            samples++;
            await Task.Delay(1);
        }
        return samples;
    }

    /// <summary>What all nodes together have settled or may still spend: one look at one row.</summary>
    static async Task<long> TakenAsync(string database, string budget)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select spent + leased from gateway_meter_windows where slot = @slot", connection);
        command.Parameters.AddWithValue("slot", budget);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}
