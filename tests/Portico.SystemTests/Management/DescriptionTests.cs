using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>The OpenAPI document is correct: what it says of an operation is what the operation does.</summary>
public sealed partial class DescriptionTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task The_document_is_whole()
    {
        var document = await ApiDocument.ReadAsync(node);
        document.Root.Text("openapi").ShouldStartWith("3.1");
        document.Operations.Count.ShouldBeGreaterThan(60);
        References(document.Root).Count().ShouldBeGreaterThan(100);
        foreach (var reference in References(document.Root))
            document.Resolve(new JsonObject { ["$ref"] = reference });
        foreach (var schema in document.Root["components"]!["schemas"]!.AsObject())
            if (schema.Key != "JsonElement")
                schema.Value!.AsObject().Count.ShouldBeGreaterThan(0, $"{schema.Key} says nothing");
        foreach (var o in document.Operations)
        {
            o.Body.Text("summary").ShouldNotBeEmpty(o.ToString());
            o.Body["tags"]!.AsArray().Count.ShouldBe(1, o.ToString());
            o.Body["responses"]!["default"]!["content"]!["application/problem+json"].ShouldNotBeNull(o.ToString());
            o.Parameters.Count(p => p.Text("in") == "path").ShouldBe(o.Pattern.Count(c => c == '{'), o.ToString());
            // What is open has no one to keep an answer for, and the answer of a model leaves while it is made.
            var isReplayed = o.Body["security"] is null && o.Body["responses"]!["200"]?["content"]?["text/event-stream"] is null;
            o.Takes("Idempotency-Key").ShouldBe(o.Method == "POST" && isReplayed, o.ToString());
            o.Takes("If-Match")
                .ShouldBe(
                    o.Method is "PUT" or "PATCH" or "DELETE"
                        && !o.Pattern.EndsWith("contents", StringComparison.Ordinal)
                        // A set of models never changes, so that none can be overwritten.
                        && o.Pattern is not ("/api/session" or "/api/sessions" or "/api/me" or "/api/guardrails/models/{id}"),
                    o.ToString()
                );
        }
        document.Root["security"]!.AsArray().Count.ShouldBe(1);
    }

    static IEnumerable<string> References(JsonNode? at) =>
        at switch
        {
            JsonObject o => o.SelectMany(p => p.Key == "$ref" ? [p.Value!.GetValue<string>()] : References(p.Value)),
            JsonArray a => a.SelectMany(References),
            _ => [],
        };

    [Fact]
    public async Task Every_operation_answers_as_it_is_described()
    {
        await using var own = await Node.StartAsync();
        var walk = new Walk(own, await ApiDocument.ReadAsync(own));
        await walk.EstateAsync();
        await walk.KeysAsync();
        await walk.SignInAsync();
        await walk.IdentityAsync();
        await walk.HubAsync();
        await walk.GatewayAsync();
        await walk.RecordsAsync();
        await walk.ReratingAsync();
        await walk.BatchesAsync();
        await walk.LearningAsync();
        await walk.AuditAsync();
        await walk.KeyringAsync();
        walk.Unseen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_error_has_the_shape_that_is_described()
    {
        var document = await ApiDocument.ReadAsync(node);
        foreach (var o in document.Operations)
        {
            using var request = new HttpRequestMessage(new HttpMethod(o.Method), o.Pattern.Replace("{id}", "nonsense"));
            var isBad = o.Pattern.Contains("{id}") || o.Method == "POST";
            // Nothing can be wrong with what takes nothing.
            if (o.Method == "GET" && o.Pattern["/api/".Length..] is "me" or "roles" or "setup" or "sign-in" or "health" or "keyring")
                continue;
            if (!isBad)
                request.RequestUri = new Uri(
                    o.Pattern == "/api/usage/check" ? o.Pattern
                        : o.Pattern == "/api/findings/summary" ? o.Pattern + "?bucket=year"
                        : o.Pattern == "/api/usage" ? "/api/usage?format=xml"
                        : o.Pattern == "/api/usage/forecast" ? o.Pattern + "?use_case_id=nonsense"
                        : o.Pattern == "/api/provider-health/hours" ? o.Pattern + "?from=noon"
                        : o.Pattern is "/api/acceptable-use" or "/api/acceptable-use/versions" or "/api/exercise-settings"
                            ? o.Pattern + "?organisation_id=nonsense"
                        : o.Pattern == "/api/audit/export" ? o.Pattern + "?from=noon"
                        : o.Pattern is "/api/risks" or "/api/risks/export" ? o.Pattern + "?framework=none"
                        : o.Pattern == "/api/calls/live" ? "/api/calls/live?seconds=0"
                        : o.Pattern + "?limit=0",
                    UriKind.Relative
                );
            if (o.Method is "POST" or "PUT" or "PATCH")
                request.Content = new StringContent("[]", System.Text.Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            using var response = await node.Admin.Client.SendAsync(request);
            if (o.Pattern == "/api/usage/check")
                continue;
            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBeInRange(400, 499, $"{o} {text}");
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", $"{o} {text}");
            document.Check(JsonNode.Parse(text), document.Root["components"]!["schemas"]!["Problem"]!).ShouldBeEmpty(o.ToString());
        }
    }

    /// <summary>Goes through operations as a client would and holds each request and answer against the document.</summary>
    sealed partial class Walk(Node node, ApiDocument document)
    {
        readonly HashSet<string> seen = [];

        /// <summary>Who walks, where it is not the admin token.</summary>
        Api? browser;

        public IEnumerable<string> Unseen => document.Operations.Select(o => o.ToString()).Where(o => !seen.Contains(o));

        static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

        async Task<JsonNode> DoAsync(string method, string path, string? body = null, int status = 200)
        {
            var operation = document.Find(method, path) ?? throw new ShouldAssertException($"{method} {path} is not described");
            seen.Add(operation.ToString());
            var sent = body is null ? null : Json(body);
            if (sent is not null)
                document
                    .Check(sent, operation.Body["requestBody"]!["content"]!["application/json"]!["schema"]!)
                    .ShouldBeEmpty($"{operation}, what was sent");
            foreach (var name in path.Split('?').Skip(1).SelectMany(q => q.Split('&')).Select(p => p.Split('=')[0]))
                operation.Parameters.ShouldContain(p => p.Text("in") == "query" && p.Text("name") == name, $"{operation}: {name}");
            using var response = await (browser ?? node.Admin).RawAsync(
                new HttpMethod(method),
                path,
                sent,
                operation.Takes("If-Match") ? "*" : null
            );
            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBe(status, $"{operation} {text}");
            var described = operation.Body["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)];
            described.ShouldNotBeNull($"{operation} answers {status}, which is not described");
            (response.Headers.ETag is not null).ShouldBe(described["headers"]?["ETag"] is not null, $"{operation}: ETag");
            var media = response.Content.Headers.ContentType?.MediaType;
            if (described["content"] is not { } content)
            {
                text.ShouldBeEmpty(operation.ToString());
                return new JsonObject();
            }
            var schema = content[media!]?["schema"];
            schema.ShouldNotBeNull($"{operation} answers {media}, which is not described");
            var answer = media == "application/json" ? JsonNode.Parse(text)! : JsonValue.Create(text);
            foreach (var said in media == "text/event-stream" ? EventsIn(text) : [answer])
                document.Check(said, schema).ShouldBeEmpty($"{operation} {text}");
            return answer;
        }

        Task<JsonNode> MakeAsync(string path, string body) => DoAsync("POST", path, body, 201);

        Task RemoveAsync(string path) => DoAsync("DELETE", path, status: 204);

        public async Task EstateAsync()
        {
            var organisation = (await MakeAsync("/api/organisations", """{"name":"Bank"}""")).Text("id");
            var workspace = (await MakeAsync("/api/workspaces", $$"""{"name":"Retail","organisation_id":"{{organisation}}"}""")).Text("id");
            var useCase = (
                await MakeAsync("/api/use-cases", $$"""{"name":"Letters","workspace_id":"{{workspace}}","purpose":"p","owner":null}""")
            ).Text("id");
            var person = (
                await MakeAsync("/api/people", $$"""{"name":"Ada","email":"ada@example.com","organisation_id":"{{organisation}}"}""")
            ).Text("id");
            foreach (
                var (path, change) in new[]
                {
                    ($"/api/organisations/{organisation}", """{"name":"Bank 2"}"""),
                    ($"/api/workspaces/{workspace}", """{"name":"Retail 2","responses_state":"off"}"""),
                    ($"/api/use-cases/{useCase}", """{"stage":"staging"}"""),
                    ($"/api/people/{person}", """{"disabled":true}"""),
                }
            )
            {
                await DoAsync("GET", path[..path.LastIndexOf('/')] + "?limit=10");
                await DoAsync("GET", path);
                await DoAsync("PATCH", path, change);
            }
            await RemoveAsync($"/api/people/{person}");
            await RemoveAsync($"/api/use-cases/{useCase}");
            await RemoveAsync($"/api/workspaces/{workspace}");
            await RemoveAsync($"/api/organisations/{organisation}");
        }

        public async Task HubAsync()
        {
            var connection = (
                await MakeAsync(
                    "/api/connections",
                    """{"name":"spare","family":"sim","base_url":"http://simulated.invalid/","credential":"sk-1"}"""
                )
            ).Text("id");
            var model = (await MakeAsync("/api/models", """{"name":"spare/echo","context_tokens":8000}""")).Text("id");
            var unused = (await MakeAsync("/api/models", """{"name":"spare/unused"}""")).Text("id");
            var deployment = (
                await MakeAsync(
                    "/api/deployments",
                    $$"""{"model_id":"{{model}}","connection_id":"{{connection}}","upstream_model":"echo"}"""
                )
            ).Text("id");
            var price = (
                await MakeAsync(
                    "/api/prices",
                    $$"""{"model_id":"{{model}}","usd_per_mtok":{"input":"1","output":"2"},"tier_above_input_tokens":200000,"tier_usd_per_mtok":{"input":"2","output":"4"},"source":"contract"}"""
                )
            )["price"]!.Text("id");
            await DoAsync(
                "POST",
                "/api/prices/import",
                """{"format":"litellm","text":"{\"spare/echo\":{\"input_cost_per_token\":3e-6}}"}"""
            );
            await ConnectingAsync(connection);
            await DoAsync("GET", "/api/connections?limit=1");
            await DoAsync("GET", $"/api/connections/{connection}");
            await DoAsync("GET", $"/api/connections/{connection}/offered?limit=3");
            await DoAsync("PATCH", $"/api/connections/{connection}", """{"headers":{"x-a":"b"},"credential":"sk-2"}""");
            await DoAsync("GET", "/api/models?limit=1");
            await DoAsync("GET", $"/api/models/{model}");
            await DoAsync("PATCH", $"/api/models/{model}", """{"max_output_tokens":100}""");
            await DoAsync("GET", $"/api/models?name=spare/echo");
            await DoAsync("GET", $"/api/models/{model}/card");
            await DoAsync("PUT", $"/api/models/{model}/card", """{"licence":{"id":"MIT"},"retirement":{"date":"2099-01-01"}}""");
            await DoAsync("GET", $"/api/models/{model}/card/export?format=cyclonedx");
            await DoAsync("PUT", $"/api/models/{model}/card/import", """{"format":"hf","text":"---\nlicense: mit\n---\n"}""");
            await DoAsync("POST", $"/api/models/{model}/approve", """{"purpose":"production","reason":"a trial"}""");
            await DoAsync("POST", $"/api/models/{model}/quarantine", $$"""{"workspace_id":"{{node.WorkspaceId}}"}""");
            await DoAsync("POST", $"/api/models/{model}/retire", "{}");
            (await DoAsync("GET", $"/api/models/{model}/decisions?limit=2"))["items"]!.AsArray().Count.ShouldBe(2);
            await RulesAsync();
            await PoliciesAsync();
            await DoAsync("GET", $"/api/deployments?model_id={model}&limit=1");
            await DoAsync("GET", $"/api/deployments/{deployment}");
            await DoAsync("PATCH", $"/api/deployments/{deployment}", """{"weight":2,"disabled":true}""");
            await DoAsync("GET", $"/api/prices?model_id={model}");
            await DoAsync("GET", $"/api/prices/{price}");
            await RemoveAsync($"/api/deployments/{deployment}");
            await DoAsync("PATCH", $"/api/connections/{connection}", """{"disabled":true}""");
            await RemoveAsync($"/api/connections/{connection}?with_deployments=true");
            await RemoveAsync($"/api/models/{unused}");
        }

        public async Task GatewayAsync()
        {
            var route = (
                await MakeAsync(
                    "/api/routes",
                    """{"name":"house","targets":[{"deployment":null,"model":"sim/echo"}],"strategy":"least_cost","keep_contents":true,"cache_seconds":60}"""
                )
            ).Text("id");
            await DoAsync("GET", "/api/routes?limit=5");
            await DoAsync("GET", $"/api/routes/{route}");
            await DoAsync(
                "PUT",
                $"/api/routes/{route}",
                """{"name":"house","targets":[{"deployment":null,"model":"sim/echo","weight":3}],"keep_contents":true}"""
            );
            var budget = (
                await MakeAsync(
                    "/api/budgets",
                    $$"""{"scope":"use_case","scope_id":"{{node.UseCaseId}}","window":"hour","limit_usd":"5","alert_percents":[50]}"""
                )
            ).Text("id");
            var limit = (
                await MakeAsync("/api/limits", """{"scope":"key","scope_id":"*","unit":"requests","window":"minute","limit":1000}""")
            ).Text("id");
            (await node.Door.ChatAsync("house")).EnsureSuccessStatusCode();
            foreach (
                var (path, change) in new[]
                {
                    ($"/api/budgets/{budget}", """{"limit_usd":"6"}"""),
                    ($"/api/limits/{limit}", """{"limit":99}"""),
                }
            )
            {
                await DoAsync("GET", path[..path.LastIndexOf('/')] + "?limit=5");
                (await DoAsync("GET", path))["counts"]!.AsArray().Count.ShouldBe(1);
                await DoAsync("PATCH", path, change);
            }
            await DoAsync("GET", $"/api/alerts?budget_id={budget}&limit=5");
            await DoAsync("GET", $"/api/budgets/{budget}/forecast?of={node.UseCaseId}");
            await BudgetRequestsAsync(budget);
            await DoAsync("GET", $"/api/budgets?scope=use_case&scope_id={node.UseCaseId}");
            await DoAsync("POST", "/api/explain", $$"""{"key_id":"{{node.KeyId}}","model":"house","input_tokens":5}""");
            await DoAsync("POST", "/api/explain", $$"""{"key_id":"{{node.KeyId}}","model":"nothing"}""");
            await DraftsAsync();
            await RemoveAsync($"/api/budgets/{budget}");
            await RemoveAsync($"/api/limits/{limit}");
            await DoAsync("GET", "/api/routes/house");
        }
    }
}
