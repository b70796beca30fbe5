using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Portico.Core;
using Portico.Governance.Keys;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Observability;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Keys;

/// <summary>Destroying the key of a workspace: two people, at once, on every node, and into back-ups.</summary>
public sealed class KeyDestructionTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<Answer> AskAsync(ApiHost api, string workspace, string name = "Retail") =>
        await api.PostAsync(
            "/api/key-destructions",
            $$"""{"workspace_id":"{{workspace}}","name":"{{name}}","reason":"the contract ended"}"""
        );

    static async Task<JsonNode> DestroyAsync(ApiHost api, string workspace)
    {
        var asked = await AskAsync(api, workspace);
        asked.Status.ShouldBe(201, asked.Text);
        using var second = await api.SecondAsync();
        var done = await ApiHost.SendAsync(
            second,
            HttpMethod.Post,
            $"/api/key-destructions/{asked["id"]}/approve",
            """{"note":"as agreed"}"""
        );
        done.Status.ShouldBe(200, done.Text);
        return done.Json;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_kept_is_gone_at_once_and_nothing_new_is_kept(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var other = await KeyHierarchyTests.SealAsync(node, "ws_other", "of another");
        await api.RevealAsync(workspace);
        var said = ContentTests.Sample("said in confidence", workspace: workspace);
        node.Get<ContentKeeper>().Offer(said).ShouldBeTrue();
        (await api.GetAsync($"/api/calls/{said.Id}/contents")).Status.ShouldBe(200);

        var done = await DestroyAsync(api, workspace);

        (done["state"]!.GetValue<string>(), done["keys"]!.GetValue<long>(), done["backups"]!.GetValue<string>()).ShouldBe(
            ("done", 2, "until_root_is_rotated")
        );
        var gone = await api.GetAsync($"/api/calls/{said.Id}/contents");
        (gone.Status, gone["code"]).ShouldBe((410, "key_destroyed"));
        var later = ContentTests.Sample("said after", workspace: workspace);
        node.Get<ContentKeeper>().Offer(later).ShouldBeTrue();
        await node.Get<ContentKeeper>().FlushAsync(Ct);
        (await node.Get<ContentStore>().WhoseAsync(later.Id, Portico.Governance.Access.Reach.Everywhere, Ct)).ShouldBeNull();
        node.Get<ContentKeeper>().Lost.ShouldBe(1);
        (await KeyHierarchyTests.KeysAsync(node))
            .Where(k => k.Place == workspace)
            .ShouldAllBe(k => k.State == "destroyed" && k.Wrapped == null);
        (await KeyHierarchyTests.OpenAsync(node, "ws_other", other)).ShouldBe("of another");
        (await AskAsync(api, workspace)).Status.ShouldBe(409, "there is no key any more");
    }

    [Fact]
    public async Task Other_nodes_stop_reading_and_sealing_when_they_hear_of_it()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await store.OpenAsync(), await store.OpenAsync("two"));
        await two.StartAsync();
        await using var api = await ApiHost.StartAsync(one);
        var workspace = (await Estate.MakeAsync(one)).Workspace.Id.ToString();
        await two.Get<Portico.Governance.GovernanceCatalog>().RefreshAsync(Ct);
        var box = await KeyHierarchyTests.SealAsync(two, workspace, "open on both");
        var held = await two.Get<KeyRing>().SealerAsync(workspace, KeyPurposes.Contents, Ct);

        await DestroyAsync(api, workspace);

        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await KeyHierarchyTests.OpenAsync(two, workspace, box);
                    return false;
                }
                catch (PorticoException e) when (e.Kind == ErrorTable.KeyDestroyed)
                {
                    return true;
                }
            },
            TimeSpan.FromSeconds(15)
        );
        // A sealer that somebody holds is of no use either: its key is zeros and says so.
        Should.Throw<PorticoException>(() => held.Seal("late"u8, "row")).Kind.ShouldBe(ErrorTable.KeyDestroyed);
    }

    [Fact]
    public async Task A_node_that_hears_of_nothing_finds_out_within_half_a_minute()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var time = new ManualTime();
        // Its background services do not run: no signal reaches it.
        var (one, deaf) = (await store.OpenAsync(), await store.OpenAsync("deaf", time));
        await using var api = await ApiHost.StartAsync(one);
        var workspace = (await Estate.MakeAsync(one)).Workspace.Id.ToString();
        await deaf.Get<Portico.Governance.GovernanceCatalog>().RefreshAsync(Ct);
        var box = await KeyHierarchyTests.SealAsync(deaf, workspace, "open");
        await DestroyAsync(api, workspace);

        (await KeyHierarchyTests.OpenAsync(deaf, workspace, box)).ShouldBe("open", "this is the half minute that the record speaks of");
        time.Advance(TimeSpan.FromSeconds(30));

        (await Should.ThrowAsync<PorticoException>(() => KeyHierarchyTests.OpenAsync(deaf, workspace, box))).Kind.ShouldBe(
            ErrorTable.KeyDestroyed
        );
    }

    [Fact]
    public async Task A_backup_from_before_opens_with_its_root_and_with_no_other_once_the_root_is_rotated()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (first, firstSettings) = RootRotationTests.Root();
        var (next, nextSettings) = RootRotationTests.Root();
        var node = await store.OpenAsync(settings: firstSettings);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var box = await KeyHierarchyTests.SealAsync(node, workspace, "said in confidence");
        await node.DisposeAsync();
        // The back-up: all of the data directory, as the guide has it.
        Directory.CreateDirectory(store.DirectoryOf("restored"));
        foreach (var file in Directory.GetFiles(store.DirectoryOf("one")))
            File.Copy(file, Path.Combine(store.DirectoryOf("restored"), Path.GetFileName(file)));

        var live = await store.OpenAsync(settings: firstSettings);
        await using (var api = await ApiHost.StartAsync(live))
        {
            var done = await DestroyAsync(api, workspace);
            var path = $"/api/key-destructions/{done["id"]}";
            (await api.GetAsync(path))["backups"].ShouldBe("until_root_is_rotated");
            await live.Get<KeyRotation>().RotateRootAsync(next, Ct);
            (await api.GetAsync(path))["backups"].ShouldBe("gone");
        }

        // Only the new root is left in the world: the back-up opens nothing.
        (await store.FailsToOpenAsync("restored", nextSettings)).ShouldBeOfType<CryptographicException>();
        var withNext = store.Build("restored", settings: nextSettings);
        await withNext.Get<Portico.Governance.GovernanceCatalog>().RefreshAsync(Ct);
        await Should.ThrowAsync<CryptographicException>(() => KeyHierarchyTests.OpenAsync(withNext, workspace, box));
        await withNext.DisposeAsync();
        // And that the test can fail: with the old root, which the operator destroys, it opens.
        (await KeyHierarchyTests.OpenAsync(await store.OpenAsync("restored", settings: firstSettings), workspace, box)).ShouldBe(
            "said in confidence"
        );
    }

    [Fact]
    public async Task One_person_alone_destroys_nothing_and_a_mistyped_name_is_refused()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        (await AskAsync(api, workspace)).Status.ShouldBe(409, "nothing was kept yet, so there is no key");
        var box = await KeyHierarchyTests.SealAsync(node, workspace, "kept");

        (await AskAsync(api, workspace, "retail"))["param"].ShouldBe("name");
        var asked = await AskAsync(api, workspace);
        (await AskAsync(api, workspace)).Status.ShouldBe(409, "it is asked already");
        var self = await api.PostAsync($"/api/key-destructions/{asked["id"]}/approve", "{}");

        (self.Status, self["code"]).ShouldBe((403, "permission_denied"));
        (await KeyHierarchyTests.OpenAsync(node, workspace, box)).ShouldBe("kept");
        var withdrawn = await api.SendAsync(HttpMethod.Post, $"/api/key-destructions/{asked["id"]}/withdraw");
        withdrawn["state"].ShouldBe("withdrawn");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_legal_hold_keeps_the_key_at_both_steps(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var box = await KeyHierarchyTests.SealAsync(node, workspace, "evidence");
        var asked = await AskAsync(api, workspace);
        var hold = await api.PostAsync(
            "/api/holds",
            $$"""{"name":"Case 7","reason":"a claim","subjects":[{"scope":"workspace","id":"{{workspace}}"}]}"""
        );
        hold.Status.ShouldBe(201, hold.Text);
        using var second = await api.SecondAsync();

        var refused = await ApiHost.SendAsync(second, HttpMethod.Post, $"/api/key-destructions/{asked["id"]}/approve", "{}");
        (refused.Status, refused.Text.Contains("Case 7")).ShouldBe((409, true));
        (await KeyHierarchyTests.OpenAsync(node, workspace, box)).ShouldBe("evidence");
        await api.SendAsync(HttpMethod.Post, $"/api/key-destructions/{asked["id"]}/withdraw");
        (await AskAsync(api, workspace)).Status.ShouldBe(409);

        (await api.PostAsync($"/api/holds/{hold["id"]}/release", """{"reason":"settled"}""")).Status.ShouldBe(200);
        (await DestroyAsync(api, workspace))["state"]!.GetValue<string>().ShouldBe("done");
    }
}
