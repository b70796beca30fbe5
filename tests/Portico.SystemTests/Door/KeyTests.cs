using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Who may come in: the key decides, its state is looked at on every call, and nothing of it is ever repeated.</summary>
public sealed class KeyTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task RefusedAsync(HttpClient client, int status, string code, string says)
    {
        using var chat = await client.ChatAsync("sim/echo");
        (await chat.ShouldBeRefusedAsync(status, code)).Text("message").ShouldContain(says);
        using var list = await client.GetAsync("/v1/models");
        await list.ShouldBeRefusedAsync(status, code);
        node.Logs.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_without_a_key_is_refused() => await RefusedAsync(node.Client(null), 401, "invalid_api_key", "No key was sent");

    [Theory]
    [InlineData("pk_live_0000000000000000000000000000000000000000000")]
    [InlineData("sk-something-of-another-provider")]
    [InlineData("x")]
    public async Task A_wrong_key_is_refused_and_never_repeated(string secret)
    {
        await RefusedAsync(node.Client(secret), 401, "invalid_api_key", "not known");
        if (secret.Length > 1)
            node.Logs.Lines.ShouldNotContain(l => l.Text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_admin_token_opens_no_door() =>
        await RefusedAsync(node.Client(node.AdminSecret), 401, "invalid_api_key", "not known");

    [Fact]
    public async Task A_disabled_key_is_refused_until_it_is_enabled()
    {
        var (id, client) = await node.NewKeyAsync();
        await node.Admin.PostAsync($"/api/keys/{id}/disable");
        await RefusedAsync(client, 401, "invalid_api_key", "disabled");
        await node.Admin.PostAsync($"/api/keys/{id}/enable");
        using var again = await client.ChatAsync("sim/echo");
        ((int)again.StatusCode).ShouldBe(200);
    }

    /// <summary>What a connection sent before may spare it work and nothing else.</summary>
    [Fact]
    public async Task Each_request_of_a_connection_is_judged_by_its_own_key()
    {
        const string Good = "\"object\":\"list\"";
        const string Bad = "invalid_api_key";
        var created = await node.NewKeySecretAsync();
        using var connection = await RawConnection.OpenAsync(node.Address);
        async Task AskAsync(string headers, string answer)
        {
            await connection.SendAsync($"GET /v1/models HTTP/1.1\r\nHost: portico\r\n{headers}\r\n\r\n");
            await connection.ReadUntilAsync(answer);
        }
        var bearer = $"Authorization: Bearer {created.Secret}";

        await AskAsync(bearer, Good);
        await AskAsync("Authorization: Bearer pk_live_0000000000000000000000000000000000000000000", Bad);
        await AskAsync(bearer, Good);
        await AskAsync("X-Nothing: 1", Bad);
        await AskAsync($"Authorization: Basic eDp5\r\napi-key: {created.Secret}", Good);
        await AskAsync("Authorization: Basic eDp5\r\napi-key: pk_live_0000000000000000000000000000000000000000000", Bad);
        await AskAsync(bearer, Good);
        await node.Admin.PostAsync($"/api/keys/{created.Id}/disable");
        await AskAsync(bearer, Bad);
        await node.Admin.PostAsync($"/api/keys/{created.Id}/enable");
        await AskAsync(bearer, Good);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_for_good()
    {
        var (id, client) = await node.NewKeyAsync();
        await node.Admin.PostAsync($"/api/keys/{id}/revoke");
        await RefusedAsync(client, 401, "invalid_api_key", "revoked");
        using var enable = await node.Admin.RawAsync(HttpMethod.Post, $"/api/keys/{id}/enable");
        await enable.ShouldBeProblemAsync(409, "conflict");
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        await using var own = await Node.StartAsync();
        var (_, client) = await own.NewKeyAsync(new JsonObject { ["expires_at"] = own.Time.GetUtcNow().AddHours(1).ToString("o") });
        using (var before = await client.ChatAsync("sim/echo"))
            ((int)before.StatusCode).ShouldBe(200);
        own.Time.Advance(TimeSpan.FromMinutes(61));
        using var after = await client.ChatAsync("sim/echo");
        (await after.ShouldBeRefusedAsync(401, "invalid_api_key")).Text("message").ShouldContain("expired");
    }

    [Fact]
    public async Task A_rotated_key_works_with_both_secrets_until_the_overlap_ends()
    {
        await using var own = await Node.StartAsync();
        var (id, old) = await own.NewKeyAsync();
        var rotated = await own.Admin.PostAsync($"/api/keys/{id}/rotate", new JsonObject { ["overlap_seconds"] = 60 });
        var now = own.Client(rotated.Text("secret"));
        foreach (var client in new[] { old, now })
            using (var response = await client.ChatAsync("sim/echo"))
                ((int)response.StatusCode).ShouldBe(200);
        own.Time.Advance(TimeSpan.FromSeconds(61));
        using var late = await old.ChatAsync("sim/echo");
        await late.ShouldBeRefusedAsync(401, "invalid_api_key");
        using var still = await now.ChatAsync("sim/echo");
        ((int)still.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_from_a_wrong_network_is_refused()
    {
        var (_, elsewhere) = await node.NewKeyAsync(new JsonObject { ["networks"] = new JsonArray("10.1.0.0/16") });
        await RefusedAsync(elsewhere, 403, "permission_denied", "network");
        var (_, here) = await node.NewKeyAsync(new JsonObject { ["networks"] = new JsonArray("127.0.0.0/8") });
        using var response = await here.ChatAsync("sim/echo");
        ((int)response.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_route_that_the_key_may_not_use_looks_like_one_that_does_not_exist()
    {
        var (_, client) = await node.NewKeyAsync(new JsonObject { ["allowed_routes"] = new JsonArray("sim/echo") });
        using var allowed = await client.ChatAsync("sim/echo");
        ((int)allowed.StatusCode).ShouldBe(200);
        using var hidden = await client.ChatAsync("sim/fixed");
        using var absent = await client.ChatAsync("sim/other");
        var one = await hidden.ShouldBeRefusedAsync(404, "model_not_found", "model");
        var other = await absent.ShouldBeRefusedAsync(404, "model_not_found", "model");
        one.Text("message").Replace("fixed", "other", StringComparison.Ordinal).ShouldBe(other.Text("message"));
        var listed = (await (await client.GetAsync("/v1/models")).JsonAsync())["data"]!.AsArray();
        listed.Select(m => m!.Text("id")).ShouldBe(["sim/echo"]);
    }

    [Fact]
    public async Task A_key_that_may_not_act_for_people_is_told_so()
    {
        using var response = await node.Door.ChatAsync(Calls.Chat("sim/echo"), default, ("x-portico-person", "someone@example.org"));
        await response.ShouldBeRefusedAsync(403, "permission_denied", "x-portico-person");
    }
}
