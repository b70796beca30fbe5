namespace Portico.Tests.Core;

/// <summary>Prices of what is not counted in tokens.</summary>
public sealed class UnitPriceTests
{
    static Price Of(UnitRates units, TokenRates? tokens = null) =>
        new()
        {
            Id = default,
            Version = 1,
            Rates = tokens ?? new TokenRates(),
            Units = units,
        };

    [Fact]
    public void Searches_characters_minutes_and_images_have_their_own_rates()
    {
        var price = Of(
            new UnitRates
            {
                Search = 2_000_000,
                MillionCharacters = 15_000_000_000,
                AudioMinute = 6_000_000,
                Image = new Dictionary<string, long> { ["*"] = 40_000_000 },
            }
        );
        price.CostNanoUsd(new Usage { Searches = 3 }).ShouldBe(6_000_000);
        price.CostNanoUsd(new Usage { Characters = 4_096 }).ShouldBe(61_440_000); // 0.06144 USD
        price.CostNanoUsd(new Usage { AudioMs = 90_000 }).ShouldBe(9_000_000);
        price.CostNanoUsd(new Usage { Images = 2, ImageClass = "hd 1024x1024" }).ShouldBe(80_000_000);
    }

    [Fact]
    public void Calls_of_tools_are_charged_beside_the_tokens_and_without_a_rate_nothing_is_priced()
    {
        var price = Of(
            new UnitRates
            {
                WebSearch = 10_000_000,
                FileSearch = 2_500_000,
                Container = 30_000_000,
            },
            new TokenRates { Input = 1_000_000_000 }
        );
        var used = new Usage
        {
            Input = 7,
            WebSearches = 3,
            FileSearches = 2,
            Containers = 1,
        };
        price.CostNanoUsd(used).ShouldBe(7_000 + 30_000_000 + 5_000_000 + 30_000_000);
        (price with { Units = price.Units! with { FileSearch = null } }).CostNanoUsd(used).ShouldBeNull();
        Usage.Max(used, new Usage { WebSearches = 5 }).ShouldBe(used with { WebSearches = 5 });
        (used.HasUnits, new Usage { Containers = 1 }.IsEmpty, default(Usage).HasToolCalls).ShouldBe((true, false, false));
    }

    [Fact]
    public void The_sum_is_rounded_up_once()
    {
        var price = Of(new UnitRates { AudioMinute = 1, MillionCharacters = 1 }, new TokenRates { Input = 1 });
        price.CostNanoUsd(new Usage { AudioMs = 1 }).ShouldBe(1);
        // A millionth, a millionth and a sixty-thousandth of a nano-USD are one.
        price
            .CostNanoUsd(
                new Usage
                {
                    AudioMs = 1,
                    Characters = 1,
                    Input = 1,
                }
            )
            .ShouldBe(1);
        price.CostNanoUsd(new Usage { AudioMs = 60_000, Characters = 1_000_000 }).ShouldBe(2);
    }

    [Fact]
    public void Whatever_is_counted_in_tokens_costs_the_same_with_and_without_prices_of_units()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var rates = new TokenRates { Input = random.NextInt64(90_000_000_000), Output = random.NextInt64(90_000_000_000) };
            var usage = new Usage { Input = random.Next(1_000_000), Output = random.Next(1_000_000) };
            var plain = new Price
            {
                Id = default,
                Version = 1,
                Rates = rates,
            };
            // An image at no charge takes the way of units.
            var free = plain with
            {
                Units = new UnitRates { Image = new Dictionary<string, long> { ["*"] = 0 } },
            };
            free.CostNanoUsd(usage with { Images = 1 }).ShouldBe(plain.CostNanoUsd(usage), $"seed {seed}, draw {i}");
        }
    }

    [Fact]
    public void A_unit_without_a_rate_is_unpriced_and_not_free()
    {
        var price = Of(new UnitRates { Search = 1 });
        price.CostNanoUsd(new Usage { Characters = 1 }).ShouldBeNull();
        price.CostNanoUsd(new Usage { AudioMs = 1 }).ShouldBeNull();
        price.CostNanoUsd(new Usage { Images = 1 }).ShouldBeNull();
        price.CostNanoUsd(new Usage { Searches = 1, Input = 1 }).ShouldBeNull();
        (price with { Units = null }).CostNanoUsd(new Usage { Searches = 1 }).ShouldBeNull();
    }

    [Fact]
    public void The_charge_of_a_request_is_added_to_units_too() =>
        (Of(new UnitRates { Search = 10 }) with { PerRequestNanoUsd = 7 }).CostNanoUsd(new Usage { Searches = 1 }).ShouldBe(17);

    // https://platform.openai.com/docs/pricing, DALL·E 3.
    [Theory]
    [InlineData("standard 1024x1024", 40)]
    [InlineData("hd 1024x1792", 120)]
    [InlineData("1024x1024", 80)] // the quality is not named: the dearest of that size
    [InlineData("standard", 80)]
    [InlineData(null, 120)] // nothing is named
    [InlineData("hd 512x512", 9)] // no such class: the rest
    public void An_image_costs_what_its_class_does_and_what_is_not_known_of_it_the_dearest(string? imageClass, long price) =>
        new UnitRates
        {
            Image = new Dictionary<string, long>
            {
                ["standard 1024x1024"] = 40,
                ["standard 1024x1792"] = 80,
                ["hd 1024x1024"] = 80,
                ["hd 1024x1792"] = 120,
                ["*"] = 9,
            },
        }
            .ImageOf(imageClass)
            .ShouldBe(price);

    [Theory]
    [InlineData(null, 40)]
    [InlineData("hd", 80)]
    [InlineData("1024x1792", 70)]
    [InlineData("hd 1024x1792", 120)]
    public void What_a_request_leaves_open_is_what_the_provider_makes_then_where_that_is_known(string? imageClass, long price) =>
        new UnitRates
        {
            ImageDefault = "standard 1024x1024",
            Image = new Dictionary<string, long>
            {
                ["standard 1024x1024"] = 40,
                ["standard 1024x1792"] = 70,
                ["hd 1024x1024"] = 80,
                ["hd 1024x1792"] = 120,
            },
        }
            .ImageOf(imageClass)
            .ShouldBe(price);

    [Fact]
    public void A_price_by_size_alone_holds_for_every_quality()
    {
        var rates = new UnitRates
        {
            Image = new Dictionary<string, long> { ["256x256"] = 16, ["1024x1024"] = 20 },
        };
        rates.ImageOf("standard 256x256").ShouldBe(16);
        rates.ImageOf("hd 2048x2048").ShouldBeNull();
    }

    [Fact]
    public void Nothing_but_units_is_not_nothing()
    {
        new Usage { Searches = 1 }.IsEmpty.ShouldBeFalse();
        new Usage { ImageOutput = 1 }.IsEmpty.ShouldBeFalse();
        new Usage { Source = UsageSource.Reported }.IsEmpty.ShouldBeTrue();
    }
}
