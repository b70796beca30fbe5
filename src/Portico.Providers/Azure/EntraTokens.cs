using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Azure;

/// <summary>
/// Tokens of Microsoft Entra for Azure OpenAI (https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity), asked for by Azure's own library and kept
/// until shortly before their end.
/// </summary>
sealed class EntraTokens
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly TimeProvider time;
    readonly Func<AzureCredential, Uri, TokenCredential> identities;
    readonly KeptTokens kept;

    // One client for each credential: it has a cache of its own.
    readonly ConditionalWeakTable<Secret, TokenCredential> clients = [];

    public EntraTokens(TimeProvider time)
        : this(time, (credential, authority) => Identity(credential, authority, null)) { }

    /// <param name="time">The clock.</param>
    /// <param name="identities">Who asks, for a credential at an authority.</param>
    internal EntraTokens(TimeProvider time, Func<AzureCredential, Uri, TokenCredential> identities)
    {
        (this.time, this.identities) = (time, identities);
        kept = new KeptTokens(time, ExchangeAsync, static _ => null);
    }

    /// <summary>Runs a request with a token; with a new one once more when Azure no longer takes it.</summary>
    /// <exception cref="UpstreamException">There is no token; the message says why and what to do.</exception>
    public Task<T> WithTokenAsync<T>(ProviderConnection connection, Func<string, Task<T>> use, CancellationToken ct) =>
        kept.WithTokenAsync(connection, use, ct);

    /// <summary>Hosts under these are answered by Microsoft and no one else; others under azure.com are machines of anybody.</summary>
    static readonly string[] Services = [".openai.azure.", ".cognitiveservices.azure.", ".services.ai.azure."];
    static readonly string[] Ends = ["com", "us", "cn"];

    /// <summary>
    /// Why the identity that the node has, and no secret of the connection, is not sent to the connection's address, or null: who may connect a provider would else
    /// have its token sent to a server of their own. A gateway of a company's own gets a token for itself, by the scope of its application.
    /// </summary>
    public static string? Stranger(ProviderConnection connection, AzureCredential credential)
    {
        if (credential.Kind is not (AzureIdentityKind.Default or AzureIdentityKind.Managed))
            return null;
        var address = connection.BaseUrl;
        var isMicrosofts =
            address.Scheme == Uri.UriSchemeHttps
            && Services.Any(s => Ends.Any(e => address.Host.EndsWith(s + e, StringComparison.OrdinalIgnoreCase)));
        if (isMicrosofts || address.IsLoopback || credential.Scope?.StartsWith("api://", StringComparison.Ordinal) == true)
            return null;
        return "its address is not one of Azure OpenAI or Foundry, and the identity of this node is sent to no other. Use the resource's own address, the scope of your gateway's application (api://…/.default), or tenant_id, client_id and client_secret";
    }

    async Task<(string Token, TimeSpan Life)> ExchangeAsync(ProviderConnection connection)
    {
        var credential = AzureCredential.Parse(connection.Credential);
        var (authority, resource) = Cloud(connection.BaseUrl.Host);
        var scope = credential.Scope ?? $"{resource}/.default";
        using var patience = new CancellationTokenSource(connection.Timeouts.FirstByte, time);
        try
        {
            var client = clients.GetValue(connection.Credential, _ => identities(credential, authority));
            var token = await client.GetTokenAsync(new TokenRequestContext([scope]), patience.Token);
            return (token.Token, token.ExpiresOn - time.GetUtcNow());
        }
        catch (AuthenticationFailedException e)
        {
            throw Failed(e, credential, connection);
        }
        catch (Exception e) when (e is OperationCanceledException or RequestFailedException)
        {
            throw Unreachable(e, connection);
        }
    }

    /// <summary>https://learn.microsoft.com/azure/ai-foundry/openai/azure-government, https://learn.microsoft.com/azure/china/resources-developer-guide.</summary>
    static (Uri Authority, string Resource) Cloud(string host) =>
        host.EndsWith(".azure.us", StringComparison.OrdinalIgnoreCase)
            ? (AzureAuthorityHosts.AzureGovernment, "https://cognitiveservices.azure.us")
        : host.EndsWith(".azure.cn", StringComparison.OrdinalIgnoreCase)
            ? (AzureAuthorityHosts.AzureChina, "https://cognitiveservices.azure.cn")
        : (AzureAuthorityHosts.AzurePublicCloud, "https://cognitiveservices.azure.com");

    /// <param name="credential">Which identity.</param>
    /// <param name="authority">Who gives tokens.</param>
    /// <param name="transport">How it is reached, null = by Azure's own.</param>
    internal static TokenCredential Identity(AzureCredential credential, Uri authority, HttpPipelineTransport? transport)
    {
        T With<T>(T options)
            where T : TokenCredentialOptions
        {
            options.AuthorityHost = authority;
            options.Retry.MaxRetries = 2;
            options.Retry.NetworkTimeout = Patience;
            if (transport is not null)
                options.Transport = transport;
            return options;
        }
        switch (credential.Kind)
        {
            case AzureIdentityKind.Application:
                return new ClientSecretCredential(
                    credential.TenantId,
                    credential.ClientId,
                    credential.ClientSecret!.Reveal(),
                    With(new ClientSecretCredentialOptions())
                );
            case AzureIdentityKind.Managed:
                var id = credential.ClientId is { } client
                    ? ManagedIdentityId.FromUserAssignedClientId(client)
                    : ManagedIdentityId.SystemAssigned;
                return new ManagedIdentityCredential(With(new ManagedIdentityCredentialOptions(id)));
            default:
                var options = With(new DefaultAzureCredentialOptions());
                if (credential.ClientId is { } own)
                    options.ManagedIdentityClientId = options.WorkloadIdentityClientId = own;
                if (credential.TenantId is { } tenant)
                    options.TenantId = tenant;
                return new DefaultAzureCredential(options);
        }
    }

    static UpstreamException Failed(AuthenticationFailedException e, AzureCredential credential, ProviderConnection connection)
    {
        if (e is CredentialUnavailableException)
            return Refused(
                connection,
                "this node has no Azure identity that gives a token. Run it where it has a managed or workload identity, or give the connection tenant_id, client_id and client_secret, or a key",
                e
            );
        // Entra's own words begin with their number (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
        return Words(e) is { } words
            ? Refused(
                connection,
                credential.Kind == AzureIdentityKind.Application
                    ? $"Microsoft Entra gave application {credential.ClientId} no token ({words}). Check tenant_id and client_id, and give the connection a client_secret that has not expired"
                    : $"Microsoft Entra gave the identity of this node no token ({words})",
                e
            )
            : Unreachable(e, connection);
    }

    /// <summary>They stand in an exception inside of the one that is thrown.</summary>
    static string? Words(Exception? e)
    {
        const int most = 200;
        var at = -1;
        while (e is not null && (at = e.Message.IndexOf("AADSTS", StringComparison.Ordinal)) < 0)
            e = e.InnerException;
        if (e is null)
            return null;
        var line = e.Message[at..].Split('\n', '\r')[0];
        var trace = line.IndexOf(" Trace ID", StringComparison.Ordinal);
        line = (trace < 0 ? line : line[..trace]).TrimEnd('.', ' ');
        return line.Length <= most ? line : line[..most];
    }

    static UpstreamException Unreachable(Exception e, ProviderConnection connection) =>
        new(
            ErrorTable.UpstreamFailed,
            Fault.Upstream,
            $"Connection {connection.Id}: Microsoft Entra could not be asked for a token; it did not answer, or not as it does.",
            e
        );

    static UpstreamException Refused(ProviderConnection connection, string why, Exception inner) =>
        new(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {why}.", inner);
}
