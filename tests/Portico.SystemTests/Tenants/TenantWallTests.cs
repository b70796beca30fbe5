using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portico.Governance.Access;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Tenants;

/// <summary>
/// Every operation of the management API with every id-bearing field of its description, as somebody who may do everything in one workspace, with ids of another:
/// the answer is that to an id that was never given out.
/// </summary>
public sealed class TenantWallTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    /// <summary>Whole bodies for operations whose body must say more than the field in question; {ws} stands for one's own.</summary>
    static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /api/organisations"] = """{"name":"n"}""",
        ["PATCH /api/organisations/{id}"] = """{"name":"n"}""",
        ["POST /api/workspaces"] = """{"name":"n","organisation_id":"{org}"}""",
        ["POST /api/use-cases"] = """{"name":"n","workspace_id":"{ws}"}""",
        ["POST /api/people"] = """{"name":"n","email":"n@example.com","organisation_id":"{org}"}""",
        ["POST /api/keys"] = """{"name":"n","use_case_id":"{uc}"}""",
        ["POST /api/accounts"] = """{"person_id":"{person}","grants":[{"role":"analyst","place":"{ws}"}]}""",
        ["PATCH /api/accounts/{id}"] = """{"grants":[{"role":"analyst","place":"{ws}"}]}""",
        ["POST /api/admin-tokens"] = """{"name":"n","grants":[{"role":"analyst","place":"{ws}"}]}""",
        ["POST /api/budgets"] = """{"scope":"workspace","scope_id":"{ws}","window":"day","limit_usd":"1"}""",
        ["POST /api/limits"] = """{"scope":"workspace","scope_id":"{ws}","unit":"requests","window":"minute","limit":9}""",
        ["POST /api/budget-requests"] = """{"budget_id":"{budget}","limit_usd":"900","reason":"more"}""",
        ["POST /api/policy-requests/{id}/approve"] = """{"minutes":5}""",
        ["POST /api/policy-requests/{id}/decline"] = """{"reason":"no"}""",
        ["POST /api/calls/{id}/findings/{number}/report"] = "{}",
        ["POST /api/finding-reviews"] = """{"call_id":"{call}","number":0,"false_alarm":true}""",
        ["POST /api/finding-reviews/{id}/undo"] = "{}",
        ["POST /api/finding-reviews/{id}/decide"] = """{"false_alarm":true}""",
        ["POST /api/guardrails/scan"] = """{"text":"hello","level":"{ws}"}""",
        ["POST /api/guardrails/secret"] = """{"level":"{ws}","url":"http://127.0.0.1:9/check"}""",
        ["POST /api/use-case-approvals/{id}/classify"] = """{"risk_class":"limited"}""",
        ["POST /api/use-case-approvals/{id}/approve"] = """{}""",
        ["POST /api/use-case-approvals/{id}/revoke"] = """{"reason":"no"}""",
        ["POST /api/model-rules"] = """{"organisation_id":"{org}","workspace_id":"{ws}","kind":"no_training","when_unknown":"allow"}""",
        ["PUT /api/model-rules/{id}"] = """{"organisation_id":"{org}","workspace_id":"{ws}","kind":"no_training","when_unknown":"allow"}""",
        ["PUT /api/policies/{id}"] = """{"text":""}""",
        ["PUT /api/policies/{id}/draft"] = """{"text":""}""",
        ["POST /api/policy-replays"] = """{"level":"{ws}","text":""}""",
        ["POST /api/policies/replay"] = """{"level":"{ws}","text":""}""",
        ["POST /api/explain"] = """{"model":"sim/echo"}""",
        ["POST /api/reveals"] = """{"workspace_id":"{ws}","reason":"a complaint"}""",
        ["POST /api/reveals/{id}/approve"] = "{}",
        ["POST /api/holds/{id}/release"] = """{"reason":"settled"}""",
        ["POST /api/subject-requests"] = """{"person_id":"{person}","kind":"access","reason":"a letter"}""",
        ["POST /api/playground/chat/completions"] = """{"model":"sim/echo","messages":[{"role":"user","content":"hello"}]}""",
    };

    /// <summary>Members that another field wants beside it.</summary>
    static readonly Dictionary<string, string> Beside = new(StringComparer.Ordinal)
    {
        ["POST /api/explain, body person"] = """{"use_case_id":"{uc}"}""",
        ["POST /api/model-rules, body key_id"] = """{"workspace_id":null}""",
    };

    /// <summary>What a query needs beside the field.</summary>
    static readonly Dictionary<string, string> Queries = new(StringComparer.Ordinal)
    {
        ["GET /api/calls/contents"] = "text=asks",
        ["GET /api/calls/live"] = "seconds=1",
    };

    /// <summary>A field of a change whose thing keeps it for good: another value is refused in words of its own, whatever it is.</summary>
    static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "PATCH /api/keys/{id}, body use_case_id",
        "PATCH /api/keys/{id}, body person_id",
        "PUT /api/model-rules/{id}, body organisation_id",
        "PUT /api/model-rules/{id}, body workspace_id",
        "PUT /api/model-rules/{id}, body key_id",
    };

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_id_of_another_workspace_is_answered_as_one_that_was_never_given_out(bool shared)
    {
        await using var node = shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single()
            : await Node.StartAsync();
        using var tenants = await TwoTenants.MakeAsync(node);
        var document = await ApiDocument.ReadAsync(node);
        var wall = new Wall(node, tenants, document);
        await wall.ListsAsync();
        foreach (var operation in document.Operations.Where(o => o.Body["security"] is null))
            await wall.TryAsync(operation);
        wall.Fields.ShouldBeGreaterThan(70);
        wall.Wrong.ShouldBeEmpty(string.Join('\n', wall.Wrong));
        await wall.RefusalsAreInTheAuditLogAsync();
    }

    sealed class Wall(Node node, TwoTenants tenants, ApiDocument document)
    {
        readonly HashSet<string> refused = new(StringComparer.Ordinal);

        public List<string> Wrong { get; } = [];
        public int Fields { get; private set; }

        /// <summary>Nothing of the other stands in any list, and there is something of the other in the lists of who sees all.</summary>
        public async Task ListsAsync()
        {
            var seen = new StringBuilder();
            foreach (
                var list in document.Operations.Where(o => o.Method == "GET" && o.Body["security"] is null && !o.Pattern.Contains('{'))
            )
            {
                // One that is signed in with a token has no sessions, and the export is a zip.
                var query = "?" + Queries.GetValueOrDefault(list.ToString());
                if (list.Pattern is "/api/sessions" or "/api/audit/export" or "/api/views")
                    continue;
                using var all = await node.Admin.Client.GetAsync(new Uri(list.Pattern + query, UriKind.Relative));
                seen.Append(await all.Content.ReadAsStringAsync());
                var (status, text) = await SendAsync(list, list.Pattern + query, null);
                if (status != 403)
                    Expect(status == 200, list.ToString(), $"{status} {text}");
                ExpectNothing(list.ToString(), text, "");
            }
            foreach (
                var (prefix, id) in tenants.Foreign.Where(f => f.Key is not ("file" or "resp" or "conv" or "item" or "view" or "msgbatch"))
            )
                Expect(
                    seen.ToString().Contains(id, StringComparison.Ordinal),
                    "the lists of who sees all",
                    $"{prefix} {id} stands nowhere"
                );
        }

        public async Task TryAsync(ApiOperation operation)
        {
            var needed = PermissionTable.Find(operation.Method, operation.Pattern);
            if (needed is null || needed.About == About.Platform)
            {
                var (status, text) = await SendAsync(operation, PathOf(operation, null, ""), BodyOf(operation, null, ""));
                Expect(status == 403, operation.ToString(), $"is about the platform, and answers {status} {text}");
                ExpectNothing(operation.ToString(), text, "");
                return;
            }
            foreach (var field in IdFields.Of(document, operation))
                await TryAsync(field);
        }

        async Task TryAsync(IdField field)
        {
            Fields++;
            var foreign = tenants.Foreign[field.Prefix];
            var unknown = foreign[..^4] + (foreign.EndsWith("0000", StringComparison.Ordinal) ? "1111" : "0000");
            var (status, text) = await SendAsync(field, foreign);
            var (unknownStatus, unknownText) = await SendAsync(field, unknown);
            Expect(
                status == unknownStatus && Plain(text, foreign) == Plain(unknownText, unknown),
                field.ToString(),
                $"tells an id of another workspace from one that is none: {status} {text} and {unknownStatus} {unknownText}"
            );
            ExpectNothing(field.ToString(), text, foreign);
            if (Kept.Contains(field.ToString()))
                return;
            Expect(
                status == 404 || (field.In == "query" && status == 200 && IsNothing(text)),
                field.ToString(),
                $"answers {status} {text}"
            );
            if (status == 404 || field.Prefix is "org" or "ws" or "uc" or "key")
                refused.Add(field.Operation.ToString());
            // The id is real: who sees all finds it.
            if (field is { In: "path", Operation.Method: "GET" })
            {
                using var all = await node.Admin.RawAsync(HttpMethod.Get, PathOf(field.Operation, field, foreign));
                if (field.Prefix != "view")
                    Expect(all.IsSuccessStatusCode, field.ToString(), $"{foreign} is not real: {(int)all.StatusCode}");
            }
        }

        Task<(int Status, string Text)> SendAsync(IdField field, string id) =>
            SendAsync(field.Operation, PathOf(field.Operation, field, id), BodyOf(field.Operation, field, id));

        /// <summary>A second passes before each: a node writes a bounded number of refusals in one.</summary>
        async Task<(int Status, string Text)> SendAsync(ApiOperation operation, string path, JsonNode? body)
        {
            node.Time.Advance(TimeSpan.FromSeconds(1));
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
            if (operation.Method is "POST" or "PUT" or "PATCH")
                request.Content = new StringContent((body ?? new JsonObject()).ToJsonString(), Encoding.UTF8, "application/json");
            if (operation.Takes("If-Match"))
                request.Headers.TryAddWithoutValidation("If-Match", "*");
            using var response = await tenants.Bravo.Browser.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        /// <summary>The address: in its place the id, elsewhere one's own.</summary>
        string PathOf(ApiOperation operation, IdField? field, string id)
        {
            var path = Regex.Replace(
                operation.Pattern,
                "{[^}]+}",
                m =>
                    m.Value == "{version}" ? "1"
                    : m.Value == "{number}" ? "0"
                    : field is { In: "path" } && m.Value == $"{{{field.Path}}}" ? id
                    : OwnOf(operation)
            );
            var query = new List<string>();
            if (Queries.GetValueOrDefault(operation.ToString()) is { } more)
                query.Add(more);
            if (field is { In: "query" })
                query.Add($"{field.Path}={id}");
            return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
        }

        string OwnOf(ApiOperation operation) =>
            IdFields.Of(document, operation).FirstOrDefault(f => f.In == "path") is { } own ? tenants.Own[own.Prefix] : "x";

        JsonNode? BodyOf(ApiOperation operation, IdField? field, string id)
        {
            if (operation.Method is "GET" or "DELETE")
                return null;
            var body = JsonNode.Parse(Filled(Bodies.GetValueOrDefault(operation.ToString()) ?? "{}"))!.AsObject();
            if (field is not { In: "body" })
                return body;
            if (Beside.GetValueOrDefault(field.ToString()) is { } beside)
                foreach (var (name, value) in JsonNode.Parse(Filled(beside))!.AsObject())
                    body[name] = value?.DeepClone();
            // grants[].place: the member of the first of the list.
            JsonNode at = body;
            var steps = field.Path.Split('.');
            foreach (var step in steps[..^1])
                at = step.EndsWith("[]", StringComparison.Ordinal) ? at[step[..^2]]![0]! : at[step]!;
            at[steps[^1]] = id;
            return body;
        }

        string Filled(string body) => Regex.Replace(body, "\\{([a-z]+)\\}", m => tenants.Own[m.Groups[1].Value]);

        /// <summary>Without what differs between any two answers.</summary>
        static string Plain(string text, string id) =>
            Regex.Replace(
                text.Replace(id, "ID", StringComparison.Ordinal),
                "\"(request_id|from|to|starts_at|ends_at|as_of|looked_back_to)\":\"[^\"]*\"",
                ""
            );

        /// <summary>A list without anything, a report without lines, a stream without events, a table without rows.</summary>
        static bool IsNothing(string text)
        {
            if (text.Length == 0 || text.StartsWith("retry:", StringComparison.Ordinal))
                return !text.Contains("data:", StringComparison.Ordinal);
            if (!text.StartsWith('{'))
                return text.TrimEnd('\r', '\n').Split('\n').Length <= 1;
            var json = JsonNode.Parse(text)!;
            return (json["items"] ?? json["lines"])?.AsArray() is [];
        }

        void ExpectNothing(string what, string text, string sent)
        {
            Expect(!text.Contains(TwoTenants.Canary, StringComparison.Ordinal), what, $"tells a name of another workspace: {text}");
            foreach (var (prefix, id) in tenants.Foreign)
                Expect(
                    id == sent || !text.Contains(id, StringComparison.Ordinal),
                    what,
                    $"tells the {prefix} of another workspace: {text}"
                );
        }

        void Expect(bool isSo, string what, string otherwise)
        {
            if (!isSo)
                Wrong.Add($"{what}: {otherwise}");
        }

        public async Task RefusalsAreInTheAuditLogAsync()
        {
            refused.Count.ShouldBeGreaterThan(40);
            await Eventually.IsTrueAsync(async () => (await LoggedAsync()).IsSupersetOf(refused), () => "the audit log has each refusal");
        }

        async Task<HashSet<string>> LoggedAsync()
        {
            var acts = await node.Admin.GetAsync($"/api/audit/acts?actor={tenants.Bravo.Person}&status=404&limit=1000");
            return acts["items"]!.AsArray().Select(a => a!.Text("action")).ToHashSet(StringComparer.Ordinal);
        }
    }
}
