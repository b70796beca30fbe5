using System.Text.Json.Nodes;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>What everybody may see and change of themselves.</summary>
public sealed class OwnAccountTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    // Later than now, since the browser drops cookies by the real clock.
    static readonly DateTimeOffset Start = new(2099, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory, ClassData(typeof(StoreCase))]
    public async Task One_sees_ones_own_sessions_and_ends_the_others_alone(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "analyst");
        await Browser.AccountAsync(node, "bob@example.com", "owner");
        using var desk = new Browser(api);
        using var phone = new Browser(api);
        using var bob = new Browser(api);
        await phone.SignInAsync("ada@example.com");
        time.Advance(TimeSpan.FromMinutes(2));
        await desk.SignInAsync("ada@example.com");
        await bob.SignInAsync("bob@example.com");

        var sessions = (await desk.GetAsync("/api/sessions")).Json["items"]!.AsArray();
        sessions.Select(s => s!["current"]!.GetValue<bool>()).ShouldBe([true, false]);
        sessions[1]!["created_at"]!.GetValue<DateTimeOffset>().ShouldBe(Start);
        sessions.ToJsonString().ShouldNotContain("hash");

        (await desk.SendAsync(HttpMethod.Delete, "/api/sessions")).Status.ShouldBe(204);
        (await phone.MeAsync()).ShouldBe(401);
        (await desk.MeAsync()).ShouldBe(200);
        (await bob.MeAsync()).ShouldBe(200);
        (await desk.GetAsync("/api/sessions")).Json["items"]!.AsArray().Count.ShouldBe(1);
        // A token has none.
        (await api.GetAsync("/api/sessions")).Status.ShouldBe(400);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_account_tells_when_its_person_last_came_in_and_until_when_an_invitation_is_good(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var ada = await Browser.AccountAsync(node, "ada@example.com", "analyst");
        var address = $"/api/accounts/{ada.PersonId}";

        async Task<JsonNode> AccountAsync() => (await api.GetAsync(address)).Json;

        (await AccountAsync())["signed_in_at"].ShouldBeNull();
        (await AccountAsync())["invitation_expires_at"].ShouldBeNull();
        using var browser = new Browser(api);
        await browser.SignInAsync("ada@example.com", "not the password");
        (await AccountAsync())["signed_in_at"].ShouldBeNull();
        await browser.SignInAsync("ada@example.com");
        (await AccountAsync())["signed_in_at"]!.GetValue<DateTimeOffset>().ShouldBe(Start);

        await api.PostAsync(address + "/invite", "");
        (await AccountAsync())["invitation_expires_at"]!.GetValue<DateTimeOffset>().ShouldBe(Start + TimeSpan.FromHours(72));
        (await AccountAsync())["invited"]!.GetValue<bool>().ShouldBeFalse("the password stays until the code is used");
    }

    [Fact]
    public async Task Everybody_may_give_themselves_another_name_and_nothing_more()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "analyst");
        using var ada = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        (await ada.SendAsync(HttpMethod.Patch, "/api/me", """{"name":"Ada Lovelace"}""")).Status.ShouldBe(204);
        (await ada.GetAsync("/api/me"))["name"].ShouldBe("Ada Lovelace");
        var empty = await ada.SendAsync(HttpMethod.Patch, "/api/me", """{"name":" "}""");
        (empty.Status, empty["param"]).ShouldBe((400, "name"));
        (await ada.SendAsync(HttpMethod.Patch, "/api/me", """{"roles":["owner"]}""")).Status.ShouldBe(400);
        (await ada.BareAsync(HttpMethod.Patch, "/api/me", """{"name":"Eve"}""")).Status.ShouldBe(403);
        (await api.SendAsync(HttpMethod.Patch, "/api/me", """{"name":"a token"}""")).Status.ShouldBe(400);
    }
}
