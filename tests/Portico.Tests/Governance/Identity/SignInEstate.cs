using System.Net;
using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>A node whose organisation signs in at the provider of the repository, and browsers that do.</summary>
sealed class SignInEstate : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    readonly TestStore store;

    SignInEstate(TestStore store, TestNode node, ApiHost api, OidcServer oidc, ManualTime time) =>
        (this.store, Node, Api, Oidc, Time) = (store, node, api, oidc, time);

    public TestNode Node { get; }
    public ApiHost Api { get; }
    public OidcServer Oidc { get; }
    public ManualTime Time { get; }
    public TestStore Store => store;
    public string OrganisationId { get; private set; } = "";
    public string ProviderId { get; private set; } = "";

    public static async Task<SignInEstate> MakeAsync(
        Engine engine,
        PostgresServer server,
        Action<JsonObject>? provider = null,
        string algorithm = "RS256",
        IReadOnlyDictionary<string, string?>? settings = null
    )
    {
        // In the future: a client drops cookies that are over by its own clock.
        var time = new ManualTime(new DateTimeOffset(2040, 11, 2, 9, 0, 0, TimeSpan.Zero));
        var empty = await TestStore.CreateAsync(engine, server);
        var node = await empty.OpenAsync(time: time, settings: settings);
        var oidc = await OidcServer.StartAsync(time, algorithm);
        oidc.Add(new OidcPerson("1001", "ada@example.com", "Ada Lovelace", Password, ["portico-admins"]));
        oidc.Add(new OidcPerson("1002", "ben@example.com", "Ben Okafor", Password, ["portico-analysts", "other"]));
        oidc.Add(new OidcPerson("1003", "eve@example.com", "Eve Stranger", Password, ["other"]));
        var made = new SignInEstate(empty, node, await ApiHost.StartAsync(node), oidc, time);
        made.OrganisationId = (await made.Api.PostAsync("/api/organisations", """{"name":"Bank"}"""))["id"];
        var body = made.Body();
        provider?.Invoke(body);
        var answer = await made.Api.PostAsync("/api/identity-providers", body.ToJsonString());
        answer.Status.ShouldBe(201, answer.Text);
        made.ProviderId = answer["id"];
        return made;
    }

    public JsonObject Body() =>
        new()
        {
            ["organisation_id"] = OrganisationId,
            ["name"] = "Example Directory",
            ["issuer"] = Oidc.Issuer,
            ["client_id"] = OidcServer.ClientId,
            ["client_secret"] = OidcServer.ClientSecret,
            ["group_roles"] = new JsonArray(
                new JsonObject { ["group"] = "portico-admins", ["role"] = "admin" },
                new JsonObject { ["group"] = "portico-analysts", ["role"] = "analyst" }
            ),
            ["makes_people"] = true,
            ["allow_special_addresses"] = true,
        };

    public ProviderBrowser Browser() => new(this);

    public Person Person(string email) => Node.Get<GovernanceCatalog>().Current.People.Values.Single(p => p.Email == email);

    public async Task RefreshAsync() => await Node.Get<GovernanceCatalog>().RefreshAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Oidc.DisposeAsync();
        await store.DisposeAsync();
    }
}

/// <summary>A browser at Portico and at the provider.</summary>
sealed class ProviderBrowser(SignInEstate estate) : IDisposable
{
    readonly HttpClient portico = estate.Api.Browser();
    readonly HttpClient provider = new(new HttpClientHandler { AllowAutoRedirect = false });

    public string? Csrf { get; private set; }

    public Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] more) =>
        ApiHost.SendAsync(portico, method, path, body, Csrf is null ? more : [("X-Portico-Csrf", Csrf), .. more]);

    public Task<Answer> BeginAsync(string body = "{}") => SendAsync(HttpMethod.Post, $"/api/sign-in/{estate.ProviderId}", body);

    /// <summary>What the provider leads back with.</summary>
    public async Task<JsonObject> LogInAsync(string address, string email, string password = SignInEstate.Password)
    {
        using var form = new FormUrlEncodedContent([new("email", email), new("password", password)]);
        using var response = await provider.PostAsync(new Uri(address), form, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        var back = new Uri(response.Headers.Location!.ToString());
        back.AbsolutePath.ShouldBe("/console/sign-in");
        var query = System.Web.HttpUtility.ParseQueryString(back.Query);
        var body = new JsonObject();
        foreach (var name in query.AllKeys)
            body[name!] = query[name];
        return body;
    }

    public async Task<Answer> CompleteAsync(JsonObject body)
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/sign-in/complete", body.ToJsonString());
        if (answer.Status == 200)
            Csrf = answer["csrf"];
        return answer;
    }

    /// <summary>The whole way.</summary>
    public async Task<Answer> SignInAsync(string email, string begin = "{}")
    {
        var begun = await BeginAsync(begin);
        return begun.Status == 200 ? await CompleteAsync(await LogInAsync(begun["address"], email)) : begun;
    }

    public Task<Answer> MeAsync() => SendAsync(HttpMethod.Get, "/api/me");

    public void Dispose()
    {
        portico.Dispose();
        provider.Dispose();
    }
}
