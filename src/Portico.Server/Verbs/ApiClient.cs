using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Storage;

namespace Portico.Server.Verbs;

/// <summary>
/// The public API as the verbs use it: address from --url, PORTICO_URL or the settings; token from --token, PORTICO_ADMIN, or the file that the first
/// start left in the data directory.
/// </summary>
sealed class ApiClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly Option<string?> Url = new("--url")
    {
        Description = "Address of Portico; PORTICO_URL, else Server:Url of the settings.",
    };
    static readonly Option<string?> Token = new("--token")
    {
        Description = "Admin token; PORTICO_ADMIN, else the file in the data directory.",
    };
    static readonly Option<string?> Data = new("--data") { Description = "Data directory that holds admin.token; ./data by default." };
    static readonly Option<bool> AsJson = new("--json") { Description = "Print the API's JSON." };
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly HttpClient http;
    readonly string tokenFrom;

    ApiClient(HttpClient http, string tokenFrom, bool json) => (this.http, this.tokenFrom, IsJson) = (http, tokenFrom, json);

    /// <summary>Whether the answer itself is wanted, for a program that reads it.</summary>
    public bool IsJson { get; }

    public Uri Address => http.BaseAddress!;

    public static Command AddTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(Token);
        command.Options.Add(Data);
        command.Options.Add(AsJson);
        return command;
    }

    /// <exception cref="PorticoException">The address is none, or no token is to be found.</exception>
    public static ApiClient From(ParseResult parsed)
    {
        var data = parsed.GetValue(Data);
        var settings = Settings.Read(null, data is null ? [] : [new("Storage:DataDirectory", data)]);
        var (token, from) =
            parsed.GetValue(Token) is { } given ? (given, "--token")
            : Environment.GetEnvironmentVariable("PORTICO_ADMIN") is { Length: > 0 } variable ? (variable, "PORTICO_ADMIN")
            : TokenFromFile(Settings.Of<StorageOptions>(settings, StorageOptions.Section).DataDirectory);
        var client = new HttpClient { BaseAddress = AddressOf(parsed.GetValue(Url), settings), Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        return new ApiClient(client, from, parsed.GetValue(AsJson));
    }

    /// <summary>Where Portico is: as given, as PORTICO_URL says, or where the settings of this directory let it listen.</summary>
    /// <exception cref="PorticoException">It is not an address.</exception>
    public static Uri AddressOf(string? given, IConfiguration settings)
    {
        var (text, from) =
            given is not null ? (given, "--url")
            : Environment.GetEnvironmentVariable("PORTICO_URL") is { Length: > 0 } variable ? (variable, "PORTICO_URL")
            : (Settings.Of<ServerOptions>(settings, ServerOptions.Section).Url, "Server:Url");
        return text.Split(';').All(Addresses.IsListenable)
            ? Addresses.Reachable(text)
            : throw Verb.Mistake($"{from} is '{text}'; write it as http://127.0.0.1:8080.");
    }

    static (string Token, string From) TokenFromFile(string directory)
    {
        var path = Path.Combine(directory, DemoSeed.TokenFile);
        return File.Exists(path)
            ? (File.ReadAllText(path), path)
            : throw Verb.Mistake(
                $"No admin token: there is no {path}.\nGive the one that the first start printed with --token or PORTICO_ADMIN, or name the data directory with --data DIR."
            );
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, null, ct);

    public Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, null, ct);

    /// <exception cref="PorticoException">Nothing answers, something else answers, or Portico refuses; the message says which, and what to do.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body, string? ifMatch, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        try
        {
            using var response = await http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (response.IsSuccessStatusCode && text.Length == 0)
                return new JsonObject();
            var answer = Read(response, text);
            return response.IsSuccessStatusCode ? answer : throw Refused(response.StatusCode, answer);
        }
        catch (HttpRequestException e)
        {
            throw Away(http.BaseAddress!, e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Verb.Mistake($"{Name(http.BaseAddress!)} did not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <summary>Writes an answer into a file, which is there when all of it is.</summary>
    /// <returns>Bytes.</returns>
    /// <exception cref="PorticoException">As for the others.</exception>
    public async Task<long> DownloadAsync(string path, string file, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!response.IsSuccessStatusCode)
                throw Refused(response.StatusCode, Read(response, await response.Content.ReadAsStringAsync(ct)));
            var draft = file + ".new";
            await using (var to = File.Create(draft))
                await response.Content.CopyToAsync(to, ct);
            File.Move(draft, file, overwrite: true);
            return new FileInfo(file).Length;
        }
        catch (HttpRequestException e)
        {
            throw Away(http.BaseAddress!, e);
        }
    }

    /// <summary>Nothing listens there: how to start it, or where else to look.</summary>
    public static PorticoException Away(Uri address, HttpRequestException e) =>
        Verb.Mistake(
            $"Portico does not answer at {Name(address)}: {e.InnerException?.Message ?? e.Message}.\nStart it with '{Verb.Program} serve', or say where it runs with --url or PORTICO_URL."
        );

    static string Name(Uri address) => address.GetLeftPart(UriPartial.Authority);

    JsonNode Read(HttpResponseMessage response, string text)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json")
                return JsonNode.Parse(text)!;
        }
        catch (JsonException)
        {
            // Said below: it is not Portico that speaks.
        }
        throw Verb.Mistake(
            $"What answers at {Name(http.BaseAddress!)} is not Portico's management API (status {(int)response.StatusCode}).\nSay where Portico runs with --url or PORTICO_URL."
        );
    }

    PorticoException Refused(HttpStatusCode status, JsonNode problem)
    {
        var detail = problem["detail"]?.GetValue<string>() ?? problem.ToJsonString();
        if (status != HttpStatusCode.Unauthorized)
            return Verb.Mistake($"{detail}{Others(problem, detail)}\n{problem["advice"]?.GetValue<string>()}".TrimEnd());
        var isKey = http.DefaultRequestHeaders.Authorization!.Parameter!.StartsWith("pk_", StringComparison.Ordinal);
        return Verb.Mistake(
            isKey
                ? $"{tokenFrom} gives a service key (pk_…). The verbs need an admin token (pa_…), as the first start printed it."
                : $"{Name(http.BaseAddress!)} does not know the admin token from {tokenFrom}, or it was revoked.\nEach data directory has its own: name the right one with --data DIR, or give a token with --token or PORTICO_ADMIN."
        );
    }

    /// <summary>What is wrong beside what the sentence names already, each on a line of its own.</summary>
    static string Others(JsonNode problem, string detail) =>
        problem["problems"] is JsonArray problems
            ? string.Concat(
                problems
                    .Select(p => p is JsonValue value && value.TryGetValue<string>(out var text) ? text : "")
                    .Where(p => p.Length > 0 && !detail.Contains(p, StringComparison.Ordinal))
                    .Select(p => $"\n  {p}")
            )
            : "";

    /// <summary>Prints rows as a table, or the answer itself with --json.</summary>
    public void Show(JsonNode answer, IEnumerable<JsonNode?> rows, params (string Title, Func<JsonNode, string?> Value)[] columns)
    {
        if (IsJson)
            ShowJson(answer);
        else
            TextTable.Write(
                rows.Select(r => columns.Select(c => c.Value(r!) ?? "").ToList()).ToList(),
                columns.Select(c => c.Title).ToList()
            );
    }

    public static void ShowJson(JsonNode answer) => Console.WriteLine(answer.ToJsonString(Readable));

    public static string? Text(JsonNode? node) => node?.ToString();

    /// <summary>A time as people read it, in UTC.</summary>
    public static string? Time(JsonNode? node) =>
        node is null
            ? null
            : DateTimeOffset
                .Parse(node.GetValue<string>(), CultureInfo.InvariantCulture)
                .ToUniversalTime()
                .ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    public void Dispose() => http.Dispose();
}
