using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Providers.Oci;

/// <summary>
/// Oracle's request signature, version 1: draft-cavage-http-signatures-08 with RSA-SHA256 over date, target and host, and for bodies their digest, type and
/// length (https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm). Pure.
/// </summary>
static class OciSigner
{
    /// <summary>Adds date, digest and signature to the request.</summary>
    /// <param name="request">With its final address.</param>
    /// <param name="body">What will be sent as JSON; empty for GET.</param>
    /// <param name="key">Who signs.</param>
    /// <param name="now">The time of signing; Oracle refuses what is more than 5 minutes off.</param>
    public static void Sign(HttpRequestMessage request, ReadOnlyMemory<byte> body, OciKey key, DateTimeOffset now)
    {
        var uri = request.RequestUri!;
        var date = now.UtcDateTime.ToString("r", CultureInfo.InvariantCulture);
        var method = request.Method.Method.ToLowerInvariant();
        var text = new StringBuilder(256)
            .Append("date: ")
            .Append(date)
            .Append("\n(request-target): ")
            .Append(method)
            .Append(' ')
            .Append(uri.PathAndQuery)
            .Append("\nhost: ")
            .Append(uri.Authority);
        var names = "date (request-target) host";
        request.Headers.TryAddWithoutValidation("date", date);
        if (request.Content is { } content)
        {
            const string type = "application/json";
            var digest = Convert.ToBase64String(SHA256.HashData(body.Span));
            text.Append("\nx-content-sha256: ").Append(digest);
            text.Append("\ncontent-type: ").Append(type);
            text.Append(CultureInfo.InvariantCulture, $"\ncontent-length: {body.Length}");
            names += " x-content-sha256 content-type content-length";
            request.Headers.TryAddWithoutValidation("x-content-sha256", digest);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            content.Headers.ContentLength = body.Length;
        }
        var signature = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(text.ToString())));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"Signature version=\"1\",keyId=\"{key.KeyId}\",algorithm=\"rsa-sha256\",headers=\"{names}\",signature=\"{signature}\""
        );
    }
}
