using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class CallCostTests(PostgresServer server)
{
    [Fact]
    public void Parts_come_to_what_is_billed_but_for_what_is_rounded_and_none_is_left_out()
    {
        foreach (var seed in Enumerable.Range(1, 40))
        {
            var samples = new Samples(seed);
            foreach (var call in samples.Take(30))
            foreach (var attempt in call.Attempts)
            {
                var price = PriceId.TryParse(attempt.PriceId, out var id) ? samples.Find(id, attempt.PriceVersion) : null;
                var parts = Price.PartsOf(price, attempt.Usage);
                var why = $"seed {seed}, {call.Id}, attempt {attempt.Number}";
                parts.Where(p => p.Name is not "requests").Sum(p => p.Quantity).ShouldBe(Counted(attempt.Usage), why);
                if (price?.CostNanoUsd(attempt.Usage) is { } cost)
                    parts.Sum(p => p.CostNanoUsd!.Value).ShouldBeInRange(cost, cost + parts.Count, why);
                else if (!attempt.Usage.IsEmpty)
                    parts.ShouldContain(p => p.CostNanoUsd == null, why);
            }
        }
    }

    static long Counted(in Usage u) =>
        u.Total + u.Searches + u.Characters + u.AudioMs + u.Images + u.WebSearches + u.FileSearches + u.Containers;

    [Fact]
    public void A_call_above_the_tier_shows_the_rates_of_the_tier()
    {
        var price = new Price
        {
            Id = default,
            Version = 1,
            Rates = new TokenRates { Input = 1_000_000_000, Output = 2_000_000_000 },
            TierAboveInputTokens = 100,
            TierRates = new TokenRates { Input = 3_000_000_000, Output = 4_000_000_000 },
        };
        Price
            .PartsOf(price, new Usage { Input = 101, Reasoning = 5 })
            .ShouldBe([new PricedPart("input", 101, 3_000_000_000, 1_000_000), new PricedPart("reasoning", 5, 4_000_000_000, 1_000_000)]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_cost_of_a_call_is_told_beside_what_was_held_and_settled(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var call = new Samples(61).Take(50).First(c => c.Outcome == CallOutcome.Completed && c.Attempts.Count > 1);
        call.HeldNanoUsd = 52_700_000;
        await node.Get<ICallStore>().InsertAsync([call], TestContext.Current.CancellationToken);

        var cost = (await api.GetAsync($"/api/calls/{call.Id}/cost")).Json;
        cost["held_nano_usd"]!.GetValue<long>().ShouldBe(52_700_000);
        cost["cost_nano_usd"]!.GetValue<long>().ShouldBe(call.CostNanoUsd);
        var attempts = cost["attempts"]!.AsArray();
        attempts.Count.ShouldBe(call.Attempts.Count);
        // The book of this node does not have the price: what was used is told, without a rate.
        attempts[^1]!["parts"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()).ShouldContain("input");
        attempts[^1]!["parts"]![0]!["rate_nano_usd"].ShouldBeNull();
        (await api.GetAsync("/api/calls/call_01k9a3x7s8fjn8w2v5d1b6c4e0/cost")).Status.ShouldBe(404);
    }
}
