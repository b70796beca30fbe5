using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance;

/// <summary>The management API over HTTP: signing in, preconditions, idempotency, pages.</summary>
public sealed class ManagementApiTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Name(string name) => new JsonObject { ["name"] = name }.ToJsonString();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_change_needs_the_tag_of_the_version_it_was_made_on(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var made = await api.PostAsync("/api/organisations", Name("Bank"));
        (made.Status, made.Tag).ShouldBe((201, "\"v1\""));
        var path = "/api/organisations/" + made["id"];

        (await api.SendAsync(HttpMethod.Patch, path, Name("B"))).Status.ShouldBe(428);
        var changed = await api.SendAsync(HttpMethod.Patch, path, Name("Savings Bank"), ("If-Match", made.Tag!));
        (changed.Status, changed.Tag, changed["name"]).ShouldBe((200, "\"v2\"", "Savings Bank"));
        var late = await api.SendAsync(HttpMethod.Patch, path, Name("Other"), ("If-Match", made.Tag!));
        (late.Status, late["code"], late.MediaType).ShouldBe((412, "precondition_failed", "application/problem+json"));
        (await api.SendAsync(HttpMethod.Patch, path, Name("Anyhow"), ("If-Match", "*"))).Status.ShouldBe(200);
        (await api.GetAsync(path)).Tag.ShouldBe("\"v3\"");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_repeated_creation_under_one_idempotency_key_gets_the_first_answer_and_makes_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var first = await api.PostAsync("/api/organisations", Name("Bank"), ("Idempotency-Key", "k1"));
        var again = await api.PostAsync("/api/organisations", Name("Bank"), ("Idempotency-Key", "k1"));

        first.Replayed.ShouldBeFalse();
        again.ShouldBe(first with { Replayed = true });
        node.Get<GovernanceCatalog>().Current.Organisations.Count.ShouldBe(1);

        var other = await api.PostAsync("/api/organisations", Name("Insurer"), ("Idempotency-Key", "k1"));
        (other.Status, other["code"]).ShouldBe((409, "conflict"));
        node.Get<GovernanceCatalog>().Current.Organisations.Count.ShouldBe(1);
        (await api.PostAsync("/api/organisations", Name("Insurer"), ("Idempotency-Key", "k2"))).Status.ShouldBe(201);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Of_many_equal_creations_at_once_under_one_key_one_is_made(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var estate = await Estate.MakeAsync(node);
        var body = new JsonObject { ["use_case_id"] = estate.UseCase.Id.ToString(), ["name"] = "k" }.ToJsonString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.PostAsync("/api/keys", body, ("Idempotency-Key", "k1"))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409);
        node.Get<GovernanceCatalog>().Current.Callers.Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_secret_is_not_kept_for_a_replay(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var estate = await Estate.MakeAsync(node);
        var body = new JsonObject { ["use_case_id"] = estate.UseCase.Id.ToString(), ["name"] = "k" }.ToJsonString();
        var first = await api.PostAsync("/api/keys", body, ("Idempotency-Key", "k1"));
        var again = await api.PostAsync("/api/keys", body, ("Idempotency-Key", "k1"));

        again.Status.ShouldBe(409);
        again["detail"].ShouldContain("secret");
        await using var db = await node.Database.OpenReadAsync(Ct);
        (await db.QuerySingleAsync<string?>("select body from governance_idempotency")).ShouldBeNull();
        first["secret"].ShouldStartWith("pk_live_");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_answer_that_shows_only_the_prefix_of_a_key_is_replayed(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var key = (await Estate.IssueAsync(node, (await Estate.MakeAsync(node)).UseCase)).Key;
        var first = await api.PostAsync($"/api/keys/{key.Id}/disable", "{}", ("Idempotency-Key", "k1"));
        first.Status.ShouldBe(200);
        (await api.PostAsync($"/api/keys/{key.Id}/disable", "{}", ("Idempotency-Key", "k1"))).ShouldBe(first with { Replayed = true });
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_refused_creation_may_be_tried_again_under_its_key(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        (await api.PostAsync("/api/organisations", Name(""), ("Idempotency-Key", "k1"))).Status.ShouldBe(400);
        (await api.PostAsync("/api/organisations", Name("Bank"), ("Idempotency-Key", "k1"))).Status.ShouldBe(201);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_claim_that_a_dead_process_left_does_not_block_its_key_for_a_day(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime();
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        await api.PostAsync("/api/organisations", Name("Bank"), ("Idempotency-Key", "k1"));
        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "update governance_idempotency set status = 0, body = null; delete from governance_organisations",
                    transaction: w.Transaction
                ),
            Ct
        );
        (await api.PostAsync("/api/organisations", Name("Bank"), ("Idempotency-Key", "k1"))).Status.ShouldBe(409);

        time.Advance(TimeSpan.FromMinutes(6));

        (await api.PostAsync("/api/organisations", Name("Bank"), ("Idempotency-Key", "k1"))).Status.ShouldBe(201);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Nobody_comes_in_without_a_live_admin_token(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var token = await api.PostAsync("/api/admin-tokens", """{"name":"second","roles":["owner"]}""");
        using var second = api.ClientWith(token["secret"]);
        using var nobody = api.ClientWith(null);
        using var service = api.ClientWith((await Estate.IssueAsync(node, (await Estate.MakeAsync(node)).UseCase)).Secret.Reveal());

        (await ApiHost.SendAsync(nobody, HttpMethod.Get, "/api/organisations")).Status.ShouldBe(401);
        (await ApiHost.SendAsync(service, HttpMethod.Get, "/api/organisations")).Status.ShouldBe(401);
        (await ApiHost.SendAsync(second, HttpMethod.Get, "/api/organisations")).Status.ShouldBe(200);
        (await api.PostAsync($"/api/admin-tokens/{token["id"]}/revoke", "")).Status.ShouldBe(204);
        (await ApiHost.SendAsync(second, HttpMethod.Get, "/api/organisations")).Status.ShouldBe(401);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_list_is_paged_to_its_end_without_gaps_or_repeats(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        for (var i = 0; i < 7; i++)
            await node.Get<GovernanceService>().CreateOrganisationAsync($"Bank {i}", Ct);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await api.GetAsync("/api/organisations?limit=3" + (cursor is null ? "" : "&cursor=" + cursor));
            page.Status.ShouldBe(200);
            seen.AddRange(page.Json["items"]!.AsArray().Select(o => o!["name"]!.GetValue<string>()));
            cursor = page.Json["next"]?.GetValue<string>();
        } while (cursor is not null);
        seen.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 7).Select(i => $"Bank {i}"));
    }

    [Theory]
    [InlineData("/api/organisations?limit=0", 400, "limit")]
    [InlineData("/api/organisations?limit=1001", 400, "limit")]
    [InlineData("/api/organisations?cursor=%21%21", 400, "cursor")]
    [InlineData("/api/organisations/org_nonsense", 404, null)]
    [InlineData("/api/usage?group_by=colour", 400, "group_by")]
    [InlineData("/api/calls?outcome=fine", 400, "outcome")]
    public async Task A_mistake_is_answered_with_its_field(string path, int status, string? param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var answer = await api.GetAsync(path);
        answer.Status.ShouldBe(status);
        answer.MediaType.ShouldBe("application/problem+json");
        answer.Json["param"]?.GetValue<string>().ShouldBe(param);
        answer["advice"].ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_unknown_field_is_refused_by_name()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var answer = await api.PostAsync("/api/organisations", """{"name":"Bank","nmae":"x"}""");
        (answer.Status, answer["code"]).ShouldBe((400, "invalid_request"));
        answer["detail"].ShouldContain("nmae");
    }
}
