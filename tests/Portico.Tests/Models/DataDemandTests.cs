using Portico.Governance;
using Portico.Models;
using Portico.Models.Cards;
using Portico.Models.Rules;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>What routes and rules ask of the place and the terms of data, and whose facts answer.</summary>
public sealed class DataDemandTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static ModelCard Card(bool? trains = null, int? days = null, params string[] regions) =>
        new() { Terms = new DataTerms(trains, days, regions.Length == 0 ? null : regions) };

    [Fact]
    public void An_unknown_fact_meets_no_demand()
    {
        new DataDemands(["eu"]).UnmetBy(new ModelCard()).ShouldBe("residency eu is demanded, and terms.regions is not known");
        new DataDemands(NoTraining: true)
            .UnmetBy(new ModelCard())
            .ShouldBe("no training on data is demanded, and terms.trains_on_data is not known");
        new DataDemands(MaxRetentionDays: 0)
            .UnmetBy(new ModelCard())
            .ShouldBe("retention of at most 0 days is demanded, and terms.retention_days is not known");
        new DataDemands().UnmetBy(new ModelCard()).ShouldBeNull();
        new DataDemands([]).UnmetBy(new ModelCard()).ShouldBeNull();
    }

    [Fact]
    public void A_region_covers_its_parts_and_nothing_that_only_begins_like_it()
    {
        var demands = new DataDemands(["eu", "ch"]);
        demands.UnmetBy(Card(regions: ["eu-west-1", "ch"])).ShouldBeNull();
        demands.UnmetBy(Card(regions: ["europe-west4"])).ShouldNotBeNull();
        demands.UnmetBy(Card(regions: ["eu", "us"])).ShouldBe("residency eu, ch is demanded, and terms.regions has us");
        new DataDemands(["eu-west-1"]).UnmetBy(Card(regions: ["eu"])).ShouldNotBeNull("a part does not cover the whole");
    }

    [Fact]
    public void Terms_are_met_or_named()
    {
        var demands = new DataDemands(null, true, 7);
        demands.UnmetBy(Card(false, 7)).ShouldBeNull();
        demands.UnmetBy(Card(true, 7)).ShouldBe("no training on data is demanded, and terms.trains_on_data is true");
        demands.UnmetBy(Card(false, 30)).ShouldBe("retention of at most 7 days is demanded, and terms.retention_days is 30");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_connections_own_facts_go_before_the_cards_and_a_rule_may_be_of_a_workspace_or_a_key(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var governance = node.Get<GovernanceService>();
        var house = await governance.CreateOrganisationAsync("house", Ct);
        var other = await governance.CreateOrganisationAsync("other", Ct);
        var workspace = await governance.CreateWorkspaceAsync(house.Id, "w", Ct);
        var made = await api.PostAsync(
            "/api/connections",
            """{"name":"c","family":"openai","base_url":"http://127.0.0.1:1/v1","region":"eu","trains_on_data":false,"retention_days":0}"""
        );
        made.Status.ShouldBe(201, made.Text);
        (await api.PostAsync("/api/models", $$"""{"name":"m","connection_id":"{{made["id"]}}"}""")).Status.ShouldBe(201);
        var models = node.Get<ModelsCatalog>();
        var model = models.Current.FindModel("m")!;
        var deployment = models.Current.DeploymentsOf(model.Id).Single();
        models.Current.Unmet(deployment, new DataDemands(["eu"], true, 0)).ShouldBeNull();
        models
            .Current.Unmet(deployment, new DataDemands(["us"]))
            .ShouldBe("residency us is demanded, and terms.regions has eu at connection c");

        var address = $"/api/connections/{made["id"]}";
        var moved = await api.SendAsync(HttpMethod.Patch, address, """{"region":"us-east-1","retention_days":30}""", ("If-Match", "*"));
        (moved["region"], moved.Json["trains_on_data"]!.GetValue<bool>(), moved.Json["retention_days"]!.GetValue<int>()).ShouldBe(
            ("us-east-1", false, 30)
        );
        deployment = models.Current.DeploymentsOf(model.Id).Single();
        models.Current.Unmet(deployment, new DataDemands(["us"])).ShouldBeNull();
        (await api.SendAsync(HttpMethod.Patch, address, """{"region":""}""", ("If-Match", "*"))).Json["region"].ShouldBeNull();
        (await api.SendAsync(HttpMethod.Patch, address, """{"region":"Frankfurt"}""", ("If-Match", "*")))["param"].ShouldBe("region");
        (await api.SendAsync(HttpMethod.Patch, address, """{"retention_days":-1}""", ("If-Match", "*")))["param"]
            .ShouldBe("retention_days");

        var rule = await api.PostAsync(
            "/api/model-rules",
            $$"""{"organisation_id":"{{house.Id}}","workspace_id":"{{workspace.Id}}","kind":"regions","regions":["eu"],"when_unknown":"refuse"}"""
        );
        rule.Status.ShouldBe(201, rule.Text);
        deployment = models.Current.DeploymentsOf(model.Id).Single();
        models.Current.BreachOf(deployment, new RuleAudience(house.Id, workspace.Id), default)!.Value.Whose.ShouldBe("workspace");
        models.Current.BreachOf(deployment, new RuleAudience(house.Id), default).ShouldBeNull("it is not the organisation's");
        models.Current.BreachOf(deployment, new RuleAudience(other.Id, workspace.Id), default).ShouldBeNull();
        (await api.GetAsync("/api/model-rules")).Json["items"]![0]!["workspace_id"]!.GetValue<string>().ShouldBe(workspace.Id.ToString());
        var stranger = await api.PostAsync(
            "/api/model-rules",
            $$"""{"organisation_id":"{{other.Id}}","workspace_id":"{{workspace.Id}}","kind":"no_training","when_unknown":"refuse"}"""
        );
        (stranger.Status, stranger["param"]).ShouldBe((400, "workspace_id"));
    }
}
