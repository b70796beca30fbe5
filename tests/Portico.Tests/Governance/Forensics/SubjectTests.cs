using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using Portico.Core;
using Portico.Governance;
using Portico.Governance.Forensics.Subjects;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Observability;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Forensics;

/// <summary>Everything about a person, in a package or gone: by another's leave, provably, and never against a hold.</summary>
public sealed partial class SubjectTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly ManualTime time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    sealed record Scene(TestNode Node, ApiHost Api, Estate Estate, Person Person, string Key)
    {
        public string Id => Person.Id.ToString();

        public async Task<Answer> AskAsync(string kind, HttpClient? by = null) =>
            await ApiHost.SendAsync(
                by ?? Api.Client,
                HttpMethod.Post,
                "/api/subject-requests",
                $$"""{"person_id":"{{Id}}","kind":"{{kind}}","reason":"a letter of 1 March"}"""
            );

        public async Task<Answer> ApproveAsync(Answer asked)
        {
            using var second = await Api.SecondAsync();
            return await ApiHost.SendAsync(second, HttpMethod.Post, $"/api/subject-requests/{asked["id"]}/approve", "{}");
        }

        public async Task<JsonNode> RunAsync(Answer asked)
        {
            (await Node.Get<SubjectRunner>().RunAsync(Ct)).ShouldBeTrue();
            return (await Api.GetAsync($"/api/subject-requests/{asked["id"]}")).Json;
        }

        public CallContents Said(string words) =>
            ContentTests.Sample(words, workspace: Estate.Workspace.Id.ToString()) with
            {
                PersonId = Id,
            };
    }

    /// <summary>A person with an account, a key, a certificate's worth of traces and one thing said; and somebody else with as much.</summary>
    async Task<Scene> SceneAsync(TestStore store, string node = "one")
    {
        var opened = await store.OpenAsync(node, time);
        var api = await ApiHost.StartAsync(opened);
        var estate = await Estate.MakeAsync(opened);
        var scene = await AddAsync(opened, api, estate, "mara@example.org", "Mara Lind");
        await AddAsync(opened, api, estate, "otto@example.org", "Otto Berg");
        return scene;
    }

    static async Task<Scene> AddAsync(TestNode node, ApiHost api, Estate estate, string email, string name)
    {
        var person = await node.Get<GovernanceService>().CreatePersonAsync(estate.Organisation.Id, email, name, Ct);
        var account = await api.PostAsync("/api/accounts", $$"""{"person_id":"{{person.Id}}","roles":["analyst"]}""");
        account.Status.ShouldBe(201, account.Text);
        var key = await Estate.IssueAsync(node, estate.UseCase, k => k with { PersonId = person.Id, Name = $"{name}'s key" });
        await node.Database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "insert into governance_acknowledgements (person_id, version, at_us) values (@id, 1, 1)",
                    new { id = person.Id.ToString() },
                    work.Transaction
                ),
            Ct
        );
        var scene = new Scene(node, api, estate, person, key.Key.Id.ToString());
        await node.Get<ContentStore>().InsertAsync([scene.Said($"{name} speaks")], Ct);
        var call = new Samples(name.Length, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)).Next();
        (call.PersonId, call.EndUser) = (person.Id.ToString(), $"{name} of the shop");
        call.Findings = [new CallFinding("personal", "pii.email", "user", "messages[0]", 0, 3, 90, "flag", $"digest of {name}")];
        await node.Get<RecordImport>().ApplyAsync([call], Ct);
        return scene;
    }

    static async Task<Dictionary<string, byte[]>> UnzipAsync(ApiHost api, string id)
    {
        using var zip = new ZipArchive(await api.Client.GetStreamAsync($"/api/subject-requests/{id}/package", Ct));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            await using var stream = await entry.OpenAsync(Ct);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Ct);
            files[entry.FullName] = bytes.ToArray();
        }
        return files;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_package_holds_all_of_one_person_and_nothing_of_another_and_its_manifest_proves_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        var asked = await scene.AskAsync("access");
        (asked.Status, asked["state"]).ShouldBe((201, "open"));
        (await scene.RunAsync(asked))["state"]!.GetValue<string>().ShouldBe("open");
        (await scene.ApproveAsync(asked)).Status.ShouldBe(200);

        var done = await scene.RunAsync(asked);

        done["state"]!.GetValue<string>().ShouldBe("done", done.ToJsonString());
        var files = await UnzipAsync(api, asked["id"]);
        var all = string.Concat(files.Values.Select(System.Text.Encoding.UTF8.GetString));
        foreach (var theirs in new[] { "mara@example.org", "Mara Lind", "Mara Lind speaks", scene.Key, "analyst" })
            all.ShouldContain(theirs);
        foreach (var other in new[] { "otto", "Otto" })
            all.ShouldNotContain(other);
        System.Text.Encoding.UTF8.GetString(files["README.txt"]).ShouldContain("contents");
        Convert.ToHexStringLower(SHA256.HashData(files["manifest.json"])).ShouldBe(done["manifest"]!.GetValue<string>());
        var listed = JsonNode.Parse(files["manifest.json"])!["files"]!.AsArray();
        listed.Count.ShouldBe(files.Count - 2);
        foreach (var file in listed)
            Convert
                .ToHexStringLower(SHA256.HashData(files[file!["name"]!.GetValue<string>()]))
                .ShouldBe(file["sha256"]!.GetValue<string>());
        foreach (var (name, bytes) in files.Where(f => f.Key.EndsWith(".json", StringComparison.Ordinal)))
            JsonNode.Parse(bytes).ShouldNotBeNull(name);
        JsonNode.Parse(files["calls/calls.json"])!.AsArray().Count.ShouldBe(1);
        (await LeakedAsync(scene.Node, "Mara Lind speaks")).ShouldBeFalse("the package lies sealed");
    }

    /// <summary>Whether bytes of a package stand readable in the store.</summary>
    static async Task<bool> LeakedAsync(TestNode node, string words)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        var chunks = await db.QueryAsync<byte[]>("select sealed from governance_subject_chunks");
        chunks.ShouldNotBeEmpty();
        return chunks.Any(c => System.Text.Encoding.UTF8.GetString(c).Contains(words, StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_package_is_fetched_by_who_asked_alone_and_is_gone_after_seven_days(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        var asked = await scene.AskAsync("access");
        var path = $"/api/subject-requests/{asked["id"]}/package";
        (await api.GetAsync(path)).Status.ShouldBe(409);
        await scene.ApproveAsync(asked);
        await scene.RunAsync(asked);
        using var second = await api.SecondAsync();

        (await ApiHost.SendAsync(second, HttpMethod.Get, path)).Status.ShouldBe(403);
        await UnzipAsync(api, asked["id"]);
        (await api.GetAsync($"/api/subject-requests/{asked["id"]}")).Json["downloads"]!.GetValue<long>().ShouldBe(1);
        time.Advance(SubjectEnd.Lies);
        (await api.GetAsync(path)).Status.ShouldBe(404);

        await scene.RunAsync(asked);
        await using var db = await scene.Node.Database.OpenReadAsync(Ct);
        (await db.ExecuteScalarAsync<long>("select count(*) from governance_subject_chunks")).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_person_decides_who_is_not_the_one_it_is_about_unless_the_organisation_asks_for_none()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        var asked = await scene.AskAsync("access");
        (await scene.AskAsync("access")).Status.ShouldBe(409);
        var path = $"/api/subject-requests/{asked["id"]}";
        (await api.PostAsync($"{path}/approve", "{}")).Status.ShouldBe(403);
        using var second = await api.SecondAsync();
        (await ApiHost.SendAsync(second, HttpMethod.Post, $"{path}/withdraw")).Status.ShouldBe(403);
        (await ApiHost.SendAsync(second, HttpMethod.Post, $"{path}/decline", """{"note":"no"}"""))["state"].ShouldBe("declined");
        (await ApiHost.SendAsync(second, HttpMethod.Post, $"{path}/approve", "{}")).Status.ShouldBe(409);
        using var analyst = api.ClientWith((await api.PostAsync("/api/admin-tokens", """{"name":"a","roles":["analyst"]}"""))["secret"]);
        (await scene.AskAsync("access", analyst)).Status.ShouldBe(403);

        var rule = $"/api/organisations/{scene.Estate.Organisation.Id}/reveal-rule";
        (await api.PostAsync(rule, """{"needs_second_person":false}""")).Status.ShouldBe(200);

        (await scene.AskAsync("access"))["state"].ShouldBe("running");
    }

    [Fact]
    public async Task Who_gives_roles_is_erased_by_nobody_who_gives_none_and_the_last_owner_by_nobody()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        var account = await api.GetAsync($"/api/accounts/{scene.Id}");
        var raised = await api.SendAsync(
            HttpMethod.Patch,
            $"/api/accounts/{scene.Id}",
            """{"roles":["owner"]}""",
            ("If-Match", account.Tag!)
        );
        raised.Status.ShouldBe(200, raised.Text);
        using var officer = api.ClientWith((await api.PostAsync("/api/admin-tokens", """{"name":"o","roles":["officer"]}"""))["secret"]);

        var refused = await scene.AskAsync("erasure", officer);

        (refused.Status, refused["code"]).ShouldBe((403, "permission_denied"));
        (await scene.AskAsync("access", officer)).Status.ShouldBe(201);
        (await scene.AskAsync("erasure")).Status.ShouldBe(201);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_run_that_was_cut_off_goes_on_and_counts_each_thing_once(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var scene = await SceneAsync(store);
        await using var api = scene.Api;
        const int Many = SubjectRemoval.BatchSize * 2 + 10;
        await scene.Node.Get<ContentStore>().InsertAsync(Enumerable.Range(0, Many).Select(i => scene.Said($"more {i}")).ToList(), Ct);
        var access = await scene.AskAsync("access");
        await scene.ApproveAsync(access);
        await CutAsync(scene, access, "contents");
        (await scene.RunAsync(access))["state"]!.GetValue<string>().ShouldBe("done");
        JsonNode.Parse((await UnzipAsync(api, access["id"]))["contents/contents.json"])!.AsArray().Count.ShouldBe(Many + 1);

        var erasure = await scene.AskAsync("erasure");
        await scene.ApproveAsync(erasure);
        await CutAsync(scene, erasure, "contents");
        var done = await scene.RunAsync(erasure);

        var contents = done["steps"]!.AsArray().Single(s => s!["class"]!.GetValue<string>() == "contents")!;
        (contents["amount"]!.GetValue<long>(), contents["left_behind"]!.GetValue<long>()).ShouldBe((Many + 1, 0));
    }

    /// <summary>Cancels a run once something of a class is done, as the end of a process does, between two transactions.</summary>
    static async Task CutAsync(Scene scene, Answer asked, string of)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var run = scene.Node.Get<SubjectRunner>().RunAsync(cut.Token);
        await Eventually.HoldsAsync(
            async () =>
            {
                if (run.IsCompleted)
                    return true;
                await using var db = await scene.Node.Database.OpenReadAsync(Ct);
                return await db.ExecuteScalarAsync<long>(
                        """
                        select (select count(*) from governance_subject_steps where request_id = @id and class = @of and amount > 0)
                          + (select count(*) from governance_subject_files where request_id = @id and name like 'contents/%')
                        """,
                        new { id = asked["id"], of }
                    ) > 0;
            },
            TimeSpan.FromSeconds(15)
        );
        await cut.CancelAsync();
        try
        {
            await run;
        }
        catch (OperationCanceledException)
        {
            // As meant. A run that was faster than this has ended: then there is nothing to go on with, and the counts are the same.
        }
    }
}
