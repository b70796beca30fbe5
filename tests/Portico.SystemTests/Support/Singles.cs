using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Calls of one question and one answer, as callers make them.</summary>
static class Singles
{
    public static JsonObject Rerank(string model, string query, params string[] documents) =>
        new()
        {
            ["model"] = model,
            ["query"] = query,
            ["documents"] = new JsonArray(documents.Select(d => (JsonNode)d).ToArray()),
        };

    public static JsonObject Speech(string model, string input = "Hello, Portico", string format = "wav") =>
        new()
        {
            ["model"] = model,
            ["input"] = input,
            ["voice"] = "alloy",
            ["response_format"] = format,
        };

    public static JsonObject Image(string model, string prompt = "a bicycle") => new() { ["model"] = model, ["prompt"] = prompt };

    public static MultipartFormDataContent Audio(string model, byte[] file, params (string Name, string Value)[] more)
    {
        var form = new MultipartFormDataContent { { new StringContent(model), "model" } };
        foreach (var (name, value) in more)
            form.Add(new StringContent(value), name);
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(part, "file", "hello.wav");
        return form;
    }

    public static Task<HttpResponseMessage> AskAsync(this HttpClient door, string path, JsonObject body, CancellationToken ct = default) =>
        door.AskAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), ct);

    public static Task<HttpResponseMessage> AskAsync(this HttpClient door, string path, HttpContent body, CancellationToken ct = default) =>
        door.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, HttpCompletionOption.ResponseHeadersRead, ct);

    /// <summary>The answer when it is a good one.</summary>
    public static async Task<HttpResponseMessage> GoodAsync(this Task<HttpResponseMessage> asked)
    {
        var response = await asked;
        if (!response.IsSuccessStatusCode)
            throw new ShouldAssertException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response;
    }

    /// <summary>A priced model of a connection of its own; every kind of call is billed as the price says.</summary>
    public static async Task PriceAsync(this Node node, string model, JsonObject price)
    {
        var models = (await node.Admin.GetAsync("/api/models?limit=1000"))["items"]!.AsArray();
        var id = models.Single(m => m!.Text("name") == model)!.Text("id");
        await node.Admin.PostAsync("/api/prices", price.With("model_id", id));
    }
}
