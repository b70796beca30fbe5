using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico roles: list, create, change, remove.</summary>
static class RolesVerb
{
    static readonly Argument<string> Name = new("name") { Description = "Small letters, digits and hyphens." };
    static readonly Option<string?> Says = new("--says") { Description = "What the role is for, in a sentence." };
    static readonly Option<string[]> May = new("--may")
    {
        Description = "A permission, as keys.write; may stand several times.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("roles", "Roles: list, create, change, remove one's own.")
            {
                ApiClient.AddTo(new Command("list", "What each role may do.").Runs(ListAsync)),
                ApiClient.AddTo(new Command("create", "Make a role.") { Name, Says, May }.Runs(CreateAsync)),
                ApiClient.AddTo(new Command("change", "Other words or permissions for a role.") { Name, Says, May }.Runs(ChangeAsync)),
                ApiClient.AddTo(new Command("remove", "Remove a role that nobody has.") { Name }.Runs(RemoveAsync)),
            }.Runs(ListAsync)
        );

    public static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/roles", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ROLE", r => ApiClient.Text(r["name"])),
            ("WHAT IT DOES", r => ApiClient.Text(r["says"])),
            ("PERMISSIONS", r => string.Join(", ", r["permissions"]!.AsArray().Select(n => n!.GetValue<string>())))
        );
        return 0;
    }

    static JsonArray? Permissions(ParseResult parsed) =>
        parsed.GetValue(May) is { Length: > 0 } may ? new JsonArray([.. may.Select(m => JsonValue.Create(m))]) : null;

    static async Task<int> CreateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["name"] = parsed.GetValue(Name),
            ["says"] = parsed.GetValue(Says),
            ["permissions"] = Permissions(parsed),
        };
        return Say(api, await api.PostAsync("/api/roles", body, ct), $"The role {parsed.GetValue(Name)} is made.");
    }

    static async Task<int> ChangeAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject();
        if (parsed.GetValue(Says) is { } says)
            body["says"] = says;
        if (Permissions(parsed) is { } permissions)
            body["permissions"] = permissions;
        var changed = await api.SendAsync(HttpMethod.Patch, AddressOf(parsed), body, "*", ct);
        return Say(api, changed, $"The role {parsed.GetValue(Name)} is changed.");
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var answer = await api.SendAsync(HttpMethod.Delete, AddressOf(parsed), null, "*", ct);
        return Say(api, answer, $"The role {parsed.GetValue(Name)} is removed.");
    }

    static string AddressOf(ParseResult parsed) => $"/api/roles/{Uri.EscapeDataString(parsed.GetValue(Name)!)}";

    static int Say(ApiClient api, JsonNode answer, string sentence)
    {
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine(sentence);
        return 0;
    }
}
