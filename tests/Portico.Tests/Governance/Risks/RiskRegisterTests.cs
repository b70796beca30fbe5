using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Governance;
using Portico.Governance.Risks;
using Portico.Models;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Risks;

/// <summary>The register over the API on both engines: each check that reads more than the policy, in each of its states, and nothing of what lies out of reach.</summary>
public sealed class RiskRegisterTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed record House(TestNode Node, ApiHost Api, Estate Estate) : IAsyncDisposable
    {
        public string Organisation => Estate.Organisation.Id.ToString();
        public string Workspace => Estate.Workspace.Id.ToString();
        public string UseCase => Estate.UseCase.Id.ToString();

        public ValueTask DisposeAsync() => Api.DisposeAsync();

        /// <summary>State and finding of a control.</summary>
        public async Task<(string State, string Says)> AtAsync(string level, string control, HttpClient? who = null)
        {
            var answer = await ApiHost.SendAsync(who ?? Api.Client, HttpMethod.Get, $"/api/risks?level={level}");
            answer.Status.ShouldBe(200, answer.Text);
            var found = answer.Json["controls"]!.AsArray().Single(c => c!["id"]!.GetValue<string>() == control)!;
            return (found["state"]!.GetValue<string>(), found["finding"]!.GetValue<string>());
        }

        public async Task StandsAsync(string level, string control, string state, string says = "")
        {
            var found = await AtAsync(level, control);
            found.State.ShouldBe(state, $"{control}: {found.Says}");
            found.Says.ShouldContain(says);
        }

        public async Task DoAsync(HttpMethod method, string path, string body)
        {
            var answer = await Api.SendAsync(method, path, body, ("If-Match", "*"));
            answer.Status.ShouldBeInRange(200, 299, answer.Text);
        }
    }

    static async Task<House> OpenAsync(TestStore store, bool gateway = false)
    {
        var node = await store.OpenAsync("one", null, s => _ = gateway ? s.AddGateway(new ConfigurationBuilder().Build()) : s);
        if (gateway)
        {
            await node.Get<JournalDrain>().ReplayAsync(Ct);
            await node.Services.StartGatewayAsync(Ct);
        }
        return new House(node, await ApiHost.StartAsync(node), await Estate.MakeAsync(node));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Without_a_level_it_is_the_mapping_and_nothing_is_checked(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        var all = (await house.Api.GetAsync("/api/risks")).Json;
        all["level"].ShouldBeNull();
        all["frameworks"]!.AsArray().Count.ShouldBe(8);
        all["controls"]!.AsArray().ShouldAllBe(c => c!["state"] == null && c["finding"] == null);
        var one = (await house.Api.GetAsync("/api/risks?framework=owasp_agentic")).Json;
        one["frameworks"]!.AsArray().ShouldHaveSingleItem()!["items"]!.AsArray().Count.ShouldBe(10);
        one["controls"]!.AsArray().Count.ShouldBeLessThan(all["controls"]!.AsArray().Count);
        (await house.Api.GetAsync("/api/risks?framework=none"))["detail"].ShouldContain("owasp_llm");
        (await house.Api.GetAsync("/api/risks?level=org_01k8zbm3w0e9tafx2m1q4v7h5c")).Status.ShouldBe(404);
        (await house.Api.GetAsync("/api/risks/export?format=xml"))["detail"].ShouldContain("csv, json or md");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_policy_of_a_level_counts_there_and_below_with_its_version(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.StandsAsync(house.UseCase, "content_screening", "absent", "no content rule");
        await house.DoAsync(
            HttpMethod.Put,
            $"/api/policies/{house.Workspace}",
            new JsonObject { ["text"] = "guardrails:\n  codenames:\n    words: [Falcon]\n    action: block\n" }.ToJsonString()
        );
        await house.StandsAsync(house.UseCase, "content_screening", "in_force", "The rule codenames acts");
        await house.StandsAsync(house.Workspace, "content_screening", "in_force");
        await house.StandsAsync(house.Organisation, "content_screening", "absent");
        var read = (await house.Api.GetAsync($"/api/risks?level={house.UseCase}")).Json;
        (read["scope"]!.GetValue<string>(), read["name"]!.GetValue<string>()).ShouldBe(("use_case", "Assistant"));
        var policy = read["policies"]!.AsArray().ShouldHaveSingleItem()!;
        (policy["level"]!.GetValue<string>(), policy["version"]!.GetValue<long>()).ShouldBe((house.Workspace, 1));
        read["product_version"]!.GetValue<string>().ShouldNotBe("0.0.0");
        await house.StandsAsync(house.UseCase, "guards", "absent", "no guard");
        await house.DoAsync(
            HttpMethod.Put,
            $"/api/policies/{house.Organisation}",
            new JsonObject
            {
                ["text"] = "guards:\n  house:\n    url: https://guards.example.com/check\n    channels: [user]\n    action: ask\n",
            }.ToJsonString()
        );
        await house.StandsAsync(house.UseCase, "guards", "partial", "The guard house acts, but not on answers.");
        await house.StandsAsync(house.UseCase, "person_decides", "in_force", "the guard house");
        await house.DoAsync(HttpMethod.Put, $"/api/policies/{house.Organisation}", """{"text":""}""");
        await house.StandsAsync(house.UseCase, "guards", "absent");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_said_of_use_cases_and_keys_is_counted(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.StandsAsync(house.Workspace, "use_case_register", "in_force", "1 of 1 use cases");
        await house.StandsAsync(house.Workspace, "use_case_classification", "absent", "0 of 1 use cases");
        await house.StandsAsync(house.Workspace, "key_bounds", "in_force", "No key works.");
        await house.DoAsync(HttpMethod.Post, $"/api/use-case-approvals/{house.UseCase}/classify", """{"risk_class":"limited"}""");
        await house.StandsAsync(house.Organisation, "use_case_classification", "in_force", "1 of 1 use cases");
        await house.DoAsync(HttpMethod.Post, "/api/use-cases", $$"""{"workspace_id":"{{house.Workspace}}","name":"second"}""");
        await house.StandsAsync(house.Organisation, "use_case_classification", "partial", "1 of 2 use cases");
        await house.StandsAsync(house.Organisation, "use_case_register", "partial", "1 of 2 use cases");
        await Estate.IssueAsync(house.Node, house.Estate.UseCase);
        await house.StandsAsync(house.UseCase, "key_bounds", "absent", "0 of 1 keys");
        await Estate.IssueAsync(house.Node, house.Estate.UseCase, d => d with { AllowedRoutes = ["fast"] });
        await house.StandsAsync(house.UseCase, "key_bounds", "partial", "1 of 2 keys");
        var other = await Estate.MakeAsync(house.Node, "Other");
        await house.StandsAsync(other.UseCase.Id.ToString(), "key_bounds", "in_force", "No key works.");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task How_people_read_and_come_in_is_read_from_the_organisation(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.StandsAsync(house.Workspace, "reveal_with_reason", "in_force");
        await house.DoAsync(HttpMethod.Post, $"/api/organisations/{house.Organisation}/reveal-rule", """{"needs_second_person":false}""");
        await house.StandsAsync(house.Workspace, "reveal_with_reason", "partial", "switched that off");
        await house.StandsAsync(house.Organisation, "company_sign_in", "absent");
        await house.Node.Database.WriteAsync(
            work =>
                Dapper.SqlMapper.ExecuteAsync(
                    work.Connection,
                    """
                    insert into governance_identity_providers (id, organisation_id, name, issuer, client_id, scopes, groups_claim, group_roles, email_domains, makes_people, enabled, allow_special_addresses, version, created_us, updated_us)
                    values ('idp_1', @id, 'n', 'https://idp.example', 'c', '', 'groups', '[]', '[]', 0, 1, 0, 1, 0, 0)
                    """,
                    new { id = house.Organisation },
                    work.Transaction
                ),
            Ct
        );
        await house.StandsAsync(house.Organisation, "company_sign_in", "partial", "passwords count");
        await house.Node.Database.WriteAsync(
            work =>
                Dapper.SqlMapper.ExecuteAsync(
                    work.Connection,
                    "insert into governance_sign_in_rules (organisation_id, provider_only, updated_us) values (@id, 1, 0)",
                    new { id = house.Organisation },
                    work.Transaction
                ),
            Ct
        );
        await house.StandsAsync(house.Organisation, "company_sign_in", "in_force");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_must_be_learned_is_read_from_access_rules(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.StandsAsync(house.Organisation, "ai_literacy", "absent");
        await house.DoAsync(HttpMethod.Post, "/api/access-rules", $$"""{"workspace_id":"{{house.Workspace}}","courses":["ai-basics"]}""");
        await house.StandsAsync(house.UseCase, "ai_literacy", "in_force", "courses are passed");
        await house.StandsAsync(house.Organisation, "ai_literacy", "partial", "In some workspaces");
        await house.StandsAsync(house.Organisation, "acceptable_use", "absent");
        await house.DoAsync(
            HttpMethod.Post,
            "/api/access-rules",
            $$"""{"workspace_id":"{{house.Workspace}}","acceptable_use":true,"from":"2099-01-01T00:00:00Z"}"""
        );
        await house.StandsAsync(house.Workspace, "acceptable_use", "partial", "begins later");
        await house.DoAsync(HttpMethod.Post, "/api/access-rules", $$"""{"workspace_id":"{{house.Workspace}}","acceptable_use":true}""");
        await house.StandsAsync(house.Workspace, "acceptable_use", "in_force", "the acceptable-use policy is acknowledged");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Budgets_and_limits_above_a_level_bound_it_and_those_below_do_in_part(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store, gateway: true);
        await house.StandsAsync(house.UseCase, "budget_holds", "absent");
        await MeterAsync(house, "use_case", house.UseCase, "nano_usd");
        await house.StandsAsync(house.UseCase, "budget_holds", "in_force", "budget of the use case");
        await house.StandsAsync(house.Workspace, "budget_holds", "partial");
        await MeterAsync(house, "organisation", house.Organisation, "nano_usd");
        await house.StandsAsync(house.Workspace, "budget_holds", "in_force", "budget of the organisation");
        await house.StandsAsync(house.Workspace, "rate_limits", "absent");
        await MeterAsync(house, "workspace", house.Workspace, "requests", shadow: true);
        await house.StandsAsync(house.Workspace, "rate_limits", "partial", "refuses nothing");
        await MeterAsync(house, "key", "*", "requests");
        await house.StandsAsync(house.Workspace, "rate_limits", "in_force", "Each key has a limit.");
        await house.StandsAsync(house.Workspace, "route_fallback", "absent", "There is no route");
        await house.StandsAsync(house.Workspace, "price_book", "absent", "No model");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_organisation_without_use_cases_has_none_in_the_register(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.DoAsync(HttpMethod.Post, "/api/organisations", """{"name":"Empty"}""");
        var empty = house.Node.Get<GovernanceCatalog>().Current.Organisations.Values.Single(o => o.Name == "Empty").Id.ToString();
        foreach (var control in new[] { "use_case_register", "use_case_classification" })
            await house.StandsAsync(empty, control, "absent", "There is no use case yet.");
        await house.StandsAsync(empty, "key_bounds", "in_force", "No key works.");
        await Estate.IssueAsync(house.Node, house.Estate.UseCase, d => d with { AllowedRoutes = ["fast"] });
        await house.StandsAsync(house.UseCase, "key_bounds", "in_force", "1 of 1 keys");
    }

    static async Task MeterAsync(House house, string scope, string id, string unit, bool shadow = false)
    {
        await house.Node.Database.WriteAsync(
            work =>
                Portico.Gateway.Ledger.MeterService.InsertAsync(
                    work,
                    new Portico.Gateway.Ledger.Meter
                    {
                        Id = (unit == "nano_usd" ? "budget_" : "limit_") + Guid.NewGuid().ToString("N"),
                        Scope = Enum.Parse<Portico.Gateway.Ledger.MeterScope>(scope.Replace("_", ""), ignoreCase: true),
                        ScopeId = id,
                        Unit = Enum.Parse<Portico.Gateway.Ledger.MeterUnit>(unit.Replace("_", ""), ignoreCase: true),
                        Window = Portico.Gateway.Ledger.MeterWindow.Month,
                        Limit = 1_000,
                        ShadowOnly = shadow,
                    },
                    house.Node.Get<TimeProvider>()
                ),
            Ct
        );
        await house.Node.Get<Portico.Gateway.Ledger.MeterCatalog>().RefreshAsync(Ct);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_sees_one_workspace_is_told_nothing_of_another(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.DoAsync(HttpMethod.Post, "/api/workspaces", $$"""{"organisation_id":"{{house.Organisation}}","name":"Secret"}""");
        var secret = house.Node.Get<GovernanceCatalog>().Current.Workspaces.Values.Single(w => w.Name == "Secret");
        await house.DoAsync(HttpMethod.Post, "/api/use-cases", $$"""{"workspace_id":"{{secret.Id}}","name":"hidden"}""");
        using var officer = await house.Api.AtAsync("officer", house.Workspace);
        (await house.AtAsync(house.Organisation, "use_case_register", officer)).Says.ShouldContain("1 of 1 use cases");
        (await house.AtAsync(house.Organisation, "use_case_register")).Says.ShouldContain("1 of 2 use cases");
        (await ApiHost.SendAsync(officer, HttpMethod.Get, $"/api/risks?level={secret.Id}")).Status.ShouldBe(404);
        (await ApiHost.SendAsync(officer, HttpMethod.Get, $"/api/risks/export?level={secret.Id}")).Status.ShouldBe(404);
        using var engineer = await house.Api.AtAsync("user", house.Workspace);
        (await ApiHost.SendAsync(engineer, HttpMethod.Get, "/api/risks")).Status.ShouldBe(403);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_file_says_when_where_and_under_which_versions_and_runs_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var house = await OpenAsync(store);
        await house.DoAsync(HttpMethod.Post, "/api/organisations", """{"name":"=1+1|<b>x</b>"}""");
        var formula = house.Node.Get<GovernanceCatalog>().Current.Organisations.Values.Single(o => o.Name.StartsWith('='));
        await house.DoAsync(HttpMethod.Put, $"/api/policies/{formula.Id}", """{"text":"models:\n  deny: [a]\n"}""");
        var csv = await house.Api.GetAsync($"/api/risks/export?level={formula.Id}");
        csv.MediaType.ShouldBe("text/csv");
        var lines = csv.Text.Split("\r\n");
        lines[0].ShouldStartWith("as_of,product_version,level,level_name,policies,framework");
        lines[1].ShouldContain($",{formula.Id},'=1+1|<b>x</b>,organisation '=1+1|<b>x</b>' version 1,OWASP Top 10");
        csv.Text.ShouldContain(",not covered,");
        var md = await house.Api.GetAsync($"/api/risks/export?level={formula.Id}&format=md&framework=gdpr");
        md.MediaType.ShouldBe("text/markdown");
        md.Text.ShouldContain("=1+1\\|\\<b\\>x\\</b\\>");
        md.Text.ShouldContain("| Art. 17 |");
        md.Text.ShouldContain("Lists of models and providers (partial)");
        var json = await house.Api.GetAsync($"/api/risks/export?level={formula.Id}&format=json");
        json.Json["level"]!.GetValue<string>().ShouldBe(formula.Id.ToString());
    }
}
