using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portico.SystemTests.Support;

/// <summary>
/// A provider with batches in OpenAI's form, on loopback, as its documentation describes them: files (https://platform.openai.com/docs/api-reference/files),
/// batches (https://platform.openai.com/docs/api-reference/batch) and the lines of their files (…/batch/request-input, …/batch/request-output). It refuses what
/// the documentation does not allow, and keeps everything that was asked of it.
/// </summary>
sealed partial class FakeBatches : IAsyncDisposable
{
    public const string Credential = "sk-upstream-canary-credential";

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, byte[]> files = new();
    readonly ConcurrentDictionary<string, bool> ready = new();
    readonly List<JsonObject> batches = [];
    readonly ConcurrentDictionary<string, List<JsonNode>> lines = new();
    readonly ConcurrentQueue<string> wrong = new();
    readonly ConcurrentQueue<string> asked = new();
    int number;

    FakeBatches(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>What of the requests is not as it is documented; nothing, or the test fails.</summary>
    public IReadOnlyList<string> Wrong => [.. wrong];

    /// <summary>Method and path of every request.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    /// <summary>How the credential must come: Authorization with Bearer, or api-key.</summary>
    public (string Name, string Value) Header { get; set; } = ("Authorization", "Bearer " + Credential);

    /// <summary>What stands before files and batches in addresses.</summary>
    public string Root { get; set; } = "/v1";

    /// <summary>A file may be used only when it was looked at.</summary>
    public bool ReadsFiles { get; set; }

    /// <summary>A new batch is completed when it is looked at; else a test says what becomes of it.</summary>
    public bool CompletesByItself { get; set; } = true;

    /// <summary>The answer to a line: status and body; a null body leaves the line out of the results.</summary>
    public Func<JsonNode, (int Status, string? Body)> Answer { get; set; } = line => (200, Good(line));

    /// <summary>Asked before anything else of every request; true = it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>A call that is no batch's.</summary>
    public Func<HttpContext, Task> Direct { get; set; } =
        async http => await Upstream.JsonAsync(http, 200, Good(new JsonObject { ["body"] = JsonNode.Parse(await TextOf(http)) }));

    public int DirectCalls => Asked.Count(a => a.EndsWith("/chat/completions", StringComparison.Ordinal));
    public int Uploads => Asked.Count(a => a == $"POST {Root}/files");
    public int Creations => Asked.Count(a => a == $"POST {Root}/batches");

    public IReadOnlyList<JsonNode> Batches
    {
        get
        {
            lock (batches)
                return batches.Select(b => b.DeepClone()).ToList();
        }
    }

    /// <summary>The lines that came with a batch.</summary>
    public IReadOnlyList<JsonNode> LinesOf(JsonNode batch) => lines[batch.Text("input_file_id")];

    public static async Task<FakeBatches> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var fake = new FakeBatches(built);
        built.Run(fake.TakeAsync);
        await built.StartAsync();
        fake.Address = new Uri(built.Urls.First());
        return fake;
    }

    /// <summary>An answer that says what was asked last, as a chat completion with ten tokens in and five out.</summary>
    public static string Good(JsonNode line) =>
        $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{"role":"assistant","content":{{{JsonValue.Create((string?)line["body"]!["messages"]![0]!["content"])!.ToJsonString()}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";

    static async Task<string> TextOf(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        return await reader.ReadToEndAsync();
    }

    async Task TakeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        asked.Enqueue($"{http.Request.Method} {path}");
        if (http.Request.Headers[Header.Name].ToString() != Header.Value)
            wrong.Enqueue($"{http.Request.Method} {path} is signed in by '{http.Request.Headers[Header.Name]}'");
        if (await Before(http))
            return;
        var parts = path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[(Root.Length + 1)..].Split('/') : [];
        await (
            (http.Request.Method, parts) switch
            {
                ("POST", ["files"]) => UploadAsync(http),
                ("GET", ["files", var file]) => Upstream.JsonAsync(http, 200, FileOf(file, Seen(file))),
                ("GET", ["files", var file, "content"]) => ContentAsync(http, file),
                ("POST", ["batches"]) => CreateAsync(http),
                ("GET", ["batches"]) => ListAsync(http),
                ("GET", ["batches", var id]) => LookAsync(http, id),
                ("POST", ["batches", var id, "cancel"]) => CancelAsync(http, id),
                ("POST", ["chat", "completions"]) => Direct(http),
                _ => Upstream.ErrorAsync(http, 404, $"No {http.Request.Method} {path}"),
            }
        );
    }

    async Task UploadAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["purpose"] != "batch")
            wrong.Enqueue($"purpose is '{form["purpose"]}'");
        if (form.ContainsKey("expires_after[seconds]") && form["expires_after[anchor]"] != "created_at")
            wrong.Enqueue("expires_after has no anchor");
        if (form.Files.GetFile("file") is not { } file || !file.FileName.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            wrong.Enqueue("no .jsonl file under the name file");
            await Upstream.ErrorAsync(http, 400, "no file");
            return;
        }
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        var id = $"file-{Interlocked.Increment(ref number)}";
        files[id] = bytes.ToArray();
        await Upstream.JsonAsync(http, 200, FileOf(id, ReadsFiles ? "pending" : Seen(id)));
    }

