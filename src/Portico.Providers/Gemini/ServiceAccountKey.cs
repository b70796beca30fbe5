using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// The JSON key of a Google service account, and the signed statement by which it asks for an access token
/// (https://developers.google.com/identity/protocols/oauth2/service-account#httprest). Pure.
/// </summary>
sealed record ServiceAccountKey(string Email, string PrivateKey, string? KeyId, Uri TokenUri)
{
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    /// <summary>The longest that Google allows.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <exception cref="UpstreamException">It is not such a key; the message says what is wrong and never repeats it.</exception>
    public static ServiceAccountKey Parse(string json, ProviderConnection connection)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (GeminiDecoder.Text(root, "type"u8) is var type && type != "service_account")
                throw Wrong(connection, $"is of the type '{type}'", null);
            return
                GeminiDecoder.Text(root, "client_email"u8) is { Length: > 0 } email
                && GeminiDecoder.Text(root, "private_key"u8) is { Length: > 0 } key
                && Uri.TryCreate(GeminiDecoder.Text(root, "token_uri"u8), UriKind.Absolute, out var uri)
                && uri.Scheme is "https" or "http"
                ? new ServiceAccountKey(email, key, GeminiDecoder.Text(root, "private_key_id"u8), uri)
                : throw Wrong(connection, "lacks client_email, private_key or token_uri", null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Wrong(connection, "is not JSON", e);
        }
    }

    /// <summary>The statement, valid from now on for <see cref="Life"/>.</summary>
    /// <exception cref="UpstreamException">The private key is none.</exception>
    public string Assertion(DateTimeOffset now, ProviderConnection connection)
    {
        var header = Encoded(json =>
        {
            json.WriteString("alg"u8, "RS256"u8);
            json.WriteString("typ"u8, "JWT"u8);
            if (KeyId is not null)
                json.WriteString("kid"u8, KeyId);
        });
        var claims = Encoded(json =>
        {
            json.WriteString("iss"u8, Email);
            json.WriteString("scope"u8, Scope);
            json.WriteString("aud"u8, TokenUri.OriginalString);
            json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (now + Life).ToUnixTimeSeconds());
        });
        var statement = $"{header}.{claims}";
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(PrivateKey);
            var signature = rsa.SignData(Encoding.ASCII.GetBytes(statement), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return $"{statement}.{Base64Url.EncodeToString(signature)}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw Wrong(connection, "holds a private_key that is not one of RSA in PEM", e);
        }
    }

    /// <summary>A record prints its members; this one must not.</summary>
    public override string ToString() => Email;

    static string Encoded(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Base64Url.EncodeToString(bytes.ToArray());
    }

    static UpstreamException Wrong(ProviderConnection connection, string what, Exception? inner) =>
        new(
            ErrorTable.UpstreamCredential,
            Fault.Credential,
            $"Connection {connection.Id}: the credential {what}. Vertex AI takes the JSON key of a service account, or the preset workload-identity and no credential.",
            inner
        );
}
