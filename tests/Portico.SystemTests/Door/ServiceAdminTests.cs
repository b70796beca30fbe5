using System.Text.Json.Nodes;
using Portico.OidcProvider;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Tokens of services at the management API: which open an admin token, what refuses them, and who may say so.</summary>
public sealed partial class ServiceAdminTests(PostgresServer postgres) : IAsyncLifetime
{
    OidcServer issuer = null!;

    public static TheoryData<bool> Engines => [false, true];

    public async ValueTask InitializeAsync() => issuer = await OidcServer.StartAsync();

    public ValueTask DisposeAsync() => issuer.DisposeAsync();

    async Task<Node> StartAsync(bool shared) =>
        shared ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single() : await Node.StartAsync();

    JsonObject Body(string opens, string id) =>
        new()
        {
            ["name"] = "pipeline",
            [opens] = id,
            ["issuer"] = issuer.Issuer,
            ["audience"] = "portico",
            ["subject"] = "repo:bank/*",
            ["claims"] = new JsonArray(new JsonObject { ["claim"] = "ref", ["value"] = "refs/heads/main" }),
            ["allow_special_addresses"] = true,
        };

    string Token(string subject = "repo:bank/letters", string audience = "portico", string reference = "refs/heads/main") =>
        issuer.ServiceToken(subject, audience, new JsonObject { ["ref"] = reference });

    /// <summary>An admin token with a role, and the workload whose tokens open it.</summary>
    async Task<(string Token, string Workload)> OpenAsync(Node node, string role = "analyst", JsonObject? grant = null)
    {
        var made = new JsonObject
        {
            ["name"] = "for the pipeline",
            ["grants"] = new JsonArray(grant ?? new JsonObject { ["role"] = role }),
        };
        var token = (await node.Admin.PostAsync("/api/admin-tokens", made)).Text("id");
        return (token, (await node.Admin.PostAsync("/api/workloads", Body("admin_token_id", token))).Text("id"));
    }

    static async Task<(int Status, JsonNode Body)> AskAsync(Node node, string token, string path = "/api/me")
    {
        using var client = node.Client(token);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        node.Logs.Lines.ShouldNotContain(l => l.Text.Contains(token, StringComparison.Ordinal));
        return ((int)response.StatusCode, JsonNode.Parse(text)!);
    }

