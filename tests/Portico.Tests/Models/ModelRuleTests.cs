using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Models;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Rules;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>Rules of an organisation: what breaks them, and what they do when a model is approved.</summary>
public sealed class ModelRuleTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static ModelRule Rule(string kind, bool strict, int? days = null, params string[] regions) =>
        new()
        {
            Id = default,
            OrganisationId = default,
            Kind = Enum.Parse<RuleKind>(kind),
            Strict = strict,
            MaxRetentionDays = days,
            Regions = regions.Length == 0 ? null : regions,
        };

    [Theory]
    [InlineData("NoTraining", null, "terms.trains_on_data")]
    [InlineData("MaxRetention", 7, "terms.retention_days")]
    [InlineData("CommercialLicence", null, "licence.commercial_use")]
    [InlineData("Regions", null, "terms.regions")]
    public void An_unknown_fact_breaks_a_strict_rule_and_no_lenient_one(string kind, int? days, string fact)
    {
        string[] regions = kind == "Regions" ? ["eu"] : [];
        Rule(kind, true, days, regions).BrokenBy(new ModelCard()).ShouldNotBeNull().ShouldStartWith(fact);
        Rule(kind, false, days, regions).BrokenBy(new ModelCard()).ShouldBeNull();
        var bad = new ModelCard
        {
            Licence = new CardLicence("CC-BY-NC-4.0", CommercialUse: false),
            Terms = new DataTerms(true, 30, ["eu", "us"]),
        };
        Rule(kind, false, days, regions).BrokenBy(bad).ShouldNotBeNull().ShouldStartWith(fact);
        var good = new ModelCard { Licence = new CardLicence("MIT", CommercialUse: true), Terms = new DataTerms(false, 7, ["eu"]) };
        Rule(kind, true, days, regions).BrokenBy(good).ShouldBeNull();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_approval_that_breaks_a_rule_is_refused_with_the_rule_and_the_fact(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var governance = node.Get<GovernanceService>();
        var (house, other) = (await governance.CreateOrganisationAsync("house", Ct), await governance.CreateOrganisationAsync("other", Ct));
        var free = (await governance.CreateWorkspaceAsync(other.Id, "free", Ct)).Id;
        var model = (await api.PostAsync("/api/models", """{"name":"m","approve":true}"""))["id"];

        var made = await api.PostAsync(
            "/api/model-rules",
            $$"""{"organisation_id":"{{house.Id}}","kind":"commercial_licence","purpose":"production","when_unknown":"refuse"}"""
        );
        made.Status.ShouldBe(201, made.Text);
        var rule = made.Json["rule"]!["id"]!.GetValue<string>();
        made.Json["violations"]!.AsArray().Single()!["model"]!
            .GetValue<string>()
            .ShouldBe("m", "an approval that is there stays, and what breaks is told");
        (await api.GetAsync($"/api/models/{model}"))["state"].ShouldBe("approved");

        var refused = await api.PostAsync($"/api/models/{model}/approve", "{}");
        (refused.Status, refused["code"], refused["rule_id"]).ShouldBe((403, "policy_denied", rule), refused.Text);
        refused["fact"].ShouldBe("licence.commercial_use is not known, and the rule is strict");
        (await api.PostAsync("/api/models", """{"name":"n","approve":true}""")).Status.ShouldBe(403);
        node.Get<ModelsCatalog>().Current.FindModel("n").ShouldBeNull("a refusal adds nothing");

        (await api.PostAsync($"/api/models/{model}/approve", """{"purpose":"development"}""")).Status.ShouldBe(
            200,
            "the rule is for production"
        );
        (await api.PostAsync($"/api/models/{model}/approve", $$"""{"workspace_id":"{{free}}"}""")).Status.ShouldBe(
            200,
            "another organisation's rule"
        );
        await api.SendAsync(
            HttpMethod.Put,
            $"/api/models/{model}/card",
            """{"licence":{"id":"MIT","commercial_use":true}}""",
            ("If-Match", "*")
        );
        (await api.PostAsync($"/api/models/{model}/approve", "{}")).Status.ShouldBe(200, "the fact is known now");
        (await api.GetAsync("/api/model-rules/violations")).Json["items"]!.AsArray().ShouldBeEmpty();

        var address = $"/api/model-rules/{rule}";
        var tightened = await api.SendAsync(
            HttpMethod.Put,
            address,
            $$"""{"organisation_id":"{{house.Id}}","kind":"regions","regions":["eu"],"when_unknown":"refuse"}""",
            ("If-Match", made.Tag!)
        );
        tightened.Json["violations"]!.AsArray().Single()!["fact"]!.GetValue<string>().ShouldStartWith("terms.regions");
        (await api.SendAsync(HttpMethod.Delete, address, null, ("If-Match", made.Tag!))).Status.ShouldBe(412);
        (await api.SendAsync(HttpMethod.Delete, address, null, ("If-Match", tightened.Tag!))).Status.ShouldBe(204);
        (await api.GetAsync("/api/model-rules")).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"kind\":\"colour\",\"when_unknown\":\"refuse\"", "kind")]
    [InlineData("\"kind\":\"no_training\",\"when_unknown\":\"perhaps\"", "when_unknown")]
    [InlineData("\"kind\":\"max_retention\",\"when_unknown\":\"allow\"", "max_retention_days")]
    [InlineData("\"kind\":\"no_training\",\"when_unknown\":\"allow\",\"regions\":[\"eu\"]", "regions")]
    [InlineData("\"kind\":\"regions\",\"when_unknown\":\"allow\",\"regions\":[\"EU\"]", "regions")]
    [InlineData("\"kind\":\"no_training\",\"when_unknown\":\"allow\",\"purpose\":\"fun\"", "purpose")]
    public async Task A_rule_that_makes_no_sense_is_refused_by_its_field(string fields, string param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var house = await node.Get<GovernanceService>().CreateOrganisationAsync("house", Ct);
        var refused = await api.PostAsync("/api/model-rules", $$"""{"organisation_id":"{{house.Id}}",{{fields}}}""");
        (refused.Status, refused["param"]).ShouldBe((400, param), refused.Text);
    }

    [Fact]
    public async Task A_retirement_is_told_with_its_source_and_the_days_that_are_left()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: new ManualTime(new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero)));
        await using var api = await ApiHost.StartAsync(node);
        await api.PostAsync("/api/models", """{"name":"gpt-5"}""");
        await api.PostAsync("/api/models", """{"name":"house/own"}""");
        var line = (await api.GetAsync("/api/models/retirements")).Json["items"]!.AsArray().Single()!;
        (line["model"]!.GetValue<string>(), line["date"]!.GetValue<string>(), line["days_left"]!.GetValue<int>()).ShouldBe(
            ("gpt-5", "2026-12-11", 10)
        );
        line["source"]!.GetValue<string>().ShouldStartWith("https://developers.openai.com/");
        line["affected"]!.AsArray().ShouldBeEmpty();
    }
}
