using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// Google on loopback. The token endpoint checks the statement as https://developers.google.com/identity/protocols/oauth2/service-account#httprest says: signature,
/// issuer, scope, audience, times; the Gemini API wants its key in x-goog-api-key (https://ai.google.dev/api), Vertex AI a token that was given out
/// and is not over, the metadata server its header (https://cloud.google.com/compute/docs/metadata/querying-metadata).
/// </summary>
sealed class FakeGoogle : IAsyncDisposable
{
    public const string Email = "portico@a-project.iam.gserviceaccount.com";
    public const string KeyId = "5f3c0a1b";

    readonly WebApplication app;
    readonly RSA rsa = RSA.Create(2048);
    readonly TimeProvider time;
    readonly ConcurrentDictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<Got> requests = new();
    int exchanges;

    FakeGoogle(WebApplication app, TimeProvider time) => (this.app, this.time) = (app, time);

    public string Url => app.Urls.First();

    /// <summary>Calls of models, in order; what was refused is not among them.</summary>
    public IReadOnlyList<Got> Requests => [.. requests];
    public int Exchanges => Volatile.Read(ref exchanges);
    public ConcurrentQueue<string> Assertions { get; } = new();

    /// <summary>Questions to exchange a token of another provider.</summary>
    public ConcurrentQueue<System.Collections.Specialized.NameValueCollection> Federations { get; } = new();

    /// <summary>Questions for a token of the service account.</summary>
    public ConcurrentQueue<string> Impersonations { get; } = new();

    /// <summary>What it does with a call of a model that is signed in.</summary>
    public Func<HttpContext, string, Task> Answer { get; set; } = (http, _) => JsonAsync(http, 200, "{}");

    /// <summary>Stands before every exchange.</summary>
    public Func<HttpContext, Task<bool>> BeforeToken { get; set; } = _ => Task.FromResult(true);
    public TimeSpan Life { get; set; } = TimeSpan.FromSeconds(3_599);

    public static async Task<FakeGoogle> StartAsync(TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var server = new FakeGoogle(built, time ?? TimeProvider.System);
        built.Run(server.TakeAsync);
        await built.StartAsync();
        return server;
    }

