using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Portico.Governance.Keys;

namespace Portico.Models;

/// <summary>The master key out of an Azure Key Vault, read once at the start with the identity of the machine.</summary>
static class VaultKey
{
    public const string DefaultSecret = "portico-master-key";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="vault">The vault's address, https://NAME.vault.azure.net/.</param>
    /// <param name="secret">The secret that holds 32 bytes in base 64.</param>
    /// <param name="identity">Who asks; the identity of the machine, as Azure's own order finds it, by default.</param>
    /// <param name="options">How the vault is reached; a test puts its own transport here.</param>
    /// <exception cref="PorticoException">It cannot be read; the message says why and what to do.</exception>
    public static MasterKey Read(string vault, string secret, TokenCredential? identity = null, SecretClientOptions? options = null)
    {
        if (!Uri.TryCreate(vault, UriKind.Absolute, out var address) || address.Scheme != "https")
            throw Failed($"MasterKey:KeyVault is '{vault}'; write it as https://NAME.vault.azure.net/.");
        var source = $"Azure Key Vault {address.Host}, secret '{secret}'";
        options ??= new SecretClientOptions();
        options.Retry.MaxRetries = 2;
        options.Retry.NetworkTimeout = Patience;
        try
        {
            var found = new SecretClient(address, identity ?? new DefaultAzureCredential(), options).GetSecret(secret);
            return MasterKey.FromBase64(found.Value.Value, source);
        }
        catch (RequestFailedException e)
        {
            throw Failed(Explain(e, address, secret), e);
        }
        catch (AggregateException e) when (e.InnerException is RequestFailedException last)
        {
            throw Failed(Explain(last, address, secret), e);
        }
        catch (AuthenticationFailedException e)
        {
            throw Failed(
                $"No Azure identity of this machine opens {source}. Give it a managed identity, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET. {FirstLine(e.Message)}",
                e
            );
        }
    }

    static string Explain(RequestFailedException e, Uri vault, string secret) =>
        e.Status switch
        {
            404 =>
                $"Azure Key Vault {vault.Host} has no secret '{secret}'. Make it: az keyvault secret set --vault-name {vault.Host.Split('.')[0]} --name {secret} --value \"$(openssl rand -base64 32)\"",
            401 or 403 =>
                $"The identity of this machine may not read secret '{secret}' of Azure Key Vault {vault.Host}. Give it the role 'Key Vault Secrets User' there.",
            0 => $"Azure Key Vault {vault.Host} cannot be reached: {FirstLine(e.Message)}",
            _ => $"Azure Key Vault {vault.Host} answered with status {e.Status}: {FirstLine(e.Message)}",
        };

    static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    static PorticoException Failed(string text, Exception? inner = null) =>
        new(ErrorTable.InvalidRequest, text, "MasterKey:KeyVault", inner: inner);
}
