using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico models: what callers can name, and what it costs.</summary>
static class ModelsVerb
{
    public static Command Command() => ApiClient.AddTo(new Command("models", "Models that callers can name.").Runs(RunAsync));

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/models?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("CONTEXT", r => ApiClient.Text(r["context_tokens"])),
            ("MAX OUTPUT", r => ApiClient.Text(r["max_output_tokens"])),
            ("EMBEDDINGS", r => ApiClient.Text(r["embeddings"])),
            ("DISABLED", r => ApiClient.Text(r["disabled"])),
            ("ID", r => ApiClient.Text(r["id"]))
        );
        return 0;
    }
}
