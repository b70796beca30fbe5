using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance;
using Portico.Governance.Learning;
using Portico.Storage;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Tenants;

/// <summary>
/// Two workspaces of one organisation. In the one, Alpha, there is one of everything that has an id, under names that stand nowhere else; at the other, Bravo, is
/// somebody who may do everything there and nothing elsewhere. Where an organisation is named, it is a third one.
/// </summary>
sealed class TwoTenants : IDisposable
{
    /// <summary>Stands in every name of Alpha.</summary>
    public const string Canary = "canary-alpha";

    /// <summary>Ids of Alpha by their prefix, <c>ws</c>.</summary>
    public required IReadOnlyDictionary<string, string> Foreign { get; init; }

    /// <summary>Ids of Bravo by their prefix.</summary>
    public required IReadOnlyDictionary<string, string> Own { get; init; }

    /// <summary>At Bravo alone, an owner.</summary>
    public required SignedIn Bravo { get; init; }

    /// <summary>The keys of both.</summary>
    public required HttpClient ForeignDoor { get; init; }
    public required HttpClient OwnDoor { get; init; }

    public static async Task<TwoTenants> MakeAsync(Node node)
    {
        var (foreign, foreignDoor) = await FillAsync(node, Canary);
        var (own, ownDoor) = await FillAsync(node, "bravo");
        var bravo = await SignedIn.WithAsync(node, new JsonObject { ["role"] = "owner", ["place"] = own["ws"] });
        foreign["org"] = (await node.Admin.PostAsync("/api/organisations", new JsonObject { ["name"] = Canary + "-organisation" })).Text(
            "id"
        );
        own["org"] = node.OrganisationId;
        return new TwoTenants
        {
            Foreign = foreign,
            Own = own,
            Bravo = bravo,
            ForeignDoor = foreignDoor,
            OwnDoor = ownDoor,
        };
    }

