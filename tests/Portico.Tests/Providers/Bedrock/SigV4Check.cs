using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>
/// Checks a signature as AWS does, from what arrived, written from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html alone. It shares
/// nothing with the code under test; AWS's published vectors hold it to the truth.
/// </summary>
static class SigV4Check
{
    static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong, as the name and words of AWS's exception; null = the signature holds.</summary>
    /// <param name="method">As it came.</param>
    /// <param name="target">Path and query as they stood on the request line.</param>
    /// <param name="headers">As they came.</param>
    /// <param name="body">As it came.</param>
    /// <param name="secretOf">The secret of an access key id, null = unknown; and the session token it goes with, if any.</param>
    /// <param name="region">Ours.</param>
    /// <param name="service">Ours.</param>
    /// <param name="now">Our clock.</param>
    public static (string Type, string Message)? Problem(
        string method,
        string target,
        IReadOnlyDictionary<string, string> headers,
        byte[] body,
        Func<string, (string Secret, string? Token)?> secretOf,
        string region,
        string service,
        DateTimeOffset now
    )
    {
        if (!headers.TryGetValue("authorization", out var given) || !given.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
            return ("MissingAuthenticationTokenException", "Missing Authentication Token");
        var fields = given["AWS4-HMAC-SHA256 ".Length..].Split(", ").Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        var scope = fields["Credential"].Split('/');
        if (secretOf(scope[0]) is not { } key)
            return ("UnrecognizedClientException", "The security token included in the request is invalid.");
        if (key.Token is not null && headers.GetValueOrDefault("x-amz-security-token") != key.Token)
            return ("UnrecognizedClientException", "The security token included in the request is invalid.");
        var stamp = headers["x-amz-date"];
        var signedAt = DateTimeOffset.ParseExact(stamp, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (signedAt < now - MaxSkew || signedAt > now + MaxSkew)
            return (
                "InvalidSignatureException",
                $"Signature expired: {stamp} is now earlier than {now.UtcDateTime - MaxSkew:yyyyMMddTHHmmssZ} (by the clock here)"
            );
        if (scope[1] != stamp[..8] || scope[2] != region || scope[3] != service || scope[4] != "aws4_request")
            return ("InvalidSignatureException", $"Credential should be scoped to a valid region. {string.Join('/', scope[1..])}");
        var signed = fields["SignedHeaders"].Split(';');
        if (
            !signed.Contains("host")
            || headers.Keys.Any(h => h.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !signed.Contains(h.ToLowerInvariant()))
        )
            return ("InvalidSignatureException", "'Host' and every header that begins with x-amz- must be signed.");

        var question = target.IndexOf('?');
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        var canonical = new StringBuilder()
            .Append(method)
            .Append('\n')
            .Append(string.Join('/', path.Split('/').Select(Encoded)))
            .Append('\n');
        canonical.Append(
            string.Join(
                '&',
                query
                    .Split('&', StringSplitOptions.RemoveEmptyEntries)
                    .Select(p => p.Split('=', 2))
                    .Select(p => Encoded(Decoded(p[0])) + "=" + Encoded(Decoded(p.Length > 1 ? p[1] : "")))
                    .OrderBy(p => p, StringComparer.Ordinal)
            )
        );
        canonical.Append('\n');
        foreach (var name in signed)
            canonical
                .Append(name)
                .Append(':')
                .Append(string.Join(' ', headers[name].Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                .Append('\n');
        canonical.Append('\n').Append(fields["SignedHeaders"]).Append('\n').Append(Hex(SHA256.HashData(body)));

        var toSign = string.Join(
            '\n',
            "AWS4-HMAC-SHA256",
            stamp,
            string.Join('/', scope[1..]),
            Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))
        );
        var mac = Encoding.UTF8.GetBytes("AWS4" + key.Secret);
        foreach (var word in scope[1..])
            mac = HMACSHA256.HashData(mac, Encoding.UTF8.GetBytes(word));
        return Hex(HMACSHA256.HashData(mac, Encoding.UTF8.GetBytes(toSign))) == fields["Signature"]
            ? null
            : (
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'"
                    + canonical
                    + "'"
            );
    }

    static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    static string Decoded(string text) => Uri.UnescapeDataString(text);

    static string Encoded(string text) =>
        string.Concat(
            Encoding
                .UTF8.GetBytes(text)
                .Select(b => char.IsAsciiLetterOrDigit((char)b) || "-._~".Contains((char)b) ? ((char)b).ToString() : $"%{b:X2}")
        );
}
