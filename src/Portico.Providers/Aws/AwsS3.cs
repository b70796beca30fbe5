using System.Net;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// Puts objects into a store that speaks S3, and never over one that is there (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html,
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Its check sum goes along: a bucket with Object Lock takes nothing without one.
/// </summary>
public sealed class AwsS3
{
    const string Service = "s3";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly UpstreamHttp http;
    readonly AwsHttp wire;
    readonly Secret credential;

    /// <param name="http">The way out.</param>
    /// <param name="region">To sign for; null = the one that the address or AWS_REGION names.</param>
    /// <param name="credential">Keys, in the forms of a connection; empty = the machine's own identity.</param>
    public AwsS3(UpstreamHttp http, string? region, Secret credential)
    {
        (this.http, this.credential) = (http, credential);
        wire = new AwsHttp(http, new AwsAuth(http.Time, new AwsAmbient(http, name => Named(name, region))), ReadErrorAsync);
    }

    /// <summary>True when it was made, false when an object is there already.</summary>
    /// <param name="address">Of the object; names in it need no encoding.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="UpstreamException">The store does not take it; the message says why.</exception>
    public async Task<bool> PutOnceAsync(Uri address, ReadOnlyMemory<byte> body, string contentType, CancellationToken ct)
    {
        var connection = new ProviderConnection(default, Service, null, address, credential)
        {
            // Whoever sets the node up names its store, which may well be on the own network.
            AllowSpecialAddresses = true,
            Timeouts = new ProviderTimeouts(Patience, Patience, Patience, Patience),
        };
        var sum = SHA256.HashData(body.Span);
        var ask = new AwsAsk(HttpMethod.Put, address, body, "*/*", Service)
        {
            ContentType = contentType,
            Headers =
            [
                new("If-None-Match", "*"),
                new("x-amz-checksum-sha256", Convert.ToBase64String(sum)),
                new("x-amz-content-sha256", Convert.ToHexStringLower(sum)),
            ],
        };
        using var deadline = new UpstreamDeadline(http.Time, Patience, ct);
        try
        {
            using var response = await wire.SendAsync(ask, connection, deadline, ct);
            return true;
        }
        catch (UpstreamException e) when (e.Status == (int)HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    static string? Named(string name, string? region) =>
        region is not null && name is "AWS_REGION" or "AWS_DEFAULT_REGION" ? region : Environment.GetEnvironmentVariable(name);

    /// <summary>Errors are XML with a code and words (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).</summary>
    static async Task<UpstreamException> ReadErrorAsync(
        HttpResponseMessage response,
        ProviderConnection connection,
        TimeProvider time,
        CancellationToken patience,
        CancellationToken ct
    )
    {
        var body = await ErrorBody.ReadAsync(response, patience, ct);
        var (code, message) = Parse(body);
        var status = (int)response.StatusCode;
        var says = (code, message) is (null, null) ? $"{status}" : $"{status} {code}: {message}";
        return new UpstreamException(
            ErrorTable.UpstreamFailed,
            response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized ? Fault.Credential : Fault.Upstream,
            $"{connection.BaseUrl.Host} answered {says}"
        )
        {
            Status = status,
            UpstreamCode = code,
            RetryAfter = UpstreamErrors.RetryAfter(response.Headers, time),
        };
    }

    static (string? Code, string? Message) Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(body.ToArray()),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }
            );
            var error = XDocument.Load(reader).Root;
            return (error?.Element("Code")?.Value, error?.Element("Message")?.Value);
        }
        catch (XmlException)
        {
            // Something in between answered; its status is what there is to say.
            return (null, null);
        }
    }
}
