using System.Globalization;
using Portico.Models;
using Portico.Models.Catalogue;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>The prices that ship: every one can be read, makes sense, and says where it comes from. A slip here is money.</summary>
public sealed class ShippedCatalogueTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names() => [.. ShippedCatalogue.All.Models.Select(m => m.Name)];

    [Fact]
    public void The_main_models_of_the_main_providers_are_there_once()
    {
        var models = ShippedCatalogue.All.Models;
        models.Count.ShouldBeGreaterThan(200);
        models.Select(m => m.Name).ShouldBeUnique();
        foreach (
            var name in new[]
            {
                "gpt-6.2-astra",
                "gpt-6.2-sol",
                "gpt-6.1-terra",
                "gpt-6-luna",
                "gpt-5.4-mini",
                "gpt-4.1",
                "gpt-4o-mini",
                "o3",
                "text-embedding-3-small",
                "claude-opus-5-5",
                "claude-sonnet-5-5",
                "claude-haiku-5-5",
                "claude-haiku-4-5",
                "gemini-3.1-pro-preview",
                "gemini-2.5-flash",
                "mistral-large-latest",
                "deepseek-chat",
                "grok-4.3",
                "llama-3.3-70b-versatile",
                "command-r-plus",
                "amazon.nova-pro-v1:0",
                "anthropic.claude-3-7-sonnet-20250219-v1:0",
                "global.anthropic.claude-opus-5",
            }
        )
            ShippedCatalogue.Find(name).ShouldNotBeNull(name);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_price_can_be_read_makes_sense_and_names_its_source(string name)
    {
        var shipped = ShippedCatalogue.All.Models.Single(m => m.Name == name);
        foreach (var row in ShippedCatalogue.PricesOf(shipped, ModelId.New(TimeProvider.System), TimeProvider.System))
        {
            Sensible(row.Price.Rates, shipped.Embeddings);
            (row.Price.TierRates is null).ShouldBe(row.Price.TierAboveInputTokens is null);
            if (row.Price.TierRates is { } tier)
            {
                Sensible(tier, shipped.Embeddings);
                row.Price.TierAboveInputTokens!.Value.ShouldBeGreaterThan(1_000);
                tier.Input!.Value.ShouldBeGreaterThanOrEqualTo(row.Price.Rates.Input!.Value);
            }
            row.Price.Source.ShouldNotBeNull();
            row.Price.Source.ShouldContain("https://");
            DateOnly.TryParseExact(row.Price.Source[^10..], "yyyy-MM-dd", out var read).ShouldBeTrue(row.Price.Source);
            read.ShouldBeGreaterThanOrEqualTo(new DateOnly(2026, 8, 1));
        }
        (shipped.ContextTokens ?? 1).ShouldBePositive();
        (shipped.MaxOutputTokens ?? 1).ShouldBePositive();
    }

    static void Sensible(TokenRates r, bool embeddings)
    {
        r.Input!.Value.ShouldBeInRange(1_000_000, 200 * NanoUsd.PerUsd);
        if (!embeddings)
            r.Output!.Value.ShouldBeInRange(r.Input.Value, 1_000 * NanoUsd.PerUsd);
        if (r.CacheRead is { } read)
            read.ShouldBeInRange(1, r.Input.Value);
        if (r.CacheWrite is { } write)
            write.ShouldBeInRange(r.Input.Value, 2 * r.Input.Value);
        if (r.CacheWriteLong is { } longer)
            longer.ShouldBeGreaterThanOrEqualTo(r.CacheWrite!.Value);
        if (r.AudioInput is { } audio)
            audio.ShouldBeGreaterThan(r.Input.Value);
    }

    [Theory]
    [InlineData("gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [InlineData("openai/gpt-4o-mini", "gpt-4o-mini")]
    public void A_dated_or_prefixed_name_has_the_price_of_its_model(string name, string model) =>
        ShippedCatalogue.Find(name)!.Name.ShouldBe(model);

    [Theory]
    [InlineData("gpt-nothing")]
    [InlineData("eu.anthropic.claude-opus-5")] // Places have prices of their own: unpriced is better than too low.
    public void A_name_that_is_not_known_has_no_price(string name) => ShippedCatalogue.Find(name).ShouldBeNull();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_announced_price_takes_over_on_its_day(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var made = await api.PostAsync("/api/models", """{"name":"gemini-3.7-flash","list_price":true}""");
        made.Status.ShouldBe(201, made.Text);
        var connection = await api.PostAsync("/api/connections", """{"name":"g","family":"openai","base_url":"https://example.com/v1"}""");
        (
            await api.PostAsync(
                "/api/deployments",
                $$"""{"model_id":"{{made["id"]}}","connection_id":"{{connection["id"]}}","upstream_model":"gemini-3.7-flash"}"""
            )
        ).Status.ShouldBe(201);
        var deployment = node.Get<ModelsCatalog>().Current.Deployments.Single();
        var turn = DateTimeOffset.Parse("2027-01-01T00:00:00Z", CultureInfo.InvariantCulture);
        deployment.PriceAt(turn.AddTicks(-1))!.Rates.Input.ShouldBe(750_000_000);
        deployment.PriceAt(turn)!.Rates.Input.ShouldBe(1_500_000_000);

        // A contract supersedes both from its day on, and what was billed before keeps its version.
        await api.PostAsync(
            "/api/prices",
            $$"""{"model_id":"{{made["id"]}}","usd_per_mtok":{"input":"0.5","output":"1"},"source":"our contract","valid_from":"2026-12-01T00:00:00Z"}"""
        );
        deployment = node.Get<ModelsCatalog>().Current.Deployments.Single();
        deployment.PriceAt(turn.AddDays(-40))!.Version.ShouldBe(1);
        deployment.PriceAt(turn)!.Version.ShouldBe(3);
        (await api.GetAsync($"/api/prices?model_id={made["id"]}")).Json["items"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_model_without_a_shipped_price_cannot_be_made_with_one()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.PostAsync("/api/models", """{"name":"house/own","list_price":true}""");
        (refused.Status, refused["param"]).ShouldBe((400, "list_price"));
        (await api.GetAsync("/api/models")).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"tier_above_input_tokens\":1000", "tier_usd_per_mtok")]
    [InlineData("\"tier_usd_per_mtok\":{\"input\":\"2\"}", "tier_above_input_tokens")]
    [InlineData("\"tier_above_input_tokens\":0,\"tier_usd_per_mtok\":{\"input\":\"2\"}", "tier_above_input_tokens")]
    [InlineData("\"usd_per_request\":\"-1\"", "usd_per_request")]
    [InlineData("\"valid_from\":\"2027-01-01T00:00:00Z\",\"valid_until\":\"2026-01-01T00:00:00Z\"", "valid_until")]
    public async Task A_price_that_could_never_hold_is_refused_by_its_field(string more, string param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var model = await api.PostAsync("/api/models", """{"name":"m"}""");
        var refused = await api.PostAsync("/api/prices", $$"""{"model_id":"{{model["id"]}}","usd_per_mtok":{"input":"1"},{{more}}}""");
        (refused.Status, refused["param"]).ShouldBe((400, param), refused.Text);
    }
}
