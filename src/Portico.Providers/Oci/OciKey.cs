using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Portico.Providers.Oci;

/// <summary>A private key and the name under which Oracle finds its public half. Read once; each copy signs for one call at a time.</summary>
sealed class OciKey(string keyId, string pem, string? passphrase)
{
    readonly ConcurrentBag<RSA> keys = [];

    public string KeyId => keyId;

    /// <exception cref="ArgumentException">It is no PEM of a private key.</exception>
    /// <exception cref="CryptographicException">It is none of RSA, or does not open with the passphrase.</exception>
    public void Check() => keys.Add(Import());

    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        if (!keys.TryTake(out var key))
            key = Import();
        try
        {
            return key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            keys.Add(key);
        }
    }

    RSA Import()
    {
        var key = RSA.Create();
        try
        {
            if (passphrase is null)
                key.ImportFromPem(pem);
            else
                key.ImportFromEncryptedPem(pem, passphrase);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}

/// <summary>Who signs a call, and whose compartment it is of.</summary>
sealed record OciIdentity(OciKey Key, string Compartment);
