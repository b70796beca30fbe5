using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Oci;

/// <summary>Where an instance finds its identity, and where it exchanges it.</summary>
/// <param name="Metadata">The instance's metadata service (https://docs.oracle.com/iaas/Content/Compute/Tasks/gettingmetadata.htm).</param>
/// <param name="Federation">The authentication service of a region and a realm's domain.</param>
sealed record OciPlaces(Uri Metadata, Func<string, string, Uri> Federation)
{
    public static OciPlaces Oracle { get; } =
        new(new Uri("http://169.254.169.254/opc/v2/"), (region, domain) => new Uri($"https://auth.{region}.{domain}/v1/x509"));
}

/// <summary>
/// The instance principal: certificates of the instance from its metadata service are exchanged for a session token, for a key made here
/// (https://docs.oracle.com/iaas/Content/Identity/Tasks/callingservicesfrominstances.htm). The form of the exchange is that of Oracle's own SDKs
/// (https://github.com/oracle/oci-python-sdk/blob/master/src/oci/auth/federation_client.py): X.509 federation, signed by the leaf certificate.
/// </summary>
sealed class OciInstance(UpstreamHttp http, OciPlaces places)
{
    const string Tenant = "opc-tenant:";
    const string Identity = "opc-identity:";

    /// <exception cref="FormatException">What came is no token.</exception>
    /// <exception cref="UpstreamException">This node is no instance of Oracle's, or Oracle refuses it.</exception>
    public async Task<OciSession> SignInAsync(ProviderConnection connection)
    {
        var (region, domain) = Region(await TellAsync("instance/regionInfo", connection), connection);
        var leafPem = await TellAsync("identity/cert.pem", connection);
        var leafKey = await TellAsync("identity/key.pem", connection);
        var between = await TellAsync("identity/intermediate.pem", connection);
        using var leaf = X509Certificate2.CreateFromPem(leafPem);
        var tenancy = TenancyOf(leaf) ?? throw OciPrincipals.Refused(connection, "the certificate of this instance names no tenancy");
        using var session = RSA.Create(2048);
        var body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["certificate"] = Bare(leafPem),
                ["publicKey"] = Convert.ToBase64String(session.ExportSubjectPublicKeyInfo()),
                ["intermediateCertificates"] = new JsonArray(Bare(between)),
            }.ToJsonString()
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, places.Federation(region, domain))
        {
            Content = new ByteArrayContent(body),
        };
        OciSigner.Sign(request, body, new OciKey($"{tenancy}/fed-x509/{Fingerprint(leaf)}", leafKey, null), http.Time.GetUtcNow());
        var token = Token(await AskAsync(request, connection, "refused the certificate of this instance"), connection);
        return OciSession.Of(token, session.ExportPkcs8PrivateKeyPem(), null) with { Tenancy = tenancy };
    }

    async Task<string> TellAsync(string path, ProviderConnection connection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(places.Metadata, path));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer Oracle");
        try
        {
            // The one special address that this principal is for; the connection's own address keeps its guard.
            var body = await AskAsync(request, connection with { AllowSpecialAddresses = true }, "gave no identity of this instance");
            return Encoding.UTF8.GetString(body.Span);
        }
        catch (UpstreamException e) when (e.Fault == Fault.Upstream)
        {
            throw OciPrincipals.Refused(
                connection,
                "no metadata service of Oracle answers here, so this node is no instance principal. Run it on a compute instance of Oracle's, or give the connection the API key of a user",
                e
            );
        }
    }

    async Task<ReadOnlyMemory<byte>> AskAsync(HttpRequestMessage request, ProviderConnection connection, string failure)
    {
        // Its own deadline: whoever began it may leave.
        using var deadline = new UpstreamDeadline(http.Time, null, CancellationToken.None);
        using var response = await http.SendAsync(request, connection, deadline, CancellationToken.None);
        var body = await OpenAiAnswerBody.ReadAsync(response, connection, deadline, CancellationToken.None);
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
            return body;
        var said = UpstreamErrors.Parse(body.Span).Message;
        throw status is >= 500 or 408 or 429
            ? new UpstreamException(
                ErrorTable.UpstreamFailed,
                Fault.Upstream,
                $"{request.RequestUri!.Host} {failure}: it answered {status}."
            )
            {
                Status = status,
                RetryAfter = UpstreamErrors.RetryAfter(response.Headers, http.Time),
            }
            : OciPrincipals.Refused(
                connection,
                $"{request.RequestUri!.Host} {failure} ({status}{(said is null ? "" : $": {Plain(said)}")}). Check the clock of this node, and that a dynamic group holds the instance"
            );
    }

    static string Plain(string text)
    {
        const int most = 300;
        return new string(text.Take(most).Select(c => char.IsControl(c) ? ' ' : c).ToArray());
    }

    static (string Region, string Domain) Region(string json, ProviderConnection connection)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (
                OciJson.Text(document.RootElement, "regionIdentifier"u8) is { } region
                && OciJson.Text(document.RootElement, "realmDomainComponent"u8) is { } domain
                && IsName(region)
                && IsName(domain)
            )
                return (region, domain);
        }
        catch (JsonException e)
        {
            throw OciPrincipals.Refused(connection, "the metadata service of this node does not tell its region as Oracle's does", e);
        }
        throw OciPrincipals.Refused(connection, "the metadata service of this node does not tell its region as Oracle's does");
    }

    static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    static string Token(ReadOnlyMemory<byte> body, ProviderConnection connection)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return OciJson.Text(document.RootElement, "token"u8)
                ?? throw OciPrincipals.Refused(connection, "Oracle's authentication service gave no token");
        }
        catch (JsonException e)
        {
            throw OciPrincipals.Refused(connection, "Oracle's authentication service did not answer with JSON", e);
        }
    }

    static string? TenancyOf(X509Certificate2 leaf)
    {
        foreach (var part in leaf.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value)
                continue;
            foreach (var prefix in (string[])[Tenant, Identity])
                if (value.StartsWith(prefix, StringComparison.Ordinal))
                    return value[prefix.Length..];
        }
        return null;
    }

    /// <summary>Pairs of hexadecimal digits between colons.</summary>
    static string Fingerprint(X509Certificate2 leaf)
    {
        var text = new StringBuilder(59);
        for (var i = 0; i < leaf.Thumbprint.Length; i += 2)
            text.Append(i > 0 ? ":" : "").Append(CultureInfo.InvariantCulture, $"{leaf.Thumbprint.AsSpan(i, 2)}");
        return text.ToString();
    }

    /// <summary>A certificate without the lines around it.</summary>
    static string Bare(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Convert.ToBase64String(certificate.RawData);
    }
}
