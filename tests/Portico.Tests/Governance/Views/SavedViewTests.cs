using Portico.Governance.Views;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Views;

/// <summary>Views of pages: each has their own, of any role, within a bound, as long as they are there.</summary>
public sealed class SavedViewTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string View(string name, string query = "outcome=failed&time=24h", string page = "calls") =>
        Browser.Json(("page", page), ("name", name), ("query", query));

    static readonly (string, string) AnyVersion = ("If-Match", "*");
    static readonly PageRequest All = new(1000, null);

    /// <summary>In the order of the alphabet: two of one moment have no other.</summary>
    static IEnumerable<string> Names(params Answer[] answers) =>
        answers.SelectMany(a => a.Json["items"]!.AsArray()).Select(v => v!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal);

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Each_keeps_views_of_their_own_and_nobody_else_sees_or_touches_them(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "analyst");
        await Browser.AccountAsync(node, "bob@example.com", "owner");
        using var ada = new Browser(api);
        using var bob = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        await bob.SignInAsync("bob@example.com");

        var made = await ada.SendAsync(HttpMethod.Post, "/api/views", View(" Failed today "));
        made.Status.ShouldBe(201, made.Text);
        made["name"].ShouldBe("Failed today");
        made["query"].ShouldBe("outcome=failed&time=24h");
        (await ada.SendAsync(HttpMethod.Post, "/api/views", View("Dear", "by=model", "usage"))).Status.ShouldBe(201);
        // The same name is free for somebody else, and for a token.
        (await bob.SendAsync(HttpMethod.Post, "/api/views", View("Failed today"))).Status.ShouldBe(201);
        (await api.PostAsync("/api/views", View("Failed today"))).Status.ShouldBe(201);

        Names(await ada.GetAsync("/api/views")).ShouldBe(["Dear", "Failed today"]);
        Names(await bob.GetAsync("/api/views")).ShouldBe(["Failed today"]);
        var address = $"/api/views/{made["id"]}";
        (await bob.GetAsync(address)).Status.ShouldBe(404);
        (await bob.SendAsync(HttpMethod.Patch, address, """{"name":"Mine"}""", AnyVersion)).Status.ShouldBe(404);
        (await bob.SendAsync(HttpMethod.Delete, address, null, AnyVersion)).Status.ShouldBe(404);
        (await api.SendAsync(HttpMethod.Delete, address, null, AnyVersion)).Status.ShouldBe(404);

        (await ada.SendAsync(HttpMethod.Delete, address, null, AnyVersion)).Status.ShouldBe(204);
        (await ada.SendAsync(HttpMethod.Delete, address, null, AnyVersion)).Status.ShouldBe(404);
        Names(await ada.GetAsync("/api/views")).ShouldBe(["Dear"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_name_is_one_view_of_a_page_and_a_change_keeps_what_it_does_not_name(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var first = await api.PostAsync("/api/views", View("One"));
        (await api.PostAsync("/api/views", View("Two"))).Status.ShouldBe(201);
        var twice = await api.PostAsync("/api/views", View("One", "time=1h"));
        (twice.Status, twice["param"]).ShouldBe((409, "name"));
        (await api.PostAsync("/api/views", View("One", page: "usage"))).Status.ShouldBe(201);

        var address = $"/api/views/{first["id"]}";
        (await api.SendAsync(HttpMethod.Patch, address, """{"name":"Two"}""")).Status.ShouldBe(428);
        (await api.SendAsync(HttpMethod.Patch, address, """{"name":"Two"}""", AnyVersion)).Status.ShouldBe(409);
        var tag = (await api.GetAsync(address)).Tag!;
        var changed = await api.SendAsync(HttpMethod.Patch, address, """{"query":"time=7d"}""", ("If-Match", tag));
        (changed.Status, changed["name"], changed["query"]).ShouldBe((200, "One", "time=7d"));
        (await api.SendAsync(HttpMethod.Patch, address, """{"name":"Late"}""", ("If-Match", tag))).Status.ShouldBe(412);
        (await api.SendAsync(HttpMethod.Delete, address, null, ("If-Match", tag))).Status.ShouldBe(412);
        changed = await api.SendAsync(HttpMethod.Patch, address, """{"name":"Week"}""", ("If-Match", changed.Tag!));
        (changed.Status, changed["name"], changed["query"]).ShouldBe((200, "Week", "time=7d"));
        Names(await api.GetAsync("/api/views")).ShouldBe(["One", "Two", "Week"]);
        var start = await api.GetAsync("/api/views?limit=2");
        Names(start).Count().ShouldBe(2);
        Names(start, await api.GetAsync($"/api/views?limit=2&cursor={start["next"]}")).ShouldBe(["One", "Two", "Week"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task No_more_are_kept_than_there_is_room_for_even_when_they_come_at_once(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var owner = (await api.GetAsync("/api/me"))["id"];
        var views = node.Get<SavedViews>();
        for (var i = 0; i < SavedViews.MaxViews - 2; i++)
            await views.CreateAsync(owner, "calls", $"view {i}", "", Ct);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => api.PostAsync("/api/views", View($"late {i}"))));
        answers.Count(a => a.Status == 201).ShouldBe(2);
        answers.Count(a => a.Status == 409 && a["detail"].Contains("Remove one first", StringComparison.Ordinal)).ShouldBe(6);
        (await views.ListAsync(owner, All, Ct)).Items.Count.ShouldBe(SavedViews.MaxViews);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Views_go_with_the_account_or_the_token_that_kept_them(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var account = await Browser.AccountAsync(node, "ada@example.com", "analyst");
        using var ada = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        await ada.SendAsync(HttpMethod.Post, "/api/views", View("Mine"));
        var token = await api.PostAsync("/api/admin-tokens", """{"name":"reader","roles":["auditor"]}""");
        using (var reader = api.ClientWith(token["secret"]))
            (await ApiHost.SendAsync(reader, HttpMethod.Post, "/api/views", View("Its"))).Status.ShouldBe(201);

        var address = $"/api/accounts/{account.PersonId}";
        (await api.SendAsync(HttpMethod.Patch, address, """{"roles":["engineer"]}""", ("If-Match", "*"))).Status.ShouldBe(200);
        var views = node.Get<SavedViews>();
        (await views.ListAsync(account.PersonId.ToString(), All, Ct)).Items.Count.ShouldBe(1, "another role leaves them");
        (await api.SendAsync(HttpMethod.Delete, address, null, ("If-Match", "*"))).Status.ShouldBe(204);
        (await views.ListAsync(account.PersonId.ToString(), All, Ct)).Items.ShouldBeEmpty();
        (await api.PostAsync($"/api/admin-tokens/{token["id"]}/revoke", "")).Status.ShouldBe(204);
        (await views.ListAsync(token["id"], All, Ct)).Items.ShouldBeEmpty();
        var late = await Should.ThrowAsync<PorticoException>(() => views.CreateAsync(token["id"], "calls", "late", "", Ct));
        late.Kind.ShouldBe(ErrorTable.SignInRequired);
    }

    [Fact]
    public async Task What_is_no_view_is_refused_by_the_name_of_its_part()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        (string Body, string Param)[] cases =
        [
            (View(""), "name"),
            (View(new string('n', SavedViews.MaxNameLength + 1)), "name"),
            (View("a\u0007b"), "name"),
            (View("a", "?time=1h"), "query"),
            (View("a", "said=two words"), "query"),
            (View("a", new string('q', SavedViews.MaxQueryLength + 1)), "query"),
            (View("a", page: ""), "page"),
            (View("a", page: "../keys"), "page"),
            ("""{"page":"calls","name":"a"}""", "query"),
        ];
        foreach (var (body, param) in cases)
        {
            var answer = await api.PostAsync("/api/views", body);
            (answer.Status, answer["param"]).ShouldBe((400, param), body);
        }
        (await api.GetAsync("/api/views")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await api.PostAsync("/api/views", View(new string('n', SavedViews.MaxNameLength), ""))).Status.ShouldBe(201);
    }
}
