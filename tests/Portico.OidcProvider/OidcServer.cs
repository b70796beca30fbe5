using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portico.OidcProvider;

/// <summary>
/// A small OpenID Connect provider on loopback for tests and demos: discovery, keys that rotate, a login page, codes with PKCE, refresh tokens that rotate, userinfo, logout.
/// It can be told to do each thing wrong that a client must notice. Not for anything real.
/// </summary>
public sealed partial class OidcServer : IAsyncDisposable
{
    public const string ClientId = "portico";
    public const string ClientSecret = "canary-of-the-client-secret";

    readonly WebApplication app;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<string, OidcPerson> people = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Grant> codes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Grant> refreshes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Grant> accesses = new(StringComparer.Ordinal);
    readonly SigningKey stranger = SigningKey.Create("stranger");
    SigningKey key;
    readonly TaskCompletionSource answering = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int requests;
    int waiting;
    int discoveries;
    int keyReads;
    int exchanges;
    int refreshed;
    int rotations = 1;

    /// <summary>What a code or a token was given for.</summary>
    sealed record Grant(string Subject, string RedirectUri, string? Nonce, string? Challenge, string Scope);

    OidcServer(WebApplication app, TimeProvider time, string algorithm) =>
        (this.app, this.time, key) = (app, time, SigningKey.Create("key-1", algorithm));

    public string Issuer { get; private set; } = "";

    /// <summary>Set anew at any time.</summary>
    public OidcFault Fault { get; set; }

    /// <summary>What it takes for each answer, in real time.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Tokens of access live so long.</summary>
    public TimeSpan AccessLife { get; set; } = TimeSpan.FromHours(1);
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Those that a fault holds up now.</summary>
    public int Waiting => Volatile.Read(ref waiting);
    public int Discoveries => Volatile.Read(ref discoveries);
    public int KeyReads => Volatile.Read(ref keyReads);
    public int Exchanges => Volatile.Read(ref exchanges);
    public int Refreshes => Volatile.Read(ref refreshed);

    /// <summary>The key that signs now.</summary>
    public SigningKey Key => key;

    public static async Task<OidcServer> StartAsync(TimeProvider? time = null, string algorithm = "RS256", int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var built = builder.Build();
        var server = new OidcServer(built, time ?? TimeProvider.System, algorithm);
        built.Use((http, next) => server.MisbehaveAsync(http, () => next(http)));
        built.MapGet("/.well-known/openid-configuration", (RequestDelegate)server.DiscoverAsync);
        built.MapGet("/keys", (RequestDelegate)server.KeysAsync);
        built.MapGet("/authorize", (RequestDelegate)LoginPageAsync);
        built.MapPost("/authorize", (RequestDelegate)server.AuthorizeAsync);
        built.MapPost("/token", (RequestDelegate)server.TokenAsync);
        built.MapGet("/userinfo", (RequestDelegate)server.UserInfoAsync);
        built.MapGet("/end-session", (RequestDelegate)EndSessionAsync);
        await built.StartAsync();
        server.Issuer = built.Urls.First();
        return server;
    }

    public Task WaitAsync(CancellationToken ct) => app.WaitForShutdownAsync(ct);

    public OidcPerson Add(OidcPerson person) => people[person.Subject] = person;

    /// <summary>Takes somebody away: what was given to them is good no more.</summary>
    public void Remove(string subject) => people.TryRemove(subject, out _);

    /// <summary>Signs by a new key from now on; the old one is published no more.</summary>
    public void Rotate() => key = SigningKey.Create($"key-{Interlocked.Increment(ref rotations)}", key.Algorithm);

    /// <summary>Answers all that it was silent about.</summary>
    public void Answer()
    {
        Fault = OidcFault.None;
        answering.TrySetResult();
    }

    /// <summary>A token of a service of this issuer.</summary>
    public string ServiceToken(string subject, string audience, JsonObject? more = null, TimeSpan? life = null)
    {
        var claims = ClaimsOf(subject, audience, life ?? TimeSpan.FromMinutes(10));
        foreach (var (name, value) in more ?? [])
            claims[name] = value?.DeepClone();
        return Signed(claims);
    }

