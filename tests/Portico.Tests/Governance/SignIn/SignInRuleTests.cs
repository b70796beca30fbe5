using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Identity.Oidc;
using Portico.Governance.SignIn;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.Identity;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>Organisations whose people sign in by the identity provider alone: whom that keeps out, whom it does not, and when it may be set.</summary>
public sealed class SignInRuleTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static string Rule(SignInEstate estate) => $"/api/organisations/{estate.OrganisationId}/sign-in-rule";

    static async Task<Answer> SetAsync(SignInEstate estate, bool only, PersonId? breakGlass = null) =>
        await estate.Api.PostAsync(
            Rule(estate),
            new JsonObject { ["provider_only"] = only, ["break_glass"] = breakGlass?.ToString() }.ToJsonString()
        );

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Passwords_count_no_more_but_for_the_one_owner_and_all_do_again_when_it_is_taken_back(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        var root = await Browser.AccountAsync(estate.Node, "root@example.com", "owner");
        await Browser.AccountAsync(estate.Node, "cy@example.com", "admin");
        (await estate.Api.GetAsync(Rule(estate))).Json["provider_only"]!.GetValue<bool>().ShouldBeFalse();
        using var cy = new Browser(estate.Api);
        using var owner = new Browser(estate.Api);
        using var ada = estate.Browser();
        (await cy.SignInAsync("cy@example.com")).Status.ShouldBe(200);
        (await owner.SignInAsync("root@example.com")).Status.ShouldBe(200);
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);

        var set = await SetAsync(estate, true, root.PersonId);
        set.Status.ShouldBe(200, set.Text);
        set["break_glass"].ShouldBe(root.PersonId.ToString());
        // The session that a password opened is over, at once; the others are not.
        (await cy.MeAsync()).ShouldBe(401);
        (await owner.MeAsync()).ShouldBe(200);
        (await ada.MeAsync()).Status.ShouldBe(200);
        var refused = await cy.SignInAsync("cy@example.com");
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("identity provider alone");
        // Who does not have the password does not learn that.
        (await cy.SignInAsync("cy@example.com", "a wrong password, too long")).Status.ShouldBe(401);
        (await owner.SignInAsync("root@example.com")).Status.ShouldBe(200);

        // Nor is a password set anew, and an invitation leads over the provider.
        var invited = await estate.Api.PostAsync($"/api/accounts/{estate.Person("cy@example.com").Id}/invite", "{}");
        var accept = Browser.Json(("code", invited["code"]), ("password", "another long pass phrase"));
        (await cy.BareAsync(HttpMethod.Post, "/api/invitations/accept", accept)).Status.ShouldBe(403);
        estate.Oidc.Add(new OidcPerson("1009", "cy@example.com", "Cy", SignInEstate.Password, []));
        using var link = estate.Browser();
        var begin = new JsonObject { ["invitation"] = invited["code"] }.ToJsonString();
        (await link.SignInAsync("cy@example.com", begin)).Status.ShouldBe(200);
        var change = Browser.Json(("old", Browser.Password), ("password", "another long pass phrase"));
        (await link.SendAsync(HttpMethod.Post, "/api/session/password", change)).Status.ShouldBe(403);

        // A provider that is switched off keeps nobody out.
        var provider = $"/api/identity-providers/{estate.ProviderId}";
        (await estate.Api.SendAsync(HttpMethod.Patch, provider, """{"enabled":false}""", ("If-Match", "*"))).Status.ShouldBe(200);
        (await cy.SignInAsync("cy@example.com")).Status.ShouldBe(200);
        (await estate.Api.SendAsync(HttpMethod.Patch, provider, """{"enabled":true}""", ("If-Match", "*"))).Status.ShouldBe(200);
        (await cy.MeAsync()).ShouldBe(401);
        (await SetAsync(estate, false)).Status.ShouldBe(200);
        (await cy.SignInAsync("cy@example.com")).Status.ShouldBe(200);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task It_is_set_by_an_owner_who_came_in_by_the_provider_or_with_an_owner_whose_password_stays(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(
            engine,
            server,
            p => p["group_roles"] = new JsonArray(new JsonObject { ["group"] = "portico-admins", ["role"] = "owner" })
        );
        var root = await Browser.AccountAsync(estate.Node, "root@example.com", "owner");
        var admin = await Browser.AccountAsync(estate.Node, "cy@example.com", "admin");
        using var owner = new Browser(estate.Api);
        using var cy = new Browser(estate.Api);
        await owner.SignInAsync("root@example.com");
        await cy.SignInAsync("cy@example.com");
        const string Only = """{"provider_only":true}""";
        var named = new JsonObject { ["provider_only"] = true, ["break_glass"] = root.PersonId.ToString() }.ToJsonString();

        // By a token or a password alone nobody has shown that the provider works.
        foreach (var answer in new[] { await SetAsync(estate, true), await owner.SendAsync(HttpMethod.Post, Rule(estate), Only) })
        {
            answer.Status.ShouldBe(409, answer.Text);
            answer["param"].ShouldBe("break_glass");
        }
        (await cy.SendAsync(HttpMethod.Post, Rule(estate), named)).Status.ShouldBe(403);
        // An admin is no owner, a stranger is nobody, and an owner without a password comes in by no password.
        (await SetAsync(estate, true, admin.PersonId))["detail"]
            .ShouldContain("is no owner");
        (await SetAsync(estate, true, PersonId.New(estate.Time))).Status.ShouldBe(404);
        using var ada = estate.Browser();
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        await estate.RefreshAsync();
        (await SetAsync(estate, true, estate.Person("ada@example.com").Id))["detail"].ShouldContain("has no password");

        (await ada.SendAsync(HttpMethod.Post, Rule(estate), Only)).Status.ShouldBe(200);
        (await owner.MeAsync()).ShouldBe(401);
        (await ada.MeAsync()).Status.ShouldBe(200);
        // The token of this test is the one owner who needs no provider.
        var tokens = await estate.Api.GetAsync("/api/admin-tokens");
        var last = await estate.Api.PostAsync($"/api/admin-tokens/{tokens.Json["items"]![0]!["id"]}/revoke", "");
        last.Status.ShouldBe(409, last.Text);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Without_a_provider_or_another_way_in_for_an_owner_it_is_refused(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(
            engine,
            server,
            p => p["group_roles"] = new JsonArray(new JsonObject { ["group"] = "portico-admins", ["role"] = "owner" })
        );
        var root = await Browser.AccountAsync(estate.Node, "root@example.com", "owner");
        using var ada = estate.Browser();
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        var token = (await estate.Api.GetAsync("/api/admin-tokens")).Json["items"]![0]!["id"]!.GetValue<string>();
        (await ada.SendAsync(HttpMethod.Post, $"/api/admin-tokens/{token}/revoke", "")).Status.ShouldBe(204);
        var refused = await ada.SendAsync(HttpMethod.Post, Rule(estate), """{"provider_only":true}""");
        refused.Status.ShouldBe(409);
        refused["detail"].ShouldContain("while the provider is away");
        var named = new JsonObject { ["provider_only"] = true, ["break_glass"] = root.PersonId.ToString() }.ToJsonString();
        (await ada.SendAsync(HttpMethod.Post, Rule(estate), named)).Status.ShouldBe(200);

        // Whoever was named stays as they are until another is.
        var person = await ada.SendAsync(HttpMethod.Patch, $"/api/people/{root.PersonId}", """{"disabled":true}""", ("If-Match", "*"));
        person.Status.ShouldBe(409);
        person["detail"].ShouldContain("break-glass");
        var account = $"/api/accounts/{root.PersonId}";
        (await ada.SendAsync(HttpMethod.Patch, account, """{"roles":["admin"]}""", ("If-Match", "*"))).Status.ShouldBe(409);
        (await ada.SendAsync(HttpMethod.Delete, account, null, ("If-Match", "*"))).Status.ShouldBe(409);
        (await ada.SendAsync(HttpMethod.Patch, account, """{"roles":["owner","admin"]}""", ("If-Match", "*"))).Status.ShouldBe(200);

        var off = await ada.SendAsync(
            HttpMethod.Patch,
            $"/api/identity-providers/{estate.ProviderId}",
            """{"enabled":false}""",
            ("If-Match", "*")
        );
        off.Status.ShouldBe(200, off.Text);
        using var owner = new Browser(estate.Api);
        (await owner.SignInAsync("root@example.com")).Status.ShouldBe(200);
        var none = await owner.SendAsync(HttpMethod.Post, Rule(estate), named);
        none.Status.ShouldBe(409);
        none["detail"].ShouldContain("no identity provider");
    }
}
