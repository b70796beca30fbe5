using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Forensics;

/// <summary>A person who called, kept and uploaded at the door: all of it in one package, and then all of it gone.</summary>
public sealed class SubjectTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    const string Words = "the canary asks for a loan";

    sealed record Made(
        string Person,
        string Key,
        HttpClient Door,
        string Call,
        string Response,
        string Conversation,
        string File,
        string Batch
    );

    async Task<Node> NodeAsync(bool shared) =>
        shared ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single() : await Node.StartAsync();

    static async Task<string> PersonAsync(Node node, string name) =>
        (
            await node.Admin.PostAsync(
                "/api/people",
                new JsonObject
                {
                    ["organisation_id"] = node.OrganisationId,
                    ["name"] = name,
                    ["email"] = $"{name}@example.org",
                }
            )
        ).Text("id");

    static async Task<Made> FillAsync(Node node, string name)
    {
        var person = await PersonAsync(node, name);
        var (key, door) = await node.NewKeyAsync(new JsonObject { ["person_id"] = person, ["keep_content"] = true });
        string call;
        using (var said = await door.ChatAsync(Calls.Chat("sim/echo", Words)))
            call = said.CallId();
        var response = (await door.RespondAsync(ResponseCalls.Ask("sim/echo", Words))).Text("id");
        var conversation = await door.NewConversationAsync(ConversationCalls.Items(Words));
        var file = (await door.FileAsync(Words, "user_data")).Text("id");
        var batch = await door.BatchAsync(Batching.Lines(3));
        await door.UntilBatchAsync(batch, "completed");
        await door.KeptAsync(response);
        return new Made(person, key, door, call, response, conversation, file, batch);
    }

    internal static async Task<JsonNode> DoneAsync(Api admin, Api second, string person, string kind)
    {
        var asked = await admin.PostAsync(
            "/api/subject-requests",
            new JsonObject
            {
                ["person_id"] = person,
                ["kind"] = kind,
                ["reason"] = "a letter of 1 March",
            }
        );
        await second.PostAsync($"/api/subject-requests/{asked.Text("id")}/approve", []);
        JsonNode now = asked;
        await Eventually.IsTrueAsync(
            async () => (now = await admin.GetAsync($"/api/subject-requests/{asked.Text("id")}")).Text("state") == "done",
            () => now.ToJsonString()
        );
        return now;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task All_that_was_kept_of_a_person_is_in_the_package_and_after_the_erasure_nowhere(bool shared)
    {
        await using var node = await NodeAsync(shared);
        using var second = await node.SecondAsync();
        var mara = await FillAsync(node, "mara");
        var otto = await FillAsync(node, "otto");

        var access = await DoneAsync(node.Admin, second, mara.Person, "access");

        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using (
            var zip = new ZipArchive(
                await node.Admin.Client.GetStreamAsync(new Uri($"/api/subject-requests/{access.Text("id")}/package", UriKind.Relative))
            )
        )
            foreach (var entry in zip.Entries)
            {
                using var reader = new StreamReader(await entry.OpenAsync(), Encoding.UTF8);
                files[entry.FullName] = await reader.ReadToEndAsync();
            }
        foreach (
            var (name, id) in new[]
            {
                ("contents/contents.json", mara.Call),
                ("responses/responses.json", mara.Response),
                ("conversations/conversations.json", mara.Conversation),
                ("batches/batches.json", mara.Batch),
                ("files/files.json", mara.File),
                ("account/keys.json", mara.Key),
                ("calls/calls.json", mara.Call),
            }
        )
        {
            files.ShouldContainKey(name);
            files[name].ShouldContain(id);
        }
        foreach (
            var name in new[]
            {
                "contents/contents.json",
                "responses/responses.json",
                "conversations/conversations.json",
                $"files/{mara.File}",
            }
        )
            files[name].ShouldContain(Words);
        foreach (var other in new[] { otto.Person, otto.Key, otto.Call, otto.Response, otto.Conversation, otto.File, otto.Batch })
            string.Concat(files.Values).ShouldNotContain(other);

        var erased = await DoneAsync(node.Admin, second, mara.Person, "erasure");

        var steps = erased["steps"]!.AsArray().ToDictionary(s => s!.Text("class"), s => s!);
        steps.Values.ShouldAllBe(s => s.Number("left_behind") == 0);
        foreach (var of in new[] { "contents", "responses", "conversations", "files", "batches" })
            steps[of].Number("amount").ShouldBeGreaterThan(0, of);
        using (var refused = await mara.Door.ChatAsync(Calls.Chat("sim/echo")))
            ((int)refused.StatusCode).ShouldBe(401);
        // The key of somebody else in the workspace finds nothing of it either, and all of its own.
        foreach (var (path, there) in Paths(mara).Select(p => (p, 404)).Concat(Paths(otto).Select(p => (p, 200))))
        {
            using var answer = await otto.Door.GetAsync(new Uri(path, UriKind.Relative));
            ((int)answer.StatusCode).ShouldBe(there, path);
        }
        (await node.Admin.GetAsync($"/api/calls/{mara.Call}")).Text("person_id").ShouldBe(mara.Person);
        await Books.ShouldAgreeAsync(node.Admin);
        mara.Door.Dispose();
        otto.Door.Dispose();
    }

    static IEnumerable<string> Paths(Made of) =>
        [
            $"/v1/responses/{of.Response}",
            $"/v1/conversations/{of.Conversation}",
            $"/v1/files/{of.File}",
            $"/v1/files/{of.File}/content",
            $"/v1/batches/{of.Batch}",
        ];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_a_key_kept_for_a_person_it_acted_for_is_theirs_and_not_the_keys(bool shared)
    {
        await using var node = await NodeAsync(shared);
        using var second = await node.SecondAsync();
        var (mara, otto) = (await PersonAsync(node, "mara"), await PersonAsync(node, "otto"));
        var (_, door) = await node.NewKeyAsync(new JsonObject { ["person_id"] = otto, ["may_act_for_people"] = true });
        var own = (await door.RespondAsync(ResponseCalls.Ask("sim/echo", "for otto"))).Text("id");
        door.DefaultRequestHeaders.Add("x-portico-person", mara);
        var hers = (await door.RespondAsync(ResponseCalls.Ask("sim/echo", "for mara"))).Text("id");
        await door.KeptAsync(hers);

        var erased = await DoneAsync(node.Admin, second, mara, "erasure");

        erased["steps"]!.AsArray().Single(s => s!.Text("class") == "responses")!.Number("amount").ShouldBe(1);
        door.DefaultRequestHeaders.Remove("x-portico-person");
        await door.KeptAsync(own);
        using var gone = await door.GetAsync(new Uri($"/v1/responses/{hers}", UriKind.Relative));
        ((int)gone.StatusCode).ShouldBe(404);
        door.Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_is_held_is_deleted_by_no_caller_until_it_is_released(bool shared)
    {
        await using var node = await NodeAsync(shared);
        var mara = await FillAsync(node, "mara");
        var messages = (await mara.Door.MessageBatchAsync(MessageBatching.Requests(1))).Text("id");
        await mara.Door.UntilEndedAsync(messages);
        var item = (await mara.Door.TalkedAsync(HttpMethod.Get, $"/{mara.Conversation}/items"))["data"]![0]!.Text("id");
        string[] paths =
        [
            $"/v1/responses/{mara.Response}",
            $"/v1/conversations/{mara.Conversation}/items/{item}",
            $"/v1/conversations/{mara.Conversation}",
            $"/v1/files/{mara.File}",
            $"/v1/messages/batches/{messages}",
        ];
        foreach (var (scope, id) in new[] { ("person", mara.Person), ("workspace", node.WorkspaceId) })
        {
            var hold = await node.Admin.PostAsync(
                "/api/holds",
                new JsonObject
                {
                    ["name"] = "Case 7",
                    ["reason"] = "a claim",
                    ["subjects"] = new JsonArray(new JsonObject { ["scope"] = scope, ["id"] = id }),
                }
            );
            foreach (var path in paths)
            {
                using var refused = await mara.Door.DeleteAsync(new Uri(path, UriKind.Relative));
                var text = await refused.Content.ReadAsStringAsync();
                ((int)refused.StatusCode).ShouldBe(409, $"{path} {text}");
                text.ShouldContain("legal hold");
                text.ShouldNotContain("Case 7");
            }
            await node.Admin.PostAsync($"/api/holds/{hold.Text("id")}/release", new JsonObject { ["reason"] = "settled" });
        }
        foreach (var path in paths)
        {
            using var deleted = await mara.Door.DeleteAsync(new Uri(path, UriKind.Relative));
            ((int)deleted.StatusCode).ShouldBe(200, path);
        }
        mara.Door.Dispose();
    }
}
