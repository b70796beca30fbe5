using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico tokens: list, create, revoke, roles, me.</summary>
static class TokensVerb
{
    static readonly Argument<string> Name = new("name") { Description = "Who or what it is for." };
    static readonly Argument<string> Id = new("id") { Description = "admin_…" };
    static readonly Option<string[]> Role = GrantWords.Option("it");

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("tokens", "Admin tokens and their roles: list, create, revoke, roles, me.")
            {
                ApiClient.AddTo(new Command("list", "List admin tokens.").Runs(ListAsync)),
                ApiClient.AddTo(new Command("create", "Make a token; the secret is shown once.") { Name, Role }.Runs(CreateAsync)),
                ApiClient.AddTo(new Command("revoke", "Stop a token for good.") { Id }.Runs(RevokeAsync)),
                ApiClient.AddTo(new Command("roles", "What each role may do.").Runs(RolesVerb.ListAsync)),
                ApiClient.AddTo(new Command("me", "Whose token this is, and what it may do.").Runs(MeAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/admin-tokens?limit=1000", ct);
        var grants = await GrantWords.NamesAsync(api, page["items"]!.AsArray(), ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("PREFIX", r => ApiClient.Text(r["prefix"])),
            ("ROLES", r => grants(r)),
            ("STATE", r => r["revoked"]!.GetValue<bool>() ? "revoked" : "live"),
            ("MADE", r => ApiClient.Time(r["created_at"]) ?? "")
        );
        return 0;
    }

    static async Task<int> CreateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var grants = await GrantWords.ReadAsync(api, parsed.GetValue(Role), "it", ct);
        var made = await api.PostAsync("/api/admin-tokens", new JsonObject { ["name"] = parsed.GetValue(Name), ["grants"] = grants }, ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(made);
            return 0;
        }
        var say = await GrantWords.NamesAsync(api, [made], ct);
        Console.WriteLine($"{made["id"]}  {parsed.GetValue(Name)}  {say(made)}");
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

    static async Task<int> MeAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var me = await api.GetAsync("/api/me", ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(me);
            return 0;
        }
        var grants = await GrantWords.NamesAsync(api, [me], ct);
        Console.WriteLine($"{me["id"]}  {me["name"]}  {grants(me)}");
        Console.WriteLine($"may {Joined(me["permissions"])}");
        return 0;
    }

    static string Joined(JsonNode? names) => string.Join(", ", names!.AsArray().Select(n => n!.GetValue<string>()));
}