    string Seen(string file)
    {
        ready.TryAdd(file, true);
        return "processed";
    }

    static string FileOf(string id, string status) =>
        $$"""{"id":"{{id}}","object":"file","bytes":1,"created_at":1,"filename":"lines.jsonl","purpose":"batch","status":"{{status}}"}""";

    async Task ContentAsync(HttpContext http, string file)
    {
        if (!files.TryGetValue(file, out var bytes))
        {
            await Upstream.ErrorAsync(http, 404, "No such File object");
            return;
        }
        http.Response.ContentType = "application/octet-stream";
        await http.Response.Body.WriteAsync(bytes);
    }

    async Task CreateAsync(HttpContext http)
    {
        var order = JsonNode.Parse(await TextOf(http))!;
        if ((string?)order["completion_window"] != "24h")
            wrong.Enqueue($"completion_window is {order["completion_window"]}");
        if (
            order["metadata"] is not JsonObject metadata
            || metadata.Any(m => m.Key.Length > 64 || m.Value!.GetValue<string>().Length > 512)
        )
            wrong.Enqueue($"metadata is {order["metadata"]}");
        if (!ready.ContainsKey((string)order["input_file_id"]!) || !files.TryGetValue((string)order["input_file_id"]!, out var bytes))
        {
            await Upstream.ErrorAsync(http, 400, "Invalid input_file_id", "invalid_request_error");
            return;
        }
        lines[(string)order["input_file_id"]!] = Check(Encoding.UTF8.GetString(bytes), (string)order["endpoint"]!);
        var batch = new JsonObject
        {
            ["id"] = $"batch_{Interlocked.Increment(ref number)}",
            ["object"] = "batch",
            ["endpoint"] = (string)order["endpoint"]!,
            ["errors"] = null,
            ["input_file_id"] = (string)order["input_file_id"]!,
            ["completion_window"] = "24h",
            ["status"] = "validating",
            ["output_file_id"] = null,
            ["error_file_id"] = null,
            ["created_at"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["metadata"] = order["metadata"]?.DeepClone(),
        };
        lock (batches)
            batches.Add(batch);
        await TellAsync(http, batch);
    }

    List<JsonNode> Check(string text, string endpoint)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var read = new List<JsonNode>();
        foreach (var raw in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var line = JsonNode.Parse(raw)!;
            read.Add(line);
            if (!names.Add((string)line["custom_id"]!))
                wrong.Enqueue($"custom_id twice: {raw}");
            if ((string?)line["method"] != "POST" || (string?)line["url"] != endpoint || line["body"] is not JsonObject body)
                wrong.Enqueue($"no line of {endpoint}: {raw}");
            else if ((bool?)body["stream"] == true)
                wrong.Enqueue($"asks for a stream: {raw}");
        }
        return read;
    }

    static Task TellAsync(HttpContext http, JsonNode batch)
    {
        lock (batch)
            return Upstream.JsonAsync(http, 200, batch.ToJsonString());
    }

    JsonObject? Find(string id)
    {
        lock (batches)
            return batches.SingleOrDefault(b => b.Text("id") == id);
    }

    Task ListAsync(HttpContext http)
    {
        var limit = int.Parse(http.Request.Query["limit"].ToString(), CultureInfo.InvariantCulture);
        var after = http.Request.Query["after"].ToString();
        lock (batches)
        {
            var newest = batches.AsEnumerable().Reverse().ToList();
            if (after.Length > 0)
                newest = newest.SkipWhile(b => b.Text("id") != after).Skip(1).ToList();
            var page = new JsonObject
            {
                ["object"] = "list",
                ["data"] = new JsonArray(newest.Take(limit).Select(b => (JsonNode)b.DeepClone()).ToArray()),
                ["has_more"] = newest.Count > limit,
            };
            return Upstream.JsonAsync(http, 200, page.ToJsonString());
        }
    }

    Task LookAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } batch)
            return Upstream.ErrorAsync(http, 404, "No batch found with that id");
        if (CompletesByItself && batch.Text("status") is "validating" or "in_progress")
            End(id, "completed");
        return TellAsync(http, batch);
    }

    Task CancelAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } batch)
            return Upstream.ErrorAsync(http, 404, "No batch found with that id");
        if (batch.Text("status") is not ("validating" or "in_progress"))
            return Upstream.ErrorAsync(http, 400, $"Cannot cancel a batch with status '{batch.Text("status")}'", "invalid_request_error");
        lock (batch)
            batch["status"] = "cancelling";
        return TellAsync(http, batch);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
