using Portico.Observability;

namespace Portico.Tests.Observability;

public sealed class RecomputationTests
{
    [Fact]
    public void Every_call_can_be_priced_again_from_its_attempts_and_their_price_versions()
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var samples = new Samples(seed);
            foreach (var call in samples.Take(50))
                Recomputation.Check(call, samples.Find).Verdict.ShouldBe(CostVerdict.Agrees, $"seed {seed}, {call.Id}");
        }
    }

    [Fact]
    public void A_cost_that_its_price_does_not_give_is_found()
    {
        var samples = new Samples(7);
        var call = samples.Take(100).First(c => c.CostNanoUsd > 0);
        call.CostNanoUsd++;

        var check = Recomputation.Check(call, samples.Find);

        check.Verdict.ShouldBe(CostVerdict.Differs);
        check.RecomputedNanoUsd.ShouldBe(check.RecordedNanoUsd - 1);
    }

    [Fact]
    public void Tokens_that_changed_after_billing_are_found_even_where_the_sums_agree()
    {
        var samples = new Samples(7);
        var call = samples.Take(100).First(c => c.CostNanoUsd > 0);
        var served = call.Attempts[^1];
        call.Attempts = [.. call.Attempts.SkipLast(1), served with { Usage = served.Usage with { Input = served.Usage.Input + 1_000 } }];

        Recomputation.Check(call, samples.Find).Verdict.ShouldBe(CostVerdict.Differs);
    }

    [Fact]
    public void A_price_that_is_not_in_the_book_is_said_to_be_missing()
    {
        var samples = new Samples(7);
        var call = samples.Take(100).First(c => c.CostNanoUsd > 0);

        Recomputation.Check(call, (_, _) => null).Verdict.ShouldBe(CostVerdict.PriceMissing);
        Recomputation
            .Check(
                call,
                (id, version) => samples.Find(id, version) is { } price ? price with { Rates = price.Rates with { Input = 0 } } : null
            )
            .Verdict.ShouldBe(CostVerdict.Differs);
    }

    [Fact]
    public void Tokens_without_a_price_cost_nothing_and_must_say_so()
    {
        var samples = new Samples(9);
        var call = samples.Take(200).First(c => c.Attempts is [.., { PriceId: null, Unpriced: true }]);
        Recomputation.Check(call, samples.Find).Verdict.ShouldBe(CostVerdict.Agrees);

        call.Attempts = [.. call.Attempts.SkipLast(1), call.Attempts[^1] with { Unpriced = false }];
        Recomputation.Check(call, samples.Find).Verdict.ShouldBe(CostVerdict.Differs);
    }
}
