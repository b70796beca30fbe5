using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.SignIn;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>Who may give, change and take accounts.</summary>
public sealed class AccountTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_admin_neither_makes_an_owner_nor_resets_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var owner = await Browser.AccountAsync(node, "ada@example.com", "owner");
        await Browser.AccountAsync(node, "bob@example.com", "admin");
        var third = await Browser.AccountAsync(node, "eve@example.com", "analyst");
        using var bob = new Browser(api);
        await bob.SignInAsync("bob@example.com");
        var address = $"/api/accounts/{owner.PersonId}";
        (await bob.SendAsync(HttpMethod.Post, address + "/invite")).Status.ShouldBe(403);
        (await bob.SendAsync(HttpMethod.Delete, address, null, ("If-Match", "*"))).Status.ShouldBe(403);
        (await bob.SendAsync(HttpMethod.Patch, address, """{"roles":["analyst"]}""", ("If-Match", "*"))).Status.ShouldBe(403);
        address = $"/api/accounts/{third.PersonId}";
        (await bob.SendAsync(HttpMethod.Patch, address, """{"roles":["owner"]}""", ("If-Match", "*"))).Status.ShouldBe(403);
        (await bob.SendAsync(HttpMethod.Patch, address, """{"roles":["engineer"]}""", ("If-Match", "*"))).Status.ShouldBe(200);
        (await bob.SendAsync(HttpMethod.Post, address + "/invite")).Status.ShouldBe(200);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_change_needs_the_tag_and_counts_from_the_next_request_on(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var account = await Browser.AccountAsync(node, "eve@example.com", "analyst");
        using var eve = new Browser(api);
        await eve.SignInAsync("eve@example.com");
        (await eve.GetAsync("/api/connections")).Status.ShouldBe(403);
        var address = $"/api/accounts/{account.PersonId}";
        const string Engineer = """{"roles":["engineer"]}""";
        (await api.SendAsync(HttpMethod.Patch, address, Engineer)).Status.ShouldBe(428);
        (await api.SendAsync(HttpMethod.Patch, address, Engineer, ("If-Match", "\"v99\""))).Status.ShouldBe(412);
        var tag = (await api.GetAsync(address)).Tag!;
        (await api.SendAsync(HttpMethod.Patch, address, Engineer, ("If-Match", tag))).Status.ShouldBe(200);
        (await api.SendAsync(HttpMethod.Patch, address, Engineer, ("If-Match", tag))).Status.ShouldBe(412);
        (await eve.GetAsync("/api/connections")).Status.ShouldBe(200);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task One_owner_stays_whether_token_or_person(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var ada = await Browser.AccountAsync(node, "ada@example.com", "owner");
        using var browser = new Browser(api);
        await browser.SignInAsync("ada@example.com");
        var token = (await api.GetAsync("/api/me"))["id"];
        // With an owner among the people the last token may go.
        (await browser.SendAsync(HttpMethod.Post, $"/api/admin-tokens/{token}/revoke")).Status.ShouldBe(204);

        var address = $"/api/accounts/{ada.PersonId}";
        (await browser.SendAsync(HttpMethod.Delete, address, null, ("If-Match", "*"))).Status.ShouldBe(409);
        (await browser.SendAsync(HttpMethod.Patch, address, """{"roles":["admin"]}""", ("If-Match", "*"))).Status.ShouldBe(409);
        var disable = await browser.SendAsync(HttpMethod.Patch, $"/api/people/{ada.PersonId}", """{"disabled":true}""", ("If-Match", "*"));
        disable.Status.ShouldBe(409);
        disable["detail"].ShouldContain("last owner");
        (await browser.MeAsync()).ShouldBe(200);

        await Browser.AccountAsync(node, "bob@example.com", "owner");
        (await browser.SendAsync(HttpMethod.Patch, address, """{"roles":["admin"]}""", ("If-Match", "*"))).Status.ShouldBe(200);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Owners_who_demote_each_other_at_once_leave_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var accounts = node.Get<Accounts>();
        var all = new List<Account>();
        for (var i = 0; i < 4; i++)
            all.Add(await Browser.AccountAsync(node, $"owner{i}@example.com", "owner"));
        IReadOnlyList<Grant> analyst = [new Grant("analyst", Place.Everywhere)];
        var ends = await Task.WhenAll(all.Select(a => Task.Run(() => TryAsync(() => accounts.ChangeGrantsAsync(a, analyst, Reach.Everywhere, Ct)))));
        ends.Count(kind => kind == ErrorTable.Conflict).ShouldBe(1);
        ends.Count(kind => kind is null).ShouldBe(3);
    }

    static async Task<ErrorKind?> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (PorticoException e)
        {
            return e.Kind;
        }
    }

    [Fact]
    public async Task A_second_account_for_a_person_or_an_e_mail_is_refused()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var ada = await Browser.AccountAsync(node, "ada@example.com", "analyst");
        (await api.PostAsync("/api/accounts", $$"""{"person_id":"{{ada.PersonId}}","roles":["analyst"]}""")).Status.ShouldBe(409);
        var second = await api.PostAsync("/api/organisations", """{"name":"Insurance"}""");
        var twin = await api.PostAsync(
            "/api/people",
            $$"""{"organisation_id":"{{second["id"]}}","email":"ada@example.com","name":"Ada"}"""
        );
        (await api.PostAsync("/api/accounts", $$"""{"person_id":"{{twin["id"]}}","roles":["analyst"]}""")).Status.ShouldBe(409);
        (await api.PostAsync("/api/accounts", """{"person_id":"person_00000000000000000000000000","roles":["analyst"]}""")).Status.ShouldBe(
            404
        );
        (await api.SendAsync(HttpMethod.Delete, $"/api/people/{ada.PersonId}", null, ("If-Match", "*"))).Status.ShouldBe(409);
    }

    [Fact]
    public async Task An_invitation_is_good_for_its_time_and_only_the_newest()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var time = new ManualTime(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));
        var node = await store.OpenAsync(time: time);
        var accounts = node.Get<Accounts>();
        var account = await Browser.AccountAsync(node, "ada@example.com", "analyst");
        var first = await accounts.InviteAsync(account, Ct);
        var second = await accounts.InviteAsync(account, Ct);
        var refused = await Should.ThrowAsync<PorticoException>(() =>
            accounts.AcceptAsync(first.Code.Reveal(), "another good password", Ct)
        );
        refused.Param.ShouldBe("code");
        time.Advance(TimeSpan.FromHours(72));
        await Should.ThrowAsync<PorticoException>(() => accounts.AcceptAsync(second.Code.Reveal(), "another good password", Ct));
        // The password is what it was.
        await node.Get<Sessions>().SignInAsync("ada@example.com", Browser.Password, "127.0.0.1", null, Ct);
    }
}
