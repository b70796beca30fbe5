using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>A browser at the API of a node: it keeps its cookie, and sends the token that changes carry.</summary>
sealed class Browser(ApiHost api) : IDisposable
{
    public const string Password = "correct horse battery staple";

    readonly HttpClient client = api.Browser();

    public string? Csrf { get; private set; }

    public async Task<Answer> SignInAsync(string email, string password = Password)
    {
        var answer = await ApiHost.SendAsync(client, HttpMethod.Post, "/api/session", Json(("email", email), ("password", password)));
        if (answer.Status == 200)
            Csrf = answer["csrf"];
        return answer;
    }

    public Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] more) =>
        ApiHost.SendAsync(client, method, path, body, Csrf is null ? more : [("X-Portico-Csrf", Csrf), .. more]);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Just as given, without the token.</summary>
    public Task<Answer> BareAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers) =>
        ApiHost.SendAsync(client, method, path, body, headers);

    public async Task<int> MeAsync() => (await GetAsync("/api/me")).Status;

    public static string Json(params (string Name, string Value)[] members) =>
        new System.Text.Json.Nodes.JsonObject(
            members.Select(m => new KeyValuePair<string, System.Text.Json.Nodes.JsonNode?>(m.Name, m.Value))
        ).ToJsonString();

    /// <summary>A person with an account and a password.</summary>
    public static async Task<Account> AccountAsync(TestNode node, string email, params string[] roles)
    {
        var ct = TestContext.Current.CancellationToken;
        var governance = node.Get<GovernanceService>();
        var organisation =
            node.Get<GovernanceCatalog>().Current.Organisations.Values.FirstOrDefault()
            ?? await governance.CreateOrganisationAsync("Bank", ct);
        var person = await governance.CreatePersonAsync(organisation.Id, email, email.Split('@')[0], ct);
        var (_, invitation) = await node.Get<Accounts>().CreateAsync(
            person.Id,
            roles.Select(r => new Grant(r, Place.Everywhere)).ToList(),
            Reach.Everywhere,
            ct
        );
        await node.Get<Accounts>().AcceptAsync(invitation.Code.Reveal(), Password, ct);
        return await node.Get<Accounts>().FindAsync(person.Id.ToString(), Reach.Everywhere, ct);
    }

    public void Dispose() => client.Dispose();
}
