using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Identity.Oidc;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>A provider that is slow, hangs or breaks: whoever signs in is told so within a bound, and nobody else waits.</summary>
public sealed class SlowProviderTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>A provider without a fault is in time too: a busy machine takes longer than a second for it now and then.</summary>
    Task<SignInEstate> MakeAsync(Engine engine = Engine.Sqlite, int seconds = 3) =>
        SignInEstate.MakeAsync(
            engine,
            server,
            settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["SignIn:ProviderTimeoutSeconds"] = $"{seconds}" }
        );

    static void ShouldBeAway(Answer answer, string says)
    {
        answer.Status.ShouldBe(503, answer.Text);
        answer["code"].ShouldBe("identity_provider_unavailable");
        answer["detail"].ShouldContain(says);
    }

    [Theory]
    [InlineData(OidcFault.Silent, "did not answer within 3 s")]
    [InlineData(OidcFault.Slow, "did not end it within 3 s")]
    [InlineData(OidcFault.Huge, "more than 512 KB")]
    [InlineData(OidcFault.Broken, "answered 500")]
    public async Task A_sign_in_is_told_at_its_beginning_and_at_its_end_and_is_begun_again_when_the_provider_answers(
        OidcFault fault,
        string says
    )
    {
        await using var estate = await MakeAsync();
        using var browser = estate.Browser();
        estate.Oidc.Fault = fault;
        ShouldBeAway(await browser.BeginAsync(), says);
        estate.Oidc.Fault = OidcFault.None;
        estate.Time.Advance(TimeSpan.FromSeconds(10));
        var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        estate.Oidc.Fault = fault;
        ShouldBeAway(await browser.CompleteAsync(back), says);
        (await browser.MeAsync()).Status.ShouldBe(401);
        estate.Oidc.Fault = OidcFault.None;
        (await browser.SignInAsync("ada@example.com")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_head_that_never_ends_is_not_waited_for()
    {
        await using var estate = await MakeAsync(seconds: 1);
        await using var dripping = new DrippingServer();
        var body = estate.Body();
        (body["name"], body["issuer"]) = ("Dripping", dripping.Address);
        var made = await estate.Api.PostAsync("/api/identity-providers", body.ToJsonString());
        using var browser = estate.Browser();
        ShouldBeAway(await browser.SendAsync(HttpMethod.Post, $"/api/sign-in/{made["id"]}", "{}"), "did not answer within 1 s");
    }

    [Fact]
    public async Task Answers_that_are_each_in_time_and_too_slow_together_end_the_step()
    {
        await using var estate = await MakeAsync(seconds: 4);
        using var browser = estate.Browser();
        var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        // Another key: the code, the documents and the keys are asked for, and each is there in time.
        estate.Oidc.Delay = TimeSpan.FromSeconds(2.8);
        estate.Oidc.Rotate();
        ShouldBeAway(await browser.CompleteAsync(back), "took longer than 8 s");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task While_one_provider_is_silent_everybody_else_signs_in_and_works(Engine engine)
    {
        // Longer than the test: it ends because the provider answers in the end, not because a bound is over.
        await using var estate = await MakeAsync(engine, 60);
        await using var other = await OidcServer.StartAsync(estate.Time);
        other.Add(new OidcPerson("2001", "ida@example.com", "Ida", SignInEstate.Password, ["portico-admins"]));
        var body = estate.Body();
        (body["name"], body["issuer"]) = ("Other Directory", other.Issuer);
        var second = (await estate.Api.PostAsync("/api/identity-providers", body.ToJsonString()))["id"];
        await Browser.AccountAsync(estate.Node, "bob@example.com", "owner");

        using var ada = estate.Browser();
        estate.Oidc.Fault = OidcFault.Silent;
        var waits = ada.BeginAsync();
        await Eventually.HoldsAsync(() => estate.Oidc.Waiting == 1, Soon);
        using (var bob = new Browser(estate.Api))
        {
            (await bob.SignInAsync("bob@example.com")).Status.ShouldBe(200);
            (await bob.SendAsync(HttpMethod.Patch, "/api/me", """{"name":"Robert"}""")).Status.ShouldBe(204);
        }
        using (var ida = estate.Browser())
        {
            var begun = await ida.SendAsync(HttpMethod.Post, $"/api/sign-in/{second}", "{}");
            (await ida.CompleteAsync(await ida.LogInAsync(begun["address"], "ida@example.com"))).Status.ShouldBe(200);
            (await ida.MeAsync()).Status.ShouldBe(200);
        }
        waits.IsCompleted.ShouldBeFalse();
        estate.Oidc.Answer();
        (await waits).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Those_who_waited_for_the_same_silence_do_not_wait_for_it_one_after_the_other()
    {
        await using var estate = await MakeAsync(seconds: 1);
        estate.Oidc.Fault = OidcFault.Silent;
        using var browser = estate.Browser();
        var all = Enumerable.Range(0, 8).Select(_ => browser.BeginAsync()).ToList();
        await Eventually.HoldsAsync(() => estate.Oidc.Waiting == 1, Soon);
        // As long as the silence lasts, by the clock of the node.
        estate.Time.Advance(TimeSpan.FromSeconds(10));
        foreach (var answer in await Task.WhenAll(all))
            ShouldBeAway(answer, "did not answer within 1 s");
        estate.Oidc.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_that_change_in_the_middle_of_a_sign_in_are_read_again()
    {
        await using var estate = await MakeAsync(seconds: 10);
        using var browser = estate.Browser();
        var back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        estate.Oidc.Rotate();
        (await browser.CompleteAsync(back)).Status.ShouldBe(200);
        estate.Oidc.KeyReads.ShouldBe(2);
        // Again a moment later: keys do not change so often, and whoever says so does not make this node read.
        back = await browser.LogInAsync((await browser.BeginAsync())["address"], "ada@example.com");
        estate.Oidc.Rotate();
        var refused = await browser.CompleteAsync(back);
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("no key of its name");
        estate.Oidc.KeyReads.ShouldBe(2);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task People_of_another_provider_are_asked_about_while_one_is_silent(Engine engine)
    {
        await using var estate = await MakeAsync(engine, 60);
        await using var other = await OidcServer.StartAsync(estate.Time);
        other.Add(new OidcPerson("2001", "ida@example.com", "Ida", SignInEstate.Password, ["portico-admins"]));
        var body = estate.Body();
        (body["name"], body["issuer"]) = ("Other Directory", other.Issuer);
        var second = (await estate.Api.PostAsync("/api/identity-providers", body.ToJsonString()))["id"];
        using var ada = estate.Browser();
        using var ida = estate.Browser();
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        var begun = await ida.SendAsync(HttpMethod.Post, $"/api/sign-in/{second}", "{}");
        (await ida.CompleteAsync(await ida.LogInAsync(begun["address"], "ida@example.com"))).Status.ShouldBe(200);

        estate.Time.Advance(TimeSpan.FromSeconds(240));
        other.Remove("2001");
        estate.Oidc.Fault = OidcFault.Silent;
        var round = estate.Node.Get<IdentityRecheck>().RunAsync(Ct);
        await Eventually.HoldsAsync(async () => (await ida.MeAsync()).Status == 401, Soon);
        round.IsCompleted.ShouldBeFalse();
        estate.Oidc.Answer();
        (await round).ShouldBe(2);
        (await ada.MeAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_provider_that_answers_for_nobody_is_not_asked_for_all_one_after_the_other()
    {
        await using var estate = await MakeAsync();
        var people = Enumerable.Range(0, 40).Select(i => $"p{i}@example.com").ToList();
        foreach (var (email, i) in people.Select((e, i) => (e, i)))
        {
            estate.Oidc.Add(new OidcPerson($"30{i}", email, email, SignInEstate.Password, ["portico-analysts"]));
            using var browser = estate.Browser();
            (await browser.SignInAsync(email)).Status.ShouldBe(200);
        }
        estate.Time.Advance(TimeSpan.FromSeconds(240));
        estate.Oidc.Fault = OidcFault.Silent;
        var before = estate.Oidc.Requests;
        (await estate.Node.Get<IdentityRecheck>().RunAsync(Ct)).ShouldBe(40);
        (estate.Oidc.Requests - before).ShouldBeLessThanOrEqualTo(16);
    }
}
