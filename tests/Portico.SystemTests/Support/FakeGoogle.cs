using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.SystemTests.Support;

/// <summary>
/// Google as https://ai.google.dev/api and https://developers.google.com/identity/protocols/oauth2/service-account publish it: the key is wanted in
/// x-goog-api-key, a token is given only for a statement that is signed by the account's key.
/// </summary>
sealed class FakeGoogle : IDisposable
{
    public const string Key = "AIzaSy-canary-of-the-gemini-key";
    const string Token = "ya29.canary-of-the-access-token";

    readonly RSA rsa = RSA.Create(2048);
    int exchanges;

    public int Exchanges => Volatile.Read(ref exchanges);

    /// <summary>Google: a key or a token first, then what a test says.</summary>
    public Task<Upstream> StartAsync(Func<HttpContext, Task> answer) =>
        Upstream.StartAsync(http =>
        {
            var path = http.Request.Path.Value!;
            if (path == "/token")
                return ExchangeAsync(http);
            var isIn = path.StartsWith("/v1beta/", StringComparison.Ordinal)
                ? http.Request.Headers["x-goog-api-key"] == Key
                : http.Request.Headers.Authorization == "Bearer " + Token;
            return isIn
                ? answer(http)
                : Upstream.JsonAsync(
                    http,
                    path.StartsWith("/v1beta/", StringComparison.Ordinal) ? 400 : 401,
                    """{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"""
                );
        });

    Task ExchangeAsync(HttpContext http)
    {
        Interlocked.Increment(ref exchanges);
        var assertion = System.Web.HttpUtility.ParseQueryString(Upstream.BodyOf(http))["assertion"]!.Split('.');
        var signed = rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{assertion[0]}.{assertion[1]}"),
            Base64Url.DecodeFromChars(assertion[2]),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return signed
            ? Upstream.JsonAsync(http, 200, $$"""{"access_token":"{{Token}}","expires_in":3599,"token_type":"Bearer"}""")
            : Upstream.JsonAsync(http, 400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""");
    }

    public string AccountKey(Upstream server) =>
        new JsonObject
        {
            ["type"] = "service_account",
            ["private_key_id"] = "1",
            ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "portico@a-project.iam.gserviceaccount.com",
            ["token_uri"] = new Uri(server.Address, "/token").ToString(),
        }.ToJsonString();

    public void Dispose() => rsa.Dispose();
}
