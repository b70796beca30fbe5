using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Calls of /v1/conversations.</summary>
static class ConversationCalls
{
    public static async Task<HttpResponseMessage> TalkAsync(this HttpClient door, HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/v1/conversations{path}");
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await door.SendAsync(request);
    }

    public static async Task<JsonNode> TalkedAsync(this HttpClient door, HttpMethod method, string path, JsonNode? body = null)
    {
        using var response = await door.TalkAsync(method, path, body);
        return await response.GoodAsync();
    }

    /// <summary>The id of a new conversation.</summary>
    public static async Task<string> NewConversationAsync(this HttpClient door, JsonNode? body = null) =>
        (await door.TalkedAsync(HttpMethod.Post, "", body)).Text("id");

    public static JsonObject Items(params string[] texts) =>
        new() { ["items"] = new JsonArray(texts.Select(t => (JsonNode)new JsonObject { ["role"] = "user", ["content"] = t }).ToArray()) };

    /// <summary>All that was said, the oldest first, as <c>user: text</c>.</summary>
    public static async Task<List<string>> SaidAsync(this HttpClient door, string id)
    {
        var said = new List<string>();
        for (var after = ""; ; )
        {
            var page = await door.TalkedAsync(HttpMethod.Get, $"/{id}/items?order=asc&limit=100{after}");
            foreach (var item in page["data"]!.AsArray())
                said.Add(item!["role"] is null ? item.Text("type") : $"{item.Text("role")}: {item["content"]![0]!.Text("text")}");
            if (!page["has_more"]!.GetValue<bool>())
                return said;
            after = "&after=" + page.Text("last_id");
        }
    }
}
