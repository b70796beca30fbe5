using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portico.SystemTests.Support;

/// <summary>
/// A provider, on loopback, whose batches take lines of a custom_id and a body of OpenAI's form. It refuses what its documentation does not allow, and keeps
/// everything that was asked of it.
/// </summary>
abstract class FakeJobs : IAsyncDisposable
{
    WebApplication? app;
    readonly ConcurrentDictionary<string, byte[]> files = new();
    readonly ConcurrentDictionary<string, List<JsonNode>> lines = new();
    readonly ConcurrentQueue<string> wrong = new();
    readonly ConcurrentQueue<string> asked = new();

    /// <summary>Newest last. Locked when it is read or changed.</summary>
    protected List<JsonObject> Jobs { get; } = [];

    public Uri Address { get; private set; } = null!;

    /// <summary>The preset of a connection to it.</summary>
    public abstract string Preset { get; }

    public abstract string UploadPath { get; }
    public abstract string JobPath { get; }

    /// <summary>Its word for an end: completed, failed, expired, cancelled.</summary>
    public abstract string WordFor(string end);

    /// <summary>Its word for a batch whose cancellation was asked for.</summary>
    public abstract string Cancelling { get; }

    protected abstract string OutputMember { get; }
    protected abstract string ErrorMember { get; }

    /// <summary>What of the requests is not as it is documented; nothing, or the test fails.</summary>
    public IReadOnlyList<string> Wrong => [.. wrong];

    /// <summary>Method and path of every request.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    /// <summary>A new batch is completed when it is looked at; else a test says what becomes of it.</summary>
    public bool CompletesByItself { get; set; } = true;

    /// <summary>The answer to a line: status and body; a null body leaves the line out of the results.</summary>
    public Func<JsonNode, (int Status, string? Body)> Answer { get; set; } = line => (200, FakeBatches.Good(line));

    /// <summary>Asked before anything else of every request; true = it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public int DirectCalls => Asked.Count(a => a is "POST /v1/chat/completions" or "POST /v1/embeddings");
    public int Uploads => Asked.Count(a => a == "POST " + UploadPath);
    public int Creations => Asked.Count(a => a == "POST " + JobPath);
    public int Lists => Asked.Count(a => a == "GET " + JobPath);

    public IReadOnlyList<JsonNode> Batches
    {
        get
        {
            lock (Jobs)
                return Jobs.Select(b => b.DeepClone()).ToList();
        }
    }

    /// <summary>The lines that came with a batch.</summary>
    public IReadOnlyList<JsonNode> LinesOf(JsonNode batch) => lines[batch.Text("id")];

    public static async Task<FakeJobs> StartAsync(string preset)
    {
        FakeJobs fake = preset == "mistral" ? new FakeMistralJobs() : new FakeTogetherBatches();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        fake.app = builder.Build();
        fake.app.Run(fake.TakeAsync);
        await fake.app.StartAsync();
        fake.Address = new Uri(fake.app.Urls.First());
        return fake;
    }

