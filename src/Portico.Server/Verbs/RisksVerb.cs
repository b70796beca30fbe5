using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico risks: which controls work against which risks, how they stand at a level, and all of it as a file.</summary>
static class RisksVerb
{
    static readonly Option<string?> Level = new("--level") { Description = "How controls stand there: org_…, ws_… or uc_…" };
    static readonly Option<string?> Framework = new("--framework") { Description = "One alone, such as owasp_llm or eu_ai_act." };
    static readonly Option<string?> Export = new("--export") { Description = "Write a file: .csv, .json or .md." };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("risks", "Risks and duties, the controls that support each, and how they stand at a level.")
            {
                Level,
                Framework,
                Export,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var query = string.Join(
            '&',
            new[] { ("level", parsed.GetValue(Level)), ("framework", parsed.GetValue(Framework)) }
                .Where(p => p.Item2 is not null)
                .Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}")
        );
        if (parsed.GetValue(Export) is { } file)
        {
            var format = Path.GetExtension(file) is ".csv" or ".json" or ".md" ? Path.GetExtension(file)[1..] : null;
            if (format is null)
                throw Verb.Mistake($"--export is '{file}': name a file that ends in .csv, .json or .md.");
            var bytes = await api.DownloadAsync($"/api/risks/export?format={format}&{query}", file, ct);
            Console.WriteLine($"{file}: {bytes} bytes.");
            return 0;
        }
        var register = await api.GetAsync($"/api/risks?{query}", ct);
        var controls = register["controls"]!.AsArray().ToDictionary(c => c!["id"]!.GetValue<string>(), c => c!);
        var rows = register["frameworks"]!
            .AsArray()
            .SelectMany(f => f!["items"]!.AsArray().Select(i => (Framework: f, Item: i!)))
            .SelectMany(p =>
                p.Item["controls"]!.AsArray() is { Count: > 0 } some
                    ? some.Select(c => Row(p.Framework, p.Item, controls[c!.GetValue<string>()]))
                    : [Row(p.Framework, p.Item, null)]
            );
        api.Show(
            register,
            rows,
            ("FRAMEWORK", r => ApiClient.Text(r["framework"])),
            ("ITEM", r => ApiClient.Text(r["item"])),
            ("TITLE", r => ApiClient.Text(r["title"])),
            ("CONTROL", r => ApiClient.Text(r["control"])),
            ("STATE", r => ApiClient.Text(r["state"]))
        );
        if (!api.IsJson)
            Console.WriteLine(register["says"]!.GetValue<string>());
        return 0;
    }

    static JsonNode Row(JsonNode framework, JsonNode item, JsonNode? control) =>
        new JsonObject
        {
            ["framework"] = framework["id"]!.DeepClone(),
            ["item"] = item["id"]!.DeepClone(),
            ["title"] = item["title"]!.DeepClone(),
            ["control"] = control?["id"]!.DeepClone() ?? "not covered",
            ["state"] = control?["state"]?.GetValue<string>().Replace('_', ' '),
        };
}
