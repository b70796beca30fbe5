using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Identity.Oidc;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>Who is asked about again, and what ends when the provider knows somebody no more, or does not answer.</summary>
public sealed class RecheckTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<int> RunAsync(SignInEstate estate) => estate.Node.Get<IdentityRecheck>().RunAsync(Ct);

    static async Task<(Secret Secret, Person Person)> KeyAsync(SignInEstate estate, string email)
    {
        await estate.RefreshAsync();
        var governance = estate.Node.Get<GovernanceService>();
        var catalog = estate.Node.Get<GovernanceCatalog>();
        var person = estate.Person(email);
        var workspace =
            catalog.Current.Workspaces.Values.FirstOrDefault()
            ?? await governance.CreateWorkspaceAsync(person.OrganisationId, "Retail", Ct);
        var useCase = await governance.CreateUseCaseAsync(workspace.Id, "For " + email, null, null, Ct);
        var key = await estate
            .Node.Get<KeyService>()
            .CreateAsync(
                new KeyDraft
                {
                    Name = email,
                    UseCaseId = useCase.Id,
                    PersonId = person.Id,
                },
                Reach.Everywhere,
                Ct
            );
        return (key.Secret, person);
    }

    static KeyRefusal Try(TestNode node, Secret key, DateTimeOffset now) =>
        node.Get<GovernanceCatalog>().Current.FindBySecret(SecretDigest.Of(key.Reveal()), now).Refusal;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Whoever_is_removed_at_the_provider_loses_sessions_and_keys_at_the_next_check(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var ada = estate.Browser();
        using var ben = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        await ben.SignInAsync("ben@example.com");
        var (adas, person) = await KeyAsync(estate, "ada@example.com");
        var (bens, _) = await KeyAsync(estate, "ben@example.com");
        (await RunAsync(estate)).ShouldBe(0);

        estate.Oidc.Remove("1001");
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        (await RunAsync(estate)).ShouldBe(2);
        (await ada.MeAsync()).Status.ShouldBe(401);
        (await ben.MeAsync()).Status.ShouldBe(200);
        await estate.RefreshAsync();
        Try(estate.Node, adas, estate.Time.GetUtcNow()).ShouldBe(KeyRefusal.PersonDisabled);
        Try(estate.Node, bens, estate.Time.GetUtcNow()).ShouldBe(KeyRefusal.None);
        estate.Person("ada@example.com").DisabledBy.ShouldBe(estate.ProviderId);

        // Nobody asks for them any more; when the provider lets them in again, all is as before.
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        (await RunAsync(estate)).ShouldBe(1);
        estate.Oidc.Add(new OidcPerson("1001", "ada@example.com", "Ada Lovelace", SignInEstate.Password, ["portico-admins"]));
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        (await ada.MeAsync())["id"].ShouldBe(person.Id.ToString());
        await estate.RefreshAsync();
        Try(estate.Node, adas, estate.Time.GetUtcNow()).ShouldBe(KeyRefusal.None);
    }

    [Fact]
    public async Task A_key_alone_is_followed_too_and_whom_somebody_here_disabled_no_provider_lets_in()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var ada = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        var (key, person) = await KeyAsync(estate, "ada@example.com");
        (await ada.SendAsync(HttpMethod.Delete, "/api/session")).Status.ShouldBe(200);
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        (await RunAsync(estate)).ShouldBe(1);
        estate.Oidc.Remove("1001");
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        (await RunAsync(estate)).ShouldBe(1);
        await estate.RefreshAsync();
        Try(estate.Node, key, estate.Time.GetUtcNow()).ShouldBe(KeyRefusal.PersonDisabled);

        estate.Oidc.Add(new OidcPerson("1001", "ada@example.com", "Ada Lovelace", SignInEstate.Password, ["portico-admins"]));
        var address = $"/api/people/{person.Id}";
        (await estate.Api.SendAsync(HttpMethod.Patch, address, """{"disabled":true}""", ("If-Match", "*"))).Status.ShouldBe(200);
        var refused = await ada.SignInAsync("ada@example.com");
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("disabled here");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Sessions_go_on_for_the_grace_while_the_provider_is_away_and_keys_longer(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(
            engine,
            server,
            settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["SignIn:GraceMinutes"] = "20" }
        );
        using var ada = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        var (key, _) = await KeyAsync(estate, "ada@example.com");
        estate.Oidc.Fault = OidcFault.Down;
        for (var minute = 4; minute < 20; minute += 4)
        {
            estate.Time.Advance(TimeSpan.FromMinutes(4));
            await RunAsync(estate);
            (await ada.MeAsync()).Status.ShouldBe(200, $"minute {minute}");
        }
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        await RunAsync(estate);
        (await ada.MeAsync()).Status.ShouldBe(401);
        await estate.RefreshAsync();
        Try(estate.Node, key, estate.Time.GetUtcNow()).ShouldBe(KeyRefusal.None);
        // It is back: so is everybody.
        estate.Oidc.Fault = OidcFault.None;
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Groups_that_changed_count_from_the_next_check_on()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var ben = estate.Browser();
        await ben.SignInAsync("ben@example.com");
        (await ben.SendAsync(HttpMethod.Get, "/api/connections")).Status.ShouldBe(403);
        estate.Oidc.Add(new OidcPerson("1002", "ben@example.com", "Ben", SignInEstate.Password, ["portico-admins"]));
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        await RunAsync(estate);
        (await ben.SendAsync(HttpMethod.Get, "/api/connections")).Status.ShouldBe(200);
        estate.Oidc.Add(new OidcPerson("1002", "ben@example.com", "Ben", SignInEstate.Password, []));
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        await RunAsync(estate);
        (await ben.SendAsync(HttpMethod.Get, "/api/calls")).Status.ShouldBe(403);
        // Each refresh token was used once: the provider gives another each time.
        estate.Oidc.Refreshes.ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_refresh_token_userinfo_is_asked_and_the_session_ends_with_the_access_token()
    {
        await using var estate = await SignInEstate.MakeAsync(
            Engine.Sqlite,
            server,
            p => p["scopes"] = new JsonArray("openid", "email", "profile")
        );
        using var ada = estate.Browser();
        using var ben = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        await ben.SignInAsync("ben@example.com");
        var (key, _) = await KeyAsync(estate, "ada@example.com");
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        (await RunAsync(estate)).ShouldBe(2);
        (await ada.MeAsync()).Status.ShouldBe(200);
        estate.Oidc.Remove("1001");
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        await RunAsync(estate);
        (await ada.MeAsync()).Status.ShouldBe(401);
        await estate.RefreshAsync();
        Try(estate.Node, key, estate.Time.GetUtcNow()).ShouldBe(KeyRefusal.PersonDisabled);
        (await ben.MeAsync()).Status.ShouldBe(200);
        estate.Time.Advance(TimeSpan.FromMinutes(60));
        await RunAsync(estate);
        (await ben.MeAsync()).Status.ShouldBe(401);
        await estate.RefreshAsync();
        estate.Person("ben@example.com").Disabled.ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_that_is_refused_says_nothing_of_a_person()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var ada = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        var changed = await estate.Api.SendAsync(
            HttpMethod.Patch,
            $"/api/identity-providers/{estate.ProviderId}",
            """{"client_secret":"another one"}""",
            ("If-Match", "*")
        );
        changed.Status.ShouldBe(200);
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        (await RunAsync(estate)).ShouldBe(1);
        (await ada.MeAsync()).Status.ShouldBe(200);
        await estate.RefreshAsync();
        estate.Person("ada@example.com").Disabled.ShouldBeFalse();
        using var other = estate.Browser();
        (await other.SignInAsync("ada@example.com"))["detail"].ShouldContain("client_secret");
    }

    [Fact]
    public async Task The_last_owner_stays_whatever_a_provider_says()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        var owner = await Browser.AccountAsync(estate.Node, "ada@example.com", "owner");
        var invited = await estate.Api.PostAsync($"/api/accounts/{owner.PersonId}/invite", "{}");
        using var ada = estate.Browser();
        (await ada.SignInAsync("ada@example.com", new JsonObject { ["invitation"] = invited["code"] }.ToJsonString())).Status.ShouldBe(200);
        var token = (await estate.Api.GetAsync("/api/me"))["id"];
        using var browser = new Browser(estate.Api);
        await browser.SignInAsync("ada@example.com");
        // What somebody gave her stays beside what her groups give.
        (await ada.MeAsync()).Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["owner", "admin"], ignoreOrder: true);
        (await browser.SendAsync(HttpMethod.Post, $"/api/admin-tokens/{token}/revoke")).Status.ShouldBe(204);

        estate.Time.Advance(TimeSpan.FromMinutes(4));
        await RunAsync(estate);
        (await ada.MeAsync()).Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldContain("owner");
        estate.Oidc.Remove("1001");
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        await RunAsync(estate);
        (await ada.MeAsync()).Status.ShouldBe(401);
        using var back = new Browser(estate.Api);
        (await back.SignInAsync("ada@example.com")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_removed_person_stops_on_every_node_without_a_request_to_it()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Postgres, server);
        using var ada = estate.Browser();
        await ada.SignInAsync("ada@example.com");
        var (key, _) = await KeyAsync(estate, "ada@example.com");
        var second = await estate.Store.OpenAsync("two", estate.Time);
        await second.StartAsync();
        await Eventually.HoldsAsync(() => Try(second, key, estate.Time.GetUtcNow()) == KeyRefusal.None, TimeSpan.FromSeconds(20));
        // The first node's background services do not run: what the second learns, it learns by the signal.
        estate.Oidc.Remove("1001");
        estate.Time.Advance(TimeSpan.FromMinutes(4));
        await RunAsync(estate);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(() => Try(second, key, estate.Time.GetUtcNow()) == KeyRefusal.PersonDisabled, TimeSpan.FromSeconds(20));
        TestContext.Current.SendDiagnosticMessage(
            $"the second node refused the key after {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms"
        );
        await using var secondApi = await ApiHost.StartAsync(second);
        (await ada.MeAsync()).Status.ShouldBe(401);
    }
}
