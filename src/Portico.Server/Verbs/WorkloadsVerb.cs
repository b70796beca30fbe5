using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico workloads: list, add, check, remove.</summary>
static class WorkloadsVerb
{
    static readonly Argument<string> Name = new("name") { Description = "Which service it is." };
    static readonly Argument<string> Id = new("id") { Description = "workload_…" };
    static readonly Option<string?> Key = new("--key") { Description = "key_…, whose use case, routes and budgets its tokens get at /v1." };
    static readonly Option<string?> AdminToken = new("--admin-token") { Description = "admin_…, whose roles its tokens get at /api." };
    static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "A file with a token of the service; - reads it from the input.",
    };
    static readonly Option<string?> ClaimsFile = new("--claims-file")
    {
        Description = "A file with the claims of one as JSON, without a signature.",
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
            new Command("workloads", "Services whose own tokens open a key or an admin token: list, add, check, remove.")
            {
                ApiClient.AddTo(new Command("list", "List such services.").Runs(ListAsync)),
                ApiClient.AddTo(
                    new Command("add", "Let the tokens of a service open a key, or an admin token.")
                    {
                        Name,
                        Key,
                        AdminToken,
                        Issuer,
                        Audience,
                        Subject,
                        Claim,
                        Special,
                    }.Runs(AddAsync)
                ),
                ApiClient.AddTo(
                    new Command("check", "Tell whether a token would be taken, and why not.") { Id, TokenFile, ClaimsFile }.Runs(CheckAsync)
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
            ("OPENS", r => ApiClient.Text(r["key_id"] ?? r["admin_token_id"])),
            ("ISSUER", r => ApiClient.Text(r["issuer"])),
            ("SUBJECT", r => ApiClient.Text(r["subject"])),
            ("STATE", r => r["enabled"]!.GetValue<bool>() ? "on" : "off")
        );
        return 0;
    }

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken ct)
    {
        var (key, token) = (parsed.GetValue(Key), parsed.GetValue(AdminToken));
        if ((key is null) == (token is null))
            throw Verb.Mistake("Say what its tokens open: --key key_… or --admin-token admin_…, one of the two.");
        using var api = ApiClient.From(parsed);
        var made = await api.PostAsync(
            "/api/workloads",
            new JsonObject
            {
                ["name"] = parsed.GetValue(Name),
                ["key_id"] = key,
                ["admin_token_id"] = token,
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
            Console.WriteLine($"{made["id"]}  {made["name"]}  opens {made["key_id"] ?? made["admin_token_id"]}");
        return 0;
    }

    static JsonNode Rule(string text)
    {
        var cut = text.IndexOf('=', StringComparison.Ordinal);
        return cut > 0 && cut < text.Length - 1
            ? new JsonObject { ["claim"] = text[..cut], ["value"] = text[(cut + 1)..] }
            : throw Verb.Mistake($"'{text}' is no CLAIM=VALUE, such as ref=refs/heads/main.");
    }

    static async Task<int> CheckAsync(ParseResult parsed, CancellationToken ct)
    {
        var (token, claims) = (parsed.GetValue(TokenFile), parsed.GetValue(ClaimsFile));
        if ((token is null) == (claims is null))
            throw Verb.Mistake("Give one of --token-file and --claims-file. A token is a secret: it is not typed into the command.");
        using var api = ApiClient.From(parsed);
        var body = token is not null
            ? new JsonObject
            {
                ["token"] = (token == "-" ? await Console.In.ReadToEndAsync(ct) : await File.ReadAllTextAsync(token, ct)).Trim(),
            }
            : new JsonObject { ["claims"] = ReadClaims(await File.ReadAllTextAsync(claims!, ct), claims!) };
        var report = await api.PostAsync($"/api/workloads/{Uri.EscapeDataString(parsed.GetValue(Id)!)}/check", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(report);
        else
            foreach (var finding in report["findings"]!.AsArray())
                Console.WriteLine(
                    $"{finding!["state"]!.GetValue<string>(), -8} {finding["what"]!.GetValue<string>(), -10} {finding["detail"]}"
                );
        return report["good"]!.GetValue<bool>() ? 0 : 1;
    }

    static JsonNode? ReadClaims(string text, string file)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            throw Verb.Mistake($"'{file}' is no JSON. It holds the claims, as {{\"iss\": …, \"sub\": …}}.");
        }
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
