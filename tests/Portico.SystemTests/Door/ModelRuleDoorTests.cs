using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What a rule forbids is refused in words; what ends is told and called all the same.</summary>
public sealed class ModelRuleDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<(string Name, string Id)> AddAsync(JsonObject? card = null)
    {
        var sim = (await node.Admin.GetAsync("/api/connections"))["items"]!.AsArray().Single(c => c!.Text("family") == "sim")!.Text("id");
        var name = "r/" + Guid.NewGuid().ToString("N")[..8];
        var made = await node.Admin.PostAsync(
            "/api/models",
            new JsonObject
            {
                ["name"] = name,
                ["connection_id"] = sim,
                ["upstream_model"] = "echo",
                ["approve"] = true,
            }
        );
        if (card is not null)
            await node.Admin.PutAsync($"/api/models/{made.Text("id")}/card", card);
        return (name, made.Text("id"));
    }

    [Fact]
    public async Task A_rule_that_is_made_later_refuses_calls_with_the_rule_and_the_fact_and_quarantines_nobody()
    {
        using var house = await Estate.MakeAsync(node);
        using var other = await Estate.MakeAsync(node);
        var (bad, id) = await AddAsync(new JsonObject { ["terms"] = new JsonObject { ["trains_on_data"] = true } });
        var (good, _) = await AddAsync(new JsonObject { ["terms"] = new JsonObject { ["trains_on_data"] = false } });
        using (var before = await house.Door.ChatAsync(bad))
            ((int)before.StatusCode).ShouldBe(200);
        var made = await node.Admin.PostAsync(
            "/api/model-rules",
            new JsonObject
            {
                ["organisation_id"] = house.Organisation,
                ["kind"] = "no_training",
                ["when_unknown"] = "allow",
            }
        );
        made["violations"]!.AsArray().Select(v => v!.Text("model")).ShouldContain(bad);
        var rule = made.Text("rule", "id");

        using (var refused = await house.Door.ChatAsync(bad))
        {
            var error = await refused.ShouldBeRefusedAsync(403, "policy_denied", "model");
            error.Text("message").ShouldContain($"rule {rule} (no provider may train on our data): terms.trains_on_data is true");
        }
        using (var fine = await house.Door.ChatAsync(good))
            ((int)fine.StatusCode).ShouldBe(200);
        using (var elsewhere = await other.Door.ChatAsync(bad))
            ((int)elsewhere.StatusCode).ShouldBe(200, "it is the rule of another organisation");
        (await node.Admin.GetAsync($"/api/models/{id}")).Text("state").ShouldBe("approved");
        var told = await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = house.Key, ["model"] = bad });
        told.Text("refused_with").ShouldBe("policy_denied");
        told.Text("reason").ShouldContain("terms.trains_on_data is true");
        using (var list = await house.Door.GetAsync("/v1/models"))
            (await list.JsonAsync())["data"]!.AsArray().Select(m => m!.Text("id")).ShouldNotContain(bad);

        using var removed = await node.Admin.RawAsync(HttpMethod.Delete, $"/api/model-rules/{rule}", null, "*");
        ((int)removed.StatusCode).ShouldBe(204);
        using var after = await house.Door.ChatAsync(bad);
        ((int)after.StatusCode).ShouldBe(200);
    }

    [Theory]
    [InlineData("2020-01-01", true, true)]
    [InlineData("2199-01-01", false, false)]
    public async Task A_model_past_its_end_is_called_and_the_answer_says_so(string date, bool sunset, bool deprecated)
    {
        using var house = await Estate.MakeAsync(node);
        var (name, id) = await AddAsync(
            new JsonObject
            {
                ["retirement"] = new JsonObject { ["date"] = date, ["replacement"] = "sim/echo" },
            }
        );
        foreach (var stream in new[] { false, true })
        {
            using var answer = await house.Door.ChatAsync(name, stream);
            ((int)answer.StatusCode).ShouldBe(200);
            await answer.Content.ReadAsStringAsync();
            answer.Header("sunset").ShouldBe(sunset ? "Wed, 01 Jan 2020 00:00:00 GMT" : null);
            answer.Header("deprecation").ShouldBe(deprecated ? "@1577836800" : null);
        }
        await Eventually.IsTrueAsync(
            async () =>
                (await node.Admin.GetAsync("/api/models/retirements?limit=1000"))["items"]!
                    .AsArray()
                    .Single(r => r!.Text("model") == name)!["affected"]!
                    .AsArray()
                    .Any(a => a!.Text("key_id") == house.Key && a!.Number("calls") == 2),
            () => "who used it is told"
        );
        var seen = await node.Admin.GetAsync($"/api/hub/{id}");
        (seen.Text("summary", "retires_on"), seen["summary"]!.Number("calls")).ShouldBe((date, 2));
        seen["uses"]!.AsArray().Single()!.Text("key_id").ShouldBe(house.Key);
    }
}