    /// <summary>The token that ends a session at its clients.</summary>
    public string LogoutToken(string? subject, string? sid, JsonObject? more = null)
    {
        var claims = ClaimsOf(subject, ClientId, TimeSpan.FromMinutes(2));
        claims["jti"] = Random();
        claims["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() };
        if (sid is not null)
            claims["sid"] = sid;
        foreach (var (name, value) in more ?? [])
            claims[name] = value?.DeepClone();
        return Signed(claims);
    }

    /// <summary>The session of somebody at this provider: one for each.</summary>
    public static string SidOf(string subject) => "sid-" + subject;

    async Task MisbehaveAsync(HttpContext http, Func<Task> next)
    {
        Interlocked.Increment(ref requests);
        switch (Fault)
        {
            case OidcFault.Broken:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<h1>Something went wrong</h1>");
                return;
            case OidcFault.Silent:
                Interlocked.Increment(ref waiting);
                await answering.Task.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Interlocked.Decrement(ref waiting);
                if (!http.RequestAborted.IsCancellationRequested)
                    await next();
                return;
            case OidcFault.Down:
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            case OidcFault.Huge:
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync("{\"padding\":\"" + new string('x', 10 * 1024 * 1024) + "\"}");
                return;
            case OidcFault.Slow:
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync("{");
                await http.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            default:
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await next();
                return;
        }
    }

    Task DiscoverAsync(HttpContext http)
    {
        Interlocked.Increment(ref discoveries);
        return WriteAsync(
            http,
            200,
            new JsonObject
            {
                ["issuer"] = Fault == OidcFault.OtherIssuerInDiscovery ? Issuer + "/other" : Issuer,
                ["authorization_endpoint"] = Issuer + "/authorize",
                ["token_endpoint"] = Issuer + "/token",
                ["userinfo_endpoint"] = Issuer + "/userinfo",
                ["jwks_uri"] = Issuer + "/keys",
                ["end_session_endpoint"] = Issuer + "/end-session",
                ["response_types_supported"] = new JsonArray("code"),
                ["subject_types_supported"] = new JsonArray("public"),
                ["id_token_signing_alg_values_supported"] = new JsonArray(key.Algorithm),
                ["code_challenge_methods_supported"] = new JsonArray("S256"),
                ["backchannel_logout_supported"] = true,
            }
        );
    }

    Task KeysAsync(HttpContext http)
    {
        Interlocked.Increment(ref keyReads);
        return WriteAsync(http, 200, new JsonObject { ["keys"] = new JsonArray(key.PublicKey()) });
    }

    static Task LoginPageAsync(HttpContext http)
    {
        var action = WebUtility.HtmlEncode("/authorize" + http.Request.QueryString);
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in at Example Directory</title>
            <main><h1>Example Directory</h1><form method="post" action="{action}">
            <p><label>User <input name="email" autocomplete="username" autofocus></label>
            <p><label>Pass phrase <input name="password" type="password" autocomplete="current-password"></label>
            <p><button>Continue</button></form></main></html>
            """
        );
    }

    async Task AuthorizeAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var form = await http.Request.ReadFormAsync();
        var redirect = query["redirect_uri"].ToString();
        if (
            query["client_id"] != ClientId
            || query["response_type"] != "code"
            || query["code_challenge_method"] != "S256"
            || !Uri.TryCreate(redirect, UriKind.Absolute, out var back)
            || !back.IsLoopback
        )
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var person = people.Values.FirstOrDefault(p => p.Email == form["email"] && p.Password == form["password"]);
        var answer = person is null ? "error=access_denied" : "code=" + GiveCode(person, query);
        http.Response.Redirect(
            $"{redirect}{(redirect.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{answer}&state={Uri.EscapeDataString(query["state"].ToString())}&iss={Uri.EscapeDataString(Issuer)}"
        );
    }

    string GiveCode(OidcPerson person, IQueryCollection query)
    {
        var code = Random();
        codes[code] = new Grant(
            person.Subject,
            query["redirect_uri"].ToString(),
            query["nonce"].ToString(),
            query["code_challenge"].ToString(),
            query["scope"].ToString()
        );
        return code;
    }

    Task UserInfoAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (
            !header.StartsWith("Bearer ", StringComparison.Ordinal)
            || !accesses.TryGetValue(header["Bearer ".Length..], out var grant)
            || !people.TryGetValue(grant.Subject, out var person)
        )
            return WriteAsync(http, 401, new JsonObject { ["error"] = "invalid_token" });
        return WriteAsync(
            http,
            200,
            new JsonObject
            {
                ["sub"] = Fault == OidcFault.OtherSubjectInUserInfo ? "somebody-else" : person.Subject,
                ["email"] = person.Email,
                ["email_verified"] = person.EmailVerified ?? false,
                ["name"] = person.Name,
                ["groups"] = Groups(person),
            }
        );
    }

    static Task EndSessionAsync(HttpContext http)
    {
        var back = http.Request.Query["post_logout_redirect_uri"].ToString();
        if (Uri.TryCreate(back, UriKind.Absolute, out var address) && address.IsLoopback)
            http.Response.Redirect(back);
        return Task.CompletedTask;
    }

    static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString());
    }

    static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
        stranger.Dispose();
    }
}
