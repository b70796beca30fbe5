using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Models.Cards;
using Portico.Models.Catalogue;
using Portico.Tests.Repository;

namespace Portico.Tests.Models.Cards;

/// <summary>Cards in foreign forms: what is exported is read again as the same card, and what others write is read by their specification.</summary>
public sealed class CardFormTests
{
    static string Text(ModelCard card) => CardJson.Text(card);

    [Fact]
    public void A_card_survives_Hugging_Face_and_CycloneDX_unchanged() =>
        Prop.ForAll(
                CardGen.Card.ToArbitrary(),
                card =>
                {
                    CardCheck.Problems(card).ShouldBeEmpty();
                    Text(HuggingFaceCard.Parse(HuggingFaceCard.Write("house/one", card)).Card).ShouldBe(Text(card));
                    Text(CycloneDxCard.Parse(CycloneDxCard.Write("house/one", card)).Card).ShouldBe(Text(card));
                }
            )
            .QuickCheckThrowOnFailure();

    static readonly ModelCard Full = new()
    {
        Source = new CardSource("House", "https://example.com/models/one"),
        Licence = new CardLicence("Apache-2.0", null, "https://www.apache.org/licenses/LICENSE-2.0", true),
        Terms = new DataTerms(false, 30, ["eu"], "https://example.com/terms"),
        Inputs = ["text", "image"],
        Outputs = ["text"],
        Capabilities = ["tools", "structured_output"],
        Languages = ["de", "en"],
        Task = "text-generation",
        Library = "transformers",
        Lineage = new CardLineage(["Qwen/Qwen3-32B"], "adapter", ["house/letters"]),
        IntendedUse = ["Answers letters of citizens."],
        Limits = ["Knows no law after 2025."],
        Evaluations = [new CardEvaluation("MMLU", "accuracy", "71.90", "https://example.com/eval")],
        Retirement = new CardRetirement(new DateOnly(2027, 1, 14), "https://example.com/end", "house/two"),
    };

    [Fact]
    public void The_exported_forms_are_those_that_were_reviewed()
    {
        Golden.Check("tests/Portico.Tests/Models/Cards/Fixtures/card-hf.txt", HuggingFaceCard.Write("house/one", Full));
        Golden.Check("tests/Portico.Tests/Models/Cards/Fixtures/card-cyclonedx.json", CycloneDxCard.Write("house/one", Full));
    }

    /// <summary>Every name that is written is a name of the schema; its objects take no others (bom-1.7.schema.json, modelCard).</summary>
    [Fact]
    public void An_exported_CycloneDX_document_uses_only_names_of_the_schema()
    {
        var component = JsonNode.Parse(CycloneDxCard.Write("house/one", Full))!["components"]![0]!;
        var card = component["modelCard"]!.AsObject();
        card.Select(p => p.Key).ShouldBeSubsetOf(["bom-ref", "modelParameters", "quantitativeAnalysis", "considerations", "properties"]);
        card["modelParameters"]!
            .AsObject()
            .Select(p => p.Key)
            .ShouldBeSubsetOf(["approach", "task", "architectureFamily", "modelArchitecture", "datasets", "inputs", "outputs"]);
        card["quantitativeAnalysis"]!["performanceMetrics"]![0]!
            .AsObject()
            .Select(p => p.Key)
            .ShouldBeSubsetOf(["type", "value", "slice", "confidenceInterval"]);
        card["modelParameters"]!["datasets"]![0]!["type"]!.GetValue<string>().ShouldBe("dataset");
    }

