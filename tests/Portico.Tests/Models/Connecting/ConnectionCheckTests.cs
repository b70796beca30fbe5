using Portico.Models;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models.Connecting;

/// <summary>A connection is tried before it is kept, and removed with what stands on it.</summary>
public sealed class ConnectionCheckTests(PostgresServer server)
{
    [Fact]
    public async Task A_connection_that_is_not_saved_is_asked_for_its_models_and_nothing_is_kept()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);

        var good = await api.PostAsync("/api/connections/check", """{"name":"s","family":"sim","base_url":"http://simulated.invalid/"}""");
        good.Status.ShouldBe(200, good.Text);
        good.Json["works"]!.GetValue<bool>().ShouldBeTrue();
        good.Json["problem"].ShouldBeNull();
        good.Json["offered"]!.AsArray().Select(o => o!["name"]!.GetValue<string>()).ShouldContain("echo");
        node.Get<ModelsCatalog>().Current.Connections.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_told_in_words_and_not_as_a_failure_of_the_api()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var bad = await api.PostAsync("/api/connections/check", """{"name":"n","family":"openai","base_url":"http://127.0.0.1:9/v1"}""");
        (bad.Status, bad.Json["works"]!.GetValue<bool>()).ShouldBe((200, false), bad.Text);
        bad["code"].ShouldStartWith("upstream_");
        bad["problem"].ShouldNotBeEmpty();
        bad.Json["offered"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"family":"openai","base_url":"http://127.0.0.1:9/v1"}""", "name")]
    [InlineData("""{"name":"n","family":"openai"}""", "base_url")]
    [InlineData("""{"name":"n","family":"openai","base_url":"http://169.254.169.254/v1"}""", "base_url")]
    [InlineData("""{"name":"n","family":"none","base_url":"http://127.0.0.1:9/v1"}""", "family")]
    [InlineData("""{"name":"n","family":"oci","base_url":"https://a.example.com","credential":"{}"}""", "credential")]
    public async Task What_could_not_be_saved_is_refused_at_its_field_as_saving_it_would_be(string body, string param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.PostAsync("/api/connections/check", body);
        (refused.Status, refused["param"]).ShouldBe((400, param), refused.Text);
        (await api.PostAsync("/api/connections", body))["param"].ShouldBe(param);
    }

    [Theory]
    [InlineData("http://127.0.0.1:10/v1", true)]
    [InlineData("https://127.0.0.1:9/v1", true)]
    [InlineData("http://127.0.0.2:9/v1", true)]
    [InlineData("http://127.0.0.1:9/other", false)]
    public async Task A_credential_that_is_kept_is_not_sent_to_another_place(string address, bool isRefused)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var id = (
            await api.PostAsync(
                "/api/connections",
                """{"name":"n","family":"openai","base_url":"http://127.0.0.1:9/v1","credential":"sk-old"}"""
            )
        )["id"];
        var body = $$"""{"base_url":"{{address}}"}""";

        var tried = await api.PostAsync($"/api/connections/{id}/check", body);
        var changed = await api.SendAsync(HttpMethod.Patch, $"/api/connections/{id}", body, ("If-Match", "*"));

        (tried.Status, changed.Status).ShouldBe(isRefused ? (400, 400) : (200, 200), tried.Text + changed.Text);
        if (isRefused)
            (tried["param"], changed["param"]).ShouldBe(("credential", "credential"));
    }

    [Fact]
    public async Task A_change_is_tried_before_it_is_saved_and_leaves_the_connection_as_it_is()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var id = (await api.PostAsync("/api/connections", """{"name":"n","family":"openai","base_url":"http://127.0.0.1:9/v1"}"""))["id"];
        var tried = await api.PostAsync($"/api/connections/{id}/check", """{"base_url":"http://127.0.0.1:10/v1","credential":"sk-new"}""");
        (tried.Status, tried.Json["works"]!.GetValue<bool>()).ShouldBe((200, false), tried.Text);
        var kept = node.Get<ModelsCatalog>().Current.Connections.Values.Single();
        (kept.BaseUrl.Port, kept.HasCredential, kept.Version).ShouldBe((9, false, 1));
        var other = await api.PostAsync($"/api/connections/{id}/check", """{"family":"anthropic"}""");
        (other.Status, other["param"]).ShouldBe((400, "family"));
        (await api.PostAsync("/api/connections/conn_none/check", "{}")).Status.ShouldBe(404);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_connection_is_removed_with_its_deployments_once_it_is_switched_off_and_its_models_stay(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        string[] ids = new string[2];
        for (var i = 0; i < 2; i++)
        {
            var name = $"c{i}";
            ids[i] = (
                await api.PostAsync("/api/connections", $$"""{"name":"{{name}}","family":"sim","base_url":"http://simulated.invalid/"}""")
            )["id"];
            await api.PostAsync("/api/models", $$"""{"name":"{{name}}/one","connection_id":"{{ids[i]}}","upstream_model":"sim/echo"}""");
        }
        Task<Answer> Remove(string query, string tag) =>
            api.SendAsync(HttpMethod.Delete, $"/api/connections/{ids[0]}{query}", null, ("If-Match", tag));

        (await Remove("", "*")).Status.ShouldBe(409, "it has a deployment");
        (await Remove("?with_deployments=true", "*")).Text.ShouldContain("Switch it off first");
        await api.SendAsync(HttpMethod.Patch, $"/api/connections/{ids[0]}", """{"disabled":true}""", ("If-Match", "*"));
        (await Remove("?with_deployments=true", "\"v1\"")).Status.ShouldBe(412);
        // Somebody changed it after it was read: as two who remove at once.
        var stale = node.Get<ModelsCatalog>().Current.Connections.Values.Single(c => c.Name == "c0") with
        {
            Version = 1,
        };
        var ct = TestContext.Current.CancellationToken;
        var moved = await Should.ThrowAsync<PorticoException>(() => node.Get<HubService>().DeleteConnectionAsync(stale, true, ct));
        moved.Kind.ShouldBe(ErrorTable.PreconditionFailed);
        await node.Get<ModelsCatalog>().RefreshAsync(ct);
        node.Get<ModelsCatalog>().Current.Deployments.Count().ShouldBe(2, "a refused removal removes nothing");
        (await Remove("?with_deployments=true", "\"v2\"")).Status.ShouldBe(204);

        var hub = node.Get<ModelsCatalog>().Current;
        hub.Connections.Values.Select(c => c.Name).ShouldBe(["c1"]);
        hub.Deployments.Select(d => d.Connection.Name).ShouldBe(["c1"]);
        hub.Models.Select(m => m.Name).Order().ShouldBe(["c0/one", "c1/one"]);
    }

    [Fact]
    public async Task A_term_of_a_contract_is_taken_back_by_its_name_and_stays_where_it_is_left_out()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var id = (
            await api.PostAsync(
                "/api/connections",
                """{"name":"n","family":"openai","preset":"groq","base_url":"http://127.0.0.1:9/v1","region":"eu","trains_on_data":false,"retention_days":30}"""
            )
        )["id"];
        Task<Answer> Change(string body) => api.SendAsync(HttpMethod.Patch, $"/api/connections/{id}", body, ("If-Match", "*"));
        var kept = await Change("""{"name":"m"}""");
        (kept["preset"], kept["region"], kept.Json["retention_days"]!.GetValue<int>()).ShouldBe(("groq", "eu", 30));
        var bare = await Change("""{"unset":["preset","region","trains_on_data","retention_days"]}""");
        bare.Status.ShouldBe(200, bare.Text);
        foreach (var member in new[] { "preset", "region", "trains_on_data", "retention_days" })
            bare.Json[member].ShouldBeNull(member);
        (await Change("""{"unset":["credential"]}"""))["param"].ShouldBe("unset");
    }

    [Fact]
    public async Task What_can_be_connected_is_told_with_the_forms_of_its_credential()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var families = (await api.GetAsync("/api/provider-families")).Json["items"]!.AsArray();
        families.Select(f => f!["family"]!.GetValue<string>()).ShouldContain("anthropic");
        var bedrock = families.Single(f => f!["family"]!.GetValue<string>() == "bedrock")!;
        var key = bedrock["credentials"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == "access_key")!;
        key["shape"]!.GetValue<string>().ShouldBe("object");
        key["fields"]![1]!["name"]!.GetValue<string>().ShouldBe("secret_access_key");
        (await api.GetAsync("/api/provider-families?limit=1")).Json["next"].ShouldNotBeNull();
    }
}
