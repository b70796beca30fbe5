using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Tenants;

/// <summary>The same at the door: files, batches, responses and conversations of another workspace, by every address and every reference that a body holds.</summary>
public sealed class DoorWallTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    /// <summary>What the placeholder of an address is, by the noun before it; item_id is one of the conversation.</summary>
    static readonly Dictionary<string, string> OfNoun = new(StringComparer.Ordinal)
    {
        ["responses"] = "resp",
        ["conversations"] = "conv",
        ["files"] = "file",
        ["batches"] = "batch",
        ["messages/batches"] = "msgbatch",
    };

    /// <summary>Bodies in which something kept earlier is named; ID stands for it.</summary>
    static readonly (string Path, string Prefix, string Body)[] References =
    [
        ("/v1/batches", "file", """{"input_file_id":"ID","endpoint":"/v1/chat/completions","completion_window":"24h"}"""),
        ("/v1/responses", "resp", """{"model":"sim/echo","input":"go on","previous_response_id":"ID"}"""),
        ("/v1/responses", "conv", """{"model":"sim/echo","input":"go on","conversation":"ID"}"""),
        ("/v1/responses", "conv", """{"model":"sim/echo","input":"go on","conversation":{"id":"ID"}}"""),
    ];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_another_workspace_keeps_is_answered_as_what_was_never_kept(bool shared)
    {
        await using var node = shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single()
            : await Node.StartAsync();
        using var tenants = await TwoTenants.MakeAsync(node);
        var wrong = new List<string>();
        var tried = 0;
        foreach (var (method, pattern) in Addresses(node))
        foreach (var hole in Regex.Matches(pattern, "{([a-z_]+)}").Select(m => m.Groups[1].Value))
        {
            tried++;
            string Path(string id) =>
                Regex.Replace(
                    pattern,
                    "{([a-z_]+)}",
                    m => m.Groups[1].Value == hole ? id : tenants.Own[KindOf(pattern, m.Groups[1].Value)]
                );
            await CompareAsync(
                $"{method} {pattern}, {hole}",
                KindOf(pattern, hole),
                id => SendAsync(tenants.OwnDoor, method, Path(id), "{}")
            );
        }
        foreach (var (path, prefix, body) in References)
            await CompareAsync(
                $"POST {path} {body}",
                prefix,
                id => SendAsync(tenants.OwnDoor, "POST", path, body.Replace("ID", id, StringComparison.Ordinal))
            );
        foreach (var list in new[] { "/v1/files", "/v1/batches", "/v1/messages/batches" })
            Expect(!Tells((await SendAsync(tenants.OwnDoor, "GET", list, null)).Text, ""), list, "tells of another workspace");
        tried.ShouldBeGreaterThan(20);
        wrong.ShouldBeEmpty(string.Join('\n', wrong));

        async Task CompareAsync(string what, string prefix, Func<string, Task<(int Status, string Text)>> send)
        {
            var foreign = tenants.Foreign[prefix];
            var unknown = foreign[..^4] + (foreign.EndsWith("0000", StringComparison.Ordinal) ? "1111" : "0000");
            var (status, text) = await send(foreign);
            var (unknownStatus, unknownText) = await send(unknown);
            Expect(
                status == unknownStatus && Plain(text, foreign) == Plain(unknownText, unknown),
                what,
                $"tells one from the other: {status} {text} and {unknownStatus} {unknownText}"
            );
            Expect(status is 404 or 400, what, $"answers {status} {text}");
            Expect(!Tells(text, foreign), what, $"tells of another workspace: {text}");
        }

        bool Tells(string text, string sent) =>
            text.Contains(TwoTenants.Canary, StringComparison.Ordinal)
            || tenants.Foreign.Values.Any(id => id != sent && text.Contains(id, StringComparison.Ordinal));

        void Expect(bool isSo, string what, string otherwise)
        {
            if (!isSo)
                wrong.Add($"{what}: {otherwise}");
        }
    }

    /// <summary>Every address of the door that names something kept.</summary>
    static List<(string Method, string Pattern)> Addresses(Node node) =>
        node
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(e => (Endpoint: e, Pattern: "/" + e.RoutePattern.RawText!.TrimStart('/')))
            .Where(e => e.Pattern.StartsWith("/v1/", StringComparison.Ordinal) && e.Pattern.Contains('{') && !e.Pattern.Contains("{**"))
            .SelectMany(e => e.Endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => (m, e.Pattern)))
            .ToList();

    static string KindOf(string pattern, string hole) =>
        hole == "item_id" ? "item"
        : OfNoun.TryGetValue(pattern["/v1/".Length..pattern.IndexOf("/{", StringComparison.Ordinal)], out var kind) ? kind
        : throw new ShouldAssertException(
            $"{pattern} names something of a workspace by '{hole}': say in {nameof(DoorWallTests)} of which kind it is, and have {nameof(TwoTenants)} make one."
        );

    static async Task<(int Status, string Text)> SendAsync(HttpClient door, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null && method == "POST")
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await door.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    static string Plain(string text, string id) =>
        Regex.Replace(text.Replace(id, "ID", StringComparison.Ordinal), "\"(request_id|first_id|last_id)\":\"[^\"]*\"", "");
}
