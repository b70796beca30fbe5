using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// The identity of the node itself, for connections without keys: web identity, then AWS's own chain (environment, shared files, container, instance;
/// https://docs.aws.amazon.com/sdk-for-net/v4/developer-guide/creds-assign.html), or a named profile. It is asked again when keys come to their end.
/// </summary>
sealed class AwsAmbient(UpstreamHttp http, Func<string, string?> environment)
{
    readonly DefaultAWSCredentialsIdentityResolver chain = new();
    readonly AwsWebIdentity webIdentity = new(http, environment);
    readonly ConcurrentDictionary<string, AwsKeys> last = new(StringComparer.Ordinal);

    /// <summary>The region that the node's environment names, or null.</summary>
    public string? Region => Value("AWS_REGION") ?? Value("AWS_DEFAULT_REGION");

    /// <exception cref="UpstreamException">There is none; the message says what to do.</exception>
    public async ValueTask<AwsKeys> GetAsync(string? profile, ProviderConnection connection, CancellationToken ct)
    {
        if (profile is null && webIdentity.IsSet && Value("AWS_ACCESS_KEY_ID") is null)
            return await webIdentity.GetAsync(connection, Region, ct);
        try
        {
            var found = profile is null ? await chain.ResolveIdentityAsync(null, ct) : OfProfile(profile);
            var now = await found.GetCredentialsAsync().WaitAsync(connection.Timeouts.FirstByte, http.Time, ct);
            // The same object for the same keys: it keeps what is derived from them.
            var name = profile ?? "";
            return last.TryGetValue(name, out var kept) && kept.Is(now.AccessKey, now.SecretKey, now.Token)
                ? kept
                : last[name] = new AwsKeys(now.AccessKey, now.SecretKey, now.UseToken ? now.Token : null);
        }
        catch (Exception e)
            when (e is AmazonClientException or AmazonServiceException or TimeoutException or InvalidOperationException or IOException)
        {
            throw AwsAuth.Refused(
                connection,
                profile is null
                    ? "it has no credential, and this node's environment, shared AWS files, container and instance give none. Give the connection one, or the node a role"
                    : $"profile '{profile}' of this node's shared AWS files gives no keys. Check the profile, or give the connection keys",
                e
            );
        }
    }

    static AWSCredentials OfProfile(string profile) =>
        new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var found)
            ? found
            : throw new AmazonClientException("There is no such profile.");

    string? Value(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
