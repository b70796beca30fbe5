using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// The resource principal of version 2.2: the platform puts a session token and its key into files, or into the variables themselves, and renews them
/// (https://docs.oracle.com/iaas/Content/API/Concepts/sdk_authentication_methods.htm#sdk_authentication_methods_resource_principal,
/// https://docs.oracle.com/iaas/Content/Functions/Tasks/functionsaccessingociresources.htm).
/// </summary>
sealed class OciResource(Func<string, string?> environment)
{
    const string Version = "OCI_RESOURCE_PRINCIPAL_VERSION";
    const string Token = "OCI_RESOURCE_PRINCIPAL_RPST";
    const string Key = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM";
    const string Passphrase = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE";

    /// <exception cref="FormatException">Token or key are none.</exception>
    /// <exception cref="UpstreamException">The node has no such principal.</exception>
    public async Task<OciSession> ReadAsync(ProviderConnection connection)
    {
        if (environment(Version) is not { } version)
            throw OciPrincipals.Refused(
                connection,
                $"this node is no resource principal: {Version} is not set. Run it as a resource of Oracle that is one, or give the connection the API key of a user"
            );
        if (version != "2.2")
            throw OciPrincipals.Refused(
                connection,
                $"this node's {Version} is '{version}', and Portico knows 2.2 alone. Give the connection the API key of a user"
            );
        var token = await ValueAsync(Token, connection) ?? throw Missing(Token, connection);
        var pem = await ValueAsync(Key, connection) ?? throw Missing(Key, connection);
        return OciSession.Of(token.Trim(), pem, (await ValueAsync(Passphrase, connection))?.Trim());
    }

    static UpstreamException Missing(string name, ProviderConnection connection) =>
        OciPrincipals.Refused(connection, $"this node is no resource principal: {name} is not set");

    /// <summary>A path from the root is a file that holds the value.</summary>
    async Task<string?> ValueAsync(string name, ProviderConnection connection)
    {
        if (environment(name) is not { Length: > 0 } value)
            return null;
        if (!Path.IsPathFullyQualified(value))
            return value;
        try
        {
            return await File.ReadAllTextAsync(value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciPrincipals.Refused(connection, $"the file that {name} of this node names cannot be read ({e.GetType().Name})", e);
        }
    }
}
