using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.SignIn;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>Sign-in by the provider of the repository, over HTTP.</summary>
public sealed class OidcSignInTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Theory, ClassData(typeof(StoreCase))]
    public async Task Somebody_new_comes_in_with_the_roles_of_their_groups(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var browser = estate.Browser();
        var ways = await browser.SendAsync(HttpMethod.Get, "/api/sign-in");
        ways.Json["providers"]![0]!["name"]!.GetValue<string>().ShouldBe("Example Directory");
        var answer = await browser.SignInAsync("ben@example.com", """{"return_to":"/console/calls?time=24h"}""");
        answer.Status.ShouldBe(200, answer.Text);
        answer["return_to"].ShouldBe("/console/calls?time=24h");
        var me = await browser.MeAsync();
        me.Json["name"]!.GetValue<string>().ShouldBe("Ben Okafor");
        me.Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["analyst"]);
        (await browser.SendAsync(HttpMethod.Patch, "/api/me", """{"name":"Ben O."}""")).Status.ShouldBe(204);

        var account = await estate.Api.GetAsync($"/api/accounts/{me["id"]}");
        account.Json["federated"]!.GetValue<bool>().ShouldBeTrue();
        account.Json["invited"]!.GetValue<bool>().ShouldBeFalse();
        // The second time it is the same person, with the groups of that day.
        estate.Oidc.Add(new OidcPerson("1002", "ben@example.com", "Ben Okafor", SignInEstate.Password, ["portico-admins"]));
        using var later = estate.Browser();
        (await later.SignInAsync("ben@example.com")).Status.ShouldBe(200);
        var again = await later.MeAsync();
        again["id"].ShouldBe(me["id"]);
        again.Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["admin"]);
    }

    [Theory]
    [InlineData(OidcFault.AlgorithmNone, "algorithm")]
    [InlineData(OidcFault.PublicKeyAsSecret, "algorithm")]
    [InlineData(OidcFault.ForgedSignature, "signature")]
    [InlineData(OidcFault.UnknownKey, "no key of its name")]
    [InlineData(OidcFault.ChangedPayload, "signature")]
    [InlineData(OidcFault.WrongIssuer, "another issuer")]
    [InlineData(OidcFault.WrongAudience, "somebody else")]
    [InlineData(OidcFault.OtherClient, "somebody else")]
    [InlineData(OidcFault.Expired, "time is over")]
    [InlineData(OidcFault.NotYet, "has not come")]
    [InlineData(OidcFault.NoEnd, "lacks a claim")]
    [InlineData(OidcFault.WrongNonce, "another sign-in")]
    [InlineData(OidcFault.NoNonce, "another sign-in")]
    [InlineData(OidcFault.WrongAccessHash, "another access token")]
    public async Task A_token_with_a_fault_lets_nobody_in_and_makes_nobody(OidcFault fault, string words)
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        var begun = await browser.BeginAsync();
        var back = await browser.LogInAsync(begun["address"], "ada@example.com");
        estate.Oidc.Fault = fault;
        var answer = await browser.CompleteAsync(back);
        answer.Status.ShouldBe(403, answer.Text);
        answer["detail"].ShouldContain(words);
        await estate.RefreshAsync();
        estate.Node.Get<GovernanceCatalog>().Current.People.ShouldBeEmpty();
        (await browser.MeAsync()).Status.ShouldBe(401);
        // Nothing is left of it: without the fault it works.
        estate.Oidc.Fault = OidcFault.None;
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(OidcFault.Down, "503")]
    [InlineData(OidcFault.Huge, "more than")]
    [InlineData(OidcFault.OtherIssuerInDiscovery, "another issuer")]
    public async Task A_provider_that_does_not_answer_as_one_is_told_on_the_page(OidcFault fault, string words)
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        estate.Oidc.Fault = fault;
        var begun = await browser.BeginAsync();
        begun.Status.ShouldBe(503, begun.Text);
        begun["code"].ShouldBe("identity_provider_unavailable");
        begun["detail"].ShouldContain("Example Directory cannot be asked now");
        begun["detail"].ShouldContain(words);
    }

    [Fact]
    public async Task A_provider_that_goes_away_in_the_middle_is_told_too()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        var begun = await browser.BeginAsync();
        var back = await browser.LogInAsync(begun["address"], "ada@example.com");
        estate.Oidc.Fault = OidcFault.Down;
        (await browser.CompleteAsync(back)).Status.ShouldBe(503);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_sign_in_is_used_once_in_the_browser_that_began_it_within_ten_minutes(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var browser = estate.Browser();
        using var other = estate.Browser();
        var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        // Somebody else's browser, which has a sign-in of its own under way.
        await other.BeginAsync();
        (await other.CompleteAsync((JsonObject)back.DeepClone())).Status.ShouldBe(401);
        // That was its one use.
        (await browser.CompleteAsync((JsonObject)back.DeepClone())).Status.ShouldBe(401);
        estate.Oidc.Exchanges.ShouldBe(0);

        back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        (await browser.CompleteAsync((JsonObject)back.DeepClone())).Status.ShouldBe(200);
        var replayed = await browser.CompleteAsync((JsonObject)back.DeepClone());
        replayed.Status.ShouldBe(401);
        replayed["detail"].ShouldContain("was used");

        back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        estate.Time.Advance(TimeSpan.FromMinutes(10));
        (await browser.CompleteAsync(back)).Status.ShouldBe(401);
        (await browser.CompleteAsync(new JsonObject { ["code"] = "x", ["state"] = "made up" })).Status.ShouldBe(401);
        estate.Oidc.Exchanges.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_of_another_issuer_or_with_an_error_lets_nobody_in()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        back["iss"] = "https://other.example.com";
        (await browser.CompleteAsync(back))["detail"].ShouldContain("another issuer");
        back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com", "wrong");
        var refused = await browser.CompleteAsync(back);
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("access_denied");
        back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com", "wrong");
        back["error"] = "<b>Look here</b>";
        (await browser.CompleteAsync(back))["detail"].ShouldNotContain("<b>");
        estate.Oidc.Exchanges.ShouldBe(0);
    }

    [Fact]
    public async Task Another_page_can_neither_begin_nor_complete_a_sign_in()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        var path = $"/api/sign-in/{estate.ProviderId}";
        (await browser.SendAsync(HttpMethod.Post, path, "{}", ("Origin", "https://evil.example"))).Status.ShouldBe(403);
        var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        (
            await browser.SendAsync(HttpMethod.Post, "/api/sign-in/complete", back.ToJsonString(), ("Sec-Fetch-Site", "cross-site"))
        ).Status.ShouldBe(403);
        // It was not even looked at.
        (await browser.CompleteAsync(back)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Keys_that_rotate_are_read_again_and_not_more_often_than_each_30_seconds()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        estate.Oidc.KeyReads.ShouldBe(1);
        estate.Time.Advance(TimeSpan.FromMinutes(5));
        estate.Oidc.Rotate();
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        estate.Oidc.KeyReads.ShouldBe(2);
        // Tokens of a stranger make nobody read all the time.
        estate.Time.Advance(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 5; i++)
        {
            var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
            estate.Oidc.Fault = OidcFault.UnknownKey;
            (await browser.CompleteAsync(back)).Status.ShouldBe(403);
            estate.Oidc.Fault = OidcFault.None;
        }
        estate.Oidc.KeyReads.ShouldBe(3);
    }

    [Fact]
    public async Task A_curve_signs_as_well_as_RSA()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server, algorithm: "ES256");
        using var browser = estate.Browser();
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Groups_that_do_not_fit_into_the_token_come_from_userinfo_of_the_same_subject()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        estate.Oidc.Fault = OidcFault.GroupsElsewhere;
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        (await browser.MeAsync()).Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["admin"]);
    }

    [Fact]
    public async Task Whoever_is_in_no_group_with_a_role_is_told_so()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        var refused = await browser.SignInAsync("eve@example.com");
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("none of your groups has a role");
        await estate.RefreshAsync();
        estate.Node.Get<GovernanceCatalog>().Current.People.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_equal_email_links_nobody_and_an_invitation_does(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        var owner = await Browser.AccountAsync(estate.Node, "ada@example.com", "owner");
        using var browser = estate.Browser();
        var refused = await browser.SignInAsync("ada@example.com");
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("an e-mail alone proves nothing");

        var invited = await estate.Api.PostAsync($"/api/accounts/{owner.PersonId}/invite", "{}");
        var begin = new JsonObject { ["invitation"] = invited["code"] }.ToJsonString();
        (await browser.SignInAsync("ada@example.com", begin)).Status.ShouldBe(200);
        (await browser.MeAsync())["id"].ShouldBe(owner.PersonId.ToString());
        // Used: for nobody else.
        using var other = estate.Browser();
        (await other.SignInAsync("ben@example.com", begin)).Status.ShouldBe(403);
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task New_people_need_a_verified_email_of_a_domain_that_comes_in()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        var ada = new OidcPerson("1001", "ada@example.com", "Ada", SignInEstate.Password, ["portico-admins"]);
        estate.Oidc.Add(ada with { EmailVerified = false });
        (await browser.SignInAsync("ada@example.com"))["detail"].ShouldContain("verified");
        estate.Oidc.Add(ada with { EmailVerified = null });
        (await browser.SignInAsync("ada@example.com"))["detail"].ShouldContain("verified");
        await PatchAsync("""{"email_domains":["example.org"]}""");
        estate.Oidc.Add(ada);
        (await browser.SignInAsync("ada@example.com"))["detail"].ShouldContain("domain");
        await PatchAsync("""{"email_domains":["@Example.com"]}""");
        estate.Oidc.Add(ada with { EmailVerified = null });
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        await PatchAsync("""{"makes_people":false}""");
        (await browser.SignInAsync("ben@example.com"))["detail"].ShouldContain("invitation");
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);

        async Task PatchAsync(string body) =>
            (
                await estate.Api.SendAsync(HttpMethod.Patch, $"/api/identity-providers/{estate.ProviderId}", body, ("If-Match", "*"))
            ).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Where_one_returns_to_is_a_path_of_the_console()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var browser = estate.Browser();
        foreach (var to in new[] { "https://evil.example/", "//evil.example", "/console\\evil", "/api/me", "javascript:alert(1)" })
        {
            var answer = await browser.SignInAsync("ada@example.com", new JsonObject { ["return_to"] = to }.ToJsonString());
            answer.Status.ShouldBe(200);
            answer.Json["return_to"].ShouldBeNull(to);
        }
    }
}
