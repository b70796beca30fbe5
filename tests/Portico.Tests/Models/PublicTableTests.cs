using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Models;
using Portico.Models.Prices;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>Public tables of prices: read in their shapes, compared with the book, taken whole or not at all.</summary>
public sealed class PublicTableTests(PostgresServer server)
{
    const string LiteLlm = """
        {"sample_spec":{"input_cost_per_token":"text"},
         "m":{"input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05,"cache_read_input_token_cost":3e-07,"cache_creation_input_token_cost":3.75e-06,
              "cache_creation_input_token_cost_above_1hr":6e-06,"input_cost_per_token_above_200k_tokens":6e-06,"output_cost_per_token_above_200k_tokens":2.25e-05,
              "litellm_provider":"anthropic","mode":"chat"},
         "free":{"litellm_provider":"anthropic","mode":"chat"}}
        """;

    const string Portkey = """
        {"default":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0}},"currency":"USD"}},
         "m":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.0003},"response_token":{"price":0.0015},"cache_read_input_token":{"price":0.00003},
              "cache_write_input_token":{"price":0.000375},"additional_units":{"cache_write_1h":{"price":0.0006}}}}}}
        """;

    const string Langfuse = """
        [{"modelName":"m","matchPattern":"(?i)^m$","pricingTiers":[
          {"isDefault":true,"conditions":[],"prices":{"input":3e-6,"input_tokens":3e-6,"output":1.5e-5,"input_cache_creation":3.75e-6,"input_cache_creation_1h":6e-6,
           "input_cached_tokens":3e-7}},
          {"isDefault":false,"conditions":[{"usageDetailPattern":"input","operator":"gt","value":200000}],"prices":{"input":6e-6,"output":2.25e-5}}]}]
        """;

    [Theory]
    [InlineData("litellm", LiteLlm, true)]
    [InlineData("portkey", Portkey, false)]
    [InlineData("langfuse", Langfuse, true)]
    public void The_same_price_is_read_of_every_format(string format, string text, bool tiered)
    {
        var table = PublicTable.Parse(format, text);
        table.Bad.ShouldBeEmpty();
        var row = table.Rows.ShouldHaveSingleItem();
        row.Rates.ShouldBe(
            new TokenRates
            {
                Input = 3_000_000_000,
                CacheRead = 300_000_000,
                CacheWrite = 3_750_000_000,
                CacheWriteLong = 6_000_000_000,
                Output = 15_000_000_000,
            }
        );
        row.TierAboveInputTokens.ShouldBe(tiered ? 200_000L : (long?)null);
        row.TierRates?.Output.ShouldBe(22_500_000_000);
    }

    static string Body(string format, string text, bool apply = false) =>
        JsonSerializer.Serialize(
            new
            {
                format,
                text,
                apply,
            }
        );

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_differs_is_told_before_anything_is_changed_and_applied_as_new_versions(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var model = (await api.PostAsync("/api/models", """{"name":"m"}"""))["id"];
        await api.PostAsync(
            "/api/prices",
            $$"""{"model_id":"{{model}}","usd_per_mtok":{"input":"2","output":"15","reasoning":"15"},"source":"contract"}"""
        );
        await api.PostAsync("/api/models", """{"name":"other"}""");

        var looked = await api.PostAsync("/api/prices/import", Body("portkey", Portkey));
        looked.Status.ShouldBe(200, looked.Text);
        var input = looked.Json["differences"]!.AsArray().Single(d => d!["part"]!.GetValue<string>() == "input")!;
        (input["book_usd"]!.GetValue<string>(), input["table_usd"]!.GetValue<string>(), input["percent"]!.GetValue<decimal>()).ShouldBe(
            ("2.00", "3.00", 50m)
        );
        looked.Json["differences"]!
            .AsArray()
            .Select(d => d!["part"]!.GetValue<string>())
            .ShouldBe(["input", "cache_read", "cache_write", "cache_write_long"]);
        node.Get<ModelsCatalog>().Current.Prices.Count.ShouldBe(1, "a look changes nothing");

        var applied = await api.PostAsync("/api/prices/import", Body("portkey", Portkey, apply: true));
        applied.Json["applied"]!.GetValue<bool>().ShouldBeTrue(applied.Text);
        var price = node.Get<ModelsCatalog>().Current.PriceOf(ModelId.Parse(model), DateTimeOffset.UtcNow.AddSeconds(1))!;
        (price.Version, price.Rates.Input, price.Rates.Reasoning).ShouldBe(
            (2, 3_000_000_000, 15_000_000_000),
            "the book's own part stays where the table is silent"
        );
        price.Source!.ShouldStartWith("table of portkey");
        var again = await api.PostAsync("/api/prices/import", Body("portkey", Portkey, apply: true));
        (again.Json["same"]!.GetValue<int>(), again.Json["differences"]!.AsArray().Count).ShouldBe((1, 0));
        node.Get<ModelsCatalog>().Current.Prices.Count.ShouldBe(2, "what agrees makes no version");
    }

    [Fact]
    public async Task A_table_with_bad_rows_is_not_taken_and_every_bad_row_is_named()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await api.PostAsync("/api/models", """{"name":"good"}""");
        const string Bad = """
            {"good":{"input_cost_per_token":1e-6},"negative":{"input_cost_per_token":-1},"text":{"output_cost_per_token":"cheap"},"list":[],
             "dear":{"input_cost_per_token":3.0},"paint":{"mode":"image_generation","output_cost_per_image":-0.1},
             "voice":{"mode":"audio_speech","input_cost_per_character":"15"},"sort":{"mode":"rerank","input_cost_per_query":2000}}
            """;
        var refused = await api.PostAsync("/api/prices/import", Body("litellm", Bad, apply: true));
        refused.Status.ShouldBe(400, refused.Text);
        refused.Json["problems"]!
            .AsArray()
            .Select(p => p!.GetValue<string>().Split(':')[0])
            .ShouldBe(["negative", "text", "list", "dear", "paint", "voice", "sort"]);
        var images = await api.PostAsync(
            "/api/prices/import",
            Body("portkey", """{"p":{"pricing_config":{"pay_as_you_go":{"image":{"hd":{"default":{"price":"four"}}}}}}}""", apply: true)
        );
        images.Json["problems"]!.AsArray().Single()!.GetValue<string>().ShouldStartWith("p: price is \"four\"");
        node.Get<ModelsCatalog>().Current.Prices.ShouldBeEmpty();
        (await api.PostAsync("/api/prices/import", Body("excel", "{}")))["param"].ShouldBe("format");
        (await api.PostAsync("/api/prices/import", Body("langfuse", "{}")))["param"].ShouldBe("text");
        (await api.PostAsync("/api/prices/import", Body("litellm", "{")))["param"].ShouldBe("text");
    }
}
