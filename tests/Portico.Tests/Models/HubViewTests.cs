using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>The hub as somebody looks at it: all facts of a model in one place, found by what one remembers of it.</summary>
public sealed class HubViewTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_model_is_shown_with_card_place_price_decisions_and_the_rules_it_breaks(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var house = await node.Get<GovernanceService>().CreateOrganisationAsync("house", Ct);
        var shop = await node.Get<GovernanceService>().CreateWorkspaceAsync(house.Id, "shop", Ct);
        var connection = (
            await api.PostAsync("/api/connections", """{"name":"lab","family":"openai","base_url":"https://example.com/v1"}""")
        )["id"];
        var id = (await api.PostAsync("/api/models", $$"""{"name":"lab/one","connection_id":"{{connection}}","upstream_model":"one"}"""))[
            "id"
        ];
        await api.PostAsync("/api/prices", $$$"""{"model_id":"{{{id}}}","usd_per_mtok":{"input":"1","output":"2"}}""");
        await api.PostAsync("/api/prices", $$$"""{"model_id":"{{{id}}}","usd_per_mtok":{"input":"0.5"}}""");
        await api.SendAsync(
            HttpMethod.Put,
            $"/api/models/{id}/card",
            """{"licence":{"id":"MIT","commercial_use":true},"terms":{"trains_on_data":true},"capabilities":["tools"],"inputs":["text","image"]}""",
            ("If-Match", "*")
        );
        await api.PostAsync($"/api/models/{id}/approve", $$"""{"workspace_id":"{{shop.Id}}","reason":"a trial"}""");
        await api.PostAsync("/api/model-rules", $$"""{"organisation_id":"{{house.Id}}","kind":"no_training","when_unknown":"allow"}""");

        var found = await api.GetAsync($"/api/hub/{id}");
        found.Status.ShouldBe(200, found.Text);
        var summary = found.Json["summary"]!;
        Text(summary, "licence").ShouldBe("MIT");
        Text(summary, "input_usd_per_mtok").ShouldBe("0.50", "the newest version in force");
        summary["output_usd_per_mtok"].ShouldBeNull();
        (Text(summary, "state"), summary["calls"]!.GetValue<long>(), summary["broken_rules"]!.GetValue<int>()).ShouldBe(("approved", 0, 1));
        Text(found.Json, "card_origin").ShouldBe("entered");
        var place = found.Json["served_at"]!.AsArray().Single()!;
        (Text(place, "connection"), Text(place, "upstream_model")).ShouldBe(("lab", "one"));
        found.Json["prices"]!.AsArray().Count.ShouldBe(2);
        var decision = found.Json["decisions"]!.AsArray().Single()!;
        (Text(decision, "workspace_id"), Text(decision, "reason")).ShouldBe((shop.Id.ToString(), "a trial"));
        var broken = found.Json["broken_rules"]!.AsArray().Single()!;
        (Text(broken, "organisation"), Text(broken, "fact")).ShouldBe(("house", "terms.trains_on_data is true"));
        found.Json["uses"]!.AsArray().ShouldBeEmpty();

        foreach (var remembered in new[] { "LAB", "mit", "tools", "one" })
            (await NamesAsync(api, $"?q={remembered}")).ShouldBe(["lab/one"], remembered);
        (await NamesAsync(api, "?q=vision")).ShouldBeEmpty();
        (await NamesAsync(api, "?state=approved")).ShouldBe(["lab/one"]);
        (await NamesAsync(api, "?state=quarantined")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_refused_by_its_name()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var state = await api.GetAsync("/api/hub?state=loved");
        (state.Status, state["param"]).ShouldBe((400, "state"));
        (await api.GetAsync("/api/hub/model_none")).Status.ShouldBe(404);
    }

    static async Task<List<string>> NamesAsync(ApiHost api, string query) =>
        (await api.GetAsync("/api/hub" + query)).Json["items"]!.AsArray().Select(l => Text(l!, "model")!).ToList();

    static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();
}
