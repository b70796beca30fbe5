using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.SignIn;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>Identity providers as they are set up, and how what they opened ends.</summary>
public sealed class ProviderTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Sessions_end_when_the_provider_is_switched_off_removed_or_says_so(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var ada = estate.Browser();
        using var ben = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        await ben.SignInAsync("ben@example.com");
        (await LogOutAsync(estate.Oidc.LogoutToken("1001", OidcServer.SidOf("1001")))).ShouldBe(200);
        (await ada.MeAsync()).Status.ShouldBe(401);
        (await ben.MeAsync()).Status.ShouldBe(200);
        // What is no logout token ends nothing: an ID token, one with a nonce, a forged one, one that is old.
        (await LogOutAsync(estate.Oidc.ServiceToken("1002", OidcServer.ClientId))).ShouldBe(400);
        (await LogOutAsync(estate.Oidc.LogoutToken("1002", null, new JsonObject { ["nonce"] = "n" }))).ShouldBe(400);
        estate.Oidc.Fault = OidcFault.ForgedSignature;
        (await LogOutAsync(estate.Oidc.LogoutToken("1002", null))).ShouldBe(400);
        estate.Oidc.Fault = OidcFault.None;
        var old = estate.Oidc.LogoutToken("1002", null);
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        (await LogOutAsync(old)).ShouldBe(400);
        (await ben.MeAsync()).Status.ShouldBe(200);

        await ada.SignInAsync("ada@example.com");
        var address = $"/api/identity-providers/{estate.ProviderId}";
        (await estate.Api.SendAsync(HttpMethod.Patch, address, """{"enabled":false}""", ("If-Match", "*"))).Status.ShouldBe(200);
        (await ada.MeAsync()).Status.ShouldBe(401);
        (await ada.BeginAsync()).Status.ShouldBe(404);
        (await estate.Api.SendAsync(HttpMethod.Patch, address, """{"enabled":true}""", ("If-Match", "*"))).Status.ShouldBe(200);
        await ada.SignInAsync("ada@example.com");
        (await estate.Api.SendAsync(HttpMethod.Delete, address, null, ("If-Match", "*"))).Status.ShouldBe(204);
        (await ada.MeAsync()).Status.ShouldBe(401);

        async Task<int> LogOutAsync(string token)
        {
            using var client = estate.Api.ClientWith(null);
            using var form = new FormUrlEncodedContent([new("logout_token", token)]);
            using var response = await client.PostAsync($"/api/sign-in/{estate.ProviderId}/back-channel-logout", form, Ct);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Signing_out_leads_to_the_page_of_the_provider_that_signs_out_there()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        await browser.SignInAsync("ada@example.com");
        var left = await browser.SendAsync(HttpMethod.Delete, "/api/session");
        left.Status.ShouldBe(200);
        left["address"].ShouldStartWith(estate.Oidc.Issuer + "/end-session?client_id=portico&post_logout_redirect_uri=");
        (await browser.MeAsync()).Status.ShouldBe(401);
        // A provider that is away keeps nobody in.
        await browser.SignInAsync("ada@example.com");
        estate.Oidc.Fault = OidcFault.Down;
        estate.Time.Advance(TimeSpan.FromHours(1.5));
        (await browser.SendAsync(HttpMethod.Delete, "/api/session")).Status.ShouldBe(200);
        (await browser.MeAsync()).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Nobody_gives_by_a_provider_what_they_do_not_have()
    {
        await using var estate = await SignInEstate.MakeAsync(
            Engine.Sqlite,
            server,
            p => p["group_roles"] = new JsonArray(new JsonObject { ["group"] = "*", ["role"] = "owner" })
        );
        await Browser.AccountAsync(estate.Node, "bob@example.com", "admin");
        using var bob = new Browser(estate.Api);
        await bob.SignInAsync("bob@example.com");
        var address = $"/api/identity-providers/{estate.ProviderId}";
        (await bob.SendAsync(HttpMethod.Patch, address, """{"name":"Mine"}""", ("If-Match", "*"))).Status.ShouldBe(403);
        (await bob.SendAsync(HttpMethod.Delete, address, null, ("If-Match", "*"))).Status.ShouldBe(403);
        var own = estate.Body();
        own["name"] = "Bob's";
        own["client_id"] = "bob";
        own["group_roles"] = new JsonArray(new JsonObject { ["group"] = "bobs", ["role"] = "owner" });
        (await bob.SendAsync(HttpMethod.Post, "/api/identity-providers", own.ToJsonString())).Status.ShouldBe(403);
        own["group_roles"] = new JsonArray(new JsonObject { ["group"] = "bobs", ["role"] = "engineer" });
        (await bob.SendAsync(HttpMethod.Post, "/api/identity-providers", own.ToJsonString())).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_group_gives_a_role_at_a_place_and_nowhere_else()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        var body = new JsonObject { ["organisation_id"] = estate.OrganisationId, ["name"] = "Retail" };
        var workspace = (await estate.Api.PostAsync("/api/workspaces", body.ToJsonString()))["id"];
        body["name"] = "Wholesale";
        await estate.Api.PostAsync("/api/workspaces", body.ToJsonString());
        var address = $"/api/identity-providers/{estate.ProviderId}";
        var groups = new JsonObject
        {
            ["group_roles"] = new JsonArray(
                new JsonObject
                {
                    ["group"] = "*",
                    ["role"] = "analyst",
                    ["place"] = workspace,
                }
            ),
        };
        (await estate.Api.SendAsync(HttpMethod.Patch, address, groups.ToJsonString(), ("If-Match", "*"))).Status.ShouldBe(200);
        using var eve = estate.Browser();
        (await eve.SignInAsync("eve@example.com")).Status.ShouldBe(200);
        var me = await eve.MeAsync();
        me.Json["grants"]![0]!["place"]!.GetValue<string>().ShouldBe(workspace);
        me.Json["grants"]![0]!["origin"]!.GetValue<string>().ShouldBe(estate.ProviderId);
        var seen = await eve.SendAsync(HttpMethod.Get, "/api/workspaces");
        seen.Json["items"]!.AsArray().Select(w => w!["name"]!.GetValue<string>()).ShouldBe(["Retail"]);
        groups["group_roles"]![0]!["place"] = "ws_00000000000000000000000000";
        var unknown = await estate.Api.SendAsync(HttpMethod.Patch, address, groups.ToJsonString(), ("If-Match", "*"));
        unknown.Status.ShouldBe(404);
        unknown["param"].ShouldBe("group_roles");
        // With the provider goes what it gave.
        (await estate.Api.SendAsync(HttpMethod.Delete, address, null, ("If-Match", "*"))).Status.ShouldBe(204);
        var account = await estate.Api.GetAsync($"/api/accounts/{me["id"]}");
        account.Json["grants"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Addresses_that_no_issuer_has_are_refused_and_the_secret_is_told_to_nobody()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        foreach (
            var (issuer, special) in new[]
            {
                ("http://login.example.com", true),
                (estate.Oidc.Issuer, false),
                ("https://169.254.169.254", false),
                ("https://[::ffff:169.254.169.254]", false),
                ("https://user:password@login.example.com", false),
                ("https://login.example.com/?tenant=1", false),
                ("ftp://login.example.com", false),
                ("login.example.com", false),
            }
        )
        {
            var body = estate.Body();
            (body["name"], body["client_id"], body["issuer"], body["allow_special_addresses"]) = ("Other", "other", issuer, special);
            var refused = await estate.Api.PostAsync("/api/identity-providers", body.ToJsonString());
            refused.Status.ShouldBe(400, issuer);
            refused["param"].ShouldBe("issuer");
        }
        foreach (var path in new[] { "/api/identity-providers", $"/api/identity-providers/{estate.ProviderId}" })
            (await estate.Api.GetAsync(path)).Text.ShouldNotContain(OidcServer.ClientSecret);
    }

    [Fact]
    public async Task A_check_tells_what_a_sign_in_will_meet()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server, p => p["scopes"] = new JsonArray("openid", "email"));
        var address = $"/api/identity-providers/{estate.ProviderId}/check";
        var good = await estate.Api.PostAsync(address, "");
        good.Status.ShouldBe(200, good.Text);
        StateOf(good, "discovery").ShouldBe("good");
        StateOf(good, "keys").ShouldBe("good");
        StateOf(good, "pkce").ShouldBe("good");
        StateOf(good, "re-check").ShouldBe("warning");
        // The node's clock is years ahead of the web server's.
        StateOf(good, "clock").ShouldBe("bad");
        estate.Oidc.Fault = OidcFault.Down;
        var bad = await estate.Api.PostAsync(address, "");
        bad.Json["good"]!.GetValue<bool>().ShouldBeFalse();
        StateOf(bad, "discovery").ShouldBe("bad");

        static string? StateOf(Answer answer, string what) =>
            answer.Json["findings"]!.AsArray().FirstOrDefault(f => f!["what"]!.GetValue<string>() == what)?["state"]!.GetValue<string>();
    }
}
