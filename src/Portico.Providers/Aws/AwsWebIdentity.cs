using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// Keys for a token that the platform puts into a file, as Kubernetes does: one unsigned call of AssumeRoleWithWebIdentity
/// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html). AWS's library has it in a package of its own, with a client
/// for all of STS.
/// </summary>
sealed class AwsWebIdentity
{
    static readonly XNamespace Sts = "https://sts.amazonaws.com/doc/2011-06-15/";

    readonly UpstreamHttp http;
    readonly Func<string, string?> environment;
    readonly AwsRenewal renewal;
    string? region;

    public AwsWebIdentity(UpstreamHttp http, Func<string, string?> environment)
    {
        (this.http, this.environment) = (http, environment);
        renewal = new AwsRenewal(http.Time, AskAsync);
    }

    public bool IsSet => Value("AWS_WEB_IDENTITY_TOKEN_FILE") is not null && Value("AWS_ROLE_ARN") is not null;

    /// <param name="connection">Named in what goes wrong.</param>
    /// <param name="ofNode">The region whose STS is asked; null = the global one.</param>
    /// <param name="ct">The caller.</param>
    public ValueTask<AwsKeys> GetAsync(ProviderConnection connection, string? ofNode, CancellationToken ct)
    {
        region = ofNode;
        return renewal.GetAsync(connection, ct);
    }

    async Task<AwsKeys> AskAsync(ProviderConnection connection, CancellationToken ct)
    {
        var address = new Uri(
            Value("AWS_ENDPOINT_URL_STS") ?? (region is null ? "https://sts.amazonaws.com/" : $"https://sts.{region}.amazonaws.com/")
        );
        var sts = new ProviderConnection(connection.Id, connection.Family, null, address, new Secret(""))
        {
            Timeouts = connection.Timeouts,
        };
        using var deadline = new UpstreamDeadline(http.Time, null, ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new FormUrlEncodedContent([
            new("Action", "AssumeRoleWithWebIdentity"),
            new("Version", "2011-06-15"),
            new("RoleArn", Value("AWS_ROLE_ARN")),
            new("RoleSessionName", Value("AWS_ROLE_SESSION_NAME") ?? "portico"),
            new("WebIdentityToken", await TokenAsync(connection, ct)),
        ]);
        using var response = await http.SendAsync(request, sts, deadline, ct);
        var body = await AnthropicHttp.ReadBodyAsync(response, sts, deadline, ct);
        if (!response.IsSuccessStatusCode)
            throw AwsAuth.Refused(
                connection,
                $"AWS did not let the role of this node be assumed ({(int)response.StatusCode}). Check AWS_ROLE_ARN and the trust of that role"
            );
        return Read(body, connection);
    }

    async Task<string> TokenAsync(ProviderConnection connection, CancellationToken ct)
    {
        try
        {
            return (await File.ReadAllTextAsync(Value("AWS_WEB_IDENTITY_TOKEN_FILE")!, ct)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AwsAuth.Refused(connection, "the file that AWS_WEB_IDENTITY_TOKEN_FILE names cannot be read", e);
        }
    }

    static AwsKeys Read(ReadOnlyMemory<byte> body, ProviderConnection connection)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(Encoding.UTF8.GetString(body.Span)),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }
            );
            var keys = XDocument.Load(reader).Descendants(Sts + "Credentials").First();
            string Of(string name) => keys.Element(Sts + name)?.Value ?? throw new FormatException($"{name} is missing.");
            return new AwsKeys(
                Of("AccessKeyId"),
                Of("SecretAccessKey"),
                Of("SessionToken"),
                DateTimeOffset.Parse(Of("Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            );
        }
        catch (Exception e) when (e is XmlException or FormatException or InvalidOperationException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"Connection {connection.Id}: AWS's answer to AssumeRoleWithWebIdentity holds no keys.",
                e
            );
        }
    }

    string? Value(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
