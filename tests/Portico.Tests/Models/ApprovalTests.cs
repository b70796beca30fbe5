using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance;
using Portico.Models;
using Portico.Models.Approval;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models;

/// <summary>Who may call a model is decided, recorded and superseded; without a decision nobody may.</summary>
public sealed class ApprovalTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<WorkspaceId> WorkspaceAsync(TestNode node, string name)
    {
        var governance = node.Get<GovernanceService>();
        var organisation = await governance.CreateOrganisationAsync(name, Ct);
        return (await governance.CreateWorkspaceAsync(organisation.Id, name, Ct)).Id;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_decision_about_a_workspace_counts_before_the_one_about_all_and_the_newest_about_all_clears_them(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var (a, b) = (await WorkspaceAsync(node, "a"), await WorkspaceAsync(node, "b"));
        var model = (await api.PostAsync("/api/models", """{"name":"m"}"""))["id"];
        ModelAccess Access() => node.Get<ModelsCatalog>().Current.AccessOf(ModelId.Parse(model));
        async Task DecideAsync(string action, string body)
        {
            var done = await api.PostAsync($"/api/models/{model}/{action}", body);
            done.Status.ShouldBe(200, done.Text);
        }

        Access().Allows(a, Purpose.Development).ShouldBeFalse("nobody has approved it");
        (await api.GetAsync($"/api/models/{model}"))["state"].ShouldBe("quarantined");

        await DecideAsync("approve", $$"""{"workspace_id":"{{a}}","purpose":"development","reason":"a trial"}""");
        Access().Allows(a, Purpose.Development).ShouldBeTrue();
        Access().Allows(a, Purpose.Production).ShouldBeFalse();
        Access().Allows(b, Purpose.Development).ShouldBeFalse();
        Access().IsForEverybody.ShouldBeFalse();
        (await api.GetAsync($"/api/models/{model}"))["state"].ShouldBe("approved");

        await DecideAsync("approve", "{}");
        Access().IsForEverybody.ShouldBeTrue("a decision about all supersedes those about single ones");
        await DecideAsync("quarantine", $$"""{"workspace_id":"{{b}}","reason":"a complaint"}""");
        Access().Allows(a, Purpose.Production).ShouldBeTrue();
        Access().Allows(b, Purpose.Production).ShouldBeFalse();
        await DecideAsync("retire", """{"reason":"its successor is here"}""");
        Access().Allows(a, Purpose.Production).ShouldBeFalse();
        (await api.GetAsync($"/api/models/{model}"))["state"].ShouldBe("retired");

        var history = (await api.GetAsync($"/api/models/{model}/decisions?limit=3")).Json;
        history["items"]!.AsArray().Select(d => d!["number"]!.GetValue<long>()).ShouldBe([4, 3, 2]);
        var last = (
            await api.GetAsync($"/api/models/{model}/decisions?limit=3&cursor={Uri.EscapeDataString(history["next"]!.GetValue<string>())}")
        ).Json["items"]!
            .AsArray()
            .Single()!;
        (last["decided_by"]!.GetValue<string>(), last["reason"]!.GetValue<string>(), last["superseded"]!.GetValue<bool>()).ShouldBe(
            ("test", "a trial", true)
        );
    }

    [Theory]
    [InlineData("approve", """{"workspace_id":"ws_01kc0000000000000000000000"}""", "workspace_id")]
    [InlineData("approve", """{"purpose":"fun"}""", "purpose")]
    [InlineData("quarantine", """{"purpose":"production"}""", "purpose")]
    [InlineData("retire", """{"reason":""}""", "reason")]
    public async Task A_decision_that_makes_no_sense_is_refused_by_its_field(string action, string body, string param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var model = (await api.PostAsync("/api/models", """{"name":"m","approve":true}"""))["id"];
        var refused = await api.PostAsync($"/api/models/{model}/{action}", body);
        (refused.Status, refused["param"]).ShouldBe((400, param), refused.Text);
        (await api.GetAsync($"/api/models/{model}/decisions")).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task One_request_adds_a_model_its_deployment_its_list_price_and_its_approval_or_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var connection = (
            await api.PostAsync("/api/connections", """{"name":"o","family":"openai","base_url":"https://api.openai.com/v1"}""")
        )["id"];
        var made = await api.PostAsync(
            "/api/models",
            $$"""{"name":"house/fast","connection_id":"{{connection}}","upstream_model":"gpt-4o-mini","approve":true,"reason":"our standard"}"""
        );
        (made.Status, made["state"]).ShouldBe((201, "approved"), made.Text);
        var deployment = node.Get<ModelsCatalog>().Current.Deployments.Single();
        (deployment.Model.Name, deployment.Deployment.UpstreamModel).ShouldBe(("house/fast", "gpt-4o-mini"));
        deployment.PriceAt(DateTimeOffset.UtcNow)!.Source!.ShouldStartWith("list price");
        (await api.GetAsync($"/api/models/{made["id"]}/decisions")).Json["items"]![0]!["reason"]!
            .GetValue<string>()
            .ShouldBe("our standard");

        var nowhere = await api.PostAsync("/api/models", """{"name":"other","connection_id":"conn_01kc0000000000000000000000"}""");
        (nowhere.Status, nowhere["param"]).ShouldBe((400, "connection_id"));
        (await api.PostAsync("/api/models", """{"name":"other","upstream_model":"x"}"""))["param"].ShouldBe("connection_id");
        (await api.PostAsync("/api/models", """{"name":"other","approve":true,"reason":"a\nb"}"""))["param"].ShouldBe("reason");
        node.Get<ModelsCatalog>().Current.Models.Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_model_that_was_there_before_approvals_stays_callable_by_everybody(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var model = (await api.PostAsync("/api/models", """{"name":"old"}"""))["id"];
        // As a store of the build before: without the table.
        await node.Database.WriteAsync(
            async work =>
                await work.Connection.ExecuteAsync(
                    "drop table models_decisions; delete from storage_migrations where module = 'models' and number = 3",
                    transaction: work.Transaction
                ),
            Ct
        );
        await node.Get<Migrator>().ApplyAsync(Ct);
        await node.Get<ModelsCatalog>().RefreshAsync(Ct);
        node.Get<ModelsCatalog>().Current.AccessOf(ModelId.Parse(model)).IsForEverybody.ShouldBeTrue();
        (await api.GetAsync($"/api/models/{model}/decisions")).Json["items"]![0]!["decided_by"]!.GetValue<string>().ShouldBe("migration");
    }
}
