using System.Security.Cryptography;
using System.Text;

namespace Portico.Providers.Aws;

/// <summary>An access key that signs. The key derived for a day, region and service is kept: most calls have the same.</summary>
sealed class AwsKeys(string id, string secret, string? sessionToken, DateTimeOffset? expires = null)
{
    Derived? last;

    public string Id => id;
    public string? SessionToken => sessionToken;

    /// <summary>When temporary keys end, where that is known.</summary>
    public DateTimeOffset? Expires => expires;

    public bool Is(string otherId, string otherSecret, string? otherToken) =>
        id == otherId && secret == otherSecret && (sessionToken ?? "") == (otherToken ?? "");

    public byte[] SigningKey(string day, string region, string service)
    {
        if (Volatile.Read(ref last) is { } kept && kept.Day == day && kept.Region == region && kept.Service == service)
            return kept.Key;
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(day));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(service));
        key = HMACSHA256.HashData(key, "aws4_request"u8);
        Volatile.Write(ref last, new Derived(day, region, service, key));
        return key;
    }

    sealed record Derived(string Day, string Region, string Service, byte[] Key);
}
