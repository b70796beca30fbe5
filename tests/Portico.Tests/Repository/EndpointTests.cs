using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Server;

namespace Portico.Tests.Repository;

/// <summary>The whole HTTP surface of a real node: what there is, and that nothing of it opens without the right key.</summary>
public sealed class EndpointTests
{
    /// <summary>Reachable without a key. Nothing is added here without a reason.</summary>
    static readonly string[] Open =
    [
        "GET /",
        "GET /health",
        "GET /ready",
        "GET /metrics",
        "GET /api/openapi.json",
        // Files that anybody may read: what they show comes from the API.
        "GET /console",
        "GET /console/{**file}",
        // Ways in: each wants a secret of its own in the body.
        "GET /api/setup",
        "POST /api/setup",
        "POST /api/session",
        "POST /api/invitations/accept",
    ];

    /// <summary>What endpoints do that the description of the management API leaves out.</summary>
    static readonly Dictionary<string, string> Undescribed = new(StringComparer.Ordinal)
    {
        ["GET /"] = "Says what is where; a browser is led to the console",
        ["GET /console"] = "The console",
        ["GET /console/{**file}"] = "Its pages and files",
        ["GET /health"] = "Whether the process serves, and what the store answers to a query",
        ["GET /ready"] = "Whether store and journal answer, for load balancers",
        ["GET /metrics"] = "Metrics for Prometheus",
        ["GET /api/openapi.json"] = "Description of the management API",
        ["POST /v1/chat/completions"] = "A chat completion, plain or streamed",
        ["POST /v1/completions"] = "A completion as before chat, served by chat models",
        ["POST /v1/embeddings"] = "Embeddings",
        ["POST /v1/responses"] = "A response of OpenAI's Responses API, plain, streamed or in the background",
        ["GET /v1/responses/{id}"] = "A kept response",
        ["DELETE /v1/responses/{id}"] = "Forget a response",
        ["POST /v1/responses/{id}/cancel"] = "Stop a response that runs in the background",
        ["GET /v1/responses/{id}/input_items"] = "What a kept response was asked",
        ["POST /v1/conversations"] = "Make a conversation, with metadata and first items",
        ["GET /v1/conversations/{id}"] = "A conversation",
        ["POST /v1/conversations/{id}"] = "Change its metadata",
        ["DELETE /v1/conversations/{id}"] = "Remove it with its items",
        ["GET /v1/conversations/{id}/items"] = "What was said in it",
        ["POST /v1/conversations/{id}/items"] = "Add up to 20 items to it",
        ["GET /v1/conversations/{id}/items/{item_id}"] = "One of its items",
        ["DELETE /v1/conversations/{id}/items/{item_id}"] = "Remove one of its items",
        ["POST /v1/files"] = "Upload a file",
        ["GET /v1/files"] = "Files of the workspace",
        ["GET /v1/files/{id}"] = "One of them",
        ["DELETE /v1/files/{id}"] = "Remove a file that no running batch reads",
        ["GET /v1/files/{id}/content"] = "Its bytes",
        ["POST /v1/batches"] = "Have the lines of a file asked within 24 hours",
        ["GET /v1/batches"] = "Batches of the workspace, newest first",
        ["GET /v1/batches/{id}"] = "How one of them stands",
        ["POST /v1/batches/{id}/cancel"] = "Stop a batch; what was answered stays",
        ["POST /v1/messages"] = "A message in Anthropic's form, plain or streamed",
        ["POST /v1/messages/count_tokens"] = "The input tokens of one, which is not made",
        ["POST /v1/messages/batches"] = "Have messages made within 24 hours, in Anthropic's form",
        ["GET /v1/messages/batches"] = "Message batches of the workspace, newest first",
        ["GET /v1/messages/batches/{id}"] = "How one of them stands",
        ["DELETE /v1/messages/batches/{id}"] = "Remove one that has ended, with its results",
        ["POST /v1/messages/batches/{id}/cancel"] = "Stop one; what was answered stays",
        ["GET /v1/messages/batches/{id}/results"] = "What became of its requests, a line each",
        ["POST /v1/rerank"] = "Documents by how well they answer a query, in the form of Cohere's first API",
        ["POST /v2/rerank"] = "The same in the form of its second",
        ["POST /v1/moderations"] = "Whether texts and images are harmful",
        ["POST /v1/audio/speech"] = "A text spoken, as bytes of audio or as events",
        ["POST /v1/audio/transcriptions"] = "Audio written down, plain or streamed",
        ["POST /v1/audio/translations"] = "Audio written down in English",
        ["POST /v1/images/generations"] = "Images from a text, plain or streamed",
        ["POST /v1/images/edits"] = "Images from images and a text",
        ["GET /v1/models"] = "Names that this key may call",
        ["GET /v1/models/{**id}"] = "One of them",
    };

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed record Surface(string Method, string Pattern, string Summary)
    {
        public string Line => $"{Method} {Pattern}";
        public string SignIn =>
            Open.Contains(Line, StringComparer.Ordinal) ? "none"
            : !Pattern.StartsWith("/api", StringComparison.Ordinal) ? "service key"
            : PermissionTable.TryFind(Method, Pattern, out var permission)
                ? permission is null ? "admin token"
                    : $"`{permission.Name}`{(PermissionTable.Find(Method, Pattern)!.About == About.Place ? "" : " everywhere")}"
            : throw new ShouldAssertException($"{Line} has no row in {nameof(PermissionTable)}: nobody could use it.");
    }

