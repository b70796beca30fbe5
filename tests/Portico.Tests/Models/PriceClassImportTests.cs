using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Models;
using Portico.Models.Prices;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>Rates of classes of service: read of LiteLLM's table, compared, entered, listed, and refused in words where they make no sense.</summary>
public sealed class PriceClassImportTests(PostgresServer server)
{
    /// <summary>The names are those of LiteLLM's model_prices_and_context_window.json.</summary>
    const string Table = """
        {"m":{"input_cost_per_token":2e-06,"output_cost_per_token":8e-06,"cache_read_input_token_cost":2e-07,
              "input_cost_per_token_batches":1e-06,"output_cost_per_token_batches":4e-06,
              "input_cost_per_token_flex":1e-06,"output_cost_per_token_flex":4e-06,"cache_read_input_token_cost_flex":1e-07,
              "input_cost_per_token_priority":3.5e-06,"output_cost_per_token_priority":1.4e-05,"cache_read_input_token_cost_priority":3.5e-07,
              "input_cost_per_token_above_272k_tokens":4e-06,"output_cost_per_token_above_272k_tokens":1.2e-05,
              "input_cost_per_token_above_272k_tokens_priority":7e-06}}
        """;

    static readonly PriceClasses Expected = new()
    {
        Batch = new ClassRates
        {
            Rates = new TokenRates { Input = 1_000_000_000, Output = 4_000_000_000 },
        },
        Flex = new ClassRates
        {
            Rates = new TokenRates
            {
                Input = 1_000_000_000,
                CacheRead = 100_000_000,
                Output = 4_000_000_000,
            },
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
    };

    [Fact]
    public void The_classes_of_a_row_are_read()
    {
        var row = PublicTable.Parse("litellm", Table).Rows.ShouldHaveSingleItem();
        row.Classes.ShouldBe(Expected);
        row.TierAboveInputTokens.ShouldBe(272_000);
        row.Rates.Input.ShouldBe(2_000_000_000);
        PublicTable.Parse("litellm", """{"m":{"input_cost_per_token":2e-06}}""").Rows.Single().Classes.ShouldBeNull();
    }

    [Fact]
    public void A_bad_rate_of_a_class_is_a_bad_row() =>
        PublicTable
            .Parse("litellm", """{"m":{"input_cost_per_token":2e-06,"input_cost_per_token_flex":-1}}""")
            .Bad.ShouldHaveSingleItem()
            .ShouldContain("input_cost_per_token_flex");

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_import_tells_enters_and_keeps_the_rates_of_classes(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var model = (await api.PostAsync("/api/models", """{"name":"m"}"""))["id"];
        var made = await api.PostAsync(
            "/api/prices",
            $$$$"""
            {"model_id":"{{{{model}}}}","usd_per_mtok":{"input":"2","output":"8","cache_read":"0.2"},"tier_above_input_tokens":272000,
             "tier_usd_per_mtok":{"input":"4","output":"12"},
             "classes":{"batch":{"usd_per_mtok":{"input":"1","output":"5","reasoning":"4"}},"priority":{"usd_per_mtok":{"input":"3.5"}} } }
            """
        );
        made.Status.ShouldBe(201, made.Text);
        made.Json["price"]!["classes"]!["batch"]!["rates"]!["output"]!.GetValue<long>().ShouldBe(5_000_000_000);

        var body = JsonSerializer.Serialize(new { format = "litellm", text = Table });
        var looked = await api.PostAsync("/api/prices/import", body);
        looked.Status.ShouldBe(200, looked.Text);
        looked.Json["differences"]!
            .AsArray()
            .Select(d => $"{d!["part"]} {d["book_usd"]?.GetValue<string>() ?? "none"} {d["table_usd"]}")
            .ShouldBe([
                "batch.output 5.00 4.00",
                "flex.input none 1.00",
                "flex.cache_read none 0.10",
                "flex.output none 4.00",
                "priority.cache_read none 0.35",
                "priority.output none 14.00",
                "priority.tier.input none 7.00",
            ]);

        var applied = await api.PostAsync(
            "/api/prices/import",
            JsonSerializer.Serialize(
                new
                {
                    format = "litellm",
                    text = Table,
                    apply = true,
                }
            )
        );
        applied.Status.ShouldBe(200, applied.Text);
        await node.Get<ModelsCatalog>().RefreshAsync(TestContext.Current.CancellationToken);
        var price = node.Get<ModelsCatalog>().Current.PriceOf(ModelId.Parse(model), DateTimeOffset.UtcNow.AddSeconds(1))!;
        price.Version.ShouldBe(2);
        // The book's own part stays where the table is silent.
        price.Classes.ShouldBe(
            Expected with
            {
                Batch = new ClassRates { Rates = Expected.Batch!.Rates with { Reasoning = 4_000_000_000 } },
            }
        );
        (await api.PostAsync("/api/prices/import", body)).Json["differences"]!.AsArray().ShouldBeEmpty();
        var listed = await api.GetAsync($"/api/prices?model_id={model}");
        listed.Json["items"]![0]!["price"]!["classes"]!["priority"]!["tier_rates"]!["input"]!.GetValue<long>().ShouldBe(7_000_000_000);
    }

    [Theory]
    [InlineData("""{"flex":{}}""", "classes.flex.usd_per_mtok")]
    [InlineData("""{"flex":{"usd_per_mtok":{"input":"cheap"}}}""", "classes.flex.usd_per_mtok.input")]
    [InlineData("""{"priority":{"usd_per_mtok":{"input":"1"},"tier_usd_per_mtok":{"input":"2"}}}""", "classes.priority.tier_usd_per_mtok")]
    public async Task A_class_that_makes_no_sense_is_refused_by_name(string classes, string param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var model = (await api.PostAsync("/api/models", """{"name":"m"}"""))["id"];
        var refused = await api.PostAsync(
            "/api/prices",
            $$$"""{"model_id":"{{{model}}}","usd_per_mtok":{"input":"1","output":"2"},"classes":{{{classes}}} }"""
        );
        (refused.Status, refused["param"]).ShouldBe((400, param), refused.Text);
        node.Get<ModelsCatalog>().Current.Prices.ShouldBeEmpty();
    }
}
