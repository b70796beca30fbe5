using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>The books of a node, computed again from the rows as the management API gives them.</summary>
static class Books
{
    /// <summary>Every call that is kept, page by page.</summary>
    public static async Task<List<JsonNode>> CallsAsync(Api admin, string filter = "")
    {
        var calls = new List<JsonNode>();
        for (string? cursor = null; ; )
        {
            var page = await admin.GetAsync($"/api/calls?limit=1000{filter}{(cursor is null ? "" : "&cursor=" + cursor)}");
            calls.AddRange(page["items"]!.AsArray().Select(c => c!));
            if (page["next"]?.GetValue<string>() is not { } next)
                return calls;
            cursor = next;
        }
    }

    /// <summary>
    /// Rows, rollups and the counters of every budget and limit agree, and nothing is held. What other nodes of a shared database have done is known a
    /// little later, so this waits for it.
    /// </summary>
    public static Task<List<JsonNode>> ShouldAgreeAsync(Node node) => ShouldAgreeAsync(node.Admin, node.LookAgainAsync);

    public static Task<List<JsonNode>> ShouldAgreeAsync(Api admin) => ShouldAgreeAsync(admin, () => Task.CompletedTask);

    static async Task<List<JsonNode>> ShouldAgreeAsync(Api admin, Func<Task> lookAgain)
    {
        var differences = new List<string>();
        var calls = new List<JsonNode>();
        await Eventually.IsTrueAsync(
            async () =>
            {
                differences.Clear();
                await lookAgain();
                calls = await CompareAsync(admin, differences);
                return differences.Count == 0;
            },
            () => string.Join('\n', differences)
        );
        return calls;
    }

    static async Task<List<JsonNode>> CompareAsync(Api admin, List<string> differences)
    {
        var check = await admin.GetAsync("/api/usage/check");
        if (!check["agree"]!.GetValue<bool>())
            differences.Add($"Rows and rollups: {check.ToJsonString()}");
        var calls = await CallsAsync(admin);
        var twice = calls.GroupBy(c => c.Text("id")).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        if (twice.Count > 0)
            differences.Add($"Rows that are there twice: {string.Join(' ', twice)}");
        var usage = (await admin.GetAsync("/api/usage?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"))["lines"]!.AsArray().Single()!;
        Compare(differences, "calls of the rollups", usage.Number("calls"), calls.Count);
        Compare(differences, "cost of the rollups", usage.Number("cost_nano_usd"), calls.Sum(c => c.Number("cost_nano_usd")));
        foreach (var path in new[] { "/api/budgets", "/api/limits" })
        foreach (var meter in (await admin.GetAsync(path))["items"]!.AsArray())
            CompareMeter(differences, meter!, calls);
        return calls;
    }

    static void CompareMeter(List<string> differences, JsonNode meter, IReadOnlyList<JsonNode> calls)
    {
        var id = meter.Text("meter", "id");
        foreach (var count in meter["counts"]!.AsArray())
        {
            var slot = meter.Text("meter", "scope_id") == "*" ? $"{id}|{count!.Text("of")}" : id;
            var settled = calls
                .SelectMany(c => c["settlements"]!.AsArray())
                .Where(s => s!.Text("meter_id") == slot && IsOf(s!.Number("window_start_us"), meter, count!))
                .Sum(s => s!.Number("amount"));
            Compare(differences, $"spent of {slot}", count!.Number("spent"), settled);
            Compare(differences, $"held of {slot}", count!.Number("held"), 0);
        }
    }

    /// <summary>Whether a window that began then is the one that the count is of.</summary>
    static bool IsOf(long startUs, JsonNode meter, JsonNode count)
    {
        if (count["resets_at"]?.GetValue<DateTimeOffset>() is not { } end)
            return true;
        var start = DateTimeOffset.UnixEpoch.AddMicroseconds(startUs);
        return end
            == meter.Text("meter", "window") switch
            {
                "minute" => start.AddMinutes(1),
                "hour" => start.AddHours(1),
                "day" => start.AddDays(1),
                _ => start.AddMonths(1),
            };
    }

    static void Compare(List<string> differences, string what, long told, long computed)
    {
        if (told != computed)
            differences.Add($"The {what}: {told} is told, {computed} is computed from the rows");
    }
}
