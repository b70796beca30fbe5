using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway;
using Portico.Gateway.Stages;

namespace Portico.Tests.Gateway;

/// <summary>What calls of one question may use, and which of the ways to be billed a price picks.</summary>
public sealed class SingleMeasureTests
{
    static readonly TokenCounter Counter = new();

    static BilledAs[] Ways(SingleRequest request)
    {
        SingleMeasure.Of(Counter, "gpt-4o", request, out var ways);
        return ways;
    }

    static Price Priced(TokenRates? tokens = null, UnitRates? units = null) =>
        new()
        {
            Id = default,
            Version = 1,
            Rates = tokens ?? new TokenRates(),
            Units = units,
        };

    static RerankRequest Rerank(params string[] documents) =>
        new()
        {
            Model = "m",
            Query = "what is it",
            Documents = documents,
        };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    public void A_search_has_a_hundred_documents(int documents, long searches)
    {
        var way = Ways(Rerank([.. Enumerable.Repeat("short", documents)]))[0];
        (way.Most.Searches, way.Counted.Searches).ShouldBe((searches, searches));
    }

    /// <summary>https://cohere.com/pricing: a document of more than 500 tokens with its query counts as several.</summary>
    [Fact]
    public void A_long_document_is_held_as_several()
    {
        var long4000 = string.Concat(Enumerable.Repeat(" word", 4_000));
        Ways(Rerank([.. Enumerable.Repeat(long4000, 12)]))[0].Most.Searches.ShouldBe(2);
        Ways(Rerank([.. Enumerable.Repeat(long4000, 12)]) with { MaxTokensPerDocument = 100 })[0].Most.Searches.ShouldBe(1);
    }

    [Fact]
    public void The_price_picks_the_way()
    {
        var ways = Ways(Rerank("a", "b"));
        var bySearch = Priced(units: new UnitRates { Search = 2_000_000 });
        var byToken = Priced(new TokenRates { Input = 1_000_000_000 });
        BilledAs.WorstCaseNanoUsd(ways, bySearch, out var tokens).ShouldBe(2_000_000);
        tokens.ShouldBe(0);
        BilledAs.WorstCaseNanoUsd(ways, byToken, out tokens).ShouldBe(1_000 * tokens);
        tokens.ShouldBeGreaterThan(0);
        BilledAs.WorstCaseNanoUsd(ways, Priced(new TokenRates { Output = 1 }), out _).ShouldBeNull();
        BilledAs.WorstCaseNanoUsd(ways, null, out tokens).ShouldBeNull();
        tokens.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void What_is_reported_is_used_unless_the_price_bills_something_else()
    {
        var ways = Ways(Rerank("a", "b"));
        var reported = new Usage { Input = 25, Source = UsageSource.Reported };
        BilledAs.Used(ways, reported, Priced(new TokenRates { Input = 1 })).ShouldBe(reported);
        BilledAs
            .Used(ways, reported, Priced(units: new UnitRates { Search = 1 }))
            .ShouldBe(new Usage { Searches = 1, Source = UsageSource.Estimated });
        BilledAs.Used(ways, reported, null).ShouldBe(reported);
        BilledAs.Used(ways, default, null).Searches.ShouldBe(1);
    }

    [Fact]
    public void Speech_is_billed_by_characters_that_people_see_or_held_for_a_slow_voice()
    {
        var ways = Ways(new SpeechRequest { Model = "m", Input = "Zürich 🚲" });
        ways[0].Most.Characters.ShouldBe(8);
        ways[1].Most.AudioOutput.ShouldBeGreaterThan(4 * ways[1].Counted.AudioOutput);
        Ways(
            new SpeechRequest
            {
                Model = "m",
                Input = "Zürich 🚲",
                Speed = 0.25,
            }
        )[1]
            .Counted.AudioOutput.ShouldBeGreaterThan(3 * ways[1].Counted.AudioOutput);
    }

    // https://platform.openai.com/docs/guides/image-generation: tokens by quality and size.
    [Theory]
    [InlineData("low", "1024x1024", 272)]
    [InlineData("medium", "1024x1536", 1_584)]
    [InlineData("high", "1536x1024", 6_240)]
    [InlineData(null, null, 6_240)]
    [InlineData("high", "nonsense", 6_240)]
    public void Images_are_held_at_their_published_tokens_and_the_dearest_where_the_choice_is_the_providers(
        string? quality,
        string? size,
        long tokens
    ) =>
        Ways(
            new ImageRequest
            {
                Model = "m",
                Prompt = "a bicycle",
                Quality = quality,
                Size = size,
                Count = 2,
            }
        )[1]
            .Most.ImageOutput.ShouldBe(2 * tokens);

    [Fact]
    public void What_is_counted_is_never_more_than_what_is_held()
    {
        SingleRequest[] requests =
        [
            Rerank("a", new string('b', 20_000)),
            new ModerationRequest
            {
                Model = "m",
                Texts = ["a"],
                Images = 2,
            },
            new SpeechRequest { Model = "m", Input = "a" },
            new TranscriptionRequest { Model = "m", MostMs = 1 },
            new TranscriptionRequest
            {
                Model = "m",
                MostMs = 3_600_000,
                Prompt = "names",
            },
            new ImageRequest
            {
                Model = "m",
                Prompt = "p",
                InputImages = 3,
                IsEdit = true,
            },
        ];
        foreach (var way in requests.SelectMany(Ways))
        {
            Usage.Max(way.Most, way.Counted).ShouldBe(way.Most);
            way.Most.IsEmpty.ShouldBeFalse();
        }
    }
}
