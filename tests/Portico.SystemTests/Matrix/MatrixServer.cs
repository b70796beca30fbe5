using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Providers.Oci;

namespace Portico.SystemTests.Matrix;

/// <summary>A scripted server of a family: it wants to be signed in, remembers what it got and says what it is told to.</summary>
sealed class MatrixServer(string credential) : IAsyncDisposable
{
    readonly List<string> bodies = [];
    readonly List<string> paths = [];
    IAsyncDisposable? server;
    IDisposable? keys;

    public Uri BaseUrl { get; private set; } = null!;
    public string Credential { get; private set; } = credential;
    public IReadOnlyList<string> Bodies => bodies;
    public IReadOnlyList<string> Paths => paths;
    public Scripted Script { get; set; } = Scripted.Json("{}", 500);

    /// <summary>Forgets what it got.</summary>
    public void Next(Scripted script)
    {
        bodies.Clear();
        paths.Clear();
        Script = script;
    }

    async Task SayAsync(HttpContext http, string body)
    {
        bodies.Add(body);
        paths.Add(http.Request.Path.Value ?? "");
        var script = Script;
        http.Response.StatusCode = script.Status;
        http.Response.ContentType = script.ContentType;
        if (script.Header is { } header)
            http.Response.Headers[header.Name] = header.Value;
        await http.Response.Body.WriteAsync(script.Bytes);
    }

    /// <summary>Signed in by a header with a fixed value.</summary>
    public static Func<Task<MatrixServer>> WithHeader(string header, string prefix = "", string path = "/v1") =>
        async () =>
        {
            const string Key = "sk-canary-of-the-matrix";
            var made = new MatrixServer(Key);
            var upstream = await Upstream.StartAsync(http =>
                http.Request.Headers[header] == prefix + Key
                    ? made.SayAsync(http, Upstream.BodyOf(http))
                    : Upstream.ErrorAsync(http, 401, "Not signed in")
            );
            made.server = upstream;
            made.BaseUrl = new Uri(upstream.Address, path);
            return made;
        };

    /// <summary>Google: the key in its header, or a token for a signed statement.</summary>
    public static Func<Task<MatrixServer>> OfGoogle(bool vertex) =>
        async () =>
        {
            var path = vertex ? "/v1/projects/a-project/locations/global" : "/v1beta";
            var google = new FakeGoogle();
            var made = new MatrixServer(FakeGoogle.Key);
            var upstream = await google.StartAsync(http => made.SayAsync(http, Upstream.BodyOf(http)));
            (made.server, made.keys) = (upstream, google);
            made.BaseUrl = new Uri(upstream.Address, path);
            if (vertex)
                made.Credential = google.AccountKey(upstream);
            return made;
        };

    const string AwsKeys =
        $$"""{"access_key_id":"{{ScriptedBedrock.KeyId}}","secret_access_key":"{{ScriptedBedrock.Secret}}","region":"{{ScriptedBedrock.Region}}"}""";

    /// <summary>AWS: every request signed.</summary>
    public static Func<Task<MatrixServer>> OfAws(string service) =>
        async () =>
        {
            var made = new MatrixServer(AwsKeys);
            var bedrock = await ScriptedBedrock.StartAsync((got, http) => made.SayAsync(http, got.Text));
            bedrock.Service = service;
            made.server = bedrock;
            made.BaseUrl = new Uri(bedrock.Url);
            return made;
        };

    /// <summary>Oracle: every request signed.</summary>
    public static async Task<MatrixServer> OfOracleAsync()
    {
        var made = new MatrixServer(
            new JsonObject
            {
                ["user"] = ScriptedOci.User,
                ["tenancy"] = ScriptedOci.Tenancy,
                ["fingerprint"] = ScriptedOci.Fingerprint,
                ["private_key"] = ScriptedOci.Key.ExportPkcs8PrivateKeyPem(),
                ["compartment_id"] = ScriptedOci.Compartment,
            }.ToJsonString()
        );
        var oracle = await ScriptedOci.StartAsync((got, http) => made.SayAsync(http, got.Text));
        made.server = oracle;
        made.BaseUrl = new Uri(oracle.Url);
        return made;
    }

    /// <summary>No server: the family answers in process.</summary>
    public static Task<MatrixServer> NoneAsync() =>
        Task.FromResult(new MatrixServer("") { BaseUrl = new Uri("http://simulated.invalid/") });

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        keys?.Dispose();
    }
}
