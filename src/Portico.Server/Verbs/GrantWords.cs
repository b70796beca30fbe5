using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>Grants as people type and read them: <c>engineer</c> is everywhere, <c>engineer@Retail</c> at a place, by its name or its id.</summary>
static class GrantWords
{
    static readonly string[] Nouns = ["organisations", "workspaces", "use-cases"];

    public static Option<string[]> Option(string who) =>
        new("--role")
        {
            Description =
                $"What {who} may do, as analyst or, at one place alone, as analyst@NAME; may stand several times. 'tokens roles' tells the roles.",
            AllowMultipleArgumentsPerToken = true,
        };

    /// <summary>What was typed, as the API takes it.</summary>
    /// <exception cref="PorticoException">Nothing was typed, or there is no such place, or several.</exception>
    public static async Task<JsonArray> ReadAsync(ApiClient api, string[]? typed, string who, CancellationToken ct)
    {
        if (typed is not { Length: > 0 })
            throw Verb.Mistake($"Say what {who} may do with --role NAME. '{Verb.Program} tokens roles' tells the roles.");
        var grants = new JsonArray();
        foreach (var one in typed)
        {
            var at = one.IndexOf('@', StringComparison.Ordinal);
            grants.Add(
                at < 0
                    ? new JsonObject { ["role"] = one }
                    : new JsonObject { ["role"] = one[..at], ["place"] = await PlaceAsync(api, one[(at + 1)..], ct) }
            );
        }
        return grants;
    }

    static async Task<string> PlaceAsync(ApiClient api, string named, CancellationToken ct)
    {
        var places = await PlacesAsync(api, ct);
        var found = places.Where(p => p.Id == named || string.Equals(p.Name, named, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var only] => only.Id,
            [] => throw Verb.Mistake($"There is no organisation, workspace or use case '{named}'."),
            _ => throw Verb.Mistake(
                $"There are {found.Count} places called '{named}'. Give the id of one:\n"
                    + string.Join('\n', found.Select(p => $"  {p.Id}  {p.Name}"))
            ),
        };
    }

    static async Task<List<(string Id, string Name)>> PlacesAsync(ApiClient api, CancellationToken ct)
    {
        var places = new List<(string, string)>();
        foreach (var noun in Nouns)
            for (string? cursor = ""; cursor is not null; )
            {
                var page = await api.GetAsync($"/api/{noun}?limit=1000{cursor}", ct);
                places.AddRange(page["items"]!.AsArray().Select(i => (i!["id"]!.GetValue<string>(), i["name"]!.GetValue<string>())));
                cursor = page["next"] is { } next ? $"&cursor={Uri.EscapeDataString(next.GetValue<string>())}" : null;
            }
        return places;
    }

    /// <summary>The names of the places in these grants, where there are any.</summary>
    public static async Task<Func<JsonNode, string>> NamesAsync(ApiClient api, IEnumerable<JsonNode?> holders, CancellationToken ct)
    {
        var any = holders.Any(h => h!["grants"]!.AsArray().Any(g => g!["place"] is not null));
        var names = any
            ? (await PlacesAsync(api, ct)).ToDictionary(p => p.Id, p => p.Name, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);
        return holder => string.Join(", ", holder["grants"]!.AsArray().Select(g => Say(g!, names)));
    }

    static string Say(JsonNode grant, Dictionary<string, string> names)
    {
        var role = grant["role"]!.GetValue<string>();
        return grant["place"]?.GetValue<string>() is { } place ? $"{role}@{names.GetValueOrDefault(place, place)}" : role;
    }
}
