using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers.Oci;

/// <summary>
/// A server on loopback that answers as https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/ publishes. What is not signed as
/// https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm demands is refused in Oracle's words before a script is asked: the check is written from that page
/// alone and shares nothing with the code under test.
/// </summary>
sealed partial class ScriptedOci : IAsyncDisposable
{
    public const string Tenancy = "ocid1.tenancy.oc1..aaaaaaaaexampletenancy";
    public const string User = "ocid1.user.oc1..aaaaaaaaexampleuser";
    public const string Compartment = "ocid1.compartment.oc1..aaaaaaaaexamplecompartment";
    public const string Fingerprint = "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34";

    /// <summary>Made for this run: no key lies in the repository.</summary>
    public static readonly RSA Key = RSA.Create(2048);

    readonly WebApplication app;
    readonly ConcurrentQueue<BedrockGot> requests = new();

    ScriptedOci(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();
    public IReadOnlyList<BedrockGot> Requests => [.. requests];

    /// <summary>Its clock, as far from the machine's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Public keys of sessions, by the name that requests are signed under.</summary>
    public ConcurrentDictionary<string, RSA> Sessions { get; } = new(StringComparer.Ordinal);

    public Func<BedrockGot, HttpContext, Task> Answer { get; set; } =
        (_, http) => ErrorAsync(http, 404, "NotFound", "Nothing is scripted.");

    public static async Task<ScriptedOci> StartAsync(Func<BedrockGot, HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var server = new ScriptedOci(built);
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
        http.Response.Headers["opc-request-id"] = "7B2C1E/5D3F/0001";
        if (Problem(got) is { } problem)
            await ErrorAsync(http, 401, "NotAuthenticated", problem);
        else
            await Answer(got, http);
    }

    string? Problem(BedrockGot got) => Problem(got, TimeProvider.System.GetUtcNow() + Ahead, Sessions.GetValueOrDefault);

    /// <summary>What is wrong with a signature, or null.</summary>
    public static string? Problem(BedrockGot got, DateTimeOffset now, Func<string, RSA?>? sessions = null)
    {
        if (!got.Headers.TryGetValue("authorization", out var given) || !given.StartsWith("Signature ", StringComparison.Ordinal))
            return "The required information to complete authentication was not provided or was incorrect.";
        var fields = Field().Matches(given).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value);
        if (fields["version"] != "1" || fields["algorithm"] != "rsa-sha256")
            return "The required information to complete authentication was not provided or was incorrect.";
        var key = fields["keyId"] == $"{Tenancy}/{User}/{Fingerprint}" ? Key : sessions?.Invoke(fields["keyId"]);
        if (key is null)
            return "The required information to complete authentication was not provided or was incorrect.";
        var names = fields["headers"].Split(' ');
        var needed =
            got.Method == "POST"
                ? (string[])["date", "(request-target)", "host", "x-content-sha256", "content-type", "content-length"]
                : ["date", "(request-target)", "host"];
        if (needed.Except(names).Any())
            return "A required header is not signed.";
        var date = DateTimeOffset.ParseExact(got.Headers["date"], "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if ((date - now).Duration() > TimeSpan.FromMinutes(5))
            return "Date is outside of the allowed clock skew.";
        if (got.Method == "POST" && got.Headers["x-content-sha256"] != Convert.ToBase64String(SHA256.HashData(got.Body)))
            return "The digest is not that of the body.";
        var text = string.Join(
            '\n',
            names.Select(n =>
                n == "(request-target)" ? $"(request-target): {got.Method.ToLowerInvariant()} {got.Target}" : $"{n}: {got.Headers[n]}"
            )
        );
        return key.VerifyData(
            Encoding.UTF8.GetBytes(text),
            Convert.FromBase64String(fields["signature"]),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        )
            ? null
            : "Failed to verify the HTTP(S) Signature";
    }

    public static Task JsonAsync(HttpContext http, string json, int status = 200) => ScriptedBedrock.JsonAsync(http, json, status);

    public static Task ErrorAsync(HttpContext http, int status, string code, string message) =>
        JsonAsync(http, new System.Text.Json.Nodes.JsonObject { ["code"] = code, ["message"] = message }.ToJsonString(), status);

    /// <summary>Sends the events, each flushed; then ends well.</summary>
    public static async Task StreamAsync(HttpContext http, params string[] events)
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var e in events)
        {
            await http.Response.WriteAsync($"data: {e}\n\n");
            await http.Response.Body.FlushAsync();
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [GeneratedRegex("(?<name>[a-zA-Z]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
