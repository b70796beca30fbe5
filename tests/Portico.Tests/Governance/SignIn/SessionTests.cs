using Portico.Governance;
using Portico.Governance.SignIn;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>What a session lets through, and when it ends.</summary>
public sealed class SessionTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    // Later than now, since the browser drops cookies by the real clock.
    static readonly DateTimeOffset Start = new(2099, 3, 2, 9, 0, 0, TimeSpan.Zero);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_invited_person_sets_a_password_signs_in_and_does_what_the_role_can(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var bank = await node.Get<GovernanceService>().CreateOrganisationAsync("Bank", Ct);
        var person = await node.Get<GovernanceService>().CreatePersonAsync(bank.Id, "olga@example.com", "Olga", Ct);
        var made = await api.PostAsync("/api/accounts", $$"""{"person_id":"{{person.Id}}","roles":["officer"]}""");
        made.Status.ShouldBe(201, made.Text);
        made.Json["account"]!["invited"]!.GetValue<bool>().ShouldBeTrue();
        using var olga = new Browser(api);
        (await olga.SignInAsync("olga@example.com")).Status.ShouldBe(401);

        var code = made["code"];
        var accept = Browser.Json(("code", code), ("password", Browser.Password));
        (
            await olga.SendAsync(HttpMethod.Post, "/api/invitations/accept", Browser.Json(("code", code), ("password", "short")))
        ).Status.ShouldBe(400);
        (await olga.SendAsync(HttpMethod.Post, "/api/invitations/accept", accept)).Status.ShouldBe(204);
        var used = await olga.SendAsync(HttpMethod.Post, "/api/invitations/accept", accept);
        used.Status.ShouldBe(400);
        used["param"].ShouldBe("code");

        (await olga.SignInAsync(" Olga@Example.com ")).Status.ShouldBe(200);
        var model = await api.PostAsync("/api/models", """{"name":"house/a"}""");
        var approved = await olga.SendAsync(HttpMethod.Post, $"/api/models/{model["id"]}/approve", "{}");
        approved.Status.ShouldBe(200, approved.Text);
        approved["decided_by"].ShouldBe("Olga");
        (await olga.SendAsync(HttpMethod.Post, "/api/models", """{"name":"house/b"}""")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_change_that_another_page_may_have_sent_is_refused()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        using var ada = new Browser(api);
        using var other = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        await other.SignInAsync("ada@example.com");
        const string Path = "/api/organisations";
        const string Body = """{"name":"Second"}""";
        (await ada.BareAsync(HttpMethod.Get, Path, null)).Status.ShouldBe(200);
        (await ada.BareAsync(HttpMethod.Post, Path, Body)).Status.ShouldBe(403);
        (await ada.BareAsync(HttpMethod.Post, Path, Body, ("X-Portico-Csrf", "guess"))).Status.ShouldBe(403);
        (await ada.BareAsync(HttpMethod.Post, Path, Body, ("X-Portico-Csrf", other.Csrf!))).Status.ShouldBe(403);
        (await ada.SendAsync(HttpMethod.Post, Path, Body, ("Origin", "https://evil.example"))).Status.ShouldBe(403);
        (await ada.SendAsync(HttpMethod.Post, Path, Body, ("Sec-Fetch-Site", "cross-site"))).Status.ShouldBe(403);
        (await ada.SendAsync(HttpMethod.Post, Path, Body, ("Sec-Fetch-Site", "same-site"))).Status.ShouldBe(403);
        var signIn = Browser.Json(("email", "ada@example.com"), ("password", Browser.Password));
        (await other.BareAsync(HttpMethod.Post, "/api/session", signIn, ("Sec-Fetch-Site", "cross-site"))).Status.ShouldBe(403);
        (await other.BareAsync(HttpMethod.Post, "/api/session", signIn, ("Origin", "null"))).Status.ShouldBe(403);
        (await api.GetAsync(Path)).Json["items"]!.AsArray().Count.ShouldBe(1);
        (await ada.SendAsync(HttpMethod.Post, Path, Body, ("Sec-Fetch-Site", "same-origin"))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task The_cookie_cannot_be_read_by_scripts_and_is_sent_to_this_site_and_the_api_alone()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        using var client = api.ClientWith(null);
        using var content = new StringContent(
            Browser.Json(("email", "ada@example.com"), ("password", Browser.Password)),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var response = await client.PostAsync("/api/session", content, Ct);
        var cookie = response.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        cookie.ShouldContain("path=/api");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_session_ends_when_it_is_idle_or_at_its_end_in_any_case(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        using var ada = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        time.Advance(TimeSpan.FromMinutes(119));
        (await ada.MeAsync()).ShouldBe(200);
        time.Advance(TimeSpan.FromMinutes(119));
        (await ada.MeAsync()).ShouldBe(200);
        time.Advance(TimeSpan.FromMinutes(120));
        (await ada.MeAsync()).ShouldBe(401);

        await ada.SignInAsync("ada@example.com");
        for (var hour = 1; hour < 12; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            (await ada.MeAsync()).ShouldBe(200);
        }
        time.Advance(TimeSpan.FromHours(1));
        (await ada.MeAsync()).ShouldBe(401);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_session_ends_at_once_when_one_signs_out_is_disabled_or_loses_the_account(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var account = await Browser.AccountAsync(node, "bob@example.com", "engineer");
        using var first = new Browser(api);
        using var second = new Browser(api);

        await first.SignInAsync("bob@example.com");
        await second.SignInAsync("bob@example.com");
        (await first.SendAsync(HttpMethod.Delete, "/api/session")).Status.ShouldBe(204);
        ((await first.MeAsync()), (await second.MeAsync())).ShouldBe((401, 200));

        await first.SignInAsync("bob@example.com");
        (await first.SendAsync(HttpMethod.Delete, "/api/session?everywhere=true")).Status.ShouldBe(204);
        ((await first.MeAsync()), (await second.MeAsync())).ShouldBe((401, 401));

        await first.SignInAsync("bob@example.com");
        var person = $"/api/people/{account.PersonId}";
        (await api.SendAsync(HttpMethod.Patch, person, """{"disabled":true}""", ("If-Match", "*"))).Status.ShouldBe(200);
        (await first.MeAsync()).ShouldBe(401);
        (await first.SignInAsync("bob@example.com")).Status.ShouldBe(401);
        (await api.SendAsync(HttpMethod.Patch, person, """{"disabled":false}""", ("If-Match", "*"))).Status.ShouldBe(200);

        await first.SignInAsync("bob@example.com");
        (await api.SendAsync(HttpMethod.Delete, $"/api/accounts/{account.PersonId}", null, ("If-Match", "*"))).Status.ShouldBe(204);
        (await first.MeAsync()).ShouldBe(401);
        (await api.GetAsync(person)).Status.ShouldBe(200);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Another_password_ends_the_other_sessions_and_needs_the_old_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        using var here = new Browser(api);
        using var there = new Browser(api);
        await here.SignInAsync("ada@example.com");
        await there.SignInAsync("ada@example.com");
        const string Next = "four other quiet words";
        var wrong = await here.SendAsync(
            HttpMethod.Post,
            "/api/session/password",
            Browser.Json(("old", "not this one, no"), ("password", Next))
        );
        wrong.Status.ShouldBe(400);
        wrong["param"].ShouldBe("old");
        (await there.MeAsync()).ShouldBe(200);

        var changed = Browser.Json(("old", Browser.Password), ("password", Next));
        (await here.SendAsync(HttpMethod.Post, "/api/session/password", changed)).Status.ShouldBe(204);
        ((await here.MeAsync()), (await there.MeAsync())).ShouldBe((200, 401));
        (await there.SignInAsync("ada@example.com")).Status.ShouldBe(401);
        (await there.SignInAsync("ada@example.com", Next)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_session_that_one_node_opened_works_on_the_other_until_either_ends_it()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var node = await store.OpenAsync();
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        var other = await store.OpenAsync("two");
        await using var api = await ApiHost.StartAsync(node);
        var opened = await node.Get<Sessions>().SignInAsync("ada@example.com", Browser.Password, "127.0.0.1", null, Ct);
        (await other.Get<Sessions>().FindSessionAsync(opened.Cookie.Reveal(), Ct)).ShouldNotBeNull().Name.ShouldBe("ada");
        await other.Get<Sessions>().EndAsync(opened.Cookie.Reveal(), Ct);
        (await node.Get<Sessions>().FindSessionAsync(opened.Cookie.Reveal(), Ct)).ShouldBeNull();
    }
}
