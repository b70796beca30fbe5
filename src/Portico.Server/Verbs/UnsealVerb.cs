using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico unseal: gives a sealed node a share of its master key.</summary>
static class UnsealVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly Option<string?> Url = new("--url")
    {
        Description = "Address of Portico; PORTICO_URL, else Server:Url of the settings.",
    };
    static readonly Option<string?> From = new("--file")
    {
        Description =
            "A file that holds the share; without it the share is read from the standard input, so that no history of commands has it.",
    };

    public static Command Command() =>
        new Command("unseal", "Give a sealed node your share of its master key.") { Url, From }.Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var address = ApiClient.AddressOf(parsed.GetValue(Url), Settings.Read(null, []));
        if (parsed.GetValue(From) is null && !Console.IsInputRedirected)
            await Console.Error.WriteAsync("Share: ");
        var share = parsed.GetValue(From) is { } file ? await File.ReadAllTextAsync(file, ct) : await Console.In.ReadLineAsync(ct);
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        try
        {
            using var answer = await http.PostAsJsonAsync("/api/seal/shares", new { share = share?.Trim() }, ct);
            var text = await answer.Content.ReadAsStringAsync(ct);
            var json = JsonNode.Parse(text)!;
            // A node that is open asks for a sign-in there, or knows no such address.
            if ((int)answer.StatusCode is 401 or 404)
                throw Verb.Mistake($"{address.GetLeftPart(UriPartial.Authority)} is not sealed: it needs no share.");
            if (!answer.IsSuccessStatusCode)
                throw Verb.Mistake(json["detail"]?.GetValue<string>() ?? text);
            Console.WriteLine(json["detail"]!.GetValue<string>());
            return 0;
        }
        catch (HttpRequestException e)
        {
            throw ApiClient.Away(address, e);
        }
    }
}
