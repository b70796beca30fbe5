using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Messages;

namespace Portico.SystemTests.Support;

/// <summary>Message batches as a program of Anthropic's SDK uses them.</summary>
static class MessageBatching
{
    public const string Path = "/v1/messages/batches";

    /// <summary>A request that asks a model to say its own name.</summary>
    public static JsonObject Request(string id, string model = "sim/echo", JsonNode? parameters = null)
    {
        var ask = MessagesCalls.Ask(model, $"I am {id}");
        ask.Remove("stream");
        return new JsonObject { ["custom_id"] = id, ["params"] = parameters ?? ask };
    }

    public static JsonObject Requests(int count, string model = "sim/echo") =>
        Order(Enumerable.Range(1, count).Select(i => Request($"r-{i}", model)).ToArray());

    public static JsonObject Order(params JsonNode[] requests) => new() { ["requests"] = new JsonArray(requests) };

    public static Task<HttpResponseMessage> OrderMessagesAsync(this HttpClient door, string body, string type = "application/json") =>
        door.PostAsync(new Uri(Path, UriKind.Relative), new StringContent(body, Encoding.UTF8, type));

    /// <summary>A batch that must be taken.</summary>
    public static async Task<JsonNode> MessageBatchAsync(this HttpClient door, JsonObject order)
    {
        using var response = await door.OrderMessagesAsync(order.ToJsonString());
        return await response.GoodAsync();
    }

    public static async Task<JsonNode> MessageBatchOfAsync(this HttpClient door, string id)
    {
        using var response = await door.GetAsync(new Uri($"{Path}/{id}", UriKind.Relative));
        return await response.GoodAsync();
    }

    public static async Task<JsonNode> UntilEndedAsync(this HttpClient door, string id)
    {
        JsonNode? last = null;
        await Eventually.IsTrueAsync(
            async () => (last = await door.MessageBatchOfAsync(id)).Text("processing_status") == "ended",
            () => $"{id}: {last}"
        );
        return last!;
    }

    /// <summary>The results by custom_id, read where the batch says that they are.</summary>
    public static async Task<Dictionary<string, JsonNode>> ResultsAsync(this HttpClient door, JsonNode batch)
    {
        using var response = await door.GetAsync(new Uri(batch.Text("results_url")));
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/x-jsonl");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonNode.Parse(l)!)
            .ToDictionary(l => l.Text("custom_id"), l => l["result"]!, StringComparer.Ordinal);
    }

    public static (long Processing, long Succeeded, long Errored, long Canceled, long Expired) Tallies(this JsonNode batch)
    {
        long Of(string name) => batch.Number("request_counts", name);
        return (Of("processing"), Of("succeeded"), Of("errored"), Of("canceled"), Of("expired"));
    }

    /// <summary>The error of Anthropic's form that an answer must be.</summary>
    public static async Task<JsonNode> ShouldBeMessagesErrorAsync(
        this HttpResponseMessage response,
        int status,
        string type,
        string? param = null
    )
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        var body = JsonNode.Parse(text)!;
        body.Text("type").ShouldBe("error");
        body.Text("request_id").ShouldNotBeEmpty();
        var error = body["error"]!;
        error.Text("type").ShouldBe(type, text);
        error.Text("message").Length.ShouldBeGreaterThan(10);
        ((string?)error["param"]).ShouldBe(param, text);
        return error;
    }
}
