using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.SystemTests.Support;

/// <summary>
/// Together's files and batches: https://docs.together.ai/docs/inference/batch/manage, https://docs.together.ai/reference/batch-create,
/// https://docs.together.ai/reference/batch-list, https://docs.together.ai/reference/upload-file.
/// </summary>
sealed class FakeTogetherBatches : FakeJobs
{
    static readonly string[] Members = ["endpoint", "input_file_id", "completion_window", "priority", "model_id"];

    public override string Preset => "together";
    public override string UploadPath => "/v1/files/upload";
    public override string JobPath => "/v1/batches";

    /// <summary>No word of its own is documented.</summary>
    public override string Cancelling => "IN_PROGRESS";
    protected override string OutputMember => "output_file_id";
    protected override string ErrorMember => "error_file_id";

    public override string WordFor(string end) => end.ToUpperInvariant();

    public override Task RefuseAsync(HttpContext http, int status, string message) =>
        Upstream.JsonAsync(http, status, new JsonObject { ["error"] = message }.ToJsonString());

    protected override IReadOnlyDictionary<string, Func<string, bool>> Fields { get; } =
        new Dictionary<string, Func<string, bool>>
        {
            ["purpose"] = v => v == "batch-api",
            ["file_name"] = v => v.EndsWith(".jsonl", StringComparison.Ordinal),
            ["file_type"] = v => v is "csv" or "jsonl" or "parquet",
        };

    protected override string FileOf(string id, string name, long bytes) =>
        $$"""{"id":"{{id}}","object":"file","created_at":1715021438,"filename":"{{name}}","bytes":{{bytes}},"purpose":"batch-api","Processed":true,"FileType":"jsonl"}""";

    protected override async Task CreateAsync(HttpContext http)
    {
        var order = await BodyOf(http);
        foreach (var member in order.Where(m => !Members.Contains(m.Key)))
            Mind($"an order has no {member.Key}");
        if (order.Text("endpoint") != "/v1/chat/completions" || (string?)order["completion_window"] is not (null or "24h"))
            Mind($"no order: {order.ToJsonString()}");
        if (Kept(order.Text("input_file_id")) is not { } file)
        {
            await RefuseAsync(http, 400, "No such file");
            return;
        }
        var job = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["user_id"] = "user_789xyz012",
            ["input_file_id"] = order.Text("input_file_id"),
            ["file_size_bytes"] = file.Length,
            ["status"] = "VALIDATING",
            ["job_deadline"] = DateTimeOffset.UtcNow.AddHours(24).ToString("O", CultureInfo.InvariantCulture),
            ["created_at"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            ["endpoint"] = order.Text("endpoint"),
            ["progress"] = 0,
            ["model_id"] = "up-1",
        };
        Add(job, LinesIn(file));
        await Upstream.JsonAsync(http, 201, $$"""{"job":{{job.ToJsonString()}},"warning":"Some models have no discount."}""");
    }

    protected override Task ListAsync(HttpContext http)
    {
        if (http.Request.QueryString.HasValue)
            Mind($"a list has no {http.Request.QueryString}");
        lock (Jobs)
            return Upstream.JsonAsync(http, 200, new JsonArray(Jobs.Select(b => (JsonNode)b.DeepClone()).ToArray()).ToJsonString());
    }

    protected override string ResultOf(string name, int status, string body) =>
        status == 0
            ? $$"""{"custom_id":"{{name}}","error":{{body}}}"""
            : $$$"""{"custom_id":"{{{name}}}","response":{"status_code":{{{status}}},"body":{{{body}}}}}""";

    protected override void Ended(JsonObject job, int good, int bad)
    {
        job["progress"] = 100;
        job["completed_at"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
    }
}
