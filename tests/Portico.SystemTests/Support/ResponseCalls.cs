using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Calls of /v1/responses and what tests look at in their answers.</summary>
static class ResponseCalls
{
    public static JsonObject Ask(string model, JsonNode? input = null) =>
        new() { ["model"] = model, ["input"] = input ?? "Hello, Portico" };

    public static async Task<HttpResponseMessage> ResponseAsync(
        this HttpClient door,
        JsonObject body,
        CancellationToken ct = default,
        string path = "/v1/responses"
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        return await door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    /// <summary>A response that must be given.</summary>
    public static async Task<JsonNode> RespondAsync(this HttpClient door, JsonObject body)
    {
        using var response = await door.ResponseAsync(body);
        return await response.GoodAsync();
    }

    public static async Task<JsonNode> GoodAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonNode.Parse(text)!;
    }

    public static async Task<JsonNode> KeptAsync(this HttpClient door, string id)
    {
        using var response = await door.GetAsync(new Uri($"/v1/responses/{id}", UriKind.Relative));
        return await response.GoodAsync();
    }

    /// <summary>The events of a stream, numbered without a gap, their names on both lines.</summary>
    public static async Task<List<JsonNode>> ResponseEventsAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        var events = new List<JsonNode>();
        foreach (var raw in text.TrimEnd('\n').Split("\n\n"))
        {
            var lines = raw.Split('\n');
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!;
            lines[0].ShouldBe("event: " + data.Text("type"));
            data.Number("sequence_number").ShouldBe(events.Count);
            events.Add(data);
        }
        return events;
    }

    public static string Types(this IEnumerable<JsonNode> events) =>
        string.Join('\n', events.Select(e => e.Text("type").Replace("response.", "", StringComparison.Ordinal)));

    /// <summary>The text of all messages of a response.</summary>
    public static string OutputText(this JsonNode response) =>
        string.Concat(
            response["output"]!
                .AsArray()
                .Where(i => i!.Text("type") == "message")
                .SelectMany(i => i!["content"]!.AsArray())
                .Where(p => p!.Text("type") == "output_text")
                .Select(p => p!.Text("text"))
        );

    public static async Task<JsonNode> UntilAsync(this HttpClient door, string id, params string[] statuses)
    {
        JsonNode? last = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                last = await door.KeptAsync(id);
                return statuses.Contains(last.Text("status"));
            },
            () => $"{id} is {string.Join(" or ", statuses)}: {last}"
        );
        return last!;
    }
}
