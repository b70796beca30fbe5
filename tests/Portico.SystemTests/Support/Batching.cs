using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Files and batches as a program uses them.</summary>
static class Batching
{
    public const string Chat = "/v1/chat/completions";

    public static MultipartFormDataContent Form(byte[] file, string? purpose = "batch", string name = "lines.jsonl")
    {
        var form = new MultipartFormDataContent();
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(part, "file", name);
        if (purpose is not null)
            form.Add(new StringContent(purpose), "purpose");
        return form;
    }

    public static async Task<HttpResponseMessage> UploadAsync(this HttpClient door, HttpContent form) =>
        await door.PostAsync(new Uri("/v1/files", UriKind.Relative), form);

    /// <summary>A file that must be taken.</summary>
    public static async Task<JsonNode> FileAsync(this HttpClient door, string text, string purpose = "batch")
    {
        using var form = Form(Encoding.UTF8.GetBytes(text), purpose);
        using var response = await door.UploadAsync(form);
        return await response.GoodAsync();
    }

    /// <summary>A line that asks a model to say its own number.</summary>
    public static string Line(string id, string model = "sim/echo", string url = Chat, JsonObject? body = null) =>
        new JsonObject
        {
            ["custom_id"] = id,
            ["method"] = "POST",
            ["url"] = url,
            ["body"] = body ?? Calls.Chat(model, $"I am {id}").With("max_tokens", 20),
        }.ToJsonString() + "\n";

    public static string Lines(int count, string model = "sim/echo") =>
        string.Concat(Enumerable.Range(1, count).Select(i => Line($"line-{i}", model)));

    public static JsonObject Order(string file, string endpoint = Chat) =>
        new()
        {
            ["input_file_id"] = file,
            ["endpoint"] = endpoint,
            ["completion_window"] = "24h",
        };

    public static async Task<HttpResponseMessage> OrderAsync(this HttpClient door, JsonObject order) =>
        await door.PostAsync(
            new Uri("/v1/batches", UriKind.Relative),
            new StringContent(order.ToJsonString(), Encoding.UTF8, "application/json")
        );

    /// <summary>A batch of these lines, which must be taken.</summary>
    public static async Task<string> BatchAsync(this HttpClient door, string lines, string endpoint = Chat)
    {
        var file = await door.FileAsync(lines);
        using var response = await door.OrderAsync(Order(file.Text("id"), endpoint));
        return (await response.GoodAsync()).Text("id");
    }

    public static async Task<JsonNode> BatchOfAsync(this HttpClient door, string id)
    {
        using var response = await door.GetAsync(new Uri($"/v1/batches/{id}", UriKind.Relative));
        return await response.GoodAsync();
    }

    public static async Task<JsonNode> CancelBatchAsync(this HttpClient door, string id)
    {
        using var response = await door.PostAsync(new Uri($"/v1/batches/{id}/cancel", UriKind.Relative), null);
        return await response.GoodAsync();
    }

    public static Task<JsonNode> UntilBatchAsync(this HttpClient door, string id, params string[] statuses) =>
        door.UntilBatchAsync(id, b => statuses.Contains(b.Text("status")));

    public static async Task<JsonNode> UntilBatchAsync(this HttpClient door, string id, Func<JsonNode, bool> isSo)
    {
        JsonNode? last = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                last = await door.BatchOfAsync(id);
                return isSo(last);
            },
            () => $"{id}: {last}"
        );
        return last!;
    }

    public static async Task<byte[]> ContentAsync(this HttpClient door, string file)
    {
        using var response = await door.GetAsync(new Uri($"/v1/files/{file}/content", UriKind.Relative));
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>The lines of one of a batch's files by custom_id; none when there is no such file.</summary>
    public static async Task<Dictionary<string, JsonNode>> AnswersAsync(
        this HttpClient door,
        JsonNode batch,
        string member = "output_file_id"
    )
    {
        if (batch[member] is not { } file)
            return [];
        var text = Encoding.UTF8.GetString(await door.ContentAsync(file.GetValue<string>()));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonNode.Parse(l)!)
            .ToDictionary(l => l.Text("custom_id"), StringComparer.Ordinal);
    }

    public static string Said(this JsonNode line) => line["response"]!["body"]!["choices"]![0]!.Text("message", "content");

    public static (long Total, long Completed, long Failed) Counts(this JsonNode batch) =>
        (batch.Number("request_counts", "total"), batch.Number("request_counts", "completed"), batch.Number("request_counts", "failed"));

    /// <summary>Looks for a moment whether something stays as it is: what is wrong shows within it or not at all.</summary>
    public static async Task StaysAsync(this Node node, Func<Task<bool>> isSo)
    {
        for (var look = 0; look < 15; look++)
        {
            (await isSo()).ShouldBeTrue(node.Address.ToString());
            await Task.Delay(20);
        }
    }
}
