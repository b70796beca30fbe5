using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico identity: list, add, check, enable, disable, remove, passwords.</summary>
static class IdentityVerb
{
    static readonly Argument<string> Name = new("name") { Description = "On the button of the sign-in page." };
    static readonly Argument<string> Id = new("id") { Description = "idp_…" };
    static readonly Argument<string> Issuer = new("issuer")
    {
        Description = "https://login.example.com; its discovery document is found from there.",
    };
    static readonly Option<string> ClientId = new("--client-id") { Description = "Of this Portico at the provider.", Required = true };
    static readonly Option<string?> SecretFile = new("--client-secret-file")
    {
        Description = "A file that holds the client's secret; without it the client is public.",
    };
    static readonly Option<string?> Organisation = new("--organisation") { Description = "org_…; needed when there are several." };
    static readonly Option<string[]> Group = new("--group")
    {
        Description = "GROUP=ROLE or GROUP=ROLE@PLACE: who is in the group has the role there; * is everybody; may stand several times.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<string[]> Domain = new("--email-domain")
    {
        Description = "Domains of the e-mails of people that are made at their first sign-in.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<bool> MakesPeople = new("--make-people")
    {
        Description = "Whoever signs in for the first time becomes a person here.",
    };
    static readonly Option<bool> Special = new("--allow-special-addresses")
    {
        Description = "Plain http on loopback too, for tests and demos.",
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("identity", "Identity providers that people sign in by: list, add, check, enable, disable, remove, passwords.")
            {
                ApiClient.AddTo(new Command("list", "List identity providers.").Runs(ListAsync)),
                ApiClient.AddTo(
                    new Command("add", "Let people sign in by a provider.")
                    {
                        Name,
                        Issuer,
                        ClientId,
                        SecretFile,
                        Organisation,
                        Group,
                        Domain,
                        MakesPeople,
                        Special,
                    }.Runs(AddAsync)
                ),
                ApiClient.AddTo(new Command("check", "Ask a provider what a sign-in will need.") { Id }.Runs(CheckAsync)),
                ApiClient.AddTo(new Command("enable", "Let people in by it again.") { Id }.Runs((p, ct) => SwitchAsync(p, true, ct))),
                ApiClient.AddTo(
                    new Command("disable", "Let nobody in by it any more; its sessions end.") { Id }.Runs(
                        (p, ct) => SwitchAsync(p, false, ct)
                    )
                ),
                PasswordsVerb.Command(),
                ApiClient.AddTo(new Command("remove", "Remove a provider with its links; people stay.") { Id }.Runs(RemoveAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/identity-providers?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("ISSUER", r => ApiClient.Text(r["issuer"])),
            ("STATE", r => r["enabled"]!.GetValue<bool>() ? "on" : "off"),
            ("GROUPS", r => string.Join(", ", r["group_roles"]!.AsArray().Select(g => $"{g!["group"]}={g["role"]}")))
        );
        return 0;
    }

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["organisation_id"] = await OrganisationAsync(api, parsed.GetValue(Organisation), ct),
            ["name"] = parsed.GetValue(Name),
            ["issuer"] = parsed.GetValue(Issuer),
            ["client_id"] = parsed.GetValue(ClientId),
            ["group_roles"] = new JsonArray((parsed.GetValue(Group) ?? []).Select(GroupRole).ToArray()),
            ["email_domains"] = new JsonArray((parsed.GetValue(Domain) ?? []).Select(d => (JsonNode)JsonValue.Create(d)).ToArray()),
            ["makes_people"] = parsed.GetValue(MakesPeople),
            ["allow_special_addresses"] = parsed.GetValue(Special),
        };
        // Never on the command line itself: other users of the machine can read that.
        if (parsed.GetValue(SecretFile) is { } file)
            body["client_secret"] = (await File.ReadAllTextAsync(file, ct)).Trim();
        var made = await api.PostAsync("/api/identity-providers", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                $"{made["id"]}  {made["name"]}  lets people in; enter ADDRESS/console/sign-in at the provider as the address to lead back to."
            );
        return 0;
    }

    static JsonNode GroupRole(string text)
    {
        var cut = text.LastIndexOf('=');
        return cut > 0 && cut < text.Length - 1
            ? new JsonObject
            {
                ["group"] = text[..cut],
                ["role"] = text[(cut + 1)..].Split('@')[0],
                ["place"] = text[(cut + 1)..].Split('@').ElementAtOrDefault(1),
            }
            : throw Verb.Mistake($"'{text}' is no GROUP=ROLE, such as portico-admins=admin.");
    }

    internal static async Task<string> OrganisationAsync(ApiClient api, string? given, CancellationToken ct)
    {
        if (given is not null)
            return given;
        var all = (await api.GetAsync("/api/organisations?limit=2", ct))["items"]!.AsArray();
        return all is [{ } only] ? only["id"]!.GetValue<string>() : throw Verb.Mistake("Say which organisation with --organisation org_….");
    }

    static async Task<int> CheckAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var report = await api.PostAsync(
            $"/api/identity-providers/{Uri.EscapeDataString(parsed.GetValue(Id)!)}/check",
            new JsonObject(),
            ct
        );
        api.Show(
            report,
            report["findings"]!.AsArray(),
            ("STATE", r => ApiClient.Text(r["state"])),
            ("WHAT", r => ApiClient.Text(r["what"])),
            ("DETAIL", r => ApiClient.Text(r["detail"]))
        );
        return report["good"]!.GetValue<bool>() ? 0 : 1;
    }

    static async Task<int> SwitchAsync(ParseResult parsed, bool enabled, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var answer = await api.SendAsync(
            HttpMethod.Patch,
            $"/api/identity-providers/{Uri.EscapeDataString(id)}",
            new JsonObject { ["enabled"] = enabled },
            "*",
            ct
        );
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine(enabled ? $"{id} lets people in." : $"{id} lets nobody in; its sessions have ended.");
        return 0;
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var answer = await api.SendAsync(HttpMethod.Delete, $"/api/identity-providers/{Uri.EscapeDataString(id)}", null, "*", ct);
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine($"{id} is removed.");
        return 0;
    }
}
