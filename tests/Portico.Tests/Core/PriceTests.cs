namespace Portico.Tests.Core;

public sealed class PriceTests
{
    static Price Simple(long input, long output) =>
        new()
        {
            Id = default,
            Version = 1,
            Rates = new TokenRates { Input = input, Output = output },
        };

    [Fact]
    public void Adds_the_parts_then_divides_once_and_rounds_up()
    {
        // 3 tokens at 0.15 USD and 7 tokens at 0.60 USD a million: 450 + 4,200 nano-USD exactly.
        Simple(150_000_000, 600_000_000).CostNanoUsd(new Usage { Input = 3, Output = 7 }).ShouldBe(4_650);
        // One token at 1 nano-USD a million is a millionth of a nano-USD: rounded up, never free.
        Simple(1, 1).CostNanoUsd(new Usage { Input = 1, Output = 1 }).ShouldBe(1);
    }

    [Fact]
    public void A_part_without_a_rate_is_unpriced_and_not_free() =>
        Simple(100, 100).CostNanoUsd(new Usage { AudioInput = 1 }).ShouldBeNull();

    [Fact]
    public void Cached_tokens_are_charged_at_their_own_rate_and_once()
    {
        var price = Simple(2_500_000_000, 10_000_000_000) with
        {
            Rates = new TokenRates
            {
                Input = 2_500_000_000,
                CacheRead = 1_250_000_000,
                Output = 10_000_000_000,
            },
        };
        price.CostNanoUsd(new Usage { Input = 1_000, CacheRead = 1_000 }).ShouldBe(2_500_000 + 1_250_000);
    }

    [Fact]
    public void Above_the_tier_its_rates_hold_for_the_whole_call()
    {
        var price = Simple(1_000_000_000, 1_000_000_000) with
        {
            TierAboveInputTokens = 200_000,
            TierRates = new TokenRates { Input = 2_000_000_000, Output = 3_000_000_000 },
        };
        price.CostNanoUsd(new Usage { Input = 200_000, Output = 1 }).ShouldBe(200_000_000 + 1_000);
        price.CostNanoUsd(new Usage { Input = 200_001, Output = 1 }).ShouldBe(400_002_000 + 3_000);
    }

    [Fact]
    public void The_worst_case_is_never_below_any_cost_within_its_bounds()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            long Rate() => random.NextInt64(0, 100_000_000_000);
            var price = new Price
            {
                Id = default,
                Version = 1,
                Rates = new TokenRates
                {
                    Input = Rate(),
                    Output = Rate(),
                    CacheWrite = Rate(),
                    CacheRead = random.Next(2) == 0 ? null : Rate(),
                    Reasoning = Rate(),
                },
                TierAboveInputTokens = random.Next(1_000),
                TierRates = random.Next(2) == 0 ? null : new TokenRates { Input = Rate(), Output = Rate() },
            };
            long input = random.Next(2_000),
                output = random.Next(2_000);
            long written = random.NextInt64(0, input + 1),
                cached = random.NextInt64(0, input - written + 1),
                reasoning = random.NextInt64(0, output + 1);
            var usage = new Usage
            {
                Input = input - written - cached,
                CacheRead = cached,
                CacheWrite = written,
                Output = output - reasoning,
                Reasoning = reasoning,
            };
            price
                .CostNanoUsd(usage)!
                .Value.ShouldBeLessThanOrEqualTo(price.WorstCaseNanoUsd(input, output)!.Value, $"seed {seed}, turn {i}");
        }
    }

    [Theory]
    [InlineData("0.000042", 42_000)]
    [InlineData("12.50", 12_500_000_000)]
    [InlineData("-1", -1_000_000_000)]
    public void Dollars_read_back_exactly(string text, long nano)
    {
        NanoUsd.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(nano);
        NanoUsd.TryParse(NanoUsd.Format(nano), out var again).ShouldBeTrue();
        again.ShouldBe(nano);
    }

    [Theory]
    [InlineData("0.0000000001")]
    [InlineData("ten")]
    [InlineData("1e3")]
    [InlineData("10000000000")]
    public void Refuses_what_is_not_exact_dollars(string text) => NanoUsd.TryParse(text, out _).ShouldBeFalse();
}
