using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.SignIn;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>The first account of a node.</summary>
public sealed class SetupTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Body(string token, string email = "Ada@Example.com", string password = Browser.Password) =>
        Browser.Json(("admin_token", token), ("email", email), ("name", "Ada"), ("password", password), ("organisation_name", "Bank"));

    static async Task<string> TokenAsync(TestNode node, string role) =>
        (await node.Get<AdminAccess>().CreateAsync(role, [role], Ct)).Secret.Reveal();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Whoever_has_the_token_of_the_machine_makes_the_first_owner_and_is_signed_in(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        using var browser = new Browser(api);
        (await browser.GetAsync("/api/setup")).Json["needed"]!.GetValue<bool>().ShouldBeTrue();
        (await browser.MeAsync()).ShouldBe(401);

        var made = await browser.SendAsync(HttpMethod.Post, "/api/setup", Body(await TokenAsync(node, "owner")));
        made.Status.ShouldBe(200, made.Text);
        var me = await browser.GetAsync("/api/me");
        me["name"].ShouldBe("Ada");
        me.Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["owner"]);
        me.Json["session"]!["csrf"]!.GetValue<string>().ShouldBe(made["csrf"]);
        (await browser.GetAsync("/api/setup")).Json["needed"]!.GetValue<bool>().ShouldBeFalse();
        (await browser.GetAsync("/api/people")).Text.ShouldContain("ada@example.com");

        var again = await browser.SendAsync(HttpMethod.Post, "/api/setup", Body(await TokenAsync(node, "owner"), "bob@example.com"));
        again.Status.ShouldBe(409);
        again["detail"].ShouldContain("set up already");
    }

    [Fact]
    public async Task A_wrong_token_a_lesser_one_or_a_weak_password_makes_nothing()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        using var browser = new Browser(api);
        var owner = await TokenAsync(node, "owner");
        (await browser.SendAsync(HttpMethod.Post, "/api/setup", Body("pa_live_guessed"))).Status.ShouldBe(401);
        (await browser.SendAsync(HttpMethod.Post, "/api/setup", Body(await TokenAsync(node, "admin")))).Status.ShouldBe(403);
        foreach (var weak in new[] { "short", "aaaaaaaaaaaaaaaa", "ADA@example.com", new string('x', 300) })
        {
            var refused = await browser.SendAsync(HttpMethod.Post, "/api/setup", Body(owner, password: weak));
            refused.Status.ShouldBe(400, weak);
            refused["param"].ShouldBe("password");
        }
        var nameless = await browser.SendAsync(
            HttpMethod.Post,
            "/api/setup",
            Browser.Json(("admin_token", owner), ("email", "a@b.c"), ("name", "A"), ("password", Browser.Password))
        );
        nameless["param"].ShouldBe("organisation_name");
        (await api.GetAsync("/api/people")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await api.GetAsync("/api/organisations")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await browser.GetAsync("/api/setup")).Json["needed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Of_several_who_set_up_at_once_one_becomes_the_owner(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var token = await TokenAsync(node, "owner");
        (await api.PostAsync("/api/organisations", """{"name":"Bank"}""")).Status.ShouldBe(201);
        using var browser = new Browser(api);
        var ends = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(i => browser.BareAsync(HttpMethod.Post, "/api/setup", Body(token, $"person{i}@example.com")))
        );
        ends.Count(e => e.Status == 200).ShouldBe(1);
        ends.Count(e => e.Status == 409).ShouldBe(4);
        (await node.Get<Accounts>().ListAsync(Reach.Everywhere, new PageRequest(10, null), Ct))
            .Items.ShouldHaveSingleItem()
            .Roles.ShouldBe([Roles.Owner]);
    }
}
