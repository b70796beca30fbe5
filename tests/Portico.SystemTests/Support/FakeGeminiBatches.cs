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
/// The Gemini API with its batches, on loopback, as its documentation describes them: files by the resumable protocol
/// (https://ai.google.dev/gemini-api/docs/files, https://ai.google.dev/api/files), batches (https://ai.google.dev/api/batch-api) and the lines of their files
/// (https://ai.google.dev/gemini-api/docs/batch-api). It refuses what the documentation does not allow, and keeps everything that was asked of it.
/// </summary>
sealed partial class FakeGeminiBatches : IAsyncDisposable
{
    public const string Credential = FakeGoogle.Key;

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, (long Length, string Name)> sessions = new();
    readonly ConcurrentDictionary<string, byte[]> files = new();
    readonly ConcurrentDictionary<string, byte[]> outputs = new();
    readonly List<JsonObject> batches = [];
    readonly ConcurrentDictionary<string, List<JsonNode>> lines = new();
    readonly ConcurrentQueue<string> wrong = new();
    readonly ConcurrentQueue<string> asked = new();
    int number;

    FakeGeminiBatches(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>What of the requests is not as it is documented; nothing, or the test fails.</summary>
    public IReadOnlyList<string> Wrong => [.. wrong];

    /// <summary>Method and path of every request.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    /// <summary>A new batch has succeeded when it is looked at; else a test says what becomes of it.</summary>
    public bool CompletesByItself { get; set; } = true;

    /// <summary>What a line of the results has beside its key: a member response or error; null leaves the line out.</summary>
    public Func<JsonNode, string?> Answer { get; set; } = line => $"\"response\":{Good(line["request"]!)}";

    /// <summary>Asked before anything else of every request; true = it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public int DirectCalls => Asked.Count(a => a.EndsWith(":generateContent", StringComparison.Ordinal));
    public int Uploads => Asked.Count(a => a == "POST /upload/v1beta/files") / 2;
    public int Creations => Asked.Count(IsCreation);

    public static bool IsCreation(string asked) =>
        asked.EndsWith(":batchGenerateContent", StringComparison.Ordinal)
        || asked.EndsWith(":asyncBatchEmbedContent", StringComparison.Ordinal);

    /// <summary>The operations, in the order in which they were made.</summary>
    public IReadOnlyList<JsonNode> Batches
    {
        get
        {
            lock (batches)
                return batches.Select(b => b.DeepClone()).ToList();
        }
    }

    /// <summary>The lines that came with a batch.</summary>
    public IReadOnlyList<JsonNode> LinesOf(JsonNode batch) => lines[batch.Text("metadata", "inputConfig", "fileName")];

    public static async Task<FakeGeminiBatches> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var fake = new FakeGeminiBatches(built);
        built.Run(fake.TakeAsync);
        await built.StartAsync();
        fake.Address = new Uri(built.Urls.First());
        return fake;
    }

    static Task ErrorAsync(HttpContext http, int code, string status, string message) =>
        Upstream.JsonAsync(http, code, $$$"""{"error":{"code":{{{code}}},"message":"{{{message}}}","status":"{{{status}}}"}}""");

    /// <summary>Answers as if as much as may be lay there already.</summary>
    public static Task FullAsync(HttpContext http) =>
        ErrorAsync(http, 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.");

    public static Task RefusedAsync(HttpContext http) =>
        ErrorAsync(http, 400, "INVALID_ARGUMENT", "The model is not supported for batches.");

    async Task TakeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        asked.Enqueue($"{http.Request.Method} {path}");
        if (http.Request.Headers["x-goog-api-key"] != Credential)
            wrong.Enqueue($"{http.Request.Method} {path} is not signed in");
        if (await Before(http))
            return;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await (
            (http.Request.Method, parts) switch
            {
                ("POST", ["upload", "v1beta", "files"]) => http.Request.Query.ContainsKey("upload_id")
                    ? UploadAsync(http)
                    : StartUploadAsync(http),
                ("GET", ["v1beta", "files", var file]) => Upstream.JsonAsync(http, 200, FileOf("files/" + file)),
                ("GET", ["download", "v1beta", "files", var file]) => DownloadAsync(http, file),
                ("POST", ["v1beta", "models", var method]) => ModelAsync(http, method),
                ("GET", ["v1beta", "batches"]) => ListAsync(http),
                ("GET", ["v1beta", "batches", var id]) => LookAsync(http, "batches/" + id),
                ("POST", ["v1beta", "batches", var id]) => CancelAsync(http, id),
                _ => ErrorAsync(http, 404, "NOT_FOUND", $"No {http.Request.Method} {path}"),
            }
        );
    }

