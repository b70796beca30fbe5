using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico tokens: list, create, revoke, roles, me.</summary>
static class TokensVerb
{
    static readonly Argument<string> Name = new("name") { Description = "Who or what it is for." };
    static readonly Argument<string> Id = new("id") { Description = "admin_…" };
    static readonly Option<string[]> Role = new("--role")
    {
        Description = "What it may do; may stand several times. 'tokens roles' tells the roles.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("tokens", "Admin tokens and their roles: list, create, revoke, roles, me.")
            {
                ApiClient.AddTo(new Command("list", "List admin tokens.").Runs(ListAsync)),
                ApiClient.AddTo(new Command("create", "Make a token; the secret is shown once.") { Name, Role }.Runs(CreateAsync)),
                ApiClient.AddTo(new Command("revoke", "Stop a token for good.") { Id }.Runs(RevokeAsync)),
                ApiClient.AddTo(new Command("roles", "What each role may do.").Runs(RolesAsync)),
                ApiClient.AddTo(new Command("me", "Whose token this is, and what it may do.").Runs(MeAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/admin-tokens?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("PREFIX", r => ApiClient.Text(r["prefix"])),
            ("ROLES", r => Joined(r["roles"])),
            ("STATE", r => r["revoked"]!.GetValue<bool>() ? "revoked" : "live"),
            ("MADE", r => ApiClient.Time(r["created_at"]) ?? "")
        );
        return 0;
    }

    static async Task<int> CreateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var roles = parsed.GetValue(Role) ?? [];
        if (roles.Length == 0)
            throw Verb.Mistake($"Say what it may do with --role NAME. '{Verb.Program} tokens roles' tells the roles.");
        var made = await api.PostAsync(
            "/api/admin-tokens",
            new JsonObject { ["name"] = parsed.GetValue(Name), ["roles"] = new JsonArray([.. roles.Select(r => JsonValue.Create(r))]) },
            ct
        );
        if (api.IsJson)
        {
            ApiClient.ShowJson(made);
            return 0;
        }
        Console.WriteLine($"{made["id"]}  {parsed.GetValue(Name)}  {Joined(made["roles"])}");
        Console.WriteLine($"{made["secret"]}  (shown once)");
        return 0;
    }

    static async Task<int> RevokeAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var answer = await api.SendAsync(HttpMethod.Post, $"/api/admin-tokens/{Uri.EscapeDataString(id)}/revoke", null, null, ct);
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine($"{id} is revoked.");
        return 0;
    }

    static async Task<int> RolesAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/roles", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ROLE", r => ApiClient.Text(r["name"])),
            ("WHAT IT DOES", r => ApiClient.Text(r["says"])),
            ("PERMISSIONS", r => Joined(r["permissions"]))
        );
        return 0;
    }

    static async Task<int> MeAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var me = await api.GetAsync("/api/me", ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(me);
            return 0;
        }
        Console.WriteLine($"{me["id"]}  {me["name"]}  {Joined(me["roles"])}");
        Console.WriteLine($"may {Joined(me["permissions"])}");
        return 0;
    }

    static string Joined(JsonNode? names) => string.Join(", ", names!.AsArray().Select(n => n!.GetValue<string>()));
}
