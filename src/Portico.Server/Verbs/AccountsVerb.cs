using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico accounts: list, invite, roles, reset, disable, enable, remove.</summary>
static class AccountsVerb
{
    static readonly Argument<string> Who = new("who") { Description = "E-mail, or person_…" };
    static readonly Argument<string> Email = new("email") { Description = "With it the person signs in." };
    static readonly Option<string?> Name = new("--name") { Description = "The person's name; needed for somebody new." };
    static readonly Option<string?> Organisation = new("--organisation") { Description = "org_…; needed when there are several." };
    static readonly Option<string[]> Role = GrantWords.Option("the person");

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("accounts", "People who sign in: list, invite, roles, reset, disable, enable, remove.")
            {
                ApiClient.AddTo(new Command("list", "List accounts.").Runs(ListAsync)),
                ApiClient.AddTo(
                    new Command("invite", "Let a person sign in; the invitation is shown once.") { Email, Name, Role, Organisation }.Runs(
                        InviteAsync
                    )
                ),
                ApiClient.AddTo(new Command("roles", "Other roles for a person, from the next request on.") { Who, Role }.Runs(RolesAsync)),
                ApiClient.AddTo(
                    new Command("reset", "Another invitation, by which the person sets a new password.") { Who }.Runs(ResetAsync)
                ),
                ApiClient.AddTo(
                    new Command("disable", "Stop a person at once, and their keys.") { Who }.Runs((p, ct) => DisableAsync(p, true, ct))
                ),
                ApiClient.AddTo(new Command("enable", "Let a person in again.") { Who }.Runs((p, ct) => DisableAsync(p, false, ct))),
                ApiClient.AddTo(new Command("remove", "Take the way in; the person stays.") { Who }.Runs(RemoveAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var all = await AllAsync(api, "accounts", ct);
        var grants = await GrantWords.NamesAsync(api, all, ct);
        api.Show(
            new JsonObject { ["items"] = all },
            all,
            ("ID", r => ApiClient.Text(r["person_id"])),
            ("E-MAIL", r => ApiClient.Text(r["email"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("ROLES", r => grants(r)),
            ("STATE", State),
            ("SIGNED IN", r => ApiClient.Time(r["signed_in_at"]) ?? "never")
        );
        return 0;
    }

    static string State(JsonNode account) =>
        account["disabled"]!.GetValue<bool>() ? "disabled"
        : !account["invited"]!.GetValue<bool>() ? "active"
        : account["invitation_expires_at"] is { } end ? $"invited until {ApiClient.Time(end)}"
        : "invitation ran out";

    static async Task<int> InviteAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var grants = await GrantWords.ReadAsync(api, parsed.GetValue(Role), "the person", ct);
        var email = parsed.GetValue(Email)!;
        var person =
            (await AllAsync(api, "people", ct)).FirstOrDefault(p => IsOf(p!, email)) ?? await AddPersonAsync(api, parsed, email, ct);
        var made = await api.PostAsync(
            "/api/accounts",
            new JsonObject { ["person_id"] = person["id"]!.GetValue<string>(), ["grants"] = grants },
            ct
        );
        await ShowInvitationAsync(api, made, ct);
        return 0;
    }

    static async Task<JsonNode> AddPersonAsync(ApiClient api, ParseResult parsed, string email, CancellationToken ct)
    {
        var name =
            parsed.GetValue(Name) ?? throw Verb.Mistake($"There is no person with the e-mail {email} yet: say their name with --name.");
        return await api.PostAsync(
            "/api/people",
            new JsonObject
            {
                ["organisation_id"] = parsed.GetValue(Organisation) ?? await OnlyOrganisationAsync(api, ct),
                ["email"] = email,
                ["name"] = name,
            },
            ct
        );
    }

    static async Task<string> OnlyOrganisationAsync(ApiClient api, CancellationToken ct)
    {
        var found = (await api.GetAsync("/api/organisations", ct))["items"]!.AsArray();
        return found.Count == 1
            ? found[0]!["id"]!.GetValue<string>()
            : throw Verb.Mistake(
                $"Name the organisation with --organisation. There are {found.Count}:\n"
                    + string.Join('\n', found.Select(o => $"  {o!["id"]}  {o["name"]}"))
            );
    }

    static async Task<int> RolesAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var grants = await GrantWords.ReadAsync(api, parsed.GetValue(Role), "the person", ct);
        var account = await FindAsync(api, parsed, ct);
        var changed = await api.SendAsync(HttpMethod.Patch, AddressOf(account), new JsonObject { ["grants"] = grants }, TagOf(account), ct);
        var say = await GrantWords.NamesAsync(api, [changed], ct);
        Say(api, changed, $"{account["email"]} has {say(changed)}.");
        return 0;
    }

    static async Task<int> ResetAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var account = await FindAsync(api, parsed, ct);
        await ShowInvitationAsync(api, await api.SendAsync(HttpMethod.Post, AddressOf(account) + "/invite", null, null, ct), ct);
        return 0;
    }

    static async Task<int> DisableAsync(ParseResult parsed, bool disabled, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var account = await FindAsync(api, parsed, ct);
        var answer = await api.SendAsync(
            HttpMethod.Patch,
            $"/api/people/{account["person_id"]}",
            new JsonObject { ["disabled"] = disabled },
            "*",
            ct
        );
        Say(api, answer, $"{account["email"]} is {(disabled ? "disabled" : "enabled")}.");
        return 0;
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var account = await FindAsync(api, parsed, ct);
        var answer = await api.SendAsync(HttpMethod.Delete, AddressOf(account), null, TagOf(account), ct);
        Say(api, answer, $"{account["email"]} cannot sign in any more.");
        return 0;
    }

    static async Task<JsonNode> FindAsync(ApiClient api, ParseResult parsed, CancellationToken ct)
    {
        var who = parsed.GetValue(Who)!;
        if (!who.Contains('@', StringComparison.Ordinal))
            return await api.GetAsync($"/api/accounts/{Uri.EscapeDataString(who)}", ct);
        return (await AllAsync(api, "accounts", ct)).FirstOrDefault(a => IsOf(a!, who))
            ?? throw Verb.Mistake($"Nobody signs in with {who}. '{Verb.Program} accounts' lists who does.");
    }

    /// <summary>Every page of a list.</summary>
    static async Task<JsonArray> AllAsync(ApiClient api, string noun, CancellationToken ct)
    {
        var all = new JsonArray();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = await api.GetAsync($"/api/{noun}?limit=1000{cursor}", ct);
            foreach (var item in page["items"]!.AsArray())
                all.Add(item!.DeepClone());
            cursor = page["next"] is { } next ? $"&cursor={Uri.EscapeDataString(next.GetValue<string>())}" : null;
        }
        return all;
    }

    static bool IsOf(JsonNode node, string email) =>
        string.Equals(node["email"]!.GetValue<string>(), email.Trim(), StringComparison.OrdinalIgnoreCase);

    static string AddressOf(JsonNode account) => $"/api/accounts/{account["person_id"]}";

    static string TagOf(JsonNode account) => $"\"v{account["version"]}\"";

    static async Task ShowInvitationAsync(ApiClient api, JsonNode made, CancellationToken ct)
    {
        if (api.IsJson)
        {
            ApiClient.ShowJson(made);
            return;
        }
        var account = made["account"]!;
        var grants = await GrantWords.NamesAsync(api, [account], ct);
        Console.WriteLine($"{account["person_id"]}  {account["email"]}  {grants(account)}");
        Console.WriteLine(
            $"{new Uri(api.Address, "/console/welcome")}#{made["code"]}  (shown once, until {ApiClient.Time(made["expires_at"])})"
        );
    }

    static void Say(ApiClient api, JsonNode answer, string sentence)
    {
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine(sentence);
    }
}
