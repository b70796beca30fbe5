using System.Text.Json;
using Portico.Models;
using Portico.Models.Prices;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>
/// Prices of public tables for what is no token: images by class, searches, characters and minutes, in the shapes that the tables have. The figures are those of
/// https://platform.openai.com/docs/pricing and https://cohere.com/pricing.
/// </summary>
public sealed class UnitTableTests(PostgresServer server)
{
    const string LiteLlm = """
        {"1024-x-1024/dall-e-3":{"mode":"image_generation","input_cost_per_pixel":3.81469e-08,"output_cost_per_pixel":0.0},
         "dall-e-3":{"mode":"image_generation","input_cost_per_image":0.04},
         "hd/1024-x-1792/dall-e-3":{"mode":"image_generation","input_cost_per_pixel":6.539e-08,"output_cost_per_pixel":0.0},
         "azure/hd/1024-x-1024/dall-e-3":{"mode":"image_generation","input_cost_per_image":0.08,"output_cost_per_token":0.0},
         "rerank-v3.5":{"mode":"rerank","input_cost_per_query":0.002,"input_cost_per_token":0.0,"output_cost_per_token":0.0},
         "whisper-1":{"mode":"audio_transcription","input_cost_per_second":0.0001,"output_cost_per_second":0.0001},
         "tts-1":{"mode":"audio_speech","input_cost_per_character":1.5e-05},
         "painter":{"mode":"image_generation","input_cost_per_token":2e-06,"input_cost_per_image":0.0011,"output_cost_per_image":0.134,
           "output_cost_per_image_token":0.00012,"search_context_cost_per_query":{"search_context_size_low":0.014}}}
        """;

    const string Portkey = """
        {"dall-e-3":{"pricing_config":{"pay_as_you_go":{"image":{"default":{"default":{"price":4},"1024x1024":{"price":4}},
           "standard":{"default":{"price":4},"1024x1024":{"price":4}},"hd":{"default":{"price":8},"1024x1792":{"price":12}}}}}},
         "rerank-v3.5":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.2},"response_token":{"price":0}}}},
         "whisper-1":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.6},"response_token":{"price":0},"request_audio_token":{"price":0.6},
           "response_audio_token":{"price":0}}}},
         "tts-1":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.0015},"response_token":{"price":0}}}},
         "long-lte-128k":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.000125},"response_token":{"price":0.0005}}}},
         "long-gt-128k":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.00025},"response_token":{"price":0.001}}}},
         "even-gt-200k":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.0003}}}},
         "even-lte-200k":{"pricing_config":{"pay_as_you_go":{"request_token":{"price":0.0003}}}}}
        """;

    static TableRow Row(string format, string text, string name)
    {
        var table = PublicTable.Parse(format, text);
        table.Bad.ShouldBeEmpty();
        return table.Rows.Where(r => r.Name == name).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("litellm", LiteLlm)]
    [InlineData("portkey", Portkey)]
    public void Searches_minutes_and_characters_are_read_and_zeros_beside_them_are_no_price(string format, string text)
    {
        Row(format, text, "rerank-v3.5").Units.ShouldBe(new UnitRates { Search = 2_000_000 });
        Row(format, text, "whisper-1").Units.ShouldBe(new UnitRates { AudioMinute = 6_000_000 });
        Row(format, text, "tts-1").Units.ShouldBe(new UnitRates { MillionCharacters = 15_000_000_000 });
        foreach (var name in new[] { "rerank-v3.5", "whisper-1", "tts-1" })
            Row(format, text, name).Rates.ShouldBe(new TokenRates(), "a call is not billed by token at nothing");
    }

    [Fact]
    public void Charges_for_tools_of_a_chat_model_are_read_at_the_dearest_size_of_a_search()
    {
        var row = Row(
            "litellm",
            """
            {"thinker":{"mode":"responses","input_cost_per_token":2e-06,"output_cost_per_token":8e-06,"code_interpreter_cost_per_session":0.03,
              "file_search_cost_per_1k_calls":2.5,"file_search_cost_per_gb_per_day":0.1,
              "search_context_cost_per_query":{"search_context_size_low":0.03,"search_context_size_medium":0.035,"search_context_size_high":0.05}}}
            """,
            "thinker"
        );
        row.Units.ShouldBe(
            new UnitRates
            {
                WebSearch = 50_000_000,
                FileSearch = 2_500_000,
                Container = 30_000_000,
            }
        );
        row.NotHeld.ShouldBe(["file_search_cost_per_gb_per_day"]);
    }

