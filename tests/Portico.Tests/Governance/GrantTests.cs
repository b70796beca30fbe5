using Dapper;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.SignIn;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance;

/// <summary>Roles at places over the API: what they open, how far, who gives them, and when they end.</summary>
public sealed class GrantTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Token(string name, params (string Role, string? Place)[] grants) =>
        $$"""{"name":"{{name}}","grants":[{{string.Join(',', grants.Select(g => Json(g.Role, g.Place)))}}]}""";

    static string Json(string role, string? place) =>
        place is null ? $$"""{"role":"{{role}}"}""" : $$"""{"role":"{{role}}","place":"{{place}}"}""";

    /// <summary>Two workspaces with a use case each, in one organisation.</summary>
    sealed record Two(Organisation Organisation, Workspace Retail, UseCase Letters, Workspace Trade, UseCase Quotes)
    {
        public static async Task<Two> MakeAsync(TestNode node)
        {
            var one = await Estate.MakeAsync(node);
            var service = node.Get<GovernanceService>();
            var trade = await service.CreateWorkspaceAsync(one.Organisation.Id, "Trade", Ct);
            return new Two(
                one.Organisation,
                one.Workspace,
                one.UseCase,
                trade,
                await service.CreateUseCaseAsync(trade.Id, "Quotes", null, null, Ct)
            );
        }
    }

    static async Task<HttpClient> WithAsync(ApiHost api, params (string Role, string? Place)[] grants)
    {
        var made = await api.PostAsync("/api/admin-tokens", Token("holder", grants));
        made.Status.ShouldBe(201, made.Text);
        return api.ClientWith(made["secret"]);
    }

    static async Task<List<string>> NamesAsync(HttpClient client, string path) =>
        (await ApiHost.SendAsync(client, HttpMethod.Get, path)).Json["items"]!
            .AsArray()
            .Select(i => i!["name"]!.GetValue<string>())
            .ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_role_at_a_workspace_opens_that_workspace_with_what_is_below_and_nothing_beside(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        await Estate.IssueAsync(node, two.Letters);
        await Estate.IssueAsync(node, two.Quotes, k => k with { Name = "desk" });
        using var engineer = await WithAsync(api, ("engineer", two.Trade.Id.ToString()));

        (await NamesAsync(engineer, "/api/organisations")).ShouldBe(["Bank"]);
        (await NamesAsync(engineer, "/api/workspaces")).ShouldBe(["Trade"]);
        (await NamesAsync(engineer, "/api/use-cases")).ShouldBe(["Quotes"]);
        (await NamesAsync(engineer, "/api/keys")).ShouldBe(["desk"]);
        var own = await ApiHost.SendAsync(engineer, HttpMethod.Post, "/api/keys", $$"""{"name":"new","use_case_id":"{{two.Quotes.Id}}"}""");
        own.Status.ShouldBe(201, own.Text);
        var other = await ApiHost.SendAsync(
            engineer,
            HttpMethod.Post,
            "/api/keys",
            $$"""{"name":"new","use_case_id":"{{two.Letters.Id}}"}"""
        );
        (other.Status, other["detail"]).ShouldBe((404, $"There is no use case '{two.Letters.Id}'."));
        var platform = await ApiHost.SendAsync(engineer, HttpMethod.Get, "/api/connections");
        platform.Status.ShouldBe(403);
        platform["detail"].ShouldContain("connections.read everywhere");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_lies_above_is_known_by_name_and_not_changed_from_below(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        using var admin = await WithAsync(api, ("admin", two.Letters.Id.ToString()));
        foreach (var path in new[] { $"/api/organisations/{two.Organisation.Id}", $"/api/workspaces/{two.Retail.Id}" })
        {
            (await ApiHost.SendAsync(admin, HttpMethod.Get, path)).Status.ShouldBe(200, path);
            (await ApiHost.SendAsync(admin, HttpMethod.Patch, path, """{"name":"Mine"}""", ("If-Match", "*"))).Status.ShouldBe(403, path);
        }
        var made = $$"""{"name":"new","workspace_id":"{{two.Retail.Id}}"}""";
        (await ApiHost.SendAsync(admin, HttpMethod.Post, "/api/use-cases", made)).Status.ShouldBe(403);
        (await ApiHost.SendAsync(admin, HttpMethod.Get, $"/api/workspaces/{two.Trade.Id}")).Status.ShouldBe(404);
        var own = $"/api/use-cases/{two.Letters.Id}";
        (await ApiHost.SendAsync(admin, HttpMethod.Patch, own, """{"stage":"staging"}""", ("If-Match", "*"))).Status.ShouldBe(200);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Nobody_gives_a_role_further_than_their_own_reaches(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        using var admin = await WithAsync(api, ("admin", two.Trade.Id.ToString()));
        async Task<int> GiveAsync(string role, string? place) =>
            (await ApiHost.SendAsync(admin, HttpMethod.Post, "/api/admin-tokens", Token("next", (role, place)))).Status;

        (await GiveAsync("engineer", two.Trade.Id.ToString())).ShouldBe(201);
        (await GiveAsync("engineer", two.Quotes.Id.ToString())).ShouldBe(201);
        (await GiveAsync("engineer", null)).ShouldBe(403);
        (await GiveAsync("engineer", two.Organisation.Id.ToString())).ShouldBe(403);
        (await GiveAsync("owner", two.Trade.Id.ToString())).ShouldBe(403);
        (await GiveAsync("engineer", two.Retail.Id.ToString())).ShouldBe(404);
        (await GiveAsync("engineer", "somewhere")).ShouldBe(404);
        (await GiveAsync("wizard", two.Trade.Id.ToString())).ShouldBe(400);
        // Nor does it stop who may do more, or see who has nothing to do with it.
        var owner = (await api.GetAsync("/api/me"))["id"];
        (await ApiHost.SendAsync(admin, HttpMethod.Post, $"/api/admin-tokens/{owner}/revoke")).Status.ShouldBe(404);
        (await NamesAsync(admin, "/api/admin-tokens")).Order().ShouldBe(["holder", "next", "next"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_change_of_grants_counts_at_once_and_leaves_what_lies_elsewhere_and_what_another_origin_gave(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        var person = await node.Get<GovernanceService>().CreatePersonAsync(two.Organisation.Id, "ada@example.com", "Ada", Ct);
        var (retail, trade) = (two.Retail.Id.ToString(), two.Trade.Id.ToString());
        var account = $"/api/accounts/{person.Id}";
        var invited = await api.PostAsync(
            "/api/accounts",
            $$"""{"person_id":"{{person.Id}}","grants":[{{Json("analyst", retail)}},{{Json("analyst", trade)}}]}"""
        );
        invited.Status.ShouldBe(201, invited.Text);
        var grants = node.Get<AccountGrants>();
        await grants.ReplaceAsync(person, "oidc:staff", [new Grant("user", Place.Of(two.Organisation.Id))], Ct);

        using var admin = await WithAsync(api, ("admin", trade));
        var seen = await ApiHost.SendAsync(admin, HttpMethod.Get, account);
        seen.Json["grants"]!.ToJsonString().ShouldBe($$"""[{"role":"analyst","place":"{{trade}}","origin":null}]""");
        var changed = await ApiHost.SendAsync(
            admin,
            HttpMethod.Patch,
            account,
            $$"""{"grants":[{{Json("engineer", trade)}}]}""",
            ("If-Match", "*")
        );
        changed.Status.ShouldBe(200, changed.Text);
        var held = (await grants.OfAsync(person.Id, Ct)).Select(g => $"{g.Grant.Role} {g.Grant.Place.Id} {g.Grant.Origin}".TrimEnd());
        held.Order(StringComparer.Ordinal)
            .ShouldBe(
                new[] { $"analyst {retail}", $"engineer {trade}", $"user {two.Organisation.Id} oidc:staff" }.Order(StringComparer.Ordinal)
            );

        await grants.ReplaceAsync(person, "oidc:staff", [], Ct);
        (await grants.OfAsync(person.Id, Ct)).Count.ShouldBe(2);
        await Should.ThrowAsync<ArgumentException>(() => grants.ReplaceAsync(person, "", [], Ct));
        // With the place go the grants at it.
        var service = node.Get<GovernanceService>();
        await service.DeleteUseCaseAsync(two.Quotes, Ct);
        await service.DeleteWorkspaceAsync(two.Trade, Ct);
        (await grants.OfAsync(person.Id, Ct)).ShouldHaveSingleItem().Grant.Place.Id.ShouldBe(retail);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_answer_from_before_a_grant_was_taken_away_is_not_given_again(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        var (retail, trade) = (two.Retail.Id.ToString(), two.Trade.Id.ToString());
        var made = await api.PostAsync("/api/admin-tokens", Token("both", ("admin", retail), ("admin", trade)));
        using var client = api.ClientWith(made["secret"]);
        var body = $$"""{"name":"Claims","workspace_id":"{{retail}}"}""";
        Task<Answer> AskAsync() => ApiHost.SendAsync(client, HttpMethod.Post, "/api/use-cases", body, ("Idempotency-Key", "k"));
        (await AskAsync()).Status.ShouldBe(201);
        (await AskAsync()).Replayed.ShouldBeTrue();

        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "delete from governance_grants where subject = @id and place = @retail",
                    new { id = made["id"], retail },
                    w.Transaction
                ),
            Ct
        );

        var late = await AskAsync();
        (late.Status, late.Replayed).ShouldBe((404, false));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_role_of_ones_own_permits_what_it_says_and_is_no_more_than_its_maker(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        const string Keeper = """{"name":"key-keeper","says":"keeps keys","permissions":["keys.read","keys.write"]}""";
        (await api.PostAsync("/api/roles", Keeper)).Status.ShouldBe(201);
        (await api.PostAsync("/api/roles", Keeper)).Status.ShouldBe(409);
        using var keeper = await WithAsync(api, ("key-keeper", two.Trade.Id.ToString()));
        (await NamesAsync(keeper, "/api/keys")).ShouldBeEmpty();
        (await ApiHost.SendAsync(keeper, HttpMethod.Get, "/api/use-cases")).Status.ShouldBe(403);
        var me = await ApiHost.SendAsync(keeper, HttpMethod.Get, "/api/me");
        me.Json["places"]!.ToJsonString().ShouldBe($$"""[{"place":"{{two.Trade.Id}}","permissions":["keys.read","keys.write"]}]""");

        // What it permits changes for who has it, from the next request on.
        var change = await api.SendAsync(
            HttpMethod.Patch,
            "/api/roles/key-keeper",
            """{"permissions":["organisation.read"]}""",
            ("If-Match", "\"v1\"")
        );
        change.Status.ShouldBe(200, change.Text);
        (await NamesAsync(keeper, "/api/use-cases")).ShouldBe(["Quotes"]);
        (await ApiHost.SendAsync(keeper, HttpMethod.Get, "/api/keys")).Status.ShouldBe(403);
        var held = await api.SendAsync(HttpMethod.Delete, "/api/roles/key-keeper", null, ("If-Match", "*"));
        (held.Status, held["code"]).ShouldBe((409, "conflict"));

        using var admin = await WithAsync(api, ("admin", null));
        const string Reader = """{"name":"reader","says":"reads","permissions":["contents.read"]}""";
        (await ApiHost.SendAsync(admin, HttpMethod.Post, "/api/roles", Reader)).Status.ShouldBe(403);
        using var local = await WithAsync(api, ("owner", two.Trade.Id.ToString()));
        (await ApiHost.SendAsync(local, HttpMethod.Post, "/api/roles", Reader)).Status.ShouldBe(403);
        foreach (var builtIn in Roles.All)
            (await api.SendAsync(HttpMethod.Delete, "/api/roles/" + builtIn.Name, null, ("If-Match", "*"))).Status.ShouldBe(409);
    }

    [Theory]
    [InlineData("""{"name":"Owner","says":"x","permissions":["keys.read"]}""", "name")]
    [InlineData("""{"name":"a b","says":"x","permissions":["keys.read"]}""", "name")]
    [InlineData("""{"name":"ab","says":"","permissions":["keys.read"]}""", "says")]
    [InlineData("""{"name":"ab","says":"x","permissions":[]}""", "permissions")]
    [InlineData("""{"name":"ab","says":"x","permissions":["keys.eat"]}""", "permissions")]
    public async Task A_role_that_is_none_is_refused_by_the_field(string body, string field)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.PostAsync("/api/roles", body);
        (refused.Status, refused["param"]).ShouldBe((400, field));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_owner_of_a_workspace_is_not_the_last_owner(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var two = await Two.MakeAsync(node);
        using var local = await WithAsync(api, ("owner", two.Trade.Id.ToString()));
        var me = (await api.GetAsync("/api/me"))["id"];
        (await api.PostAsync($"/api/admin-tokens/{me}/revoke", "")).Status.ShouldBe(409);
        var id = (await ApiHost.SendAsync(local, HttpMethod.Get, "/api/me"))["id"];
        (await api.PostAsync($"/api/admin-tokens/{id}/revoke", "")).Status.ShouldBe(204);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Roles_of_earlier_builds_hold_everywhere(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var person = await node.Get<GovernanceService>().CreatePersonAsync(estate.Organisation.Id, "ada@example.com", "Ada", Ct);
        // The store as it was before there were grants.
        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    """
                    drop table governance_grants;
                    drop table governance_roles;
                    alter table governance_admin_tokens add column roles text not null default '["owner"]';
                    alter table governance_accounts add column roles text not null default '[]';
                    delete from storage_migrations where module = 'governance' and number = 9;
                    insert into governance_admin_tokens (id, name, prefix, secret_hash, roles, revoked, created_us) values ('admin_old', 'old', 'p', 'h', '["engineer","officer"]', 0, 5);
                    insert into governance_accounts (person_id, email, roles, version, created_us, updated_us) values (@person, 'ada@example.com', '["analyst"]', 1, 5, 5);
                    """,
                    new { person = person.Id.ToString() },
                    w.Transaction
                ),
            Ct
        );
        await node.Get<Migrator>().ApplyAsync(Ct);

        var token = (
            await node.Get<Portico.Governance.Api.AdminAccess>().ListAsync(Reach.Everywhere, new PageRequest(10, null), Ct)
        ).Items.Single();
        token.Grants.ShouldBe([new GrantView("engineer"), new GrantView("officer")]);
        (await node.Get<Accounts>().FindAsync(person.Id.ToString(), Reach.Everywhere, Ct)).Grants.ShouldBe([new GrantView("analyst")]);
    }
}