    /// <summary>A workspace with one of everything.</summary>
    static async Task<(Dictionary<string, string> Ids, HttpClient Door)> FillAsync(Node node, string name)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        async Task<JsonNode> MakeAsync(string prefix, string path, string body)
        {
            var made = await node.Admin.PostAsync(path, JsonNode.Parse(body)!.AsObject());
            ids[prefix] = (made["id"] ?? made["key"]?["id"] ?? made["rule"]?["id"])!.GetValue<string>();
            return made;
        }
        await MakeAsync("ws", "/api/workspaces", $$"""{"organisation_id":"{{node.OrganisationId}}","name":"{{name}}-workspace"}""");
        await MakeAsync("uc", "/api/use-cases", $$"""{"workspace_id":"{{ids["ws"]}}","name":"{{name}}-use-case"}""");
        await MakeAsync(
            "person",
            "/api/people",
            $$"""{"organisation_id":"{{node.OrganisationId}}","name":"{{name}}-person","email":"{{name}}@example.com"}"""
        );
        var key = await MakeAsync(
            "key",
            "/api/keys",
            $$"""{"use_case_id":"{{ids["uc"]}}","person_id":"{{ids["person"]}}","name":"{{name}}-key","keep_content":true}"""
        );
        var door = node.Client(key.Text("secret"));
        await MakeAsync(
            "budget",
            "/api/budgets",
            $$"""{"scope":"workspace","scope_id":"{{ids["ws"]}}","window":"month","limit_usd":"5"}"""
        );
        await MakeAsync(
            "limit",
            "/api/limits",
            $$"""{"scope":"use_case","scope_id":"{{ids["uc"]}}","unit":"requests","window":"minute","limit":1000}"""
        );
        await MakeAsync("ask", "/api/budget-requests", $$"""{"budget_id":"{{ids["budget"]}}","limit_usd":"9","reason":"{{name}} grows"}""");
        await MakeAsync(
            "rule",
            "/api/model-rules",
            $$"""{"organisation_id":"{{node.OrganisationId}}","workspace_id":"{{ids["ws"]}}","kind":"max_retention","max_retention_days":3650,"when_unknown":"allow"}"""
        );
        await node.Admin.PutAsync(
            $"/api/policies/{ids["ws"]}",
            new JsonObject
            {
                ["text"] =
                    $"models:\n  deny: [{name}-none]\nguardrails:\n  {name}-rule:\n    words: [{name}-secret]\n    action: ask\n  {name}-mail:\n    detect: [pii.email]\n    action: flag\n",
                ["note"] = name,
            }
        );
        await MakeAsync("replay", "/api/policy-replays", $$"""{"level":"{{ids["ws"]}}","text":"models:\n  deny: [{{name}}-none]\n"}""");
        await node.Admin.PostAsync(
            "/api/accounts",
            JsonNode.Parse($$"""{"person_id":"{{ids["person"]}}","grants":[{"role":"analyst","place":"{{ids["ws"]}}"}]}""")!.AsObject()
        );
        ids["cert"] = await CertifyAsync(node, ids["person"]);
        var token = await MakeAsync(
            "admin",
            "/api/admin-tokens",
            $$"""{"name":"{{name}}-token","grants":[{"role":"engineer","place":"{{ids["ws"]}}"}]}"""
        );
        using (var api = new Api(node.Client(token.Text("secret"))))
            ids["view"] = (
                await api.PostAsync("/api/views", JsonNode.Parse($$"""{"page":"calls","name":"{{name}}-view","query":"a=b"}""")!.AsObject())
            ).Text("id");
        using (var call = await door.ChatAsync(Calls.Chat("sim/echo", $"{name} asks mail@example.org")))
            ids["call"] = call.CallId();
        ids["review"] = (
            await node.Admin.PostAsync($"/api/calls/{ids["call"]}/findings/0/report", new JsonObject { ["note"] = $"{name} says so" })
        ).Text("id");
        using (var asks = await door.ChatAsync(Calls.Chat("sim/echo", $"{name}-secret")))
            ids["polreq"] = (await asks.JsonAsync())["error"]!["details"]!.Text("policy_request");
        await node.RevealAsync(ids["ws"]);
        await Eventually.IsTrueAsync(async () =>
        {
            using var kept = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{ids["call"]}/contents");
            return kept.IsSuccessStatusCode;
        });
        ids["reveal"] = (await node.Admin.GetAsync($"/api/reveals?workspace_id={ids["ws"]}"))["items"]![0]!.Text("id");
        await MakeAsync(
            "hold",
            "/api/holds",
            $$"""{"name":"{{name}}-case","reason":"{{name}} claims","subjects":[{"scope":"call","id":"{{ids["call"]}}"}]}"""
        );
        using (var second = await node.SecondAsync())
            ids["subject"] = (await Forensics.SubjectTests.DoneAsync(node.Admin, second, ids["person"], "access")).Text("id");
        ids["file"] = (await door.FileAsync(Batching.Line(name))).Text("id");
        ids["batch"] = await door.BatchAsync(Batching.Line(name));
        ids["msgbatch"] = (await door.MessageBatchAsync(MessageBatching.Requests(1))).Text("id");
        ids["resp"] = (await door.RespondAsync(ResponseCalls.Ask("sim/echo", $"{name} asks"))).Text("id");
        ids["conv"] = await door.NewConversationAsync(ConversationCalls.Items($"{name} says"));
        ids["item"] = (await door.TalkedAsync(HttpMethod.Get, $"/{ids["conv"]}/items"))["data"]![0]!.Text("id");
        return (ids, door);
    }

    static async Task<string> CertifyAsync(Node node, string id)
    {
        var person = node.Services.GetRequiredService<GovernanceCatalog>().Current.People[PersonId.Parse(id)];
        var course = CourseLibrary.Find("risks")!.Course;
        var made = await node.Services.GetRequiredService<Certificates>().MakeAsync(person, course, 90, CancellationToken.None);
        await node.Services.GetRequiredService<Database>().WriteAsync(work => Certificates.InsertAsync(work, made), CancellationToken.None);
        return made.Id.ToString();
    }

    public void Dispose()
    {
        Bravo.Dispose();
        ForeignDoor.Dispose();
        OwnDoor.Dispose();
    }
}
