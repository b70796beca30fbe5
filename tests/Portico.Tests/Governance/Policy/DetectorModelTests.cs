using Dapper;
using Portico.Governance;
using Portico.Governance.Policy.Guardrails;
using Portico.Guardrails.Models;
using Portico.Storage;
using Portico.Tests.Guardrails.Models;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Policy;

/// <summary>Sets of models in both stores: kept when they are sane, in force on every node, rolled back step by step.</summary>
public sealed class DetectorModelTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Upload(DetectorModels models) => Upload(ModelBundle.Write(models));

    static string Upload(byte[] bundle) => $$"""{"bundle":"{{Convert.ToBase64String(bundle)}}"}""";

    static string InForce(TestNode node, string? workspace = null) => node.Get<DetectorModelCatalog>().Current.Of(workspace).Models.Version;

    static async Task<string> AddAsync(ApiHost api, DetectorModels models)
    {
        var added = await api.PostAsync("/api/guardrails/models", Upload(models));
        added.Status.ShouldBe(201, added.Text);
        return added["id"];
    }

    static async Task UseAsync(ApiHost api, string id, string body = "{}") =>
        (await api.PostAsync($"/api/guardrails/models/{id}/activate", body)).Status.ShouldBe(200);

    /// <summary>What a roll back would bring where a set is in force.</summary>
    static async Task<string?> BackToAsync(ApiHost api, string id) =>
        (await api.GetAsync($"/api/guardrails/models/{id}")).Json["in_force"]!.AsArray().Single()!["back_to"]?.GetValue<string>();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_set_comes_in_force_on_every_node_and_each_roll_back_goes_one_further(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var (a, b) = (await AddAsync(api, ModelSets.Good("a")), await AddAsync(api, ModelSets.Good("b")));
        InForce(node).ShouldBe(DetectorModels.ShippedVersion, "an upload brings nothing in force");
        var began = node.Get<DetectorModelCatalog>().Current;
        await UseAsync(api, a);
        await UseAsync(api, b);
        InForce(node).ShouldBe("b");
        (await BackToAsync(api, b)).ShouldBe(a);
        began.Platform.Models.IsShipped.ShouldBeTrue("what was taken before stays what it was");
        if (engine == Engine.Postgres)
        {
            var other = await store.OpenAsync("two");
            InForce(other).ShouldBe("b", "a node that starts reads it");
            (await api.PostAsync("/api/guardrails/models/rollback", "{}"))["version"].ShouldBe("a");
            await other.Get<DetectorModelCatalog>().RefreshAsync(Ct);
            InForce(other).ShouldBe("a");
        }
        else
            (await api.PostAsync("/api/guardrails/models/rollback", "{}"))["version"].ShouldBe("a");
        InForce(node).ShouldBe("a");
        var list = (await api.GetAsync("/api/guardrails/models")).Json["items"]!.AsArray();
        list.Select(s => s!["version"]!.GetValue<string>()).ShouldBe([DetectorModels.ShippedVersion, "b", "a"]);
        var use = list[2]!["in_force"]!.AsArray().ShouldHaveSingleItem()!;
        (use["level"]!.GetValue<string>(), use["by_name"]!.GetValue<string>()).ShouldBe(
            ("platform", list[1]!["uploaded_by_name"]!.GetValue<string>())
        );
        use["since"].ShouldNotBeNull();
        use["back_to"]!.GetValue<string>().ShouldBe("shipped", "the confirmation of a roll back names what comes back");
        list[0]!["files"]!.AsArray().Count.ShouldBe(ModelFiles.All.Count);
        list[0]!["files"]![0]!["sources"]!.ToJsonString().ShouldContain("Apache-2.0");
        (await api.PostAsync("/api/guardrails/models/rollback", "{}"))["id"].ShouldBe("shipped");
        InForce(node).ShouldBe(DetectorModels.ShippedVersion);
        (await BackToAsync(api, "shipped")).ShouldBeNull("there is no way further back");
        var over = await api.PostAsync("/api/guardrails/models/rollback", "{}");
        (over.Status, over["detail"]).ShouldBe((409, "Nothing was in force there before."));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_workspaces_own_set_is_used_there_alone(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var workspace = estate.Workspace.Id.ToString();
        await using var api = await ApiHost.StartAsync(node);
        var own = await AddAsync(api, ModelSets.Good("own", workspace));
        var all = await AddAsync(api, ModelSets.Good("all"));
        var wide = await api.PostAsync($"/api/guardrails/models/{own}/activate", "{}");
        wide.Status.ShouldBe(409);
        wide["detail"].ShouldContain("is used there alone");
        await UseAsync(api, own, $$"""{"workspace_id":"{{workspace}}"}""");
        await UseAsync(api, all);
        (await BackToAsync(api, own)).ShouldBe("platform", "a workspace then goes by the platform's");
        (InForce(node, workspace), InForce(node, "ws_other"), InForce(node)).ShouldBe(("own", "all", "all"));
        var twice = await api.PostAsync($"/api/guardrails/models/{own}/activate", $$"""{"workspace_id":"{{workspace}}"}""");
        (twice.Status, twice["detail"]).ShouldBe((409, "own is in force there already."));
        var back = await api.PostAsync("/api/guardrails/models/rollback", $$"""{"workspace_id":"{{workspace}}"}""");
        back["version"].ShouldBe("all", "it goes by the platform's again");
        InForce(node, workspace).ShouldBe("all");
        (await api.PostAsync("/api/guardrails/models", Upload(ModelSets.Good("lost", "ws_00000000000000000000000000")))).Status.ShouldBe(
            400
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_broken_or_does_badly_is_not_kept_and_what_is_there_stays(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var good = ModelBundle.Write(ModelSets.Good("a"));
        var changed = (byte[])good.Clone();
        changed[^9] ^= 1;
        foreach (
            var (bundle, status, says) in new (byte[], int, string)[]
            {
                (good[..^100], 400, "cut off within names.bin"),
                (changed, 400, "names.bin has changed"),
                ([], 400, "no set of models"),
                (ModelBundle.Write(ModelSets.Blind()), 400, "does worse than the shipped one on simple texts. Of "),
                (ModelBundle.Write(DetectorModels.Of("mine", null, 0, ModelSets.Files())), 409, "come with the product"),
            }
        )
        {
            var refused = await api.PostAsync("/api/guardrails/models", Upload(bundle));
            refused.Status.ShouldBe(status, says);
            refused["detail"].ShouldContain(says);
        }
        (await api.PostAsync("/api/guardrails/models", """{"bundle":"no base 64"}""")).Status.ShouldBe(400);
        (await api.PostAsync("/api/guardrails/models", """{"bundle":null}""")).Status.ShouldBe(400);
        (await api.GetAsync("/api/guardrails/models")).Json["items"]!.AsArray().Count.ShouldBe(1);
        var id = await AddAsync(api, ModelSets.Good("a"));
        (await api.PostAsync("/api/guardrails/models", Upload(good))).Status.ShouldBe(409, "it is there already");
        await UseAsync(api, id);
        (await api.SendAsync(HttpMethod.Delete, $"/api/guardrails/models/{id}")).Status.ShouldBe(409, "it is in force");
        (await api.PostAsync("/api/guardrails/models/rollback", "{}")).Status.ShouldBe(200);
        (await api.SendAsync(HttpMethod.Delete, $"/api/guardrails/models/{id}")).Status.ShouldBe(204);
        (await api.PostAsync($"/api/guardrails/models/{id}/activate", "{}")).Status.ShouldBe(404);
        (await api.SendAsync(HttpMethod.Delete, "/api/guardrails/models/shipped")).Status.ShouldBe(409);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_this_build_cannot_read_or_the_store_does_not_give_leaves_what_was_in_force(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var (a, b) = (await AddAsync(api, ModelSets.Good("a")), await AddAsync(api, ModelSets.Good("b")));
        await UseAsync(api, a);
        var (database, catalog) = (node.Get<Database>(), node.Get<DetectorModelCatalog>());
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_detector_models set bundle = @bundle where id = @b",
                    new { bundle = "PORTICO MODELS 2 of another build\n\n"u8.ToArray(), b },
                    work.Transaction
                ),
            Ct
        );
        await UseAsync(api, b);
        InForce(node).ShouldBe("a", "what was in force stays");
        var told = (await api.GetAsync($"/api/guardrails/models/{b}")).Json;
        told["problem"]!.GetValue<string>().ShouldContain("has the form 2");

        await database.WriteAsync(
            work => work.Connection.ExecuteAsync("alter table governance_detector_model_uses rename to away", null, work.Transaction),
            Ct
        );
        await Should.ThrowAsync<System.Data.Common.DbException>(() => catalog.RefreshAsync(Ct));
        InForce(node).ShouldBe("a", "the store is away");
        await database.WriteAsync(
            work => work.Connection.ExecuteAsync("alter table away rename to governance_detector_model_uses", null, work.Transaction),
            Ct
        );
        (await api.PostAsync("/api/guardrails/models/rollback", "{}"))["version"].ShouldBe("a");
        InForce(node).ShouldBe("a");
    }
}