    static async Task<byte[]> BytesOf(HttpContext http)
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    async Task StartUploadAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        var told = JsonNode.Parse(await BytesOf(http))!.AsObject();
        if (headers["X-Goog-Upload-Protocol"] != "resumable" || headers["X-Goog-Upload-Command"] != "start")
            wrong.Enqueue("an upload does not start as documented");
        if (headers["X-Goog-Upload-Header-Content-Type"] != "application/jsonl")
            wrong.Enqueue($"an upload of {headers["X-Goog-Upload-Header-Content-Type"]}");
        if (told.Count != 1 || told["file"] is not JsonObject { Count: 1 } file)
        {
            wrong.Enqueue($"a file is {told}");
            await ErrorAsync(http, 400, "INVALID_ARGUMENT", "No file");
            return;
        }
        var session = $"s{Interlocked.Increment(ref number)}";
        sessions[session] = (
            long.Parse(headers["X-Goog-Upload-Header-Content-Length"].ToString(), CultureInfo.InvariantCulture),
            file.Text("displayName")
        );
        // As Google says it: the whole address of its own host.
        http.Response.Headers["X-Goog-Upload-URL"] =
            $"https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id={session}&upload_protocol=resumable";
        http.Response.Headers["X-Goog-Upload-Status"] = "active";
    }

    async Task UploadAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (headers["X-Goog-Upload-Offset"] != "0" || headers["X-Goog-Upload-Command"] != "upload, finalize")
            wrong.Enqueue("an upload does not end as documented");
        if (!sessions.TryRemove(http.Request.Query["upload_id"].ToString(), out var session))
        {
            await ErrorAsync(http, 404, "NOT_FOUND", "No such upload");
            return;
        }
        var bytes = await BytesOf(http);
        if (bytes.Length != session.Length)
            wrong.Enqueue($"{bytes.Length} bytes came where {session.Length} were told");
        var name = $"files/f{Interlocked.Increment(ref number)}";
        files[name] = bytes;
        http.Response.Headers["X-Goog-Upload-Status"] = "final";
        await Upstream.JsonAsync(http, 200, $"{{\"file\":{FileOf(name)}}}");
    }

    static string FileOf(string name) =>
        $$"""{"name":"{{name}}","mimeType":"application/jsonl","sizeBytes":"1","state":"ACTIVE","source":"UPLOADED","uri":"https://generativelanguage.googleapis.com/v1beta/{{name}}"}""";

    async Task DownloadAsync(HttpContext http, string file)
    {
        // Files that were uploaded cannot be downloaded.
        if (
            !file.EndsWith(":download", StringComparison.Ordinal)
            || http.Request.Query["alt"] != "media"
            || !outputs.TryGetValue("files/" + file[..^":download".Length], out var bytes)
        )
        {
            await ErrorAsync(http, 400, "INVALID_ARGUMENT", "The file cannot be downloaded.");
            return;
        }
        http.Response.ContentType = "application/octet-stream";
        await http.Response.Body.WriteAsync(bytes);
    }

    async Task ModelAsync(HttpContext http, string method)
    {
        var body = JsonNode.Parse(await BytesOf(http))!;
        var (model, verb) = (method[..method.LastIndexOf(':')], method[(method.LastIndexOf(':') + 1)..]);
        await (
            verb switch
            {
                "generateContent" => Upstream.JsonAsync(http, 200, Good(body)),
                "batchEmbedContents" => Upstream.JsonAsync(http, 200, GoodEmbeddings(body)),
                "batchGenerateContent" or "asyncBatchEmbedContent" => CreateAsync(http, model, verb, body),
                _ => ErrorAsync(http, 404, "NOT_FOUND", $"No method {verb}"),
            }
        );
    }

    async Task CreateAsync(HttpContext http, string model, string verb, JsonNode order)
    {
        var batch = order["batch"]!.AsObject();
        var file = (string?)batch["inputConfig"]?["fileName"];
        if (order.AsObject().Count != 1 || batch.Count != 2 || (string?)batch["displayName"] is not { Length: > 0 })
            wrong.Enqueue($"an order is {order}");
        if (file is null || !files.TryGetValue(file, out var bytes))
        {
            // What is not there is not told from what one may not see.
            await ErrorAsync(http, 403, "PERMISSION_DENIED", "You do not have permission to access the File or it may not exist.");
            return;
        }
        lines[file] = Check(Encoding.UTF8.GetString(bytes), verb);
        await Upstream.JsonAsync(http, 200, Add(batch.Text("displayName"), model, file).ToJsonString());
    }

    static readonly HashSet<string> RequestMembers =
    [
        "contents",
        "tools",
        "toolConfig",
        "safetySettings",
        "systemInstruction",
        "generationConfig",
        "cachedContent",
    ];

    List<JsonNode> Check(string text, string verb)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var read = new List<JsonNode>();
        foreach (var raw in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var line = JsonNode.Parse(raw)!;
            read.Add(line);
            if (!keys.Add((string)line["key"]!))
                wrong.Enqueue($"a key twice: {raw}");
            if (line.AsObject().Count != 2 || line["request"] is not JsonObject request)
                wrong.Enqueue($"no line: {raw}");
            else if (
                verb == "batchGenerateContent"
                    ? request["contents"] is not JsonArray { Count: > 0 } || request.Any(m => !RequestMembers.Contains(m.Key))
                    : request["content"]?["parts"] is not JsonArray { Count: 1 }
                        || request.Any(m => m.Key is not ("content" or "outputDimensionality"))
            )
                wrong.Enqueue($"no request of {verb}: {raw}");
        }
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