    [Fact]
    public async Task The_page_of_endpoints_is_what_a_node_serves()
    {
        using var folder = new TemporaryFolder();
        await using var server = BareNode.Build(folder);
        await server.StartAsync(Ct);
        var endpoints = SurfaceOf(server);
        endpoints.Count.ShouldBeGreaterThan(40);
        endpoints.Select(e => e.Line).ShouldBeUnique();
        endpoints.ShouldAllBe(e => e.Summary.Length > 0);
        foreach (var line in Open)
            endpoints.ShouldContain(e => e.Line == line);
        var page = new StringBuilder(
            "# Endpoints\n\n<!-- Printed from the code by tests/Portico.Tests/Repository. Change the code, then run the tests with UPDATE_GOLDEN=1. -->\n\n"
        );
        page.Append(
            "`/v1` speaks OpenAI's dialect and, under `/v1/messages`, Anthropic's; rerank is Cohere's. `/api` is the management API; `/api/openapi.json` describes its\n"
        );
        page.Append(
            "bodies. Lists page by `limit` and `cursor`. PUT, PATCH and DELETE take `If-Match`; POST takes `Idempotency-Key`. Under sign-in stands the\n"
        );
        page.Append(
            "[permission](permissions.md) that an admin token or a person needs; `everywhere` is what concerns the whole platform, all else is needed where the thing belongs.\n\n"
        );
        page.Append("| method | address | sign-in | what it does |\n|---|---|---|---|\n");
        foreach (var e in endpoints)
            page.Append(CultureInfo.InvariantCulture, $"| {e.Method} | `{e.Pattern}` | {e.SignIn} | {e.Summary} |\n");
        Golden.Check("docs/reference/endpoints.md", page.ToString());
    }

