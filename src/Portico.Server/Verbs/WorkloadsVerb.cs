using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico workloads: list, add, remove.</summary>
static class WorkloadsVerb
{
    static readonly Argument<string> Name = new("name") { Description = "Which service it is." };
    static readonly Argument<string> Id = new("id") { Description = "workload_…" };
    static readonly Option<string> Key = new("--key")
    {
        Description = "key_…, whose use case, routes and budgets its tokens get.",
        Required = true,
    };
    static readonly Option<string> Issuer = new("--issuer") { Description = "Who signs its tokens.", Required = true };
    static readonly Option<string> Audience = new("--audience") { Description = "Whom its tokens are for.", Required = true };
    static readonly Option<string> Subject = new("--subject")
    {
        Description = "Whose they are; a * at the end stands for any ending.",
        Required = true,
    };
    static readonly Option<string[]> Claim = new("--claim")
    {
        Description = "CLAIM=VALUE that a token must have; may stand several times.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<bool> Special = new("--allow-special-addresses")
    {
        Description = "Plain http on loopback too, for tests and demos.",
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("workloads", "Services whose own tokens open a key: list, add, remove.")
            {
                ApiClient.AddTo(new Command("list", "List such services.").Runs(ListAsync)),
                ApiClient.AddTo(
                    new Command("add", "Let the tokens of a service open a key.")
                    {
                        Name,
                        Key,
                        Issuer,
                        Audience,
                        Subject,
                        Claim,
                        Special,
                    }.Runs(AddAsync)
                ),
                ApiClient.AddTo(new Command("remove", "Take its tokens no more.") { Id }.Runs(RemoveAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/workloads?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("KEY", r => ApiClient.Text(r["key_id"])),
            ("ISSUER", r => ApiClient.Text(r["issuer"])),
            ("SUBJECT", r => ApiClient.Text(r["subject"])),
            ("STATE", r => r["enabled"]!.GetValue<bool>() ? "on" : "off")
        );
        return 0;
    }

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var made = await api.PostAsync(
            "/api/workloads",
            new JsonObject
            {
                ["name"] = parsed.GetValue(Name),
                ["key_id"] = parsed.GetValue(Key),
                ["issuer"] = parsed.GetValue(Issuer),
                ["audience"] = parsed.GetValue(Audience),
                ["subject"] = parsed.GetValue(Subject),
                ["claims"] = new JsonArray((parsed.GetValue(Claim) ?? []).Select(Rule).ToArray()),
                ["allow_special_addresses"] = parsed.GetValue(Special),
            },
            ct
        );
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"{made["id"]}  {made["name"]}  opens {made["key_id"]}");
        return 0;
    }

    static JsonNode Rule(string text)
    {
        var cut = text.IndexOf('=', StringComparison.Ordinal);
        return cut > 0 && cut < text.Length - 1
            ? new JsonObject { ["claim"] = text[..cut], ["value"] = text[(cut + 1)..] }
            : throw Verb.Mistake($"'{text}' is no CLAIM=VALUE, such as ref=refs/heads/main.");
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var answer = await api.SendAsync(HttpMethod.Delete, $"/api/workloads/{Uri.EscapeDataString(id)}", null, "*", ct);
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine($"{id} is removed.");
        return 0;
    }
}
