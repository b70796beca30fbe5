using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Portico.Server.Verbs;

/// <summary>portico guardrails reviews: the decided findings of a workspace as a file, for a set of models of its own. Texts are joined where they are kept and whoever asks may read them.</summary>
static partial class GuardrailsReviewsVerb
{
    static readonly Option<string> Workspace = new("--workspace") { Description = "Whose: ws_…", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "The file, a JSON object a line.", Required = true };
    static readonly Option<bool> Contents = new("--contents")
    {
        Description = "Join what was said, where it is kept and a reveal of the workspace lets you read it. The audit log says so.",
    };

    public static Command Command() =>
        new Command("reviews", "Writes the decided findings of a workspace into a file that 'guardrails train --reviews' learns from.")
        {
            Workspace,
            Out,
            Contents,
        }.Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var (count, joined, refused) = (0, 0, (string?)null);
        var draft = parsed.GetValue(Out) + ".new";
        await using (var file = new StreamWriter(draft))
            foreach (var state in new[] { "false_alarm", "right" })
                for (string? cursor = ""; cursor is not null; )
                {
                    var page = await api.GetAsync(
                        $"/api/finding-reviews?level={Uri.EscapeDataString(parsed.GetValue(Workspace)!)}&state={state}&limit=200{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}",
                        ct
                    );
                    foreach (var review in page["items"]!.AsArray())
                    {
                        count++;
                        if (parsed.GetValue(Contents))
                            try
                            {
                                var said = await api.GetAsync($"/api/calls/{review!["call_id"]}/contents", ct);
                                if (SaidAt(said, review["where"]!.GetValue<string>(), EndOf(review)) is { } text)
                                    (review["text"], joined) = (text, joined + 1);
                            }
                            catch (PorticoException e)
                            {
                                // Nothing is kept of it, or there is no reveal: it is written without its text, and the first reason is told.
                                refused ??= e.Message;
                            }
                        await file.WriteLineAsync(review!.ToJsonString());
                    }
                    cursor = page["next_cursor"]?.GetValue<string>();
                }
        File.Move(draft, parsed.GetValue(Out)!, overwrite: true);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(Out)} has {count} decided findings, {joined} with their text.")
        );
        if (refused is not null)
            await Console.Error.WriteLineAsync($"Without a text, for one: {refused}");
        return 0;
    }

    static long EndOf(JsonNode review) => review["start"]!.GetValue<long>() + review["length"]!.GetValue<int>();

    /// <summary>The text at a place such as <c>messages[2].content[0]</c> of a prompt, or <c>choices[0].message</c> of an answer; null where it is not there as it was judged.</summary>
    internal static string? SaidAt(JsonNode contents, string where, long end)
    {
        foreach (var side in new[] { "prompt", "answer" })
        {
            // A prompt with instructions beside its messages counts them otherwise than the place does.
            if (contents[side]?["text"] is not JsonObject said || said.ContainsKey("system"))
                continue;
            if (TextOf(said, where) is { } text && text.Length >= end && !text.Contains("[redacted:", StringComparison.Ordinal))
                return text;
        }
        return null;
    }

    static string? TextOf(JsonNode from, string where)
    {
        JsonNode? at = from;
        foreach (Match step in Steps().Matches(where))
        {
            at = (at as JsonObject)?[step.Groups["name"].Value];
            if (step.Groups["index"] is { Success: true } index)
                at =
                    at is JsonArray list && int.Parse(index.Value, CultureInfo.InvariantCulture) is var i && i < list.Count
                        ? list[i]
                        : null;
        }
        var text = at is JsonObject inner ? inner["content"] ?? inner["text"] : at;
        return text is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }

    [GeneratedRegex(@"(?<name>[a-z_]+)(\[(?<index>\d{1,6})\])?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Steps();
}