    async Task TakeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        asked.Enqueue($"{http.Request.Method} {path}");
        if (http.Request.Headers.Authorization != "Bearer " + FakeBatches.Credential)
            Mind($"{http.Request.Method} {path} is signed in by '{http.Request.Headers.Authorization}'");
        if (await Before(http))
            return;
        var job = path.StartsWith(JobPath + "/", StringComparison.Ordinal) ? path[(JobPath.Length + 1)..].Split('/') : [];
        await (
            (http.Request.Method, path, job) switch
            {
                ("POST", var p, _) when p == UploadPath => UploadAsync(http),
                ("POST", var p, _) when p == JobPath => CreateAsync(http),
                ("GET", var p, _) when p == JobPath => ListAsync(http),
                ("GET", _, [var id]) => LookAsync(http, id),
                ("POST", _, [var id, "cancel"]) => CancelAsync(http, id),
                ("GET", var p, _)
                    when p.StartsWith("/v1/files/", StringComparison.Ordinal) && p.EndsWith("/content", StringComparison.Ordinal) =>
                    ContentAsync(http, p.Split('/')[3]),
                ("POST", "/v1/chat/completions" or "/v1/embeddings", _) => DirectAsync(http),
                _ => RefuseAsync(http, 404, $"No {http.Request.Method} {path}"),
            }
        );
    }

    protected void Mind(string what) => wrong.Enqueue(what);

    /// <summary>An error as the service writes it.</summary>
    public abstract Task RefuseAsync(HttpContext http, int status, string message);

    protected abstract Task CreateAsync(HttpContext http);
    protected abstract Task ListAsync(HttpContext http);

    protected static async Task<JsonObject> BodyOf(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        return JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
    }

    async Task DirectAsync(HttpContext http)
    {
        var line = new JsonObject { ["body"] = await BodyOf(http) };
        await Upstream.JsonAsync(http, 200, http.Request.Path == "/v1/embeddings" ? Embedding : FakeBatches.Good(line));
    }

    public const string Embedding =
        """{"id":"e1","object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,0.25]}],"model":"up-1","usage":{"prompt_tokens":10,"total_tokens":10,"completion_tokens":0}}""";

    /// <summary>What a form of a file must have beside the file, and nothing else.</summary>
    protected abstract IReadOnlyDictionary<string, Func<string, bool>> Fields { get; }

    protected abstract string FileOf(string id, string name, long bytes);

    async Task UploadAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        foreach (var (name, isGood) in Fields)
            if (form[name] is not [var value] || !isGood(value!))
                Mind($"{name} is '{form[name]}'");
        foreach (var name in form.Keys.Where(k => !Fields.ContainsKey(k)))
            Mind($"a file has no {name}");
        if (form.Files is not [{ Name: "file" } file] || !file.FileName.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            Mind("not one .jsonl file under the name file");
            await RefuseAsync(http, 400, "no file");
            return;
        }
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        var id = Keep(bytes.ToArray());
        await Upstream.JsonAsync(http, 200, FileOf(id, file.FileName, bytes.Length));
    }

    protected string Keep(byte[] bytes)
    {
        var id = Guid.NewGuid().ToString();
        files[id] = bytes;
        return id;
    }

    protected byte[]? Kept(string? file) => file is null ? null : files.GetValueOrDefault(file);

    async Task ContentAsync(HttpContext http, string file)
    {
        if (Kept(file) is not { } bytes)
        {
            await RefuseAsync(http, 404, "No such file");
            return;
        }
        http.Response.ContentType = "application/octet-stream";
        await http.Response.Body.WriteAsync(bytes);
    }

    protected static IEnumerable<JsonNode> LinesIn(byte[] file) =>
        Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!);

    /// <summary>Takes a batch of these lines up, when they are such as are documented.</summary>
    protected void Add(JsonObject job, IEnumerable<JsonNode> all)
    {
        var taken = all.Select(l => l.DeepClone()).ToList();
        foreach (var line in taken)
            if (
                line.AsObject().Count != 2
                || line["custom_id"]?.GetValue<string>() is not { Length: > 0 and <= 64 }
                || line["body"] is not JsonObject body
            )
                Mind($"no line: {line.ToJsonString()}");
            else if ((bool?)body["stream"] == true || body.ContainsKey("stream_options") || body.ContainsKey("max_completion_tokens"))
                Mind($"a body that is not taken: {line.ToJsonString()}");
        if (taken.DistinctBy(l => (string)l["custom_id"]!).Count() != taken.Count)
            Mind("a custom_id twice");
        lines[job.Text("id")] = taken;
        lock (Jobs)
            Jobs.Add(job);
    }

    protected JsonObject? Find(string id)
    {
        lock (Jobs)
            return Jobs.SingleOrDefault(b => b.Text("id") == id);
    }

    protected static Task TellAsync(HttpContext http, JsonObject job, int status = 200)
    {
        lock (job)
            return Upstream.JsonAsync(http, status, job.ToJsonString());
    }

    static bool IsOpen(JsonObject job) => job.Text("status") is "QUEUED" or "RUNNING" or "VALIDATING" or "IN_PROGRESS";

    Task LookAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } job)
            return RefuseAsync(http, 404, "No such batch");
        if (CompletesByItself && IsOpen(job))
            End(id, "completed");
        return TellAsync(http, job);
    }

    Task CancelAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } job)
            return RefuseAsync(http, 404, "No such batch");
        if (!IsOpen(job))
            return RefuseAsync(http, 400, $"Cannot cancel a batch that is {job.Text("status")}");
        lock (job)
            job["status"] = Cancelling;
        IsCancelled = true;
        return TellAsync(http, job);
    }

    /// <summary>A cancellation was asked for.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>The end of a batch, with results for its first lines, or for all of them; a batch that failed has none unless it is said.</summary>
    public void End(string id, string end, int? answered = null)
    {
        var job = Find(id)!;
        var (good, bad) = (new StringBuilder(), new StringBuilder());
        // Results come in any order.
        foreach (var line in lines[id].AsEnumerable().Reverse().Take(answered ?? (end == "failed" ? 0 : int.MaxValue)))
        {
            var (status, body) = Answer(line);
            if (body is not null)
                (status is >= 200 and < 300 ? good : bad).Append(ResultOf(line.Text("custom_id"), status, body)).Append('\n');
        }
        lock (job)
        {
            job[OutputMember] = good.Length == 0 ? null : Keep(Encoding.UTF8.GetBytes(good.ToString()));
            job[ErrorMember] = bad.Length == 0 ? null : Keep(Encoding.UTF8.GetBytes(bad.ToString()));
            Ended(job, good.ToString().Count(c => c == '\n'), bad.ToString().Count(c => c == '\n'));
            job["status"] = WordFor(end);
        }
    }

    /// <summary>Completes a batch that is not over.</summary>
    public void EndIfOpen(string id)
    {
        if (Find(id) is { } job && IsOpen(job))
            End(id, "completed");
    }

    /// <summary>A line of the results; a status of 0 says that the error has none.</summary>
    protected abstract string ResultOf(string name, int status, string body);

    protected abstract void Ended(JsonObject job, int good, int bad);

    public async ValueTask DisposeAsync()
    {
        if (app is null)
            return;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
