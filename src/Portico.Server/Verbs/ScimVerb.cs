using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico scim: list, create, revoke.</summary>
static class ScimVerb
{
    static readonly Argument<string> Name = new("name") { Description = "Which directory it is for." };
    static readonly Argument<string> Id = new("id") { Description = "scim_…" };
    static readonly Option<string?> Organisation = new("--organisation") { Description = "org_…; needed when there are several." };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("scim", "Tokens by which a directory keeps people and groups: list, create, revoke.")
            {
                ApiClient.AddTo(new Command("list", "List SCIM tokens.").Runs(ListAsync)),
                ApiClient.AddTo(new Command("create", "Make a token; the secret is shown once.") { Name, Organisation }.Runs(CreateAsync)),
                ApiClient.AddTo(new Command("revoke", "Stop a token for good.") { Id }.Runs(RevokeAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/scim-tokens?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("PREFIX", r => ApiClient.Text(r["prefix"])),
            ("ORGANISATION", r => ApiClient.Text(r["organisation_id"])),
            ("MADE", r => ApiClient.Time(r["created_at"]) ?? "")
        );
        return 0;
    }

    static async Task<int> CreateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var made = await api.PostAsync(
            "/api/scim-tokens",
            new JsonObject
            {
                ["organisation_id"] = await IdentityVerb.OrganisationAsync(api, parsed.GetValue(Organisation), ct),
                ["name"] = parsed.GetValue(Name),
            },
            ct
        );
        if (api.IsJson)
        {
            ApiClient.ShowJson(made);
            return 0;
        }
        Console.WriteLine($"{made["token"]!["id"]}  {parsed.GetValue(Name)}  for ADDRESS/scim/v2");
        Console.WriteLine($"{made["secret"]}  (shown once)");
        return 0;
    }

    static async Task<int> RevokeAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var answer = await api.SendAsync(HttpMethod.Post, $"/api/scim-tokens/{Uri.EscapeDataString(id)}/revoke", null, null, ct);
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine($"{id} is revoked.");
        return 0;
    }
}