    /// <summary>The JSON key of the account, as the console downloads it.</summary>
    public string AccountKey(RSA? another = null) =>
        new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "a-project",
            ["private_key_id"] = KeyId,
            ["private_key"] = (another ?? rsa).ExportPkcs8PrivateKeyPem(),
            ["client_email"] = Email,
            ["token_uri"] = $"{Url}/token",
        }.ToJsonString();

    public ProviderConnection Vertex(string? key = null, string? preset = null) =>
        new(
            ConnectionId.New(TimeProvider.System),
            "vertex",
            preset,
            new Uri($"{Url}/v1/projects/a-project/locations/europe-west6"),
            new Secret(key ?? AccountKey())
        );

    /// <summary>Ends a token before its time.</summary>
    public void Revoke() => tokens.Clear();

    async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var path = http.Request.Path.Value!;
        if (path == "/token")
            await ExchangeAsync(http, body);
        else if (path == "/v1/token")
            await FederateAsync(http, System.Web.HttpUtility.ParseQueryString(body));
        else if (path == $"/v1/projects/-/serviceAccounts/{Email}:generateAccessToken")
            await ImpersonateAsync(http, body);
        else if (path.EndsWith(":generateAccessToken", StringComparison.Ordinal))
            await JsonAsync(
                http,
                403,
                """{"error":{"code":403,"message":"Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).","status":"PERMISSION_DENIED"}}"""
            );
        else if (path == "/identity")
            await (
                http.Request.Headers["Metadata"] == "True"
                    ? JsonAsync(http, 200, """{"access_token":"eyJ.from.an.address","expires_in":"100"}""")
                    : JsonAsync(http, 403, "{}")
            );
        else if (path == "/computeMetadata/v1/instance/service-accounts/default/token")
            await TellTokenAsync(http);
        else if (path.StartsWith("/v1beta/", StringComparison.Ordinal) || http.Request.Headers.ContainsKey("x-goog-api-key"))
            await CallAsync(http, body, http.Request.Headers["x-goog-api-key"] == Geminis.Key, 400, GoogleErrorTests.WrongKey);
        else
            await CallAsync(
                http,
                body,
                IsValid(http.Request.Headers.Authorization.ToString()),
                401,
                """{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}"""
            );
    }

    bool IsValid(string header) =>
        header.StartsWith("Bearer ", StringComparison.Ordinal) && tokens.TryGetValue(header[7..], out var end) && time.GetUtcNow() < end;

    async Task CallAsync(HttpContext http, string body, bool signedIn, int status, string refusal)
    {
        if (!signedIn)
        {
            await JsonAsync(http, status, refusal);
            return;
        }
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        requests.Enqueue(new Got(http.Request.Method, http.Request.Path + http.Request.QueryString.Value, headers, body));
        await Answer(http, body);
    }

    async Task ExchangeAsync(HttpContext http, string body)
    {
        Interlocked.Increment(ref exchanges);
        if (!await BeforeToken(http))
            return;
        var form = System.Web.HttpUtility.ParseQueryString(body);
        Assertions.Enqueue(form["assertion"] ?? "");
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer")
            await JsonAsync(http, 400, """{"error":"unsupported_grant_type"}""");
        else if (Problem(form["assertion"] ?? "") is { } problem)
            await JsonAsync(http, 400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = problem }.ToJsonString());
        else
            await GiveTokenAsync(http);
    }

    /// <summary>https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token.</summary>
    async Task FederateAsync(HttpContext http, System.Collections.Specialized.NameValueCollection form)
    {
        Federations.Enqueue(form);
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:token-exchange" || string.IsNullOrEmpty(form["subject_token_type"]))
            await JsonAsync(http, 400, """{"error":"invalid_request","error_description":"Invalid grant type."}""");
        else if (form["audience"]?.StartsWith("//iam.googleapis.com/projects/", StringComparison.Ordinal) != true)
            await JsonAsync(http, 400, """{"error":"invalid_request","error_description":"Invalid value for \"audience\"."}""");
        else if (form["subject_token"] is null or "" or "eyJ.over.token")
            await JsonAsync(http, 400, """{"error":"invalid_grant","error_description":"ID Token issued at 1 is stale to sign-in."}""");
        else
            await GiveTokenAsync(http);
    }

    async Task ImpersonateAsync(HttpContext http, string body)
    {
        if (!IsValid(http.Request.Headers.Authorization.ToString()))
        {
            await JsonAsync(
                http,
                401,
                """{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}"""
            );
            return;
        }
        Impersonations.Enqueue(body);
        var asked = JsonNode.Parse(body)!;
        var token = $"ya29.fake-{Guid.NewGuid():N}";
        var end = time.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(asked["lifetime"]!.GetValue<string>().TrimEnd('s')));
        tokens[token] = end;
        await JsonAsync(
            http,
            200,
            new JsonObject { ["accessToken"] = token, ["expireTime"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") }.ToJsonString()
        );
    }

    async Task TellTokenAsync(HttpContext http)
    {
        if (http.Request.Headers["Metadata-Flavor"] != "Google")
        {
            await JsonAsync(http, 403, "{}");
            return;
        }
        Interlocked.Increment(ref exchanges);
        await GiveTokenAsync(http);
    }

    Task GiveTokenAsync(HttpContext http)
    {
        var token = $"ya29.fake-{Guid.NewGuid():N}";
        tokens[token] = time.GetUtcNow() + Life;
        return JsonAsync(
            http,
            200,
            new JsonObject
            {
                ["access_token"] = token,
                ["expires_in"] = (int)Life.TotalSeconds,
                ["token_type"] = "Bearer",
            }.ToJsonString()
        );
    }

    /// <summary>What is wrong with a statement, as Google says it.</summary>
    string? Problem(string assertion)
    {
        if (assertion.Split('.') is not [var header, var claims, var signature])
            return "Invalid JWT: Failed audience check.";
        var signed = Encoding.ASCII.GetBytes($"{header}.{claims}");
        if (!rsa.VerifyData(signed, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return "Invalid JWT Signature.";
        var head = JsonNode.Parse(Base64Url.DecodeFromChars(header))!;
        var said = JsonNode.Parse(Base64Url.DecodeFromChars(claims))!;
        var (from, to) = (said["iat"]!.GetValue<long>(), said["exp"]!.GetValue<long>());
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return head["alg"]!.GetValue<string>() != "RS256"
            || head["typ"]!.GetValue<string>() != "JWT"
            || head["kid"]!.GetValue<string>() != KeyId
                ? "Invalid JWT: header"
            : said["iss"]!.GetValue<string>() != Email ? "Invalid JWT: issuer"
            : said["aud"]!.GetValue<string>() != $"{Url}/token" ? "Invalid JWT: Failed audience check."
            : said["scope"]!.GetValue<string>() != "https://www.googleapis.com/auth/cloud-platform" ? "Invalid JWT: scope"
            : to - from is <= 0 or > 3_600 || Math.Abs(now - from) > 300
                ? "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            : null;
    }

    public static Task JsonAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=UTF-8";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }

    /// <summary>Sends the pieces, each flushed; then ends well.</summary>
    public static async Task SseAsync(HttpContext http, params string[] pieces)
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var piece in pieces)
        {
            await http.Response.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        rsa.Dispose();
    }
}
