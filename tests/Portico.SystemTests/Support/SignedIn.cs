using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>A person with an account whose browser is signed in at a node: cookie, and the token that changes carry.</summary>
sealed record SignedIn(string Person, HttpClient Browser) : IDisposable
{
    const string Password = "correct horse battery staple";

    /// <summary>Makes the account of a person, new or known, and signs in.</summary>
    public static Task<SignedIn> AtAsync(Node node, string role, string? organisation = null) =>
        WithAsync(node, new JsonObject { ["role"] = role }, organisation);

    /// <summary>The same with a role at a place.</summary>
    public static async Task<SignedIn> WithAsync(Node node, JsonObject grant, string? organisation = null)
    {
        var email = $"p{Guid.NewGuid():N}@example.org";
        var person = (
            await node.Admin.PostAsync(
                "/api/people",
                new JsonObject
                {
                    ["organisation_id"] = organisation ?? node.OrganisationId,
                    ["email"] = email,
                    ["name"] = "Mara",
                }
            )
        ).Text("id");
        var made = await node.Admin.PostAsync(
            "/api/accounts",
            new JsonObject { ["person_id"] = person, ["grants"] = new JsonArray(grant) }
        );
        var browser = node.Client(null);
        await PostAsync(browser, "/api/invitations/accept", new JsonObject { ["code"] = made.Text("code"), ["password"] = Password });
        return new SignedIn(person, browser).With(
            await PostAsync(browser, "/api/session", new JsonObject { ["email"] = email, ["password"] = Password })
        );
    }

    SignedIn With(JsonNode? session)
    {
        Browser.DefaultRequestHeaders.Add("X-Portico-Csrf", session!.Text("csrf"));
        return this;
    }

    static async Task<JsonNode?> PostAsync(HttpClient browser, string path, JsonObject body)
    {
        using var response = await browser.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Calls a model from the playground.</summary>
    public async Task<HttpResponseMessage> AskAsync(
        string useCase,
        JsonObject body,
        CancellationToken ct = default,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/playground/chat/completions?use_case_id={useCase}")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public void Dispose() => Browser.Dispose();
}
