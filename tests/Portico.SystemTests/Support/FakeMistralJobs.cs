using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.SystemTests.Support;

/// <summary>
/// Mistral's files and batch jobs: https://docs.mistral.ai/studio-api/batch-processing, https://docs.mistral.ai/api/endpoint/batch,
/// https://docs.mistral.ai/api/endpoint/files.
/// </summary>
sealed class FakeMistralJobs : FakeJobs
{
    static readonly string[] Members = ["endpoint", "model", "metadata", "timeout_hours", "input_files", "requests"];
    static readonly string[] ListMembers = ["page", "page_size", "order_by"];

    public override string Preset => "mistral";
    public override string UploadPath => "/v1/files";
    public override string JobPath => "/v1/batch/jobs";
    public override string Cancelling => "CANCELLATION_REQUESTED";
    protected override string OutputMember => "output_file";
    protected override string ErrorMember => "error_file";

    public override string WordFor(string end) =>
        end switch
        {
            "completed" => "SUCCESS",
            "failed" => "FAILED",
            "expired" => "TIMEOUT_EXCEEDED",
            _ => "CANCELLED",
        };

    public override Task RefuseAsync(HttpContext http, int status, string message) =>
        Upstream.JsonAsync(
            http,
            status,
            new JsonObject
            {
                ["object"] = "error",
                ["message"] = message,
                ["type"] = "invalid_request_error",
                ["param"] = null,
                ["code"] = null,
            }.ToJsonString()
        );

    protected override IReadOnlyDictionary<string, Func<string, bool>> Fields { get; } =
        new Dictionary<string, Func<string, bool>> { ["purpose"] = v => v == "batch" };

    protected override string FileOf(string id, string name, long bytes) =>
        $$"""{"id":"{{id}}","object":"file","bytes":{{bytes}},"created_at":1759500189,"filename":"{{name}}","purpose":"batch","sample_type":"batch_request","source":"upload","num_lines":1,"mimetype":"application/jsonl","signature":null}""";

    protected override async Task CreateAsync(HttpContext http)
    {
        var order = await BodyOf(http);
        foreach (var member in order.Where(m => !Members.Contains(m.Key)))
            Mind($"an order has no {member.Key}");
        if (order.Text("endpoint") is not ("/v1/chat/completions" or "/v1/embeddings"))
            Mind($"endpoint is {order["endpoint"]}");
        if (order["timeout_hours"]!.GetValue<int>() is < 1 or >= 7 * 24)
            Mind($"timeout_hours is {order["timeout_hours"]}");
        if (order["metadata"]!.AsObject().Any(m => m.Key.Length is 0 or > 32 || m.Value!.GetValue<string>().Length is 0 or > 512))
            Mind($"metadata is {order["metadata"]}");
        if (order.ContainsKey("input_files") == order.ContainsKey("requests"))
            Mind("neither or both of input_files and requests");
        var named = order["input_files"]?.AsArray().Select(f => f!.GetValue<string>()).ToList() ?? [];
        if (named.Any(f => Kept(f) is null))
        {
            await RefuseAsync(http, 422, "No such file");
            return;
        }
        var lines = order["requests"]?.AsArray().Select(r => r!).ToList() ?? named.SelectMany(f => LinesIn(Kept(f)!)).ToList();
        if (lines.Count is 0 || (order.ContainsKey("requests") && lines.Count >= 10_000))
            Mind($"{lines.Count} requests");
        foreach (var line in lines.Where(l => (string?)l["body"]!["model"] != order.Text("model")))
            Mind($"another model than the order's: {line.ToJsonString()}");
        var job = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["object"] = "batch",
            ["input_files"] = new JsonArray(named.Select(f => (JsonNode)f).ToArray()),
            ["metadata"] = order["metadata"]!.DeepClone(),
            ["endpoint"] = order.Text("endpoint"),
            ["model"] = order.Text("model"),
            ["agent_id"] = null,
            ["output_file"] = null,
            ["error_file"] = null,
            ["errors"] = new JsonArray(),
            ["outputs"] = null,
            ["status"] = "QUEUED",
            ["created_at"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["total_requests"] = lines.Count,
            ["completed_requests"] = 0,
            ["succeeded_requests"] = 0,
            ["failed_requests"] = 0,
            ["started_at"] = null,
            ["completed_at"] = null,
        };
        Add(job, lines);
        await TellAsync(http, job);
    }

    /// <summary>How many a page has at most, whatever is asked.</summary>
    public int PageSize { get; set; } = 100;

    protected override Task ListAsync(HttpContext http)
    {
        foreach (var name in http.Request.Query.Keys.Where(k => !ListMembers.Contains(k)))
            Mind($"a list has no {name}");
        var page = int.Parse(http.Request.Query["page"].ToString(), CultureInfo.InvariantCulture);
        var size = Math.Min(PageSize, int.Parse(http.Request.Query["page_size"].ToString(), CultureInfo.InvariantCulture));
        if (http.Request.Query["order_by"] != "-created")
            Mind($"order_by is {http.Request.Query["order_by"]}");
        lock (Jobs)
            return Upstream.JsonAsync(
                http,
                200,
                new JsonObject
                {
                    ["data"] = new JsonArray(
                        Jobs.AsEnumerable().Reverse().Skip(page * size).Take(size).Select(b => (JsonNode)b.DeepClone()).ToArray()
                    ),
                    ["object"] = "list",
                    ["total"] = Jobs.Count,
                }.ToJsonString()
            );
    }

    protected override string ResultOf(string name, int status, string body)
    {
        var id = $"batch-{name}";
        return status == 0
            ? $$"""{"id":"{{id}}","custom_id":"{{name}}","response":null,"error":{{body}}}"""
            : $$"""{"id":"{{id}}","custom_id":"{{name}}","response":{"status_code":{{status}},"body":{{body}}},"error":null}""";
    }

    protected override void Ended(JsonObject job, int good, int bad)
    {
        (job["completed_requests"], job["succeeded_requests"], job["failed_requests"]) = (good + bad, good, bad);
        job["completed_at"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }
}
