using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico keys: list, create, rotate, disable, enable, revoke.</summary>
static class KeysVerb
{
    static readonly Argument<string> Name = new("name") { Description = "What the key is for." };
    static readonly Argument<string> Id = new("id") { Description = "key_…" };
    static readonly Option<string> UseCase = new("--use-case") { Description = "uc_…; needed when there are several." };
    static readonly Option<int?> Days = new("--days") { Description = "Days until it expires." };
    static readonly Option<int> Overlap = new("--overlap-seconds")
    {
        Description = "How long the old secret works on.",
        DefaultValueFactory = _ => 86_400,
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("keys", "Service keys: list, create, rotate, disable, enable, revoke.")
            {
                ApiClient.AddTo(new Command("list", "List keys.").Runs(ListAsync)),
                ApiClient.AddTo(new Command("create", "Make a key; the secret is shown once.") { Name, UseCase, Days }.Runs(CreateAsync)),
                ApiClient.AddTo(new Command("rotate", "New secret under the same id.") { Id, Overlap }.Runs(RotateAsync)),
                ApiClient.AddTo(
                    new Command("disable", "Stop a key until it is enabled.") { Id }.Runs((p, ct) => ActAsync(p, "disable", ct))
                ),
                ApiClient.AddTo(new Command("enable", "Let a disabled key work again.") { Id }.Runs((p, ct) => ActAsync(p, "enable", ct))),
                ApiClient.AddTo(new Command("revoke", "Stop a key for good.") { Id }.Runs((p, ct) => ActAsync(p, "revoke", ct))),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/keys?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("PREFIX", r => ApiClient.Text(r["prefix"])),
            ("STATE", r => ApiClient.Text(r["state"])),
            ("EXPIRES", r => ApiClient.Time(r["expires_at"]) ?? "never"),
            ("LAST USED", r => ApiClient.Time(r["last_used_at"]) ?? "never")
        );
        return 0;
    }

    static async Task<int> CreateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var useCase = parsed.GetValue(UseCase) ?? await OnlyUseCaseAsync(api, ct);
        var body = new JsonObject { ["name"] = parsed.GetValue(Name), ["use_case_id"] = useCase };
        if (parsed.GetValue(Days) is { } days)
            body["expires_at"] = days is >= 1 and <= 36_500
                ? TimeProvider.System.GetUtcNow().AddDays(days).ToString("o", CultureInfo.InvariantCulture)
                : throw Verb.Mistake("--days must be from 1 to 36,500.");
        Print(api, await api.PostAsync("/api/keys", body, ct));
        return 0;
    }

    static async Task<int> RotateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        Print(
            api,
            await api.PostAsync(
                $"/api/keys/{Uri.EscapeDataString(parsed.GetValue(Id)!)}/rotate",
                new JsonObject { ["overlap_seconds"] = parsed.GetValue(Overlap) },
                ct
            )
        );
        return 0;
    }

    static async Task<int> ActAsync(ParseResult parsed, string action, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var key = await api.SendAsync(HttpMethod.Post, $"/api/keys/{Uri.EscapeDataString(id)}/{action}", null, null, ct);
        if (api.IsJson)
            ApiClient.ShowJson(key);
        else
            Console.WriteLine($"{id} is {key["state"]}.");
        return 0;
    }

    static void Print(ApiClient api, JsonNode made)
    {
        if (api.IsJson)
        {
            ApiClient.ShowJson(made);
            return;
        }
        Console.WriteLine($"{made["key"]!["id"]}  {made["key"]!["name"]}");
        Console.WriteLine($"{made["secret"]}  (shown once)");
    }

    static async Task<string> OnlyUseCaseAsync(ApiClient api, CancellationToken ct)
    {
        var found = (await api.GetAsync("/api/use-cases", ct))["items"]!.AsArray();
        return found.Count == 1
            ? found[0]!["id"]!.GetValue<string>()
            : throw Verb.Mistake(
                $"Name the use case with --use-case. There are {found.Count}:\n"
                    + string.Join('\n', found.Select(u => $"  {u!["id"]}  {u["name"]}"))
            );
    }
}
