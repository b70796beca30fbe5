using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>The management API as a signed-in client: JSON in, JSON out; anything but success fails the test with the answer's text.</summary>
sealed class Api(HttpClient client) : IDisposable
{
    public HttpClient Client => client;

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JsonNode> PostAsync(string path, JsonObject? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<JsonNode> PutAsync(string path, JsonObject body) => SendAsync(HttpMethod.Put, path, body);

    public Task<JsonNode> PatchAsync(string path, JsonObject body) => SendAsync(HttpMethod.Patch, path, body);

    async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var response = await RawAsync(method, path, body, "*");
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public async Task<HttpResponseMessage> RawAsync(
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string? ifMatch = null,
        string? idempotencyKey = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (ifMatch is not null && method != HttpMethod.Get && method != HttpMethod.Post)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return await client.SendAsync(request);
    }

    public void Dispose() => client.Dispose();
}