    [Fact]
    public void A_card_as_others_write_it_is_read_by_its_fields()
    {
        // The fields of https://github.com/huggingface/hub-docs/blob/main/modelcard.md, with one language, one base and a link to a file.
        var read = HuggingFaceCard.Parse(
            """
            ---
            language: en
            license: other
            license_name: house-1.0
            license_link: LICENSE
            base_model: Qwen/Qwen3-32B
            datasets:
            - squad
            pipeline_tag: text-generation
            library_name: peft
            tags:
            - letters
            model-index:
            - name: one
              results:
              - task:
                  type: question-answering
                dataset:
                  type: squad
                  name: SQuAD
                metrics:
                - type: f1
                  value: 88.50
                  verified: true
                source:
                  name: House
                  url: https://example.com/eval
            ---
            # One
            """
        );
        read.LeftOut.ShouldBe(["tags"]);
        read.Card.Licence.ShouldBe(new CardLicence(Name: "house-1.0"));
        read.Card.Languages.ShouldBe(["en"]);
        read.Card.Lineage!.BaseModels.ShouldBe(["Qwen/Qwen3-32B"]);
        read.Card.Lineage.DataSets.ShouldBe(["squad"]);
        (read.Card.Task, read.Card.Library).ShouldBe(("text-generation", "peft"));
        read.Card.Evaluations.ShouldBe([new CardEvaluation("SQuAD", "f1", "88.50", "https://example.com/eval")]);
    }

    [Theory]
    [InlineData("license: apache-2.0", "Apache-2.0", true)]
    [InlineData("license: cc-by-nc-4.0", "CC-BY-NC-4.0", false)]
    [InlineData("license: [mit]", "MIT", true)]
    public void A_common_licence_is_known_by_its_SPDX_id(string line, string id, bool commercial)
    {
        var licence = HuggingFaceCard.Parse($"---\n{line}\n---\n").Card.Licence!;
        (licence.Id, licence.CommercialUse).ShouldBe((id, commercial));
    }

    [Fact]
    public void Bad_front_matter_names_every_problem()
    {
        var refused = Should.Throw<PorticoException>(() =>
            HuggingFaceCard.Parse("---\nlicense: {a: b}\nlanguage: [english language]\nmodel-index: 7\nportico: {limits: 3}\n---\n")
        );
        var problems = (string[])refused.Details!["problems"];
        foreach (var field in new[] { "license:", "languages[0]:", "model-index:", "portico:" })
            problems.ShouldContain(p => p.StartsWith(field, StringComparison.Ordinal), string.Join('\n', problems));
    }

    [Theory]
    [InlineData("", "two lines of ---")]
    [InlineData("no block", "two lines of ---")]
    [InlineData("---\na: [\n---\n", "is not YAML")]
    [InlineData("---\n- a\n---\n", "one mapping")]
    [InlineData("---\na: &x 1\nb: *x\n---\n", "alias")]
    public void What_is_no_card_is_refused_in_words(string text, string says) =>
        Should.Throw<PorticoException>(() => HuggingFaceCard.Parse(text)).Message.ShouldContain(says);

    [Fact]
    public void Nesting_without_end_is_refused_and_not_recursed_into()
    {
        var deep = new string('[', 200_000);
        Should.Throw<PorticoException>(() => HuggingFaceCard.Parse($"---\na: {deep}\n---\n")).Kind.ShouldBe(ErrorTable.InvalidRequest);
        Should.Throw<PorticoException>(() => CycloneDxCard.Parse(deep)).Kind.ShouldBe(ErrorTable.InvalidRequest);
    }

