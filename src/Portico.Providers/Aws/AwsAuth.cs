using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>Signs requests in the name of a connection, or gives them its API key. What a credential says is read once, not for each call.</summary>
sealed partial class AwsAuth(TimeProvider time, AwsAmbient ambient)
{
    readonly ConditionalWeakTable<Secret, AwsCredential> credentials = [];

    public AwsAuth(UpstreamHttp http)
        : this(http.Time, new AwsAmbient(http, Environment.GetEnvironmentVariable)) { }

    /// <summary>What is wrong with the form of a connection's credential, or null.</summary>
    public static string? Problem(ProviderConnection connection) => AwsCredential.Parse(connection.Credential).Problem;

    /// <exception cref="UpstreamException">The connection has no usable credential or region; the message says what to do.</exception>
    public async ValueTask AuthorizeAsync(
        HttpRequestMessage request,
        ReadOnlyMemory<byte> body,
        ProviderConnection connection,
        string service,
        CancellationToken ct
    )
    {
        // Who sets the header knows what it is for: a proxy in between.
        if (request.Headers.NonValidated.Contains("Authorization"))
            return;
        var credential = credentials.GetValue(connection.Credential, AwsCredential.Parse);
        if (credential.Problem is { } problem)
            throw Refused(connection, problem);
        if (credential.ApiKey is { } apiKey)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + apiKey.Reveal());
            return;
        }
        var region = RegionFor(credential, connection);
        var now = time.GetUtcNow();
        var keys = credential.Keys ?? await ambient.GetAsync(credential.Profile, connection, ct);
        if (keys.Expires <= now)
            throw Refused(connection, $"its temporary keys ended at {keys.Expires:u}. {Renew}");
        AwsSigner.Sign(request, body.Span, keys, region, service, now);
    }

    /// <summary>The region that a connection calls.</summary>
    /// <exception cref="UpstreamException">None is known, or the credential is an API key, which the service that is asked does not take.</exception>
    public string RegionForKeys(ProviderConnection connection, string service)
    {
        var credential = credentials.GetValue(connection.Credential, AwsCredential.Parse);
        return credential.ApiKey is null
            ? RegionFor(credential, connection)
            : throw Refused(
                connection,
                $"{service} takes no Bedrock API key, which is for Bedrock and its runtime alone. Give the connection an access key, or no credential where the node has a role"
            );
    }

    string RegionFor(AwsCredential credential, ProviderConnection connection) =>
        credential.Region
        ?? RegionOf(connection.BaseUrl.Host)
        ?? ambient.Region
        ?? throw Refused(
            connection,
            "no region is known to sign for. Use AWS's own address of the service, which names it, or give the credential as JSON with \"region\""
        );

    /// <summary>What a person does about keys that ended.</summary>
    internal const string Renew =
        "Give the connection new ones, or what does not end: an access key, an API key, or no credential where the node has a role";

    internal static UpstreamException Refused(ProviderConnection connection, string why, Exception? inner = null) =>
        new(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {why}.", inner);

    /// <summary>The region in a host's name, as <c>bedrock-runtime.eu-central-1.amazonaws.com</c> or that of a VPC endpoint; null = none.</summary>
    internal static string? RegionOf(string host)
    {
        foreach (var label in host.Split('.'))
            if (Region().IsMatch(label))
                return label;
        return null;
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Region();
}
