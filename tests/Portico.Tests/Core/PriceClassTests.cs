namespace Portico.Tests.Core;

/// <summary>Classes of service: each has its own rates, a hold covers whichever may serve, and what is settled is exact.</summary>
public sealed class PriceClassTests
{
    static readonly Price Tiered = new()
    {
        Id = default,
        Version = 1,
        Rates = new TokenRates
        {
            Input = 2_000_000_000,
            CacheRead = 200_000_000,
            Output = 8_000_000_000,
        },
        TierAboveInputTokens = 1_000,
        TierRates = new TokenRates { Input = 4_000_000_000, Output = 12_000_000_000 },
        Classes = new PriceClasses
        {
            Flex = new ClassRates
            {
                Rates = new TokenRates { Input = 1_000_000_000, Output = 4_000_000_000 },
            },
            Priority = new ClassRates
            {
                Rates = new TokenRates
                {
                    Input = 3_500_000_000,
                    CacheRead = 350_000_000,
                    Output = 14_000_000_000,
                },
                TierRates = new TokenRates { Input = 7_000_000_000 },
            },
        },
    };

    static Usage Used(PriceClass served, long input = 100, long cached = 10, long output = 20) =>
        new()
        {
            Input = input,
            CacheRead = cached,
            Output = output,
            Class = served,
        };

    [Fact]
    public void The_class_that_served_decides_the_rates()
    {
        Tiered.CostNanoUsd(Used(PriceClass.Standard)).ShouldBe(100 * 2_000 + 10 * 200 + 20 * 8_000);
        Tiered.CostNanoUsd(Used(PriceClass.Priority)).ShouldBe(100 * 3_500 + 10 * 350 + 20 * 14_000);
    }

    [Fact]
    public void A_part_without_a_rate_of_the_class_costs_what_it_costs_at_the_standard_class() =>
        Tiered.CostNanoUsd(Used(PriceClass.Flex)).ShouldBe(100 * 1_000 + 10 * 200 + 20 * 4_000);

    [Fact]
    public void A_class_without_rates_costs_what_the_standard_class_costs() =>
        Tiered.CostNanoUsd(Used(PriceClass.Batch)).ShouldBe(Tiered.CostNanoUsd(Used(PriceClass.Standard)));

    [Fact]
    public void Above_the_tier_a_class_has_its_own_tier_or_the_standard_one()
    {
        Tiered.CostNanoUsd(Used(PriceClass.Priority, input: 1_001, cached: 0)).ShouldBe(1_001 * 7_000 + 20 * 12_000);
        Tiered.CostNanoUsd(Used(PriceClass.Flex, input: 1_001, cached: 0)).ShouldBe(1_001 * 4_000 + 20 * 12_000);
        var own = Tiered with { TierRates = null };
        own.CostNanoUsd(Used(PriceClass.Priority, input: 1_001, cached: 0)).ShouldBe(1_001 * 7_000 + 20 * 8_000);
        own.CostNanoUsd(Used(PriceClass.Flex, input: 1_001, cached: 0)).ShouldBe(1_001 * 1_000 + 20 * 4_000);
    }

    [Fact]
    public void The_worst_case_is_the_dearest_of_the_standard_class_and_the_one_that_may_serve()
    {
        var flat = Tiered with { TierRates = null, TierAboveInputTokens = null };
        flat.WorstCaseNanoUsd(100, 20).ShouldBe(100 * 2_000 + 20 * 8_000);
        flat.WorstCaseNanoUsd(100, 20, PriceClass.Flex).ShouldBe(100 * 2_000 + 20 * 8_000);
        flat.WorstCaseNanoUsd(100, 20, PriceClass.Batch).ShouldBe(100 * 2_000 + 20 * 8_000);
        // The tier of the class alone has no bound here, and is held all the same: it is the dearest.
        flat.WorstCaseNanoUsd(100, 20, PriceClass.Priority).ShouldBe(100 * 7_000 + 20 * 8_000);
    }

    [Fact]
    public void Usage_that_is_told_in_pieces_keeps_the_class()
    {
        Usage.Max(Used(PriceClass.Flex), default).Class.ShouldBe(PriceClass.Flex);
        Usage.Max(default, Used(PriceClass.Priority)).Class.ShouldBe(PriceClass.Priority);
    }

    [Fact]
    public void Whatever_class_serves_of_those_that_may_the_cost_is_within_the_hold()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        long? Maybe() => random.Next(3) == 0 ? null : random.NextInt64(0, 100_000_000_000);
        TokenRates Rates(bool whole) =>
            new()
            {
                Input = whole ? random.NextInt64(0, 100_000_000_000) : Maybe(),
                Output = whole ? random.NextInt64(0, 100_000_000_000) : Maybe(),
                CacheRead = Maybe(),
                CacheWrite = Maybe(),
                CacheWriteLong = Maybe(),
                Reasoning = Maybe(),
                ImageInput = Maybe(),
            };
        ClassRates? Class() =>
            random.Next(3) == 0 ? null : new ClassRates { Rates = Rates(false), TierRates = random.Next(2) == 0 ? null : Rates(false) };
        for (var i = 0; i < 20_000; i++)
        {
            var price = new Price
            {
                Id = default,
                Version = 1,
                Rates = Rates(true),
                TierAboveInputTokens = random.Next(3) == 0 ? null : random.Next(1_000),
                TierRates = random.Next(2) == 0 ? null : Rates(true),
                Classes = new PriceClasses
                {
                    Batch = Class(),
                    Flex = Class(),
                    Priority = Class(),
                },
                PerRequestNanoUsd = random.Next(100),
            };
            long input = random.Next(2_000),
                output = random.Next(2_000);
            var cached = random.NextInt64(0, input + 1);
            var written = random.NextInt64(0, input - cached + 1);
            var image = random.NextInt64(0, input - cached - written + 1);
            var reasoning = random.NextInt64(0, output + 1);
            var mayServe = (PriceClass)random.Next(4);
            var usage = new Usage
            {
                Input = input - cached - written - image,
                CacheRead = cached,
                CacheWrite = written / 2,
                CacheWriteLong = written - written / 2,
                ImageInput = image,
                Output = output - reasoning,
                Reasoning = reasoning,
                Class = random.Next(2) == 0 ? PriceClass.Standard : mayServe,
            };
            price
                .CostNanoUsd(usage)!
                .Value.ShouldBeLessThanOrEqualTo(price.WorstCaseNanoUsd(input, output, mayServe)!.Value, $"seed {seed}, turn {i}");
        }
    }
}
