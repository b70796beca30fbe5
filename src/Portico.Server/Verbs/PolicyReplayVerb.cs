using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico policy replay: a text over past calls, which the server asks by itself while the command tells how far it is.</summary>
static class PolicyReplayVerb
{
    static readonly Option<int> Days = new("--days") { Description = "How far back.", DefaultValueFactory = _ => 30 };
    static readonly Option<bool> Contents = new("--contents")
    {
        Description =
            "Let the server read what was said, where it is kept, for content rules. No word of it is shown, and the audit log says so.",
    };

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>How many findings are printed.</summary>
    const int MaxShown = 1_000;

    public static Command Command(Argument<string> level, Argument<string> file, Func<ParseResult, CancellationToken, Task<string>> text) =>
        new Command("replay", "What a file would have refused of past calls; Ctrl-C ends it.") { level, file, Days, Contents }.Runs(
            async (parsed, ct) =>
            {
                using var api = ApiClient.From(parsed);
                var body = new JsonObject
                {
                    ["level"] = parsed.GetValue(level),
                    ["text"] = await text(parsed, ct),
                    ["from"] = TimeProvider.System.GetUtcNow().AddDays(-parsed.GetValue(Days)).ToString("O", CultureInfo.InvariantCulture),
                    ["contents"] = parsed.GetValue(Contents),
                };
                var run = await FollowAsync(api, await api.PostAsync("/api/policy-replays", body, ct), ct);
                var calls = await api.GetAsync($"{Address(run)}/calls?limit={MaxShown}", ct);
                Show(api, run, calls["items"]!.AsArray());
                return run["state"]!.GetValue<string>() == "done" ? 0 : 1;
            }
        );

    static string Address(JsonNode run) => $"/api/policy-replays/{run["id"]}";

    static async Task<JsonNode> FollowAsync(ApiClient api, JsonNode run, CancellationToken ct)
    {
        try
        {
            var told = 0L;
            while (run["state"]!.GetValue<string>() == "running")
            {
                await Task.Delay(Look, TimeProvider.System, ct);
                run = await api.GetAsync(Address(run), ct);
                var looked = run["looked_at"]!.GetValue<long>();
                // For who sits and waits: a script wants errors there and nothing else.
                if (looked > told && !Console.IsErrorRedirected)
                    await Console.Error.WriteLineAsync($"{looked} calls, back to {ApiClient.Time(run["looked_back_to"])}");
                told = looked;
            }
            return run;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await api.PostAsync(Address(run) + "/cancel", [], CancellationToken.None);
            throw;
        }
    }

    static void Show(ApiClient api, JsonNode run, JsonArray calls)
    {
        if (api.IsJson)
        {
            run["calls"] = calls.DeepClone();
            ApiClient.ShowJson(run);
            return;
        }
        var unjudged = run["unjudged"]!.AsObject();
        Console.WriteLine(
            $"It would have refused {run["refused"]} of {run["looked_at"]} calls, sent {run["elsewhere"]} elsewhere and changed {run["changed"]}; "
                + $"{unjudged.Sum(u => u.Value!.GetValue<long>())} cannot be judged."
        );
        foreach (var (reason, count) in unjudged)
            Console.WriteLine($"  not judged, {reason.Replace('_', ' ')}: {count}");
        foreach (var (rule, count) in run["rules"]!.AsObject())
            Console.WriteLine($"  the rule {rule} found something in {count}");
        if (run["guards_not_asked"]!.AsArray() is { Count: > 0 } guards)
            Console.WriteLine($"  a replay asks no guards, so that these count for nothing: {string.Join(", ", guards)}");
        if (run["problem"] is { } problem)
            Console.WriteLine($"✗ {problem}");
        foreach (var call in calls)
            Console.WriteLine($"{Mark(call!)} {call!["call_id"]} {ApiClient.Time(call["at"])} {call["verdict"]}: {call["why"]}");
    }

    static string Mark(JsonNode call) => call["verdict"]!.GetValue<string>() == "refused" ? "✗" : "·";
}