    [Fact]
    public void Rows_of_one_model_by_quality_and_size_become_classes_of_its_images()
    {
        var (litellm, portkey) = (Row("litellm", LiteLlm, "dall-e-3").Units!, Row("portkey", Portkey, "dall-e-3").Units!);
        litellm.Image!.ShouldBe(
            new Dictionary<string, long>
            {
                ["1024x1024"] = 40_000_000,
                ["*"] = 40_000_000,
                ["hd 1024x1792"] = 120_000_000,
            },
            ignoreOrder: true
        );
        Row("litellm", LiteLlm, "azure/dall-e-3").Units!.Image!.ShouldBe(new Dictionary<string, long> { ["hd 1024x1024"] = 80_000_000 });
        portkey.ImageDefault.ShouldBe("standard 1024x1024");
        foreach (var units in new[] { litellm, portkey })
            units.ImageOf("hd 1024x1792").ShouldBe(120_000_000);
        (portkey.ImageOf(null), portkey.ImageOf("hd")).ShouldBe((40_000_000L, 80_000_000L));
        var painter = Row("litellm", LiteLlm, "painter");
        (painter.Rates.Input, painter.Rates.ImageOutput, painter.Units!.ImageOf(null)).ShouldBe(
            (2_000_000_000L, 120_000_000_000L, 134_000_000L)
        );
        painter.NotHeld.ShouldBe(["search_context_cost_per_query"]);
    }

    [Fact]
    public void Two_rows_below_and_above_a_number_of_tokens_are_one_price_with_a_tier()
    {
        var row = Row("portkey", Portkey, "long");
        (row.Rates.Input, row.TierAboveInputTokens, row.TierRates!.Output).ShouldBe((1_250_000_000L, 128_000L, 10_000_000_000L));
        Row("portkey", Portkey, "even").TierRates.ShouldBeNull("both say the same");
        PublicTable
            .Parse("portkey", Portkey)
            .Rows.Select(r => r.Name)
            .ShouldBe(["dall-e-3", "rerank-v3.5", "whisper-1", "tts-1", "long", "even"]);
    }

    static string Body(string text, bool apply = false) =>
        JsonSerializer.Serialize(
            new
            {
                format = "litellm",
                text,
                apply,
            }
        );

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Units_that_differ_are_told_and_applied_beside_what_the_book_has_itself(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var painter = (await api.PostAsync("/api/models", """{"name":"dall-e-3"}"""))["id"];
        await api.PostAsync(
            "/api/prices",
            $$$"""{"model_id":"{{{painter}}}","usd_per_unit":{"image":{"*":"0.02","low":"0.01"},"search":"0.5"}}"""
        );
        await api.PostAsync("/api/models", """{"name":"whisper-1"}""");
        await api.PostAsync("/api/models", """{"name":"painter"}""");

        var looked = await api.PostAsync("/api/prices/import", Body(LiteLlm));
        looked.Status.ShouldBe(200, looked.Text);
        looked.Json["differences"]!
            .AsArray()
            .Select(d => (d!["part"]!.GetValue<string>(), d["book_usd"]?.GetValue<string>(), d["table_usd"]!.GetValue<string>()))
            .ShouldBe([
                ("unit.image.*", "0.02", "0.04"),
                ("unit.image.1024x1024", null, "0.04"),
                ("unit.image.hd 1024x1792", null, "0.12"),
            ]);
        looked.Json["new"]!.AsArray().Select(n => n!.GetValue<string>()).ShouldBe(["painter", "whisper-1"], ignoreOrder: true);
        looked.Json["not_held"]!
            .AsArray()
            .Select(n => n!.GetValue<string>())
            .ShouldBe(["painter: search_context_cost_per_query", "whisper-1: output_cost_per_second"], ignoreOrder: true);

        (await api.PostAsync("/api/prices/import", Body(LiteLlm, apply: true))).Status.ShouldBe(200);
        var units = node.Get<ModelsCatalog>().Current.PriceOf(ModelId.Parse(painter), DateTimeOffset.UtcNow.AddSeconds(1))!.Units!;
        (units.Search, units.ImageOf("hd 1024x1792"), units.ImageOf("low")).ShouldBe((500_000_000L, 120_000_000L, 10_000_000L));
        var again = await api.PostAsync("/api/prices/import", Body(LiteLlm, apply: true));
        (again.Json["same"]!.GetValue<int>(), again.Json["differences"]!.AsArray().Count).ShouldBe((3, 0));
    }
}
