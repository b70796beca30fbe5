using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Portico.Storage;
using Spectre.Console;

namespace Portico.Server.Verbs;

/// <summary>
/// The public API as the verbs use it: address from --url or PORTICO_URL, token from --token, PORTICO_ADMIN, or the file that the first start left in
/// the data directory.
/// </summary>
sealed class ApiClient : IDisposable
{
    static readonly Option<string?> Url = new("--url") { Description = "Address of Portico; PORTICO_URL, else http://127.0.0.1:8080." };
    static readonly Option<string?> Token = new("--token")
    {
        Description = "Admin token; PORTICO_ADMIN, else the file in the data directory.",
    };
    static readonly Option<bool> AsJson = new("--json") { Description = "Print the API's JSON." };
    readonly HttpClient http;
    readonly bool json;

    ApiClient(HttpClient http, bool json) => (this.http, this.json) = (http, json);

    public static Command AddTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(Token);
        command.Options.Add(AsJson);
        return command;
    }

    /// <exception cref="PorticoException">No token is to be found.</exception>
    public static ApiClient From(ParseResult parsed)
    {
        var url = parsed.GetValue(Url) ?? Environment.GetEnvironmentVariable("PORTICO_URL") ?? "http://127.0.0.1:8080";
        var token = parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable("PORTICO_ADMIN") ?? TokenFromFile();
        var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ApiClient(client, parsed.GetValue(AsJson));
    }

    static string TokenFromFile()
    {
        var storage = Settings.Read(null, []).GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        var path = Path.Combine(storage.DataDirectory, DemoSeed.TokenFile);
        return File.Exists(path)
            ? File.ReadAllText(path).Trim()
            : throw new PorticoException(
                ErrorTable.SignInRequired,
                $"No admin token: set PORTICO_ADMIN, give --token, or run this where {path} lies."
            );
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, null, ct);

    public Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, null, ct);

    public Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body, string? ifMatch, CancellationToken ct) =>
        SendCoreAsync(method, path, body, ifMatch, ct);

    async Task<JsonNode> SendCoreAsync(HttpMethod method, string path, JsonObject? body, string? ifMatch, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        if (response.IsSuccessStatusCode)
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        var problem = JsonNode.Parse(text);
        throw new PorticoException(
            ErrorTable.InvalidRequest,
            $"{(int)response.StatusCode} {problem?["detail"]?.GetValue<string>() ?? text}\n{problem?["advice"]?.GetValue<string>()}".TrimEnd()
        );
    }

    /// <summary>Prints rows as a table, or the answer itself with --json.</summary>
    public void Show(JsonNode answer, IEnumerable<JsonNode?> rows, params (string Title, Func<JsonNode, string?> Value)[] columns)
    {
        if (json)
        {
            Console.WriteLine(answer.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
            return;
        }
        var table = new Table().Border(TableBorder.None);
        foreach (var (title, _) in columns)
            table.AddColumn(new TableColumn(new Text(title, Style.Parse("bold"))) { NoWrap = true });
        var count = 0;
        foreach (var row in rows)
        {
            table.AddRow(columns.Select(c => new Text(c.Value(row!) ?? "")).ToArray());
            count++;
        }
        if (count == 0)
            Console.WriteLine("Nothing yet.");
        else
            Plain().Write(table);
    }

    /// <summary>Output that is not a terminal is never wrapped: a script reads it.</summary>
    static IAnsiConsole Plain()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 1_000;
        return console;
    }

    public static string? Text(JsonNode? node) => node?.ToString();

    public void Dispose() => http.Dispose();
}
