using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models prices rerate: rates calls again by the prices now in force for their time.</summary>
static class ModelRerateVerb
{
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    static readonly Option<DateTimeOffset> From = new("--from")
    {
        Description = "The first moment, such as 2026-11-01T00:00Z.",
        Required = true,
    };
    static readonly Option<DateTimeOffset?> To = new("--to") { Description = "The moment behind the last; now by default." };
    static readonly Option<string?> Model = new("--model") { Description = "Of one model; of all by default." };
    static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept with the run." };
    static readonly Option<bool> Apply = new("--apply") { Description = "Write it down; without it nothing is changed." };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("rerate", "Rate calls again by the prices now in force for their time: look, then write it down with --apply.")
            {
                From,
                To,
                Model,
                Reason,
                Apply,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var apply = parsed.GetValue(Apply);
        var body = new JsonObject
        {
            ["from"] = parsed.GetValue(From),
            ["to"] = parsed.GetValue(To) ?? TimeProvider.System.GetUtcNow(),
            ["model"] = parsed.GetValue(Model),
            ["reason"] = parsed.GetValue(Reason),
            ["dry_run"] = !apply,
        };
        var answer = await api.PostAsync("/api/reratings", body, ct);
        while (apply && ApiClient.Text(answer["state"]) != "done")
        {
            await Task.Delay(Between, ct);
            answer = await api.GetAsync($"/api/reratings/{answer["id"]}", ct);
        }
        var useCases = answer["use_cases"]!.AsArray();
        if (api.IsJson || useCases.Count > 0)
            api.Show(
                answer,
                useCases,
                ("USE CASE", r => ApiClient.Text(r["use_case_id"])),
                ("CALLS", r => ApiClient.Text(r["adjusted"])),
                ("OLD $", r => Usd(r["old_nano_usd"])),
                ("NEW $", r => Usd(r["new_nano_usd"])),
                ("DIFFERENCE $", r => ApiClient.Text(r["difference_usd"]))
            );
        if (api.IsJson)
            return 0;
        var kept = answer["kept"]!.GetValue<long>();
        Console.WriteLine(
            $"{answer["calls"]} calls, {answer["adjusted"]} of them change: ${Usd(answer["old_nano_usd"])} becomes ${Usd(answer["new_nano_usd"])}."
        );
        if (kept > 0)
            Console.WriteLine($"{kept} calls stay as they are, because the price book has no price for a part of them.");
        Console.WriteLine(
            apply
                ? $"Written down as {answer["id"]}. Reports and budgets follow it; the calls' records stay as they are."
                : "Nothing was changed. Write it down with --apply."
        );
        return 0;
    }

    static string Usd(JsonNode? nano) => NanoUsd.Format(nano!.GetValue<long>());
}
