using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>What a client may get wrong on /api: every answer is a problem document with code and advice, and tells nothing of the inside.</summary>
public sealed class BadRequestTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task ProblemAsync(HttpResponseMessage response, int status, string code, string? param = null)
    {
        await response.ShouldBeProblemAsync(status, code, param);
        node.Logs.Lines.ShouldNotContain(l => l.Text.Contains(node.AdminSecret, StringComparison.Ordinal));
        node.Logs.Lines.Where(l => l.Level >= LogLevel.Error).ShouldBeEmpty();
    }

    Task<HttpResponseMessage> PostAsync(string path, string json, string type = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return node.Admin.Client.PostAsync(path, content);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"name\":\"x\",}")]
    [InlineData("{\"name\":{}}")]
    [InlineData("{\"name\":5}")]
    public async Task A_body_that_is_not_the_json_of_the_endpoint_is_refused(string json) =>
        await ProblemAsync(await PostAsync("/api/organisations", json), 400, "invalid_json");

    [Fact]
    public async Task A_field_that_does_not_exist_is_named() =>
        await ProblemAsync(await PostAsync("/api/organisations", """{"name":"x","colour":"red"}"""), 400, "invalid_request", "colour");

    [Fact]
    public async Task A_field_that_stands_twice_is_refused() =>
        await ProblemAsync(await PostAsync("/api/organisations", """{"name":"x","name":"y"}"""), 400, "invalid_json");

    [Fact]
    public async Task A_missing_field_is_named() =>
        await ProblemAsync(await PostAsync("/api/organisations", "{}"), 400, "invalid_request", "name");

    [Fact]
    public async Task A_lone_surrogate_is_refused() =>
        await ProblemAsync(await PostAsync("/api/organisations", "{\"name\":\"\\ud800\"}"), 400, "invalid_json");

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await ProblemAsync(await node.Admin.Client.PostAsync("/api/organisations", content), 400, "invalid_json");
    }

    [Fact]
    public async Task Nesting_beyond_the_bound_is_refused() =>
        await ProblemAsync(await PostAsync("/api/organisations", "{\"name\":" + new string('[', 5_000)), 400, "invalid_json");

    [Fact]
    public async Task A_body_over_the_bound_is_refused() =>
        await ProblemAsync(
            await PostAsync("/api/organisations", $"{{\"name\":\"{new string('x', 20_000_000)}\"}}"),
            413,
            "request_too_large"
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_bound_is_refused_under_an_idempotency_key_too(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/organisations");
        request.Content = new StringContent($"{{\"name\":\"{new string('x', 1_048_600)}\"}}", Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "large-" + chunked);
        // On a connection of its own: one on which a larger body was refused is closed, and a client may find that out while it sends.
        using var own = node.Client(node.AdminSecret);
        await ProblemAsync(await own.SendAsync(request), 413, "request_too_large");
    }

    [Fact]
    public async Task A_wrong_media_type_is_refused() =>
        await ProblemAsync(await PostAsync("/api/organisations", "{\"name\":\"x\"}", "text/plain"), 415, "unsupported_media_type");

    [Fact]
    public async Task A_post_without_a_body_is_refused() =>
        await ProblemAsync(await node.Admin.Client.PostAsync("/api/organisations", null), 415, "unsupported_media_type");

    [Theory]
    [InlineData("POST", "/api/calls", "GET")]
    [InlineData("DELETE", "/api/organisations", "GET, POST")]
    [InlineData("PATCH", "/api/explain", "POST")]
    public async Task A_wrong_method_is_refused_with_the_right_ones(string method, string path, string allow)
    {
        using var response = await node.Admin.RawAsync(new HttpMethod(method), path);
        string.Join(", ", response.Content.Headers.Allow).ShouldBe(allow);
        await ProblemAsync(response, 405, "method_not_allowed");
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api")]
    [InlineData("/api/calls/x/y")]
    public async Task A_wrong_path_is_not_found(string path) =>
        await ProblemAsync(await node.Admin.Client.GetAsync(path), 404, "not_found");

    [Theory]
    [InlineData("/api/calls/nonsense")]
    [InlineData("/api/calls/call_00000000000000000000000000")]
    [InlineData("/api/keys/key_00000000000000000000000000")]
    [InlineData("/api/routes/nonsense")]
    [InlineData("/api/connections/conn_1")]
    [InlineData("/api/workspaces/org_00000000000000000000000000")]
    public async Task An_id_that_does_not_exist_is_not_found(string path) =>
        await ProblemAsync(await node.Admin.Client.GetAsync(path), 404, "not_found");

    [Theory]
    [InlineData("/api/calls?limit=0", "limit")]
    [InlineData("/api/calls?limit=1001", "limit")]
    [InlineData("/api/calls?limit=many", "limit")]
    [InlineData("/api/routes?limit=1.5", "limit")]
    [InlineData("/api/calls?cursor=%00%01", "cursor")]
    [InlineData("/api/keys?use_case_id=nonsense", "use_case_id")]
    [InlineData("/api/calls?from=yesterday", "from")]
    [InlineData("/api/calls?outcome=fine", "outcome")]
    [InlineData("/api/usage?group_by=colour", "group_by")]
    [InlineData("/api/usage?format=xml", "format")]
    public async Task A_query_that_makes_no_sense_is_refused_by_its_name(string path, string param) =>
        await ProblemAsync(await node.Admin.Client.GetAsync(path), 400, "invalid_request", param);

    [Theory]
    [InlineData(null)]
    [InlineData("pa_live_0000000000000000000000000000000000000000000")]
    [InlineData("nonsense")]
    public async Task A_request_without_a_live_admin_token_is_asked_to_sign_in(string? token)
    {
        using var client = node.Client(token);
        await ProblemAsync(await client.GetAsync("/api/calls"), 401, "sign_in_required");
        await ProblemAsync(await client.GetAsync("/api/nothing"), 401, "sign_in_required");
    }

    [Fact]
    public async Task A_service_key_is_no_admin_token() =>
        await ProblemAsync(await node.Door.GetAsync("/api/keys"), 401, "sign_in_required");

    [Fact]
    public async Task A_revoked_admin_token_stops_at_once()
    {
        var made = await node.Admin.PostAsync(
            "/api/admin-tokens",
            new JsonObject { ["name"] = "short-lived", ["roles"] = new JsonArray("owner") }
        );
        using var client = node.Client(made.Text("secret"));
        ((int)(await client.GetAsync("/api/keys")).StatusCode).ShouldBe(200);
        await node.Admin.PostAsync($"/api/admin-tokens/{made.Text("id")}/revoke");
        await ProblemAsync(await client.GetAsync("/api/keys"), 401, "sign_in_required");
    }

    [Fact]
    public async Task Headers_over_the_bound_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/keys");
        request.Headers.TryAddWithoutValidation("x-much", new string('a', 100_000));
        using var response = await node.Admin.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(431);
    }
}
