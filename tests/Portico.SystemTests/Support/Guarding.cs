using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.SystemTests.Support;

/// <summary>What a service that is asked as a guard answers, for an <see cref="Upstream"/> that plays one.</summary>
static class Guarding
{
    /// <summary>The texts of a request, in order.</summary>
    public static IReadOnlyList<JsonNode> TextsOf(string body) => [.. JsonNode.Parse(body)!["texts"]!.AsArray().Select(t => t!)];

    /// <summary>Flags texts that hold a word, with the place of it.</summary>
    public static Task FlagAsync(HttpContext http, string word, string? reason = null, double? score = null, bool spans = true) =>
        VerdictsAsync(
            http,
            text =>
            {
                var at = text.Text("text").IndexOf(word, StringComparison.Ordinal);
                var verdict = new JsonObject { ["index"] = text.Number("index"), ["flagged"] = at >= 0 };
                if (at < 0)
                    return verdict;
                if (score is not null)
                    verdict["score"] = score;
                if (reason is not null)
                    verdict["reason"] = reason;
                if (spans)
                    verdict["spans"] = new JsonArray(new JsonObject { ["start"] = at, ["length"] = word.Length });
                return verdict;
            }
        );

    public static Task PassAsync(HttpContext http) =>
        VerdictsAsync(http, text => new JsonObject { ["index"] = text.Number("index"), ["flagged"] = false });

    static Task VerdictsAsync(HttpContext http, Func<JsonNode, JsonNode> verdict) =>
        Upstream.JsonAsync(
            http,
            200,
            new JsonObject { ["verdicts"] = new JsonArray([.. TextsOf(Upstream.BodyOf(http)).Select(verdict)]) }.ToJsonString()
        );

    /// <summary>Begins an answer and goes on a space at a time, for ever.</summary>
    public static async Task DripAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        for (; ; )
        {
            await Upstream.WriteAsync(http, " ");
            await Task.Delay(20, http.RequestAborted);
        }
    }

    /// <summary>More than a guard may answer.</summary>
    public static Task FloodAsync(HttpContext http) =>
        Upstream.JsonAsync(http, 200, "{\"verdicts\":[{\"index\":0,\"flagged\":false,\"reason\":\"" + new string('a', 400_000) + "\"}]}");

    public static Task RedirectAsync(HttpContext http)
    {
        http.Response.StatusCode = 307;
        http.Response.Headers.Location = "/elsewhere";
        return Task.CompletedTask;
    }

    /// <summary>A guard as a policy names it.</summary>
    public static string Policy(Uri address, string action, string channels = "user", string more = "", string name = "house") =>
        $"guards:\n  {name}:\n    url: {new Uri(address, "/check")}\n    channels: [{channels}]\n    action: {action}\n{more}";
}
