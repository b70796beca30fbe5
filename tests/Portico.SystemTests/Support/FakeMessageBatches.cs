using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portico.SystemTests.Support;

/// <summary>
/// A provider with message batches in Anthropic's form, on loopback, as its documentation describes them
/// (https://platform.claude.com/docs/en/api/creating-message-batches, …/retrieving-message-batches, …/retrieving-message-batch-results,
/// …/listing-message-batches, …/canceling-message-batches). It refuses what the documentation does not allow.
/// </summary>
sealed partial class FakeMessageBatches : IAsyncDisposable
{
    public const string Credential = "sk-ant-canary-credential";

    readonly WebApplication app;
    readonly List<JsonObject> batches = [];
    readonly ConcurrentDictionary<string, List<JsonNode>> requests = new();
    readonly ConcurrentDictionary<string, string> results = new();
    readonly ConcurrentDictionary<string, string> betas = new();
    readonly ConcurrentQueue<string> wrong = new();
    readonly ConcurrentQueue<string> asked = new();
    int number;

    FakeMessageBatches(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;
    public IReadOnlyList<string> Wrong => [.. wrong];
    public IReadOnlyList<string> Asked => [.. asked];
    public bool CompletesByItself { get; set; } = true;

    /// <summary>The result of a request; null = it is left out.</summary>
    public Func<JsonNode, string?> Answer { get; set; } = Good;

    /// <summary>Asked before anything else of every request; true = it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public int Creations => Asked.Count(a => a == "POST /v1/messages/batches");
    public int DirectCalls => Asked.Count(a => a == "POST /v1/messages");

    public IReadOnlyList<JsonNode> Batches
    {
        get
        {
            lock (batches)
                return batches.Select(b => b.DeepClone()).ToList();
        }
    }

    public IReadOnlyList<JsonNode> RequestsOf(JsonNode batch) => requests[batch.Text("id")];

    public string BetaOf(JsonNode batch) => betas[batch.Text("id")];

    public static async Task<FakeMessageBatches> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var fake = new FakeMessageBatches(built);
        built.Run(fake.TakeAsync);
        await built.StartAsync();
        fake.Address = new Uri(built.Urls.First());
        return fake;
    }

