using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Providers.Aws;

/// <summary>
/// Signature Version 4 of a request with its body in hand (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
/// Pure. Host, content type and what begins with x-amz- is signed; the path is encoded once more than it is sent, as every service but S3 wants it.
/// </summary>
static class AwsSigner
{
    const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The header that names an operation.</summary>
    public const string Target = "X-Amz-Target";

    /// <summary>Adds date, session token and signature to the request.</summary>
    /// <param name="request">With its final address and content type.</param>
    /// <param name="body">What will be sent.</param>
    /// <param name="keys">Who signs.</param>
    /// <param name="region">Such as eu-central-1.</param>
    /// <param name="service">The name under which the service checks: bedrock, sagemaker.</param>
    /// <param name="now">The time of signing; AWS refuses what is more than 5 minutes off.</param>
    public static void Sign(
        HttpRequestMessage request,
        ReadOnlySpan<byte> body,
        AwsKeys keys,
        string region,
        string service,
        DateTimeOffset now
    )
    {
        var uri = request.RequestUri!;
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var headers = new List<(string Name, string Value)>(4);
        if (request.Content?.Headers.ContentType?.ToString() is { } contentType)
            headers.Add(("content-type", contentType));
        headers.Add(("host", uri.Authority));
        headers.Add(("x-amz-date", date));
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        if (keys.SessionToken is { } token)
        {
            headers.Add(("x-amz-security-token", token));
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token);
        }
        // What a service reads is signed: the operation of the older protocol, the check sums of S3.
        foreach (var (name, value) in request.Headers.NonValidated)
            if (
                name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)
                && !headers.Exists(h => name.Equals(h.Name, StringComparison.OrdinalIgnoreCase))
            )
                headers.Add((name.ToLowerInvariant(), value.ToString()));
        headers.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var authorization = Authorization(request.Method.Method, uri.AbsolutePath, uri.Query, headers, body, keys, region, service, date);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
    }

    /// <param name="method">In capitals.</param>
    /// <param name="path">As it is sent.</param>
    /// <param name="query">As it is sent, with or without its question mark.</param>
    /// <param name="headers">Names in small letters, sorted.</param>
    /// <param name="body">What will be sent.</param>
    /// <param name="keys">Who signs.</param>
    /// <param name="region">Part of the scope.</param>
    /// <param name="service">Part of the scope.</param>
    /// <param name="date">As in x-amz-date.</param>
    public static string Authorization(
        string method,
        string path,
        string query,
        IReadOnlyList<(string Name, string Value)> headers,
        ReadOnlySpan<byte> body,
        AwsKeys keys,
        string region,
        string service,
        string date
    )
    {
        var canonical = new StringBuilder(512);
        canonical.Append(method).Append('\n');
        AppendPath(canonical, path);
        canonical.Append('\n');
        AppendQuery(canonical, query);
        canonical.Append('\n');
        var names = new StringBuilder(64);
        foreach (var (name, value) in headers)
        {
            canonical.Append(name).Append(':');
            AppendTrimmed(canonical, value);
            canonical.Append('\n');
            names.Append(names.Length > 0 ? ";" : "").Append(name);
        }
        canonical.Append('\n').Append(names).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body)));

        var day = date[..8];
        var scope = $"{day}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{date}\n{scope}\n{Hash(canonical.ToString())}";
        var signature = HMACSHA256.HashData(keys.SigningKey(day, region, service), Encoding.UTF8.GetBytes(toSign));
        return $"{Algorithm} Credential={keys.Id}/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(signature)}";
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static void AppendPath(StringBuilder target, string path)
    {
        if (path.Length == 0)
            target.Append('/');
        foreach (var b in Encoding.UTF8.GetBytes(path))
            if (b == '/' || IsUnreserved(b))
                target.Append((char)b);
            else
                target.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
    }

    static bool IsUnreserved(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';

    /// <summary>Each pair decoded and encoded the one way that counts, sorted by name and then by value.</summary>
    static void AppendQuery(StringBuilder target, string query)
    {
        var pairs = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        if (pairs.Length == 0)
            return;
        var encoded = new (string Name, string Value)[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            var equals = pairs[i].IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (pairs[i], "") : (pairs[i][..equals], pairs[i][(equals + 1)..]);
            encoded[i] = (Uri.EscapeDataString(Uri.UnescapeDataString(name)), Uri.EscapeDataString(Uri.UnescapeDataString(value)));
        }
        Array.Sort(
            encoded,
            static (a, b) =>
                string.CompareOrdinal(a.Name, b.Name) is var order && order != 0 ? order : string.CompareOrdinal(a.Value, b.Value)
        );
        for (var i = 0; i < encoded.Length; i++)
            target.Append(i > 0 ? "&" : "").Append(encoded[i].Name).Append('=').Append(encoded[i].Value);
    }

    /// <summary>Without white space around it, and with one space for each run of them.</summary>
    static void AppendTrimmed(StringBuilder target, string value)
    {
        var space = false;
        foreach (var c in value.Trim())
        {
            if (c == ' ' && space)
                continue;
            space = c == ' ';
            target.Append(c);
        }
    }
}
