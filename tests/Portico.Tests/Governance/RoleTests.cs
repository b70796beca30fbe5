using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance;

/// <summary>Roles of admin tokens over the API: what each may do, and that nobody gets more than the giver has.</summary>
public sealed class RoleTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Body(string name, params string[] roles) =>
        $$"""{"name":"{{name}}","roles":[{{string.Join(',', roles.Select(r => $"\"{r}\""))}}]}""";

    static async Task<HttpClient> WithAsync(ApiHost api, params string[] roles)
    {
        var made = await api.PostAsync("/api/admin-tokens", Body("of " + string.Join(' ', roles), roles));
        made.Status.ShouldBe(201, made.Text);
        return api.ClientWith(made["secret"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_engineer_adds_a_model_and_only_an_officer_lets_it_be_called(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        using var engineer = await WithAsync(api, "engineer");
        using var officer = await WithAsync(api, "officer");

        var atOnce = await ApiHost.SendAsync(engineer, HttpMethod.Post, "/api/models", """{"name":"house/a","approve":true}""");
        atOnce.Status.ShouldBe(403);
        atOnce["code"].ShouldBe("permission_denied");
        atOnce["detail"].ShouldContain("models.approve");
        atOnce["detail"].ShouldContain("owner, admin, officer would do");
        (await ApiHost.SendAsync(officer, HttpMethod.Post, "/api/models", """{"name":"house/a"}""")).Status.ShouldBe(403);

        var added = await ApiHost.SendAsync(engineer, HttpMethod.Post, "/api/models", """{"name":"house/a"}""");
        added.Status.ShouldBe(201, added.Text);
        var approve = $"/api/models/{added["id"]}/approve";
        (await ApiHost.SendAsync(engineer, HttpMethod.Post, approve, "{}")).Status.ShouldBe(403);
        (await ApiHost.SendAsync(engineer, HttpMethod.Get, $"/api/models/{added["id"]}/decisions")).Json["items"]!
            .AsArray()
            .ShouldBeEmpty();
        var decided = await ApiHost.SendAsync(officer, HttpMethod.Post, approve, "{}");
        decided.Status.ShouldBe(200, decided.Text);
        decided["decided_by"].ShouldBe("of officer");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Nobody_gives_a_role_that_can_more_than_they_can(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        using var admin = await WithAsync(api, "admin");
        foreach (var role in Roles.All)
        {
            var has = Roles.Find("admin")!.Permissions;
            var made = await ApiHost.SendAsync(admin, HttpMethod.Post, "/api/admin-tokens", Body("next", role.Name));
            made.Status.ShouldBe(role.Permissions.All(has.Contains) ? 201 : 403, role.Name);
        }
        using var auditor = await WithAsync(api, "auditor");
        (await ApiHost.SendAsync(auditor, HttpMethod.Post, "/api/admin-tokens", Body("next", "auditor"))).Status.ShouldBe(403);
        var owners = (await api.GetAsync("/api/admin-tokens")).Json["items"]!
            .AsArray()
            .Single(t => t!["name"]!.GetValue<string>() == "test");
        (await ApiHost.SendAsync(admin, HttpMethod.Post, $"/api/admin-tokens/{owners!["id"]}/revoke")).Status.ShouldBe(403);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_last_owner_stays_and_what_is_revoked_twice_is_revoked(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var me = (await api.GetAsync("/api/me"))["id"];
        var refused = await api.PostAsync($"/api/admin-tokens/{me}/revoke", "");
        refused.Status.ShouldBe(409);
        refused["detail"].ShouldContain("last owner");
        (await api.GetAsync("/api/me")).Status.ShouldBe(200);

        var second = await api.PostAsync("/api/admin-tokens", Body("second", "owner"));
        using var other = api.ClientWith(second["secret"]);
        (await ApiHost.SendAsync(other, HttpMethod.Post, $"/api/admin-tokens/{me}/revoke")).Status.ShouldBe(204);
        (await ApiHost.SendAsync(other, HttpMethod.Post, $"/api/admin-tokens/{me}/revoke")).Status.ShouldBe(204);
        (await api.GetAsync("/api/me")).Status.ShouldBe(401);
        (await ApiHost.SendAsync(other, HttpMethod.Post, "/api/admin-tokens/admin_none/revoke")).Status.ShouldBe(404);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Two_owners_who_revoke_each_other_at_once_leave_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var access = node.Get<AdminAccess>();
        var all = new ApiActor("admin_x", "x", [Roles.Owner]);
        for (var round = 0; round < 10; round++)
        {
            var tokens = new List<string>();
            for (var i = 0; i < 4; i++)
                tokens.Add((await access.CreateAsync($"owner {round}.{i}", [Roles.Owner], Ct)).Id);
            var ends = await Task.WhenAll(tokens.Select(t => Task.Run(() => EndAsync(access, t, all))));
            ends.Count(e => e == "refused").ShouldBe(round == 0 ? 1 : 0, "from the second round on an owner of the one before is left");
            var live = (await access.ListAsync(Reach.Everywhere, new PageRequest(1000, null), Ct)).Items.Count(t => !t.Revoked);
            live.ShouldBe(1);
        }
    }

    static async Task<string> EndAsync(AdminAccess access, string id, ApiActor by)
    {
        try
        {
            await access.RevokeAsync(id, by, Ct);
            return "revoked";
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.Conflict)
        {
            return "refused";
        }
    }

    [Theory]
    [InlineData("""{"name":"a"}""", "roles")]
    [InlineData("""{"name":"a","roles":[]}""", "roles")]
    [InlineData("""{"name":"a","roles":["god"]}""", "roles")]
    [InlineData("""{"name":"a","roles":["Owner"]}""", "roles")]
    [InlineData("""{"name":"","roles":["owner"]}""", "name")]
    public async Task A_token_without_a_name_or_a_known_role_is_refused_by_the_field(string body, string field)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.PostAsync("/api/admin-tokens", body);
        refused.Status.ShouldBe(400);
        refused["param"].ShouldBe(field);
        (await api.GetAsync("/api/admin-tokens")).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void A_role_that_this_build_does_not_have_gives_nothing()
    {
        var actor = new ApiActor("admin_1", "from later", ["wizard"]);
        actor.Permissions.ShouldBeEmpty();
        var refused = Should.Throw<PorticoException>(() => actor.Require(Permissions.CallsRead));
        refused.Kind.ShouldBe(ErrorTable.PermissionDenied);
    }

    [Fact]
    public void Nobody_but_owner_and_officer_reads_what_was_said_and_who_connects_does_not_approve()
    {
        Roles.With(Permissions.ContentsRead).ShouldBe("owner, officer");
        Roles.Find("engineer")!.Permissions.ShouldNotContain(Permissions.ModelsApprove);
        Roles.Find("officer")!.Permissions.ShouldNotContain(Permissions.ModelsWrite);
        Roles.Find("officer")!.Permissions.ShouldNotContain(Permissions.ConnectionsWrite);
        Roles.Find("auditor")!.Permissions.ShouldAllBe(p => p.Name.EndsWith(".read", StringComparison.Ordinal));
        // Asking for more of a budget changes nothing until somebody else decides.
        Roles
            .Find("analyst")!
            .Permissions.Except([Permissions.BudgetsAsk])
            .ShouldAllBe(p => p.Name.EndsWith(".read", StringComparison.Ordinal));
        Roles.Find(Roles.Owner)!.Permissions.ShouldBe(Permissions.All);
        Permissions.All.Select(p => p.Name).ShouldBeUnique();
    }
}
