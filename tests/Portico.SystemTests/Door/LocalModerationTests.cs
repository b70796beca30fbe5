using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>/v1/moderations without a provider: the node's own model answers in OpenAI's form, passes the pipeline and costs nothing.</summary>
public sealed class LocalModerationTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static JsonObject Body(string? model, params string[] texts)
    {
        var body = new JsonObject { ["input"] = new JsonArray(texts.Select(t => (JsonNode)t).ToArray()) };
        if (model is not null)
            body["model"] = model;
        return body;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("portico/moderation")]
    public async Task Answers_with_the_categories_of_the_published_form(string? model)
    {
        using var house = await Estate.MakeAsync(node);
        using var answer = await house
            .Door.AskAsync(
                "/v1/moderations",
                Body(
                    model,
                    "The weather is fine and the train is on time.",
                    "I will kill you, you worthless idiot, and burn your house down"
                )
            )
            .GoodAsync();
        var body = await answer.JsonAsync();
        body.Text("model").ShouldBe("portico/moderation");
        body.Text("id").ShouldStartWith("modr-");
        var results = body["results"]!.AsArray();
        results.Select(r => r!["flagged"]!.GetValue<bool>()).ShouldBe([false, true], body.ToJsonString());
        foreach (var result in results)
        {
            var categories = result!["categories"]!.AsObject();
            categories.Count.ShouldBe(13);
            foreach (var (name, flagged) in categories)
            {
                var score = result["category_scores"]![name]!.GetValue<double>();
                score.ShouldBeInRange(0, 1);
                flagged!.GetValue<bool>().ShouldBe(score >= 0.5, name);
                result["category_applied_input_types"]![name]!.AsArray().ShouldHaveSingleItem();
            }
        }
        var record = await node.RecordOfAsync(answer);
        (record.Text("model"), record.Number("cost_nano_usd")).ShouldBe(("portico/moderation", 0));
    }

    [Fact]
    public async Task It_passes_the_rules_of_the_policy_as_any_model_does()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  personal:\n    detect: [pii.email]\n    action: block\n");
        using var refused = await house.Door.AskAsync("/v1/moderations", Body(null, "write to anna@example.org"));
        await refused.ShouldBeRefusedAsync(400, "content_filter");
    }

    [Theory]
    [InlineData("""{"input":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}""", "reads texts, not images")]
    [InlineData("{}", "'input' is required")]
    [InlineData("""{"model":"","input":"a"}""", "'model' is required")]
    public async Task What_it_cannot_do_is_told(string json, string says)
    {
        using var house = await Estate.MakeAsync(node);
        using var refused = await house.Door.AskAsync("/v1/moderations", JsonNode.Parse(json)!.AsObject());
        ((int)refused.StatusCode).ShouldBe(400);
        (await refused.Content.ReadAsStringAsync()).ShouldContain(says);
    }
}
