using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Policy;

/// <summary>Policies over the API: versions, conflicts with both lines named, two officers, drafts.</summary>
public sealed class PolicyApiTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static string Body(string text, string? note = null, bool check = false) =>
        new JsonObject
        {
            ["text"] = text,
            ["note"] = note,
            ["check"] = check,
        }.ToJsonString();

    static Task<Answer> WriteAsync(ApiHost api, string level, string text, string tag = "*", bool check = false) =>
        api.SendAsync(HttpMethod.Put, $"/api/policies/{level}", Body(text, check: check), ("If-Match", tag));

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Every_text_stays_as_a_version_and_an_old_one_can_be_written_again(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        await using var api = await ApiHost.StartAsync(node);
        var level = estate.Organisation.Id.ToString();
        var none = await api.GetAsync($"/api/policies/{level}");
        (none.Tag, none["text"], none["scope"]).ShouldBe(("\"v0\"", "", "organisation"));
        (await api.SendAsync(HttpMethod.Put, $"/api/policies/{level}", Body("models:\n  allow: [a]\n"))).Status.ShouldBe(428);
        var first = await api.SendAsync(
            HttpMethod.Put,
            $"/api/policies/{level}",
            Body("models:\n  allow: [a]\n", "to begin"),
            ("If-Match", none.Tag!)
        );
        (first.Status, first.Tag).ShouldBe((200, "\"v1\""), first.Text);
        (await WriteAsync(api, level, "models:\n  allow: [b]\n", first.Tag!)).Tag.ShouldBe("\"v2\"");
        var old = await api.GetAsync($"/api/policies/{level}/versions/1");
        (old["text"], old["note"], old["actor"]).ShouldBe(("models:\n  allow: [a]\n", "to begin", "test"));
        (await WriteAsync(api, level, old["text"], "\"v2\"")).Tag.ShouldBe("\"v3\"");
        (await api.GetAsync($"/api/policies/{level}"))["text"].ShouldBe(old["text"]);
        var versions = await api.GetAsync($"/api/policies/{level}/versions?limit=2");
        versions.Json["items"]!.AsArray().Select(v => v!["version"]!.GetValue<long>()).ShouldBe([3, 2]);
        var rest = await api.GetAsync($"/api/policies/{level}/versions?limit=2&cursor={versions["next"]}");
        rest.Json["items"]!.AsArray().Select(v => v!["version"]!.GetValue<long>()).ShouldBe([1]);
        (await api.GetAsync("/api/policies")).Json["items"]!.AsArray().ShouldHaveSingleItem()!["name"]!.GetValue<string>().ShouldBe("Bank");
        (await api.GetAsync($"/api/policies/{level}/versions/9")).Status.ShouldBe(404);
        (await api.GetAsync("/api/policies/org_01k8zbm3w0e9tafx2m1q4v7h5c")).Status.ShouldBe(404);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Of_two_officers_who_write_at_once_one_is_told(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        await using var api = await ApiHost.StartAsync(node);
        var level = estate.Workspace.Id.ToString();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => WriteAsync(api, level, $"models:\n  allow: [m{i}]\n", "\"v0\""))
        );
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 412);
        (await api.GetAsync($"/api/policies/{level}/versions")).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_looser_than_a_mandatory_line_is_refused_with_both_lines(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        await using var api = await ApiHost.StartAsync(node);
        var (organisation, workspace) = (estate.Organisation.Id.ToString(), estate.Workspace.Id.ToString());
        (await WriteAsync(api, organisation, "# Ours.\nmodels:\n  allow: [gpt-*]\ndata:\n  max_retention_days: 30\n")).Status.ShouldBe(200);
        var refused = await WriteAsync(api, workspace, "models:\n  allow: [gpt-4o, llama-3]\ndata:\n  max_retention_days: 7\n");
        (refused.Status, refused["code"]).ShouldBe((409, "conflict"), refused.Text);
        refused["detail"]
            .ShouldContain(
                "Line 2 of workspace 'Retail' ('allow: [gpt-4o, llama-3]') is looser than line 3 of organisation 'Bank' ('allow: [gpt-*]')"
            );
        var conflict = refused.Json["conflicts"]!.AsArray().ShouldHaveSingleItem()!;
        conflict["line"]!.GetValue<string>().ShouldBe("models.allow");
        (conflict["below"]!["number"]!.GetValue<int>(), conflict["above"]!["number"]!.GetValue<int>()).ShouldBe((2, 3));
        (await WriteAsync(api, workspace, "models:\n  allow: [gpt-4o]\ndata:\n  max_retention_days: 7\n")).Status.ShouldBe(200);

        // Above, the free line of a decentralised house is replaced by any.
        var current = await api.GetAsync($"/api/organisations/{organisation}");
        var model = await api.SendAsync(
            HttpMethod.Patch,
            $"/api/organisations/{organisation}",
            """{"operating_model":"decentralised"}""",
            ("If-Match", current.Tag!)
        );
        (model.Status, model["operating_model"], model["name"]).ShouldBe((200, "decentralised", "Bank"), model.Text);
        (await WriteAsync(api, workspace, "models:\n  allow: [llama-3]\n")).Status.ShouldBe(200);
        (await WriteAsync(api, organisation, "models:\n  mandatory: true\n  allow: [gpt-*]\n")).Json["tightens"]!
            .AsArray()
            .Count.ShouldBe(1);
        (await WriteAsync(api, workspace, "models:\n  allow: [llama-*]\n")).Status.ShouldBe(409);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_parent_that_is_tightened_names_the_lines_below_and_the_meet_counts(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        await Estate.IssueAsync(node, estate.UseCase);
        await using var api = await ApiHost.StartAsync(node);
        (await WriteAsync(api, estate.UseCase.Id.ToString(), "models:\n  allow: [gpt-4o, llama-3]\n")).Status.ShouldBe(200);
        var text = "models:\n  allow: [gpt-*]\n";
        var check = await WriteAsync(api, estate.Organisation.Id.ToString(), text, check: true);
        check.Json["written"]!.GetValue<bool>().ShouldBeFalse();
        check.Json["tightens"]![0]!["below"]!["text"]!.GetValue<string>().ShouldBe("allow: [gpt-4o, llama-3]");
        node.Get<GovernanceCatalog>()
            .Current.Callers.Values.Single()
            .Policies.InForce!.Models.Allow!.ToString()
            .ShouldBe("[gpt-4o, llama-3]");
        var written = await WriteAsync(api, estate.Organisation.Id.ToString(), text);
        written.Json["tightens"]!.AsArray().ShouldHaveSingleItem()!["above"]!["number"]!.GetValue<int>().ShouldBe(2);
        var caller = node.Get<GovernanceCatalog>().Current.Callers.Values.Single();
        caller.Policies.InForce!.Models.Allow!.ToString().ShouldBe("[gpt-4o]");
        // What did not change is the same object: plans that were made for it stay.
        await node.Get<GovernanceCatalog>().RefreshAsync(TestContext.Current.CancellationToken);
        node.Get<GovernanceCatalog>().Current.Callers.Values.Single().Policies.InForce.ShouldBeSameAs(caller.Policies.InForce);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_draft_is_kept_beside_what_is_in_force(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        await Estate.IssueAsync(node, estate.UseCase);
        await using var api = await ApiHost.StartAsync(node);
        var address = $"/api/policies/{estate.Organisation.Id}";
        var put = await api.SendAsync(HttpMethod.Put, address + "/draft", """{"text":"models:\n  deny: [x]\n"}""", ("If-Match", "\"v0\""));
        (put.Status, put.Json["draft"]!["version"]!.GetValue<long>(), put["text"]).ShouldBe((200, 1, ""), put.Text);
        var policies = node.Get<GovernanceCatalog>().Current.Callers.Values.Single().Policies;
        policies.InForce.ShouldBeNull();
        policies.Shadow!.Models.Deny!.ToString().ShouldBe("[x]");
        policies.Shadow.Versions.ShouldBe("organisation 'Bank' draft 1");
        (await api.SendAsync(HttpMethod.Put, address + "/draft", """{"text":""}""", ("If-Match", "\"v0\""))).Status.ShouldBe(412);
        (await api.SendAsync(HttpMethod.Put, address + "/draft", """{"text":""}""", ("If-Match", "\"v1\""))).Status.ShouldBe(200);
        (await api.SendAsync(HttpMethod.Delete, address + "/draft", null, ("If-Match", "*"))).Status.ShouldBe(204);
        (await api.SendAsync(HttpMethod.Delete, address + "/draft", null, ("If-Match", "*"))).Status.ShouldBe(404);
        (await api.GetAsync(address)).Json["draft"].ShouldBeNull();
    }

    [Fact]
    public async Task What_is_wrong_with_a_text_is_told_by_line()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var other = await Estate.MakeAsync(node, "Other");
        await using var api = await ApiHost.StartAsync(node);
        var level = estate.Organisation.Id.ToString();
        var bad = await WriteAsync(api, level, "models:\n  allow: x\n  prefer: y\n");
        (bad.Status, bad["param"]).ShouldBe((400, "text"));
        bad.Json["places"]!.AsArray().Select(p => p!["line"]!.GetValue<int>()).ShouldBe([2, 3]);
        string Exception(string whom, string lifts) =>
            $"models:\n  allow: [a]\nexceptions:\n  - {{ name: n, for: {whom}, owner: o, reason: r, until: 2030-01-01, lifts: {{ {lifts} }} }}\n";
        (await WriteAsync(api, level, Exception(other.UseCase.Id.ToString(), "models.allow: [b]")))["detail"]
            .ShouldContain("not below this level");
        (await WriteAsync(api, level, Exception(estate.UseCase.Id.ToString(), "regions.allow: [eu]")))["detail"]
            .ShouldContain("says nothing");
        (await WriteAsync(api, level, Exception(estate.UseCase.Id.ToString(), "models.allow: [b]"))).Status.ShouldBe(200);
        // The exception lets the level below say as much.
        (await WriteAsync(api, estate.UseCase.Id.ToString(), "models:\n  allow: [b]\n")).Status.ShouldBe(200);
        (await WriteAsync(api, estate.Workspace.Id.ToString(), "models:\n  allow: [b]\n")).Status.ShouldBe(409);
        PolicyReader.Read("").Problems.ShouldBeEmpty();
    }
}