    /// <summary>A message that says what was asked last, with ten tokens in and five out.</summary>
    public static string Message(JsonNode body, string tier = "batch") =>
        $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"up-1","content":[{"type":"text","text":{{{JsonValue.Create(Asking(body))!.ToJsonString()}}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5,"service_tier":"{{{tier}}}"}}""";

    static string Asking(JsonNode body)
    {
        var content = body["messages"]![0]!["content"]!;
        return content is JsonArray parts ? parts[0]!.Text("text") : content.GetValue<string>();
    }

    static string Good(JsonNode request) => $$"""{"type":"succeeded","message":{{Message(request["params"]!)}}}""";

    async Task TakeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        asked.Enqueue($"{http.Request.Method} {path}");
        if (http.Request.Headers["x-api-key"] != Credential || http.Request.Headers["anthropic-version"] != "2023-06-01")
            wrong.Enqueue($"{http.Request.Method} {path} is not signed in as documented");
        if (await Before(http))
            return;
        await (
            (http.Request.Method, path.Split('/')[2..]) switch
            {
                ("POST", ["messages"]) => DirectAsync(http),
                ("POST", ["messages", "batches"]) => CreateAsync(http),
                ("GET", ["messages", "batches"]) => ListAsync(http),
                ("GET", ["messages", "batches", var id]) => LookAsync(http, id),
                ("POST", ["messages", "batches", var id, "cancel"]) => CancelAsync(http, id),
                ("GET", ["messages", "batches", var id, "results"]) => ResultsAsync(http, id),
                _ => Upstream.JsonAsync(http, 404, """{"type":"error","error":{"type":"not_found_error","message":"Not found"}}"""),
            }
        );
    }

    static async Task<JsonNode> BodyOf(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        return JsonNode.Parse(await reader.ReadToEndAsync())!;
    }

    static async Task DirectAsync(HttpContext http) => await Upstream.JsonAsync(http, 200, Message(await BodyOf(http), "standard"));

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex CustomId();

    async Task CreateAsync(HttpContext http)
    {
        var all = (await BodyOf(http))["requests"]!.AsArray().Select(r => r!.DeepClone()).ToList();
        foreach (var request in all)
            if (!CustomId().IsMatch((string)request["custom_id"]!) || request["params"] is not JsonObject || request.AsObject().Count != 2)
                wrong.Enqueue($"no request of a batch: {request}");
            else if ((bool?)request["params"]!["stream"] == true || request["params"]!["max_tokens"] is null)
                wrong.Enqueue($"params that are not taken: {request}");
        if (all.DistinctBy(r => (string)r["custom_id"]!).Count() != all.Count)
            wrong.Enqueue("a custom_id twice");
        var batch = Add(all);
        betas[batch.Text("id")] = http.Request.Headers["anthropic-beta"].ToString();
        await Upstream.JsonAsync(http, 200, batch.ToJsonString());
    }

    /// <summary>A batch that somebody made with these requests.</summary>
    public JsonObject Add(List<JsonNode> all)
    {
        var id = $"msgbatch_{Interlocked.Increment(ref number)}";
        requests[id] = all;
        var batch = new JsonObject
        {
            ["id"] = id,
            ["type"] = "message_batch",
            ["processing_status"] = "in_progress",
            ["request_counts"] = Counts(all.Count, 0),
            ["ended_at"] = null,
            ["created_at"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            ["results_url"] = null,
        };
        lock (batches)
            batches.Add(batch);
        return batch;
    }

    static JsonObject Counts(int processing, int succeeded) =>
        new()
        {
            ["processing"] = processing,
            ["succeeded"] = succeeded,
            ["errored"] = 0,
            ["canceled"] = 0,
            ["expired"] = 0,
        };

    JsonObject? Find(string id)
    {
        lock (batches)
            return batches.SingleOrDefault(b => b.Text("id") == id);
    }

    Task ListAsync(HttpContext http)
    {
        var limit = int.Parse(http.Request.Query["limit"].ToString(), CultureInfo.InvariantCulture);
        var after = http.Request.Query["after_id"].ToString();
        lock (batches)
        {
            var newest = batches.AsEnumerable().Reverse().ToList();
            if (after.Length > 0)
                newest = newest.SkipWhile(b => b.Text("id") != after).Skip(1).ToList();
            var page = new JsonObject
            {
                ["data"] = new JsonArray(newest.Take(limit).Select(b => (JsonNode)b.DeepClone()).ToArray()),
                ["has_more"] = newest.Count > limit,
            };
            return Upstream.JsonAsync(http, 200, page.ToJsonString());
        }
    }

    Task LookAsync(HttpContext http, string id)
    {
        var batch = Find(id)!;
        if (CompletesByItself && batch.Text("processing_status") == "in_progress")
            End(id);
        return Upstream.JsonAsync(http, 200, batch.ToJsonString());
    }

    Task CancelAsync(HttpContext http, string id)
    {
        var batch = Find(id)!;
        batch["processing_status"] = "canceling";
        return Upstream.JsonAsync(http, 200, batch.ToJsonString());
    }

    /// <summary>Ends a batch with answers for its first requests, or for all; the rest has this end.</summary>
    public void End(string id, int? answered = null, string rest = "expired")
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var request in requests[id].AsEnumerable().Reverse())
            if ((++count <= (answered ?? int.MaxValue) ? Answer(request) : $$"""{"type":"{{rest}}"}""") is { } result)
                text.Append(CultureInfo.InvariantCulture, $$"""{"custom_id":"{{request["custom_id"]}}","result":{{result}}}""")
                    .Append('\n');
        results[id] = text.ToString();
        var batch = Find(id)!;
        lock (batches)
        {
            batch["request_counts"] = Counts(0, requests[id].Count);
            batch["results_url"] = $"{Address}v1/messages/batches/{id}/results";
            batch["processing_status"] = "ended";
        }
    }

    Task ResultsAsync(HttpContext http, string id)
    {
        http.Response.ContentType = "application/x-jsonl";
        return http.Response.WriteAsync(results[id]);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
