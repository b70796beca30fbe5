using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>An identity provider at /scim/v2.</summary>
sealed class ScimClient(HttpClient client) : IDisposable
{
    public sealed record Reply(int Status, JsonObject? Body, string? Tag)
    {
        public string Id => Body!["id"]!.GetValue<string>();
        public string? Type => Body?["scimType"]?.GetValue<string>();
        public int Total => Body!["totalResults"]!.GetValue<int>();
        public IReadOnlyList<JsonObject> Resources => Body!["Resources"]!.AsArray().Select(r => r!.AsObject()).ToList();
    }

    public static async Task<ScimClient> MakeAsync(ApiHost api, string organisation)
    {
        var made = await api.PostAsync("/api/scim-tokens", $$"""{"organisation_id":"{{organisation}}","name":"directory"}""");
        made.Status.ShouldBe(201, made.Text);
        return new ScimClient(api.ClientWith(made["secret"]));
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/scim/v2" + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/scim+json"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (text.Length > 0)
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/scim+json");
        return new Reply(
            (int)response.StatusCode,
            text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(),
            response.Headers.TryGetValues("ETag", out var tags) ? tags.Single() : null
        );
    }

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> FilterAsync(string filter, string kind = "Users") => GetAsync($"/{kind}?filter={Uri.EscapeDataString(filter)}");

    public Task<Reply> PatchAsync(string path, string operations) =>
        SendAsync(
            HttpMethod.Patch,
            path,
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{{operations}}}"""
        );

    /// <summary>A change of a group, which answers with nothing; the group as it is then.</summary>
    public async Task<Reply> PatchGroupAsync(string id, string operations)
    {
        var changed = await PatchAsync($"/Groups/{id}", operations);
        changed.Status.ShouldBe(204, changed.Body?.ToJsonString());
        changed.Tag.ShouldNotBeNull();
        return await GetAsync($"/Groups/{id}");
    }

    public async Task<string> UserAsync(string name, string more = "")
    {
        var made = await SendAsync(
            HttpMethod.Post,
            "/Users",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}"{{more}}}"""
        );
        made.Status.ShouldBe(201, made.Body?.ToJsonString());
        return made.Id;
    }

    public void Dispose() => client.Dispose();
}
