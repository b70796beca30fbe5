using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>The hub tells who uses a model, by its own name and through routes, and so who would be touched by its end.</summary>
public sealed class HubUseTests
{
    [Fact]
    public async Task Who_used_a_model_is_told_with_the_model_and_with_its_end()
    {
        await using var node = await Node.StartAsync();
        await using var upstream = await Upstream.StartAsync();
        var deployment = await node.ConnectAsync(upstream.Address, "house/old");
        await node.ConnectAsync(upstream.Address, "house/other");
        await node.RouteAsync("assistant", [deployment], []);
        var model = (await node.Admin.GetAsync("/api/models?name=house/old"))["items"]![0]!.Text("id");
        await node.Admin.PutAsync(
            $"/api/models/{model}/card",
            JsonNode
                .Parse(
                    """
                    {"licence":{"id":"Apache-2.0"},"lineage":{"base_models":["Qwen/Qwen3-32B"],"relation":"adapter","data_sets":["house/letters"]},
                     "evaluations":[{"name":"mmlu","metric":"accuracy","value":"0.81","source":"https://example.com/eval"}],
                     "retirement":{"date":"2027-01-31","source":"https://example.com/deprecations","replacement":"house/new"}}
                    """
                )!
                .AsObject()
        );
        var (key, door) = await node.NewKeyAsync();
        foreach (var name in new[] { "assistant", "assistant", "house/old", "house/other" })
        {
            using var response = await door.ChatAsync(name);
            response.EnsureSuccessStatusCode();
            await node.RecordOfAsync(response);
        }

        static List<(string Key, string Route, long Calls)> Uses(JsonNode list) =>
            list.AsArray().Select(u => (u!.Text("key_id"), u!.Text("route"), u!.Number("calls"))).ToList();
        JsonNode hub = new JsonObject();
        await Eventually.IsTrueAsync(async () =>
        {
            hub = await node.Admin.GetAsync($"/api/hub/{model}");
            return hub["summary"]!.Number("calls") == 3;
        });
        List<(string, string, long)> expected = [(key, "assistant", 2), (key, "house/old", 1)];
        Uses(hub["uses"]!).ShouldBe(expected);
        hub["uses"]![0]!.Text("workspace").ShouldNotBeEmpty();
        hub["uses"]![0]!.Text("key").ShouldNotBeEmpty();
        hub["card"]!["lineage"]!["base_models"]!.AsArray().Single()!.GetValue<string>().ShouldBe("Qwen/Qwen3-32B");
        hub["card"]!["lineage"]!["data_sets"]!.AsArray().Single()!.GetValue<string>().ShouldBe("house/letters");
        hub["card"]!["evaluations"]!.AsArray().Single()!.Text("metric").ShouldBe("accuracy");

        var end = (await node.Admin.GetAsync("/api/models/retirements"))["items"]!.AsArray().Single(r => r!.Text("model") == "house/old")!;
        end.Text("replacement").ShouldBe("house/new");
        end.Text("source").ShouldBe("https://example.com/deprecations");
        Uses(end["affected"]!).ShouldBe(expected);
    }
}
