using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico acceptable-use: the policy that holds, and the next version of it.</summary>
static class AcceptableUseVerb
{
    static readonly Argument<string> PolicyFile = new("file") { Description = "The text, in Markdown." };
    static readonly Option<bool> AsksAgain = new("--asks-again")
    {
        Description = "Everybody is asked again, also those who acknowledged an earlier version.",
    };
    static readonly Option<string?> Organisation = new("--organisation")
    {
        Description = "Id of the organisation; the first one by default.",
    };

    public static Command Command() =>
        new("acceptable-use", "The acceptable-use policy: show it, publish the next version.")
        {
            ApiClient.AddTo(new Command("show", "The text that holds.") { Organisation }.Runs(ShowAsync)),
            ApiClient.AddTo(new Command("versions", "All versions, newest first.") { Organisation }.Runs(VersionsAsync)),
            ApiClient.AddTo(
                new Command("publish", "Publishes the next version.") { PolicyFile, AsksAgain, Organisation }.Runs(PublishAsync)
            ),
        };

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var policy = await api.GetAsync("/api/acceptable-use" + CoursesVerb.Of(parsed, Organisation, '?'), ct);
        if (api.IsJson)
            ApiClient.ShowJson(policy);
        else
            Console.WriteLine(policy["text"]!.GetValue<string>());
        return 0;
    }

    static async Task<int> VersionsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/acceptable-use/versions" + CoursesVerb.Of(parsed, Organisation, '?'), ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("VERSION", r => ApiClient.Text(r["version"])),
            ("PUBLISHED", r => ApiClient.Time(r["published_at"]) ?? "with portico"),
            ("ASKS AGAIN", r => r["asks_again"]!.GetValue<bool>() ? "yes" : "no"),
            ("CHARACTERS", r => r["text"]!.GetValue<string>().Length.ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
        return 0;
    }

    static async Task<int> PublishAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var query = CoursesVerb.Of(parsed, Organisation, '?');
        var text = await File.ReadAllTextAsync(parsed.GetRequiredValue(PolicyFile), ct);
        var old = await api.GetAsync("/api/acceptable-use" + query, ct);
        var made = await api.SendAsync(
            HttpMethod.Put,
            "/api/acceptable-use" + query,
            new JsonObject { ["text"] = text, ["asks_again"] = parsed.GetValue(AsksAgain) },
            $"\"v{old["version"]}\"",
            ct
        );
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                $"Version {made["version"]} holds."
                    + (
                        made["asks_again"]!.GetValue<bool>()
                            ? " Everybody is asked to acknowledge it."
                            : " Who acknowledged an earlier one is not asked again."
                    )
            );
        return 0;
    }
}
