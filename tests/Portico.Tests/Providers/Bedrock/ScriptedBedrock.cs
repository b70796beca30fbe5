using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>A request as the server got it; the target as it stood on the request line.</summary>
sealed record BedrockGot(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>
/// A server on loopback that answers as https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html publishes. Whatever is not signed as AWS demands, or has not its API key,
/// is refused in AWS's words (https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html) before a script is asked.
/// </summary>
sealed class ScriptedBedrock : IAsyncDisposable
{
    public const string KeyId = "AKIAIOSFODNN7EXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    public const string TemporaryId = "ASIAIOSFODNN7EXAMPLE";
    public const string Token = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJGMEQCIC==";
    public const string ExpiredId = "ASIAEXPIREDNN7EXAMPLE";
    public const string ApiKey = "bedrock-api-key-YmVkcm9ja0V4YW1wbGU=";
    public const string Region = "eu-central-1";

    readonly WebApplication app;
    readonly ConcurrentQueue<BedrockGot> requests = new();

    ScriptedBedrock(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();
    public IReadOnlyList<BedrockGot> Requests => [.. requests];

    /// <summary>Its clock, as far from the machine's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>The name under which it checks signatures.</summary>
    public string Service { get; set; } = "bedrock";

    /// <summary>What it does with a request whose signature holds; set anew at any time.</summary>
    public Func<BedrockGot, HttpContext, Task> Answer { get; set; } =
        (_, http) => ErrorAsync(http, 404, "ResourceNotFoundException", "Nothing is scripted.");

    public static async Task<ScriptedBedrock> StartAsync(Func<BedrockGot, HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var server = new ScriptedBedrock(built);
        if (answer is not null)
            server.Answer = answer;
        built.Run(server.TakeAsync);
        await built.StartAsync();
        return server;
    }

    async Task TakeAsync(HttpContext http)
    {
        using var copy = new MemoryStream();
        await http.Request.Body.CopyToAsync(copy);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var got = new BedrockGot(http.Request.Method, http.Features.Get<IHttpRequestFeature>()!.RawTarget, headers, copy.ToArray());
        requests.Enqueue(got);
        http.Response.Headers["x-amzn-RequestId"] = "0b7d1b8e-6e1c-4d6e-9f0c-7f3a6a1f0001";
        if (Problem(got) is { } problem)
            await ErrorAsync(http, 403, problem.Type, problem.Message);
        else
            await Answer(got, http);
    }

    (string Type, string Message)? Problem(BedrockGot got)
    {
        if (got.Headers.GetValueOrDefault("Authorization") is { } given && given.StartsWith("Bearer ", StringComparison.Ordinal))
            return given == "Bearer " + ApiKey
                ? null
                : ("AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.");
        if (got.Headers.GetValueOrDefault("Authorization")?.Contains(ExpiredId, StringComparison.Ordinal) == true)
            return ("ExpiredTokenException", "The security token included in the request is expired");
        return SigV4Check.Problem(
            got.Method,
            got.Target,
            got.Headers,
            got.Body,
            id =>
                id == KeyId ? (Secret, null)
                : id == TemporaryId ? (Secret, Token)
                : null,
            Region,
            Service,
            TimeProvider.System.GetUtcNow() + Ahead
        );
    }

    public static async Task JsonAsync(HttpContext http, string json, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(json);
    }

    public static Task ErrorAsync(HttpContext http, int status, string type, string message)
    {
        http.Response.Headers["x-amzn-ErrorType"] = type + ":http://internal.amazon.com/coral/com.amazon.bedrock/";
        return JsonAsync(http, new System.Text.Json.Nodes.JsonObject { ["message"] = message }.ToJsonString(), status);
    }

    /// <summary>Sends the pieces, each flushed; then ends well.</summary>
    public static async Task StreamAsync(HttpContext http, params byte[][] pieces)
    {
        http.Response.ContentType = "application/vnd.amazon.eventstream";
        foreach (var piece in pieces)
        {
            await http.Response.Body.WriteAsync(piece);
            await http.Response.Body.FlushAsync();
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