    [Fact]
    public async Task Nothing_but_the_open_list_answers_without_a_key()
    {
        using var folder = new TemporaryFolder();
        await using var server = BareNode.Build(folder);
        var report = await server.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = report.Address };
        var closed = 0;
        foreach (var endpoint in SurfaceOf(server))
        {
            using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), Fill(endpoint.Pattern));
            if (endpoint.Method is "POST" or "PUT" or "PATCH")
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request, Ct);
            if (Open.Contains(endpoint.Line, StringComparer.Ordinal))
            {
                // A build without Node has no console.
                if (endpoint.Method == "GET" && !endpoint.Pattern.StartsWith("/console", StringComparison.Ordinal))
                    response.StatusCode.ShouldBe(HttpStatusCode.OK, endpoint.Line);
                continue;
            }
            closed++;
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, endpoint.Line);
        }
        closed.ShouldBeGreaterThan(40);
        await server.StopAsync(Ct);
    }

    [Fact]
    public async Task Every_role_does_what_its_permissions_say_at_every_endpoint_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        await using var server = BareNode.Build(folder);
        var report = await server.StartAsync(Ct);
        var access = server.Services.GetRequiredService<AdminAccess>();
        var surface = SurfaceOf(server)
            .Where(e => e.Pattern.StartsWith("/api/", StringComparison.Ordinal) && !Open.Contains(e.Line))
            .ToList();
        var (let, refused) = (0, 0);
        foreach (var role in Roles.All)
        {
            using var client = new HttpClient { BaseAddress = report.Address };
            foreach (var endpoint in surface)
            {
                // Of its own for each, since revoking is among what is tried.
                var (_, token) = await access.CreateAsync(role.Name, [role.Name], Ct);
                using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), Fill(endpoint.Pattern));
                request.Headers.Authorization = new("Bearer", token.Reveal());
                request.Headers.TryAddWithoutValidation("If-Match", "*");
                // Wrong for every one of them: what is let in changes nothing.
                if (endpoint.Method is "POST" or "PUT" or "PATCH")
                    request.Content = new StringContent("[]", Encoding.UTF8, "application/json");
                // The status is enough, and a stream of calls has no end to wait for.
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                PermissionTable.TryFind(endpoint.Method, endpoint.Pattern, out var needed).ShouldBeTrue();
                var may = needed is null || role.Permissions.Contains(needed);
                (response.StatusCode == HttpStatusCode.Forbidden).ShouldBe(!may, $"{role.Name}: {endpoint.Line}, {response.StatusCode}");
                _ = may ? let++ : refused++;
            }
        }
        let.ShouldBeGreaterThan(200);
        refused.ShouldBeGreaterThan(100);
        await server.StopAsync(Ct);
    }

    [Fact]
    public void The_page_of_permissions_is_what_the_roles_have()
    {
        var page = new StringBuilder(
            "# Permissions\n\n<!-- Printed from the code by tests/Portico.Tests/Repository. Change the code, then run the tests with UPDATE_GOLDEN=1. -->\n\n"
        );
        page.Append(
            "An account or an admin token has roles at places: everywhere, in an organisation, a workspace or a use case. A role is a set of permissions; beside these there are\n"
                + "[roles of one's own](../how-to/give-roles-at-a-place.md). What an endpoint needs stands in [endpoints](endpoints.md).\n\n"
        );
        page.Append("| role | what it is for |\n|---|---|\n");
        foreach (var role in Roles.All)
            page.Append(CultureInfo.InvariantCulture, $"| {role.Name} | {role.Says} |\n");
        page.Append("\n| permission | to |").AppendJoin('|', Roles.All.Select(r => $" {r.Name} ")).Append("|\n|---|---|");
        page.Append(string.Concat(Enumerable.Repeat("---|", Roles.All.Count))).Append('\n');
        foreach (var permission in Permissions.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{permission.Name}` | {permission.Says} |");
            page.AppendJoin('|', Roles.All.Select(r => r.Permissions.Contains(permission) ? " yes " : "  ")).Append("|\n");
        }
        Golden.Check("docs/reference/permissions.md", page.ToString());
    }

    static List<Surface> SurfaceOf(PorticoServer server) =>
        server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e =>
                e.Metadata.GetMetadata<IHttpMethodMetadata>() is not null
                && !e.RoutePattern.RawText!.Contains("{**path}", StringComparison.Ordinal)
            )
            .SelectMany(e =>
                e.Metadata.GetMetadata<IHttpMethodMetadata>()!
                    .HttpMethods.Select(m => new Surface(
                        m,
                        "/" + e.RoutePattern.RawText!.TrimStart('/'),
                        e.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? ""
                    ))
            )
            .Select(e => e.Summary.Length > 0 ? e : e with { Summary = Undescribed.GetValueOrDefault(e.Line, "") })
            .OrderBy(e => e.Pattern, StringComparer.Ordinal)
            .ThenBy(e => e.Method, StringComparer.Ordinal)
            .ToList();

    static string Fill(string pattern) =>
        string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? "org_00000000000000000000000000" : part));
}
