using Dapper;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Governance.Identity;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Forensics;

public sealed partial class SubjectTests
{
    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_erasure_leaves_a_pseudonym_and_a_report_and_touches_nobody_else(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        var asked = await scene.AskAsync("erasure");
        (await scene.ApproveAsync(asked)).Status.ShouldBe(200);

        var done = await scene.RunAsync(asked);

        done["state"]!.GetValue<string>().ShouldBe("done", done.ToJsonString());
        var steps = done["steps"]!.AsArray().ToDictionary(s => s!["class"]!.GetValue<string>());
        steps.Values.ShouldAllBe(s => s!["left_behind"]!.GetValue<long>() == 0);
        steps["contents"]!["amount"]!.GetValue<long>().ShouldBe(1);
        steps["contents"]!["hash"]!.GetValue<string>().Length.ShouldBe(64);
        steps["account"]!["amount"]!.GetValue<long>().ShouldBeGreaterThan(3);
        var person = await api.GetAsync($"/api/people/{scene.Id}");
        (person["name"], person["email"]).ShouldBe(($"Erased {scene.Id[^6..]}", $"{scene.Id}@erased.invalid"));
        person.Json["erased_at"]!.GetValue<DateTimeOffset>().ShouldBe(time.GetUtcNow());
        (await api.GetAsync($"/api/keys/{scene.Key}"))["state"].ShouldBe("revoked");
        (await api.GetAsync($"/api/accounts/{scene.Id}")).Status.ShouldBe(404);
        foreach (var path in new[] { "/api/people", "/api/accounts", "/api/keys", "/api/subject-requests" })
            (await api.GetAsync(path)).Text.ShouldNotContain("Mara");
        (await api.GetAsync("/api/people")).Text.ShouldContain("Otto Berg");
        await using var db = await scene.Node.Database.OpenReadAsync(Ct);
        (await db.ExecuteScalarAsync<long>("select count(*) from observability_contents where sealed is not null")).ShouldBe(1);
        (await db.ExecuteScalarAsync<long>("select count(*) from governance_acknowledgements")).ShouldBe(1);
        steps["findings"]!["amount"]!.GetValue<long>().ShouldBe(1);
        (await db.QueryAsync<string>("select digest from observability_findings")).ShouldBe(["digest of Otto Berg"]);
        // Sums hold: the record is there, by the id.
        var call = (await api.GetAsync($"/api/calls?person_id={scene.Id}")).Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        call["end_user"]?.GetValue<string>().ShouldBeNull("the name by which an application knew them is gone");
        steps["end_users"]!["amount"]!.GetValue<long>().ShouldBe(1);
        var others = (await api.GetAsync("/api/calls")).Json["items"]!.AsArray();
        others.Select(c => c!["end_user"]?.GetValue<string>()).ShouldBe([null, "Otto Berg of the shop"], ignoreOrder: true);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_was_erased_never_comes_back_and_who_is_provisioned_again_is_somebody_new(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        using var scim = await ScimClient.MakeAsync(api, scene.Estate.Organisation.Id.ToString());
        (await scim.UserAsync("mara@example.org")).ShouldBe(scene.Id, "the directory takes up who is there");
        var asked = await scene.AskAsync("erasure");
        await scene.ApproveAsync(asked);
        (await scene.RunAsync(asked))["state"]!.GetValue<string>().ShouldBe("done");

        (await scim.GetAsync($"/Users/{scene.Id}")).Status.ShouldBe(404);
        (await scim.UserAsync("mara@example.org")).ShouldNotBe(scene.Id);
        var enabled = await api.SendAsync(HttpMethod.Patch, $"/api/people/{scene.Id}", """{"disabled":false}""", ("If-Match", "*"));
        (enabled.Status, enabled["code"]).ShouldBe((409, "conflict"));
        (await api.PostAsync("/api/accounts", $$"""{"person_id":"{{scene.Id}}","roles":["analyst"]}""")).Status.ShouldBe(409);
        (await scene.AskAsync("erasure")).Status.ShouldBe(409);
        // What was on its way is not kept either.
        await scene.Node.Get<ContentStore>().InsertAsync([scene.Said("too late")], Ct);
        await using var db = await scene.Node.Database.OpenReadAsync(Ct);
        var kept = "select count(*) from observability_contents where sealed is not null and person_id = @Id";
        (await db.ExecuteScalarAsync<long>(kept, new { scene.Id })).ShouldBe(0);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_hold_refuses_an_erasure_by_its_name_and_stops_one_that_is_under_way_until_it_is_released(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        foreach (var (scope, id) in new[] { ("person", scene.Id), ("workspace", scene.Estate.Workspace.Id.ToString()) })
        {
            var before = await HoldAsync(scope, id);
            var refused = await scene.AskAsync("erasure");
            (refused.Status, refused.Text.Contains("'Case 7'", StringComparison.Ordinal)).ShouldBe((409, true), refused.Text);
            await ReleaseAsync(before);
        }
        var asked = await scene.AskAsync("erasure");
        var between = await HoldAsync("person", scene.Id);
        (await scene.ApproveAsync(asked)).Status.ShouldBe(409);
        await ReleaseAsync(between);
        await scene.ApproveAsync(asked);
        var hold = await HoldAsync("person", scene.Id);

        var stopped = await scene.RunAsync(asked);

        (
            stopped["state"]!.GetValue<string>(),
            stopped["problem"]!.GetValue<string>().Contains("'Case 7'", StringComparison.Ordinal)
        ).ShouldBe(("running", true));
        (await api.GetAsync($"/api/people/{scene.Id}"))["name"].ShouldBe("Mara Lind");
        await ReleaseAsync(hold);
        var done = await scene.RunAsync(asked);
        (done["state"]!.GetValue<string>(), done["problem"]).ShouldBe(("done", null));

        async Task<string> HoldAsync(string scope, string id) =>
            (
                await api.PostAsync(
                    "/api/holds",
                    $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"{{scope}}","id":"{{id}}"}]}"""
                )
            )["id"];
        async Task ReleaseAsync(string id) =>
            (await api.PostAsync($"/api/holds/{id}/release", """{"reason":"settled"}""")).Status.ShouldBe(200);
    }
}
