using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// The identity of the node itself, for connections without keys: keys of the environment, web identity, the role of the container, the shared files of
/// AWS, the role of the instance (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html); or a named profile. Whatever ends is renewed.
/// </summary>
sealed class AwsAmbient
{
    readonly TimeProvider time;
    readonly Func<string, string?> environment;
    readonly AwsWebIdentity webIdentity;
    readonly AwsContainerRole container;
    readonly AwsInstanceRole instance;
    readonly ConcurrentDictionary<string, AwsKeys> last = new(StringComparer.Ordinal);

    readonly Func<string, AWSCredentials?> files;

    public AwsAmbient(UpstreamHttp http, Func<string, string?> environment)
        : this(http, environment, static name => new CredentialProfileStoreChain().TryGetAWSCredentials(name, out var found) ? found : null)
    { }

    /// <param name="http">The way out.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    /// <param name="files">What a profile of the shared files gives, or null.</param>
    internal AwsAmbient(UpstreamHttp http, Func<string, string?> environment, Func<string, AWSCredentials?> files)
    {
        (time, this.environment, this.files) = (http.Time, environment, files);
        var local = new AwsLocal(http);
        webIdentity = new AwsWebIdentity(http, environment);
        container = new AwsContainerRole(local, Value);
        instance = new AwsInstanceRole(local, Value);
    }

    /// <summary>The region that the node's environment names, or null.</summary>
    public string? Region => Value("AWS_REGION") ?? Value("AWS_DEFAULT_REGION");

    /// <exception cref="UpstreamException">There is none; the message says what to do.</exception>
    public ValueTask<AwsKeys> GetAsync(string? profile, ProviderConnection connection, CancellationToken ct)
    {
        if (profile is not null)
            return OfFilesAsync(profile, connection, ct);
        if (Value("AWS_ACCESS_KEY_ID") is { } id && Value("AWS_SECRET_ACCESS_KEY") is { } secret)
            return ValueTask.FromResult(Kept("\0environment", id, secret, Value("AWS_SESSION_TOKEN")));
        if (webIdentity.IsSet)
            return webIdentity.GetAsync(connection, Region, ct);
        if (container.IsSet)
            return container.GetAsync(connection, ct);
        // A node without shared files a while ago is not asked for them at every call.
        if (instance.Fresh is { } fresh)
            return ValueTask.FromResult(fresh);
        if (Value("AWS_PROFILE") is { } named)
            return OfFilesAsync(named, connection, ct);
        return files(DefaultProfile) is not null ? OfFilesAsync(DefaultProfile, connection, ct) : OfInstanceAsync(connection, ct);
    }

    const string DefaultProfile = "default";

    async ValueTask<AwsKeys> OfInstanceAsync(ProviderConnection connection, CancellationToken ct)
    {
        if (instance.IsOff)
            throw None(connection, null);
        try
        {
            return await instance.GetAsync(connection, ct);
        }
        catch (UpstreamException e) when (e.Fault == Fault.Upstream && e.Kind != ErrorTable.UpstreamMalformed)
        {
            throw None(connection, e);
        }
    }

    static UpstreamException None(ProviderConnection connection, Exception? inner) =>
        AwsAuth.Refused(
            connection,
            "it has no credential, and this node's environment, shared AWS files, container and instance give none. Give the connection one, or the node a role",
            inner
        );

    async ValueTask<AwsKeys> OfFilesAsync(string profile, ProviderConnection connection, CancellationToken ct)
    {
        try
        {
            var found = files(profile) ?? throw new AmazonClientException("There is no such profile.");
            var now = await found.GetCredentialsAsync().WaitAsync(connection.Timeouts.FirstByte, time, ct);
            return Kept(profile, now.AccessKey, now.SecretKey, now.UseToken ? now.Token : null);
        }
        catch (Exception e)
            when (e is AmazonClientException or AmazonServiceException or TimeoutException or InvalidOperationException or IOException)
        {
            throw AwsAuth.Refused(
                connection,
                $"profile '{profile}' of this node's shared AWS files gives no keys. Check the profile, or give the connection keys",
                e
            );
        }
    }

    /// <summary>The same object for the same keys: it keeps what is derived from them.</summary>
    AwsKeys Kept(string name, string id, string secret, string? token) =>
        last.TryGetValue(name, out var kept) && kept.Is(id, secret, token) ? kept : last[name] = new AwsKeys(id, secret, token);

    string? Value(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
