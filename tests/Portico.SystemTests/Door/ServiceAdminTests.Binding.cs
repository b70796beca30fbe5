using System.Text.Json.Nodes;
using Portico.OidcProvider;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

public sealed partial class ServiceAdminTests
{
    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_binds_a_service_to_more_than_they_have_or_sees_that_somebody_did(bool shared)
    {
        await using var node = await StartAsync(shared);
        var (owner, bound) = await OpenAsync(node, "owner");
        await node.Admin.PostAsync(
            "/api/roles",
            new JsonObject
            {
                ["name"] = "key-keeper",
                ["says"] = "keeps keys",
                ["permissions"] = new JsonArray("keys.read", "keys.write"),
            }
        );
        using var keeper = await AsAsync("key-keeper");
        using var admin = await AsAsync("admin");
        // Without access.write nobody binds at all, and with it not to an owner's token.
        await StatusAsync(keeper, HttpMethod.Post, "/api/workloads", 403, Body("admin_token_id", owner));
        await StatusAsync(admin, HttpMethod.Post, "/api/workloads", 403, Body("admin_token_id", owner));
        await StatusAsync(admin, HttpMethod.Patch, $"/api/workloads/{bound}", 403, new JsonObject { ["subject"] = "mine" });
        await StatusAsync(admin, HttpMethod.Delete, $"/api/workloads/{bound}", 403);
        await StatusAsync(keeper, HttpMethod.Get, $"/api/workloads/{bound}", 404);
        (await keeper.GetAsync("/api/workloads"))["items"]!.AsArray().ShouldBeEmpty();
        (await admin.GetAsync($"/api/workloads?admin_token_id={owner}"))["items"]!.AsArray().Count.ShouldBe(1);
        var less = (
            await node.Admin.PostAsync("/api/admin-tokens", new JsonObject { ["name"] = "l", ["roles"] = new JsonArray("analyst") })
        ).Text("id");
        await StatusAsync(admin, HttpMethod.Post, "/api/workloads", 201, Body("admin_token_id", less));

        var both = Body("admin_token_id", less);
        both["key_id"] = node.KeyId;
        await StatusAsync(node.Admin, HttpMethod.Post, "/api/workloads", 400, both);
        both.Remove("key_id");
        both.Remove("admin_token_id");
        await StatusAsync(node.Admin, HttpMethod.Post, "/api/workloads", 400, both);
        await StatusAsync(node.Admin, HttpMethod.Post, "/api/workloads", 404, Body("admin_token_id", "admin_none"));
        await StatusAsync(node.Admin, HttpMethod.Patch, $"/api/workloads/{bound}", 400, new JsonObject { ["admin_token_id"] = less });

        async Task<Api> AsAsync(string role) =>
            new(
                node.Client(
                    (
                        await node.Admin.PostAsync("/api/admin-tokens", new JsonObject { ["name"] = role, ["roles"] = new JsonArray(role) })
                    ).Text("secret")
                )
            );

        static async Task StatusAsync(Api api, HttpMethod method, string path, int status, JsonObject? body = null)
        {
            using var response = await api.RawAsync(method, path, body?.DeepClone(), "*");
            ((int)response.StatusCode).ShouldBe(status, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_check_says_of_each_demand_whether_a_token_meets_it()
    {
        await using var node = await StartAsync(shared: false);
        var (id, workload) = await OpenAsync(node);
        var good = await CheckAsync(new JsonObject { ["token"] = Token() });
        good["good"]!.GetValue<bool>().ShouldBeTrue(good.ToJsonString());
        StateOf(good, "signature").ShouldBe("good");
        StateOf(good, "ref").ShouldBe("good");

        var other = await CheckAsync(new JsonObject { ["token"] = Token("repo:other", "somebody", "refs/heads/branch") });
        other["good"]!.GetValue<bool>().ShouldBeFalse();
        (StateOf(other, "signature"), StateOf(other, "aud"), StateOf(other, "sub"), StateOf(other, "ref")).ShouldBe(
            ("good", "bad", "bad", "bad")
        );
        DetailOf(other, "ref").ShouldBe("it is 'refs/heads/branch'; 'refs/heads/main' is asked for");
        foreach (
            var (fault, what) in new[]
            {
                (OidcFault.AlgorithmNone, "signature"),
                (OidcFault.ForgedSignature, "signature"),
                (OidcFault.Expired, "exp"),
                (OidcFault.NotYet, "nbf"),
                (OidcFault.NoEnd, "exp"),
                (OidcFault.WrongIssuer, "iss"),
            }
        )
        {
            issuer.Fault = fault;
            var token = Token();
            issuer.Fault = OidcFault.None;
            StateOf(await CheckAsync(new JsonObject { ["token"] = token }), what).ShouldBe("bad", fault.ToString());
        }

        var claims = new JsonObject
        {
            ["iss"] = issuer.Issuer + "/",
            ["aud"] = "portico",
            ["sub"] = "repo:bank/x",
            ["exp"] = 4_000_000_000,
        };
        var pasted = await CheckAsync(new JsonObject { ["claims"] = claims });
        DetailOf(pasted, "iss").ShouldContain("to the last slash");
        DetailOf(pasted, "ref").ShouldContain("it is missing");
        StateOf(pasted, "signature").ShouldBe("warning");
        StateOf(await CheckAsync(new JsonObject { ["token"] = "no token" }), "form").ShouldBe("bad");
        await node.Admin.PostAsync($"/api/admin-tokens/{id}/revoke");
        DetailOf(await CheckAsync(new JsonObject { ["token"] = Token() }), "opens").ShouldContain("was revoked");
        foreach (
            var bad in new JsonObject[]
            {
                [],
                new() { ["claims"] = new JsonArray() },
                new() { ["token"] = "x", ["claims"] = new JsonObject() },
            }
        )
        {
            using var refused = await node.Admin.RawAsync(HttpMethod.Post, $"/api/workloads/{workload}/check", bad);
            ((int)refused.StatusCode).ShouldBe(400);
        }

        Task<JsonNode> CheckAsync(JsonObject body) => node.Admin.PostAsync($"/api/workloads/{workload}/check", body);
        static JsonNode? Of(JsonNode report, string what) => report["findings"]!.AsArray().FirstOrDefault(f => f!.Text("what") == what);
        static string? StateOf(JsonNode report, string what) => Of(report, what)?.Text("state");
        static string DetailOf(JsonNode report, string what) => Of(report, what)!.Text("detail");
    }
}