    [Theory]
    [InlineData("{}", "bomFormat")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":"1.2"}""", "specVersion")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":"1.7","components":[]}""", "components")]
    [InlineData(
        """{"bomFormat":"CycloneDX","specVersion":"1.7","components":[{"type":"machine-learning-model","name":"m","licenses":{},"modelCard":{"modelParameters":{"inputs":[{"format":"smell"}]}}}]}""",
        "licenses"
    )]
    public void What_is_no_CycloneDX_card_is_refused_by_its_field(string text, string field) =>
        Should.Throw<PorticoException>(() => CycloneDxCard.Parse(text)).Param.ShouldBe(field);

    [Fact]
    public void Every_card_of_the_catalogue_is_good_and_every_retirement_has_a_source()
    {
        CardCatalogue.All.Models.Count.ShouldBeGreaterThan(40);
        foreach (var known in CardCatalogue.All.Models)
        {
            var card = CardCatalogue.Of(known.Name, []);
            CardCheck.Problems(card).ShouldBeEmpty(known.Name);
            if (card.Retirement is { } end)
                end.Source.ShouldNotBeNull(known.Name);
            if (card.Licence is { } licence)
                licence.Url.ShouldNotBeNull(known.Name);
        }
        foreach (var provider in CardCatalogue.All.Providers)
            if (provider.Terms is { } terms)
                terms.Source.ShouldNotBeNull(provider.Id);
    }

    [Fact]
    public void Every_name_of_the_catalogue_is_one_models_alone()
    {
        var names = CardCatalogue.All.Models.SelectMany(m => (m.Also ?? []).Prepend(m.Name)).ToList();
        names.ShouldBeUnique();
        foreach (var also in CardCatalogue.All.Models.SelectMany(m => m.Also ?? []))
            also.ShouldBe(also.ToLowerInvariant());
    }

    [Theory]
    [InlineData("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "Anthropic", null, "text, image", 200_000)]
    [InlineData("claude-sonnet-4-5@20250929", "Anthropic", null, "text, image", 200_000)]
    [InlineData("us.amazon.nova-pro-v1:0", "Amazon", null, "text, image, video", 300_000)]
    [InlineData("arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-micro-v1:0", "Amazon", null, "text", 128_000)]
    [InlineData("us.meta.llama3-3-70b-instruct-v1:0", "Meta", "Llama 3.3 Community License", "text", 128_000)]
    [InlineData("meta.llama-3.3-70b-instruct", "Meta", "Llama 3.3 Community License", "text", 128_000)]
    [InlineData("meta-llama/Llama-3.3-70B-Instruct:together", "Meta", "Llama 3.3 Community License", "text", 128_000)]
    [InlineData("meta/llama-3.3-70b-instruct-maas", "Meta", "Llama 3.3 Community License", "text", 128_000)]
    [InlineData("openai.gpt-oss-120b-1:0", "OpenAI", "Apache-2.0", "text", null)]
    [InlineData("cohere.command-a-reasoning", "Cohere", null, "text", 256_000)]
    [InlineData("cohere.command-a-03-2025", "Cohere", null, "text", 256_000)]
    [InlineData("cohere.rerank-v3-5:0", "Cohere", null, "text", 4_096)]
    [InlineData("cohere.rerank.v3-5", "Cohere", null, "text", 4_096)]
    [InlineData("models/gemini-2.5-pro", "Google", null, "text, image, audio, video", 1_048_576)]
    [InlineData("BAAI/bge-m3", "BAAI", "MIT", "text", 8_192)]
    [InlineData("ours/of-tomorrow", null, null, "", null)]
    public void A_model_has_its_card_under_the_name_of_every_provider(
        string name,
        string? maker,
        string? licence,
        string inputs,
        int? window
    )
    {
        var card = CardCatalogue.Of(name, ["somewhere.example.com"]);
        card.Source?.Name.ShouldBe(maker, name);
        (card.Licence?.Id ?? card.Licence?.Name).ShouldBe(licence, name);
        string.Join(", ", card.Inputs).ShouldBe(inputs, name);
        CardCatalogue.BoundsOf(name).ContextTokens.ShouldBe(window, name);
    }

    [Theory]
    [InlineData("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("meta.llama-3.3-70b-instruct")]
    [InlineData("meta-llama/Llama-3.3-70B-Instruct")]
    public void A_price_is_told_only_of_the_one_who_serves(string name) => ShippedCatalogue.Find(name).ShouldBeNull();

    [Fact]
    public void Terms_of_data_use_are_told_only_where_the_maker_itself_serves()
    {
        CardCatalogue.Of("gpt-4o", ["api.openai.com"]).Terms!.TrainsOnData.ShouldBe(false);
        CardCatalogue.Of("gpt-4o", ["api.openai.com", "gateway.example.com"]).Terms.ShouldBeNull();
        CardCatalogue.Of("gpt-4o", []).Terms.ShouldBeNull();
        CardCatalogue.Of("openai/gpt-oss-120b", ["api.openai.com"]).Licence!.Id.ShouldBe("Apache-2.0");
    }
}
