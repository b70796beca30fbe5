using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Portico.OidcProvider;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Tokens of services at the door: which open a key, what refuses them, and that a warm call asks nobody.</summary>
public sealed class WorkloadTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    readonly Node node = shared.Node;
    OidcServer issuer = null!;
    string key = "";
    string workload = "";

    public async ValueTask InitializeAsync()
    {
        issuer = await OidcServer.StartAsync(node.Time);
        (key, _) = await node.NewKeySecretAsync(new JsonObject { ["allowed_routes"] = new JsonArray("sim/echo") });
        workload = (
            await node.Admin.PostAsync(
                "/api/workloads",
                new JsonObject
                {
                    ["name"] = "pipeline " + key,
                    ["key_id"] = key,
                    ["issuer"] = issuer.Issuer,
                    ["audience"] = "portico",
                    ["subject"] = "repo:bank/*",
                    ["claims"] = new JsonArray(new JsonObject { ["claim"] = "ref", ["value"] = "refs/heads/main" }),
                    ["allow_special_addresses"] = true,
                }
            )
        ).Text("id");
    }

    public async ValueTask DisposeAsync()
    {
        await node.Admin.RawAsync(HttpMethod.Delete, $"/api/workloads/{workload}", null, "*");
        await issuer.DisposeAsync();
    }

    string Token(
        string subject = "repo:bank/letters",
        string audience = "portico",
        string reference = "refs/heads/main",
        TimeSpan? life = null
    ) => issuer.ServiceToken(subject, audience, new JsonObject { ["ref"] = reference }, life);

    async Task<HttpResponseMessage> CallAsync(string token, string model = "sim/echo")
    {
        using var client = node.Client(token);
        return await client.ChatAsync(model);
    }

    async Task RefusedAsync(string token, string says)
    {
        using var response = await CallAsync(token);
        (await response.ShouldBeRefusedAsync(401, "invalid_api_key")).Text("message").ShouldContain(says);
        node.Logs.Lines.ShouldNotContain(l => l.Text.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_of_the_service_calls_as_the_key_whose_records_and_routes_it_has()
    {
        using var response = await CallAsync(Token());
        ((int)response.StatusCode).ShouldBe(200);
        var record = await node.RecordOfAsync(response);
        record.Text("key_id").ShouldBe(key);
        record.Text("use_case_id").ShouldBe(node.UseCaseId);
        using var other = await CallAsync(Token(), "sim/json");
        ((int)other.StatusCode).ShouldBe(404);
        using var client = node.Client(Token());
        (await client.GetStringAsync("/v1/models")).ShouldContain("sim/echo");
        using var anthropic = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        anthropic.Headers.Add("x-api-key", Token());
        using var bare = node.Client(null);
        using var listed = await bare.SendAsync(anthropic);
        ((int)listed.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_warm_call_asks_nobody_and_outlives_the_issuer_until_its_end()
    {
        var token = Token(life: TimeSpan.FromMinutes(30));
        using var client = node.Client(token);
        using (var first = await client.ChatAsync("sim/echo"))
            ((int)first.StatusCode).ShouldBe(200);
        var (discoveries, keys) = (issuer.Discoveries, issuer.KeyReads);
        issuer.Fault = OidcFault.Down;
        for (var i = 0; i < 5; i++)
        {
            using var warm = await client.ChatAsync("sim/echo");
            ((int)warm.StatusCode).ShouldBe(200);
        }
        (issuer.Discoveries, issuer.KeyReads).ShouldBe((discoveries, keys));
        issuer.Fault = OidcFault.None;
    }

    [Fact]
    public async Task Tokens_that_are_not_the_services_are_refused_in_words()
    {
        await RefusedAsync(Token(subject: "repo:other/letters"), "of no service");
        await RefusedAsync(Token(subject: "repo:bank"), "of no service");
        await RefusedAsync(Token(reference: "refs/heads/branch"), "of no service");
        await RefusedAsync(Token(audience: "somebody"), "for somebody else");
        await RefusedAsync(issuer.ServiceToken("repo:bank/letters", "portico"), "of no service");
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
            await RefusedAsync(token, says);
        }
        await RefusedAsync("eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.AAAAAAAAAAAA", "its issuer is none");
    }

    [Fact]
    public async Task What_is_changed_or_stopped_counts_for_tokens_that_were_taken_before()
    {
        var token = Token();
        await GoodAsync();
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["subject"] = "repo:bank/other" });
        await RefusedAsync(token, "of no service");
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["subject"] = "repo:bank/letters" });
        await GoodAsync();
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["enabled"] = false });
        await RefusedAsync(token, "");
        await node.Admin.PatchAsync($"/api/workloads/{workload}", new JsonObject { ["enabled"] = true });
        await GoodAsync();
        await node.Admin.PostAsync($"/api/keys/{key}/disable");
        await RefusedAsync(token, "disabled");
        await node.Admin.PostAsync($"/api/keys/{key}/enable");
        await GoodAsync();
        await node.Admin.PatchAsync($"/api/keys/{key}", new JsonObject { ["networks"] = new JsonArray("10.0.0.0/8") });
        using var elsewhere = await CallAsync(token);
        ((int)elsewhere.StatusCode).ShouldBe(403);

        async Task GoodAsync()
        {
            using var response = await CallAsync(token);
            ((int)response.StatusCode).ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_service_that_would_be_everybody_is_refused()
    {
        foreach (
            var (field, value) in new[]
            {
                ("subject", "*"),
                ("subject", "a*b"),
                ("issuer", "http://token.example.com"),
                ("issuer", "https://169.254.169.254"),
                ("audience", ""),
                ("key_id", "key_00000000000000000000000000"),
            }
        )
        {
            var body = new JsonObject
            {
                ["name"] = "x",
                ["key_id"] = key,
                ["issuer"] = "https://token.example.com",
                ["audience"] = "portico",
                ["subject"] = "svc",
            };
            body[field] = value;
            using var refused = await node.Admin.RawAsync(HttpMethod.Post, "/api/workloads", body);
            ((int)refused.StatusCode).ShouldBe(400, $"{field} {value}");
        }
    }
}
