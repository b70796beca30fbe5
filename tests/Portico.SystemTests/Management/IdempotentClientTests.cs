using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Storage;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>
/// What a client needs that keeps a desired state: every noun can be made once, read back, changed on the version that was read, listed to the end, and
/// removed where nothing depends on it.
/// </summary>
public sealed class IdempotentClientTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>A noun of the API: how one is made and what of it is changed. {n} is a text that is new each time.</summary>
    sealed record Noun(string Path, string Make, string ChangeMethod, string Change, bool Removable = true);

    static readonly Noun[] All =
    [
        new("organisations", """{"name":"Bank {n}"}""", "PATCH", """{"name":"Bank again {n}"}"""),
        new("workspaces", """{"name":"W {n}","organisation_id":"{organisation}"}""", "PATCH", """{"name":"Again {n}"}"""),
        new("use-cases", """{"name":"U {n}","workspace_id":"{workspace}"}""", "PATCH", """{"stage":"production"}"""),
        new("people", """{"name":"P","email":"{n}@example.com","organisation_id":"{organisation}"}""", "PATCH", """{"name":"Q"}"""),
        new("keys", """{"name":"K {n}","use_case_id":"{use_case}"}""", "PATCH", """{"name":"L"}""", Removable: false),
        new("connections", """{"name":"c-{n}","family":"sim","base_url":"http://simulated.invalid/"}""", "PATCH", """{"idle_ms":5000}"""),
        new("models", """{"name":"m-{n}"}""", "PATCH", """{"context_tokens":1000}"""),
        new(
            "deployments",
            """{"model_id":"{model}","connection_id":"{connection}","upstream_model":"{n}"}""",
            "PATCH",
            """{"disabled":true}"""
        ),
        new(
            "routes",
            """{"name":"r-{n}","targets":[{"deployment":null,"model":"sim/echo"}]}""",
            "PUT",
            """{"name":"r2-{n}","targets":[{"deployment":null,"model":"sim/json"}]}"""
        ),
        new(
            "budgets",
            """{"scope":"organisation","scope_id":"{organisation}","window":"day","limit_usd":"1000000"}""",
            "PATCH",
            """{"limit_usd":"2000000"}"""
        ),
        new(
            "limits",
            """{"scope":"organisation","scope_id":"{organisation}","unit":"tokens","window":"day","limit":1000000000}""",
            "PATCH",
            """{"limit":2000000000}"""
        ),
    ];

    public static TheoryData<string> Nouns() => [.. All.Select(n => n.Path)];

    [Theory, MemberData(nameof(Nouns))]
    public async Task What_was_made_can_be_read_changed_and_removed_by_the_version_that_was_read(string path)
    {
        var noun = All.Single(n => n.Path == path);
        using var made = await SendAsync("POST", $"/api/{noun.Path}", await FillAsync(noun.Make));
        var id = IdOf(await BodyAsync(made, 201));
        var address = $"/api/{noun.Path}/{id}";
        made.Headers.Location!.ToString().ShouldBe(address);
        made.Tag().ShouldBe("\"v1\"");
        using var read = await SendAsync("GET", address);
        IdOf(await BodyAsync(read, 200)).ShouldBe(id);
        read.Tag().ShouldBe("\"v1\"");

        var change = await FillAsync(noun.Change);
        using var blind = await SendAsync(noun.ChangeMethod, address, change);
        await blind.ShouldBeProblemAsync(428, "precondition_required");
        using var changed = await SendAsync(noun.ChangeMethod, address, change, "\"v9\", \"v1\"");
        await BodyAsync(changed, 200);
        changed.Tag().ShouldBe("\"v2\"");
        using var stale = await SendAsync(noun.ChangeMethod, address, change, "\"v1\"");
        await stale.ShouldBeProblemAsync(412, "precondition_failed");
        using var weak = await SendAsync(noun.ChangeMethod, address, change, "W/\"v2\"");
        await weak.ShouldBeProblemAsync(412, "precondition_failed");
        using var again = await SendAsync("GET", address);
        again.Tag().ShouldBe("\"v2\"");

        if (!noun.Removable)
        {
            using var refused = await SendAsync("DELETE", address, ifMatch: "*");
            await refused.ShouldBeProblemAsync(405, "method_not_allowed");
            return;
        }
        using var blindly = await SendAsync("DELETE", address);
        await blindly.ShouldBeProblemAsync(428, "precondition_required");
        using var late = await SendAsync("DELETE", address, ifMatch: "\"v1\"");
        await late.ShouldBeProblemAsync(412, "precondition_failed");
        using var removed = await SendAsync("DELETE", address, ifMatch: "\"v2\"");
        await BodyAsync(removed, 204);
        using var gone = await SendAsync("GET", address);
        await gone.ShouldBeProblemAsync(404, "not_found");
        using var twice = await SendAsync("DELETE", address, ifMatch: "*");
        await twice.ShouldBeProblemAsync(404, "not_found");
    }

    [Theory, MemberData(nameof(Nouns))]
    public async Task A_creation_that_is_repeated_makes_one_and_answers_the_same(string path)
    {
        var noun = All.Single(n => n.Path == path);
        var body = await FillAsync(noun.Make);
        var key = Guid.NewGuid().ToString();
        using var first = await SendAsync("POST", $"/api/{noun.Path}", body, idempotencyKey: key);
        var before = await CountAsync(noun.Path);
        using var again = await SendAsync("POST", $"/api/{noun.Path}", body, idempotencyKey: key);
        (await CountAsync(noun.Path)).ShouldBe(before);
        if (noun.Path == "keys")
        {
            // The secret is shown once: the second answer says so instead of repeating it.
            await again.ShouldBeProblemAsync(409, "conflict");
            return;
        }
        (await BodyAsync(again, 201)).ToJsonString().ShouldBe((await BodyAsync(first, 201)).ToJsonString());
        again.Header("Idempotency-Replayed").ShouldBe("true");
        again.Tag().ShouldBe(first.Tag());
        again.Headers.Location.ShouldBe(first.Headers.Location);
    }

    [Theory, MemberData(nameof(Nouns))]
    public async Task A_list_comes_in_pages_of_the_size_asked_for_without_gaps_or_repeats(string path)
    {
        var noun = All.Single(n => n.Path == path);
        for (var i = 0; i < 3; i++)
            (await SendAsync("POST", $"/api/{noun.Path}", await FillAsync(noun.Make))).Dispose();
        var whole = (await node.Admin.GetAsync($"/api/{noun.Path}?limit=1000"))["items"]!.AsArray().Select(i => IdOf(i!)).ToList();
        whole.Count.ShouldBeGreaterThanOrEqualTo(3);
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await node.Admin.GetAsync($"/api/{noun.Path}?limit=2" + (cursor is null ? "" : "&cursor=" + cursor));
            page["items"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(2);
            paged.AddRange(page["items"]!.AsArray().Select(i => IdOf(i!)));
            cursor = page["next"]?.GetValue<string>();
        } while (cursor is not null);
        paged.ShouldBe(whole);
        using var large = await SendAsync("GET", $"/api/{noun.Path}?limit=1001");
        await large.ShouldBeProblemAsync(400, "invalid_request", "limit");
    }

    [Theory]
    [InlineData("organisations", "{organisation}")]
    [InlineData("workspaces", "{workspace}")]
    [InlineData("use-cases", "{use_case}")]
    [InlineData("connections", "{connection}")]
    [InlineData("models", "{model}")]
    [InlineData("deployments", "{deployment}")]
    public async Task What_others_depend_on_is_not_removed(string path, string id)
    {
        using var response = await SendAsync("DELETE", $"/api/{path}/{await FillAsync(id)}", ifMatch: "*");
        var problem = await response.ShouldBeProblemAsync(409, "conflict");
        problem.Text("detail").Length.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData("organisation", "org_00000000000000000000000000")]
    [InlineData("workspace", "Playground")]
    [InlineData("use_case", "uc_1")]
    [InlineData("key", "key_00000000000000000000000000")]
    [InlineData("person", "nobody@example.com")]
    [InlineData("model", "sim/ecko")]
    [InlineData("route", "nowhere")]
    public async Task A_budget_or_limit_on_something_that_does_not_exist_is_refused(string scope, string id)
    {
        using var budget = await SendAsync(
            "POST",
            "/api/budgets",
            $$"""{"scope":"{{scope}}","scope_id":"{{id}}","window":"day","limit_usd":"1"}"""
        );
        await budget.ShouldBeProblemAsync(404, "not_found", "scope_id");
        using var limit = await SendAsync(
            "POST",
            "/api/limits",
            $$"""{"scope":"{{scope}}","scope_id":"{{id}}","unit":"tokens","window":"day","limit":1}"""
        );
        await limit.ShouldBeProblemAsync(404, "not_found", "scope_id");
    }

    [Fact]
    public async Task Calls_at_once_are_not_counted_for_a_model()
    {
        using var limit = await SendAsync(
            "POST",
            "/api/limits",
            """{"scope":"model","scope_id":"sim/echo","unit":"concurrent_calls","window":"total","limit":1}"""
        );
        await limit.ShouldBeProblemAsync(400, "invalid_request", "scope");
    }

    [Theory]
    [InlineData("{\"name\":")]
    [InlineData("{\"nmae\":\"x\"}")]
    public async Task A_stranger_is_asked_to_sign_in_before_the_body_is_looked_at(string body)
    {
        using var client = node.Client(null);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("/api/organisations", content);
        await response.ShouldBeProblemAsync(401, "sign_in_required");
    }

    [Fact]
    public async Task A_stranger_leaves_no_trace_in_the_store_and_a_revoked_token_gets_no_earlier_answer()
    {
        var token = await node.Admin.PostAsync(
            "/api/admin-tokens",
            new JsonObject { ["name"] = "short", ["roles"] = new JsonArray("owner") }
        );
        using var owner = node.Client(token.Text("secret"));
        using var stranger = node.Client("pa_live_nonsense");
        var body = await FillAsync("""{"name":"Replayed {n}"}""");
        (await SendAsync(owner, "POST", "/api/organisations", body, key: "revoked-1")).EnsureSuccessStatusCode();
        var rows = await ClaimsAsync();
        using var strange = await SendAsync(stranger, "POST", "/api/organisations", body, key: "strange-1");
        await strange.ShouldBeProblemAsync(401, "sign_in_required");
        (await ClaimsAsync()).ShouldBe(rows);

        await node.Admin.PostAsync($"/api/admin-tokens/{token.Text("id")}/revoke");
        using var replay = await SendAsync(owner, "POST", "/api/organisations", body, key: "revoked-1");
        await replay.ShouldBeProblemAsync(401, "sign_in_required");
    }

    async Task<long> ClaimsAsync()
    {
        await using var db = await node.Services.GetRequiredService<Database>().OpenReadAsync(CancellationToken.None);
        return await db.ExecuteScalarAsync<long>("select count(*) from governance_idempotency");
    }

    Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        string? body = null,
        string? ifMatch = null,
        string? idempotencyKey = null
    ) => SendAsync(node.Admin.Client, method, path, body, ifMatch, idempotencyKey);

    static Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        string method,
        string path,
        string? body,
        string? ifMatch = null,
        string? key = null
    )
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    static async Task<JsonNode> BodyAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>A key comes with its secret beside it, a meter with its counts.</summary>
    static string IdOf(JsonNode thing) => (thing["key"] ?? thing["meter"] ?? thing).Text("id");

    async Task<int> CountAsync(string path) => (await node.Admin.GetAsync($"/api/{path}?limit=1000"))["items"]!.AsArray().Count;

    async Task<string> FillAsync(string template)
    {
        var deployment = (await node.Admin.GetAsync("/api/deployments?limit=1"))["items"]![0]!;
        return template
            .Replace("{n}", Guid.NewGuid().ToString("N")[..12])
            .Replace("{organisation}", node.OrganisationId)
            .Replace("{workspace}", node.WorkspaceId)
            .Replace("{use_case}", node.UseCaseId)
            .Replace("{model}", deployment.Text("model_id"))
            .Replace("{connection}", deployment.Text("connection_id"))
            .Replace("{deployment}", deployment.Text("id"));
    }
}

static class Tags
{
    public static string? Tag(this HttpResponseMessage response) => response.Headers.ETag?.ToString();
}