    static async Task RefusedAsync(Node node, string token, string says)
    {
        var (status, body) = await AskAsync(node, token);
        status.ShouldBe(401, body.ToJsonString());
        body.Text("code").ShouldBe("sign_in_required");
        body.Text("detail").ShouldContain(says);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_token_of_the_service_may_what_the_admin_token_may_and_its_acts_name_both(bool shared)
    {
        await using var node = await StartAsync(shared);
        var (id, workload) = await OpenAsync(node);
        var (status, me) = await AskAsync(node, Token());
        status.ShouldBe(200, me.ToJsonString());
        (me.Text("id"), me.Text("workload_id")).ShouldBe((id, workload));
        me["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["analyst"]);
        (await AskAsync(node, Token(), "/api/usage")).Status.ShouldBe(200);
        (await AskAsync(node, Token(), "/api/connections")).Status.ShouldBe(403);
        // The secret of the token is another way in to the same, and no service.
        (await node.Admin.GetAsync("/api/me"))["workload_id"]
            .ShouldBeNull();

        using var client = new Api(node.Client(Token()));
        await client.PostAsync(
            "/api/views",
            new JsonObject
            {
                ["page"] = "calls",
                ["name"] = "Mine",
                ["query"] = "time=24h",
            }
        );
        await Eventually.IsTrueAsync(async () =>
            (await node.Admin.GetAsync($"/api/audit/acts?actor={id}&action=views"))["items"]!.AsArray() is [{ } act]
            && act["status"]?.GetValue<int>() == 201
            && act["workload"]?.GetValue<string>() == workload
        );
        await Eventually.IsTrueAsync(async () =>
            (await node.Admin.GetAsync($"/api/audit/acts?actor={id}&action=connections"))["items"]!.AsArray() is [{ } refused]
            && refused["status"]?.GetValue<int>() == 403
            && refused["workload"]?.GetValue<string>() == workload
        );
    }

    [Fact]
    public async Task Tokens_that_are_not_the_services_are_refused_in_words()
    {
        await using var node = await StartAsync(shared: false);
        await OpenAsync(node);
        await RefusedAsync(node, Token(subject: "repo:other/letters"), "of no service");
        await RefusedAsync(node, Token(reference: "refs/heads/branch"), "of no service");
        await RefusedAsync(node, Token(audience: "somebody"), "for somebody else");
        foreach (
            var (fault, says) in new[]
            {
                (OidcFault.AlgorithmNone, "algorithm"),
                (OidcFault.PublicKeyAsSecret, "algorithm"),
                (OidcFault.ForgedSignature, "signature"),
                (OidcFault.UnknownKey, "no key of its name"),
                (OidcFault.ChangedPayload, "signature"),
                (OidcFault.Expired, "time is over"),
                (OidcFault.NotYet, "has not come"),
                (OidcFault.NoEnd, "lacks a claim"),
                (OidcFault.WrongAudience, "for somebody else"),
                (OidcFault.WrongIssuer, "its issuer is none"),
            }
        )
        {
            issuer.Fault = fault;
            var token = Token();
            issuer.Fault = OidcFault.None;
            await RefusedAsync(node, token, says);
        }
        await RefusedAsync(node, "eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.AAAAAAAAAAAA", "its issuer is none");
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_said_to_be_and_is_asked_again_later()
    {
        await using var node = await StartAsync(shared: false);
        await OpenAsync(node);
        issuer.Fault = OidcFault.Down;
        var (status, body) = await AskAsync(node, Token());
        (status, body.Text("code")).ShouldBe((503, "identity_provider_unavailable"));
        issuer.Fault = OidcFault.None;
        node.Time.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync(node, Token())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_that_opens_a_key_manages_nothing_and_one_that_opens_an_admin_token_calls_no_model()
    {
        await using var node = await StartAsync(shared: false);
        var (key, _) = await node.NewKeySecretAsync();
        var ofKey = (await node.Admin.PostAsync("/api/workloads", Body("key_id", key))).Text("id");
        await RefusedAsync(node, Token(), "opens a service key");
        using (var door = node.Client(Token()))
        using (var taken = await door.ChatAsync("sim/echo"))
            ((int)taken.StatusCode).ShouldBe(200);
        // What the other door remembers opens nothing here.
        await RefusedAsync(node, Token(), "opens a service key");
        await node.Admin.RawAsync(HttpMethod.Delete, $"/api/workloads/{ofKey}", null, "*");

        await OpenAsync(node, "owner");
        (await AskAsync(node, Token())).Status.ShouldBe(200);
        using var client = node.Client(Token());
        using var refused = await client.ChatAsync("sim/echo");
        (await refused.ShouldBeRefusedAsync(401, "invalid_api_key")).Text("message").ShouldContain("opens an admin token");
        // Both, for the same tokens: each door takes its own.
        await node.Admin.PostAsync("/api/workloads", Body("key_id", key));
        using var both = node.Client(Token());
        using (var called = await both.ChatAsync("sim/echo"))
            ((int)called.StatusCode).ShouldBe(200);
        using var managed = await both.GetAsync(new Uri("/api/me", UriKind.Relative));
        ((int)managed.StatusCode).ShouldBe(200);
        // The first account is made with the secret of the machine, and by no service.
        using var setup = await node.Admin.RawAsync(HttpMethod.Post, "/api/setup", new JsonObject { ["admin_token"] = Token() });
        ((int)setup.StatusCode).ShouldBe(401);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_changed_or_stopped_counts_for_tokens_that_were_taken_before(bool shared)
    {
        await using var node = await StartAsync(shared);
        var (id, workload) = await OpenAsync(node);
        var token = Token();
        (await AskAsync(node, token)).Status.ShouldBe(200);
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["subject"] = "repo:bank/other" });
        await RefusedAsync(node, token, "of no service");
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["subject"] = "repo:bank/*", ["enabled"] = false });
        await RefusedAsync(node, token, "its issuer is none");
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["enabled"] = true });
        (await AskAsync(node, token)).Status.ShouldBe(200);
        // It asks nobody while it is warm.
        var reads = issuer.KeyReads;
        issuer.Fault = OidcFault.Down;
        (await AskAsync(node, token)).Status.ShouldBe(200);
        issuer.KeyReads.ShouldBe(reads);
        issuer.Fault = OidcFault.None;
        await node.Admin.PostAsync($"/api/admin-tokens/{id}/revoke");
        // In one word or another: the workload is switched off with it.
        await RefusedAsync(node, token, "This token is not taken");
        await RefusedAsync(node, Token(), "This token is not taken");
        using var on = await node.Admin.RawAsync(
            HttpMethod.Patch,
            $"/api/workloads/{workload}",
            new JsonObject { ["enabled"] = true },
            "*"
        );
        (await on.Content.ReadAsStringAsync()).ShouldContain("was revoked");
        using var again = await node.Admin.RawAsync(HttpMethod.Post, "/api/workloads", Body("admin_token_id", id));
        ((int)again.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task A_revoked_token_and_a_removed_workload_are_closed_on_the_second_node_too()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        var (id, _) = await OpenAsync(one);
        var token = Token();
        await Eventually.IsTrueAsync(async () => (await AskAsync(two, token)).Status == 200);
        await one.Admin.PostAsync($"/api/admin-tokens/{id}/revoke");
        // At once: it is read from the store.
        await RefusedAsync(two, token, "This token is not taken");

        var (_, second) = await OpenAsync(one, "engineer");
        var other = Token();
        await Eventually.IsTrueAsync(async () => (await AskAsync(two, other)).Status == 200);
        using var removed = await one.Admin.RawAsync(HttpMethod.Delete, $"/api/workloads/{second}", null, "*");
        ((int)removed.StatusCode).ShouldBe(204);
        (await AskAsync(two, other)).Status.ShouldBe(401);
    }
}
