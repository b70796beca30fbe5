using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico connections: accounts at providers, and what each is allowed to be used for.</summary>
static class ConnectionsVerb
{
    static readonly Argument<string> Name = new("name") { Description = "The connection, by its name or conn_…." };

    /// <summary>Switches of a connection: the option, and the member that it sets.</summary>
    static readonly (Option<bool?> Option, string Member)[] Switches =
    [
        (
            new("--responses")
            {
                Description = "true: calls that need the provider's own Responses API are passed to it, as those with tools that it runs.",
            },
            "responses"
        ),
        (
            new("--provider-batches")
            {
                Description = "true: lines of batches go to the provider's own batches, which answer within a day at a lower price.",
            },
            "provider_batches"
        ),
    ];

    public static Command Command()
    {
        var set = new Command("set", "Switch on or off what a connection may be used for.") { Name };
        foreach (var (option, _) in Switches)
            set.Options.Add(option);
        return ApiClient.AddTo(
            new Command("connections", "Connections: list, set.") { ApiClient.AddTo(set.Runs(SetAsync)) }.Runs(ListAsync)
        );
    }

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/connections?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("FAMILY", r => ApiClient.Text(r["family"])),
            ("ADDRESS", r => ApiClient.Text(r["base_url"])),
            ("MAY", r => string.Join(", ", Switches.Select(s => s.Member).Where(m => IsOn(r[m])))),
            ("STATE", r => IsOn(r["disabled"]) ? "off" : "on"),
            ("ID", r => ApiClient.Text(r["id"]))
        );
        return 0;
    }

    static async Task<int> SetAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject();
        foreach (var (option, member) in Switches)
            if (parsed.GetValue(option) is { } value)
                body[member] = value;
        if (body.Count == 0)
            throw Verb.Mistake($"Say what to switch, as '{Verb.Program} connections set {parsed.GetValue(Name)} --responses true'.");
        var found = await FindAsync(api, parsed.GetValue(Name)!, ct);
        var now = await api.SendAsync(
            HttpMethod.Patch,
            $"/api/connections/{found["id"]}",
            body,
            $"\"v{found["version"]!.GetValue<long>()}\"",
            ct
        );
        if (api.IsJson)
            ApiClient.ShowJson(now);
        else
            foreach (var (member, _) in body)
                Console.WriteLine($"{now["name"]}: {member} is {(IsOn(now[member]) ? "on" : "off")}.");
        return 0;
    }

    static async Task<JsonNode> FindAsync(ApiClient api, string name, CancellationToken ct) =>
        (await api.GetAsync("/api/connections?limit=1000", ct))["items"]!
            .AsArray()
            .FirstOrDefault(c => (string?)c!["name"] == name || (string?)c["id"] == name)
        ?? throw Verb.Mistake($"There is no connection '{name}'. '{Verb.Program} connections' lists them.");

    static bool IsOn(JsonNode? node) => node?.GetValue<bool>() is true;
}
