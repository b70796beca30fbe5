using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Portico.Governance.Identity.Tokens;

/// <summary>
/// Decides about a token from the keys of its issuer, what is demanded and the time; asks nobody. ID tokens by OpenID Connect Core 3.1.3.7
/// (https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation), best practices of RFC 8725.
/// </summary>
static class TokenJudge
{
    /// <summary>Clocks of two machines differ by so much at most.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    const int MinRsaBits = 2048;

    /// <summary>Signatures with a private key alone. A key that everybody may read must never be taken for a shared secret.</summary>
    static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static TokenVerdict Judge(SignedToken? token, IReadOnlyList<JsonWebKey> keys, TokenDemands demands, DateTimeOffset now)
    {
        if (token is null)
            return TokenVerdict.Refused(TokenFault.Malformed);
        if (Array.IndexOf(Algorithms, token.Algorithm) < 0)
            return TokenVerdict.Refused(TokenFault.Algorithm);
        var named = keys.Where(k => k.Use is null or "" or "sig" && (token.KeyId is null || k.Kid == token.KeyId)).ToList();
        if (named.Count == 0)
            return TokenVerdict.Refused(TokenFault.UnknownKey);
        var fitting = named.Where(k => Fits(k, token.Algorithm)).ToList();
        // Without a name it must be clear whose it is: trying them all would make one key stand for another.
        if (fitting.Count == 0 || (token.KeyId is null && fitting.Count > 1))
            return TokenVerdict.Refused(token.KeyId is null && fitting.Count > 1 ? TokenFault.UnknownKey : TokenFault.Algorithm);
        if (!fitting.Exists(k => IsSigned(token, k)))
            return TokenVerdict.Refused(TokenFault.Signature);
        var fault = FaultOf(token, demands, now);
        return fault == TokenFault.None
            ? new TokenVerdict(token.Claims, Claims.Time(token.Claims, "exp") ?? now, TokenFault.None)
            : TokenVerdict.Refused(fault);
    }

    static bool Fits(JsonWebKey key, string algorithm) =>
        (key.Alg is null or "" || key.Alg == algorithm)
        && (algorithm[0] == 'E' ? key.Kty == "EC" && key.Crv == CurveOf(algorithm) : key.Kty == "RSA" && key.KeySize >= MinRsaBits);

    static string CurveOf(string algorithm) =>
        algorithm switch
        {
            "ES256" => "P-256",
            "ES384" => "P-384",
            _ => "P-521",
        };

    static bool IsSigned(SignedToken token, JsonWebKey key)
    {
        // Its own cache would keep the keys of issuers that were removed.
        var crypto = new CryptoProviderFactory { CacheSignatureProviders = false };
        SignatureProvider? signatures = null;
        try
        {
            signatures = crypto.CreateForVerifying(key, token.Algorithm);
            return signatures.Verify(token.SignedBytes, token.Signature);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // A key that is none: what it would have signed is not signed.
            return false;
        }
        finally
        {
            if (signatures is not null)
                crypto.ReleaseSignatureProvider(signatures);
        }
    }

    static TokenFault FaultOf(SignedToken token, TokenDemands demands, DateTimeOffset now)
    {
        var claims = token.Claims;
        if (Claims.Text(claims, "iss") != demands.Issuer)
            return TokenFault.Issuer;
        var audiences = Claims.Texts(claims, "aud");
        if (!audiences.Contains(demands.Audience, StringComparer.Ordinal))
            return TokenFault.Audience;
        var authorized = Claims.Text(claims, "azp");
        if (demands.ForClient && (authorized is null ? audiences.Count > 1 : authorized != demands.Audience))
            return TokenFault.Audience;
        if (FaultOfTimes(claims, demands, now) is not TokenFault.None and var untimely)
            return untimely;
        if (demands.Nonce is { } nonce && Claims.Text(claims, "nonce") != nonce)
            return TokenFault.Nonce;
        if (
            demands.AccessToken is { } access
            && Claims.Text(claims, "at_hash") is { } hash
            && !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(hash),
                Encoding.UTF8.GetBytes(HalfHash(access, token.Algorithm))
            )
        )
            return TokenFault.AccessToken;
        return TokenFault.None;
    }

    static TokenFault FaultOfTimes(JsonElement claims, TokenDemands demands, DateTimeOffset now)
    {
        var end = Claims.Time(claims, "exp");
        var made = Claims.Time(claims, "iat");
        if (end is null && !demands.EndIsOptional)
            return TokenFault.Incomplete;
        if (end + Skew <= now)
            return TokenFault.Expired;
        // A time that is there and is none, is no time that has come.
        if (Claims.Has(claims, "nbf") && !(Claims.Time(claims, "nbf") <= now + Skew))
            return TokenFault.NotYet;
        if (Claims.Has(claims, "iat") && !(made <= now + Skew))
            return TokenFault.NotYet;
        if (demands.MaxAge is { } most)
        {
            if (made is null)
                return TokenFault.Incomplete;
            if (made + most + Skew <= now)
                return TokenFault.Expired;
        }
        return TokenFault.None;
    }

    /// <summary>The left half of the hash that belongs to the algorithm (OpenID Connect Core 3.1.3.6).</summary>
    internal static string HalfHash(string accessToken, string algorithm)
    {
        var bytes = Encoding.ASCII.GetBytes(accessToken);
        var hash = algorithm[^3..] switch
        {
            "384" => SHA384.HashData(bytes),
            "512" => SHA512.HashData(bytes),
            _ => SHA256.HashData(bytes),
        };
        return Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
    }
}
