using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

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

    /// <param name="root">The key, of the type service_account.</param>
    /// <param name="problem">What is wrong with it, never repeating it; null = nothing.</param>
    public static ServiceAccountKey? Read(JsonElement root, out string? problem)
    {
        problem = "lacks client_email, private_key or token_uri";
        if (
            GeminiDecoder.Text(root, "client_email"u8) is not { Length: > 0 } email
            || GeminiDecoder.Text(root, "private_key"u8) is not { Length: > 0 } key
            || !Uri.TryCreate(GeminiDecoder.Text(root, "token_uri"u8), UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
        )
            return null;
        problem = null;
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            problem = "holds a private_key that is not one of RSA in PEM";
            return null;
        }
        return new ServiceAccountKey(email, key, GeminiDecoder.Text(root, "private_key_id"u8), uri);
    }

    /// <summary>The statement, valid from now on for <see cref="Life"/>.</summary>
    public string Assertion(DateTimeOffset now)
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
        rsa.ImportFromPem(PrivateKey);
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(statement), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{statement}.{Base64Url.EncodeToString(signature)}";
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
}
