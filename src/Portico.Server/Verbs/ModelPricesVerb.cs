using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models prices import: a public table of prices beside the price book, and into it.</summary>
static class ModelPricesVerb
{
    static readonly Argument<FileInfo> From = new("file") { Description = "The table, a JSON file." };
    static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "Whose table it is: litellm, portkey or langfuse.",
        Required = true,
    }.OneOf("litellm", "portkey", "langfuse");
    static readonly Option<bool> Apply = new("--apply")
    {
        Description = "Enter what differs as new versions; without it nothing is changed.",
    };
    static readonly Option<string?> Source = new("--source") { Description = "Where the table is from; kept with the prices." };

    public static Command Command() =>
        new("prices", "Prices of public tables, and calls rated again by corrected prices.")
        {
            ModelRerateVerb.Command(),
            ApiClient.AddTo(
                new Command("import", "Compare a public table with the price book, and enter it with --apply.")
                {
                    From,
                    Format,
                    Apply,
                    Source,
                }.Runs(ImportAsync)
            ),
        };

    static async Task<int> ImportAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var file = parsed.GetValue(From)!;
        if (!file.Exists)
            throw Verb.Mistake($"There is no file {file.FullName}.");
        var body = new JsonObject
        {
            ["format"] = parsed.GetValue(Format),
            ["text"] = await File.ReadAllTextAsync(file.FullName, ct),
            ["apply"] = parsed.GetValue(Apply),
        };
        if (parsed.GetValue(Source) is { } source)
            body["source"] = source;
        var report = await api.PostAsync("/api/prices/import", body, ct);
        var differences = report["differences"]!.AsArray();
        if (api.IsJson || differences.Count > 0)
            api.Show(
                report,
                differences,
                ("MODEL", r => ApiClient.Text(r["model"])),
                ("PART", r => ApiClient.Text(r["part"])),
                ("BOOK", r => ApiClient.Text(r["book_usd"]) ?? "none"),
                ("TABLE", r => ApiClient.Text(r["table_usd"])),
                (
                    "DIFFERENCE",
                    r => r["percent"] is { } p ? p.GetValue<decimal>().ToString("+0.##;-0.##", CultureInfo.InvariantCulture) + " %" : ""
                )
            );
        if (api.IsJson)
            return 0;
        foreach (var name in report["new"]!.AsArray())
            Console.WriteLine($"{name} had no price");
        foreach (var price in report["not_held"]!.AsArray())
            Console.WriteLine($"not taken, the price book has no place for it: {price}");
        Console.WriteLine(
            $"{report["rows"]} rows: {report["same"]} agree, {differences.Count} parts differ, {report["new"]!.AsArray().Count} new, {report["passed_over"]} of models that are not here."
        );
        Console.WriteLine(
            report["applied"]!.GetValue<bool>() ? "Entered as new versions of the prices." : "Nothing was changed. Enter it with --apply."
        );
        return 0;
    }
}
