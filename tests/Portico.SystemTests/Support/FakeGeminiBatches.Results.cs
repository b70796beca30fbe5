using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.SystemTests.Support;

sealed partial class FakeGeminiBatches
{
    /// <summary>An answer that says what was asked, with ten tokens in and five out; it calls itself one of the standard class.</summary>
    public static string Good(JsonNode request) =>
        $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":{{{JsonValue.Create(Asking(request))!.ToJsonString()}}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15,"serviceTier":"standard"},"modelVersion":"up-1","responseId":"r1"}""";

    static string Asking(JsonNode request) => request["contents"]![0]!["parts"]![0]!.Text("text");

    static string GoodEmbeddings(JsonNode body) =>
        $$$"""{"embeddings":[{{{string.Join(',', body["requests"]!.AsArray().Select(_ => "{\"values\":[0.5,0.25]}"))}}}],"usageMetadata":{"promptTokenCount":20}}""";

    /// <summary>A batch that somebody made.</summary>
    public JsonObject Add(string displayName, string model = "up-1", string file = "files/none")
    {
        var name = $"batches/b{Interlocked.Increment(ref number)}-x";
        var batch = new JsonObject
        {
            ["name"] = name,
            ["metadata"] = new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
                ["model"] = "models/" + model,
                ["displayName"] = displayName,
                ["inputConfig"] = new JsonObject { ["fileName"] = file },
                ["createTime"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
                ["state"] = "BATCH_STATE_PENDING",
                ["name"] = name,
            },
        };
        lock (batches)
            batches.Add(batch);
        return batch;
    }

    JsonObject? Find(string name)
    {
        lock (batches)
            return batches.SingleOrDefault(b => b.Text("name") == name);
    }

    static bool IsOver(JsonObject batch) => batch.Text("metadata", "state") is not ("BATCH_STATE_PENDING" or "BATCH_STATE_RUNNING");

    /// <summary>The end of a batch: SUCCEEDED, FAILED, CANCELLED or EXPIRED, with results for its first lines, for all of them, or with none.</summary>
    public void End(string name, string state = "SUCCEEDED", int? answered = null, int code = 3)
    {
        var batch = Find(name)!;
        var text = new StringBuilder();
        var left = answered ?? (state == "SUCCEEDED" ? int.MaxValue : 0);
        // Results come in any order.
        foreach (var line in LinesOf(batch).Reverse())
            if (left-- > 0 && Answer(line) is { } result)
                text.Append(CultureInfo.InvariantCulture, $$"""{{{result}},"key":"{{line["key"]}}"}""").Append('\n');
        lock (batch)
        {
            if (text.Length > 0)
            {
                var file = "files/batch-" + name["batches/".Length..];
                outputs[file] = Encoding.UTF8.GetBytes(text.ToString());
                batch["metadata"]!["output"] = new JsonObject { ["responsesFile"] = file };
                batch["response"] = new JsonObject
                {
                    ["@type"] = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatchOutput",
                    ["responsesFile"] = file,
                };
            }
            if (state is "FAILED" or "CANCELLED")
                batch["error"] = new JsonObject { ["code"] = state == "FAILED" ? code : 1, ["message"] = "It is not done." };
            batch["metadata"]!["state"] = "BATCH_STATE_" + state;
            batch["done"] = true;
        }
    }

    /// <summary>The oldest first, since no order is promised.</summary>
    Task ListAsync(HttpContext http)
    {
        var size = int.Parse(http.Request.Query["pageSize"].ToString(), CultureInfo.InvariantCulture);
        var skip = http.Request.Query["pageToken"].ToString() is { Length: > 0 } token
            ? int.Parse(token[1..], CultureInfo.InvariantCulture)
            : 0;
        lock (batches)
        {
            var page = new JsonObject();
            if (batches.Count > skip)
                page["operations"] = new JsonArray(batches.Skip(skip).Take(size).Select(b => (JsonNode)b.DeepClone()).ToArray());
            if (batches.Count > skip + size)
                page["nextPageToken"] = $"t{skip + size}";
            return Upstream.JsonAsync(http, 200, page.ToJsonString());
        }
    }

    Task LookAsync(HttpContext http, string name)
    {
        if (Find(name) is not { } batch)
            return ErrorAsync(http, 404, "NOT_FOUND", "Requested entity was not found.");
        if (CompletesByItself && !IsOver(batch))
            End(name);
        lock (batch)
            return Upstream.JsonAsync(http, 200, batch.ToJsonString());
    }

    /// <summary>It is asked for here; a test says when it has come.</summary>
    public int Cancellations => Asked.Count(a => a.EndsWith(":cancel", StringComparison.Ordinal));

    async Task CancelAsync(HttpContext http, string id)
    {
        if (!id.EndsWith(":cancel", StringComparison.Ordinal) || Find("batches/" + id[..^":cancel".Length]) is not { } batch)
        {
            await ErrorAsync(http, 404, "NOT_FOUND", "Requested entity was not found.");
            return;
        }
        if ((await BytesOf(http)).Length > 0)
            wrong.Enqueue("a cancellation has a body");
        await (IsOver(batch) ? ErrorAsync(http, 400, "FAILED_PRECONDITION", "The batch is over.") : Upstream.JsonAsync(http, 200, "{}"));
    }
}
