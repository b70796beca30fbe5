using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.Keys;

/// <summary>A key from which others are derived: the root, or a data key that is open.</summary>
interface IKeyAbove
{
    void Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> into);
}

/// <summary>A data key that is open in memory. Once closed it is zeros, and whoever still holds it derives nothing.</summary>
sealed class DataKey(string id, byte[] key) : IKeyAbove
{
    readonly Lock gate = new();
    bool closed;

    public string Id => id;

    public void Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> into)
    {
        lock (gate)
        {
            if (closed)
                throw Gone();
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, into, salt, info);
        }
    }

    /// <summary>The bytes, to be wrapped under another key. The caller zeroes them.</summary>
    public byte[] Copy()
    {
        lock (gate)
            return closed ? throw Gone() : [.. key];
    }

    PorticoException Gone() =>
        new(ErrorTable.KeyDestroyed, $"The key {id} was destroyed: nobody can open what was kept under it, and nothing new is kept.");

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

/// <summary>Wraps a key under the key above it. Form: version (1 byte), nonce (12), tag (16), the key (32). What the key is for is bound to it.</summary>
static class KeyWrap
{
    const byte FormVersion = 3;
    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int HeaderBytes = 1 + NonceBytes + TagBytes;
    static readonly byte[] Info = "portico/wrap"u8.ToArray();

    public static string Wrap(IKeyAbove above, ReadOnlySpan<byte> key, DataKeyRow of)
    {
        var wrapped = new byte[HeaderBytes + key.Length];
        wrapped[0] = FormVersion;
        var nonce = wrapped.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        Span<byte> under = stackalloc byte[MasterKey.Bytes];
        above.Derive([], Info, under);
        using (var aes = new AesGcm(under, TagBytes))
            aes.Encrypt(nonce, key, wrapped.AsSpan(HeaderBytes), wrapped.AsSpan(1 + NonceBytes, TagBytes), Associated(of));
        CryptographicOperations.ZeroMemory(under);
        return Convert.ToBase64String(wrapped);
    }

    /// <exception cref="CryptographicException">Wrapped under another key, or for another place.</exception>
    public static byte[] Unwrap(IKeyAbove above, DataKeyRow row)
    {
        var wrapped = Convert.FromBase64String(row.Wrapped ?? throw new CryptographicException($"The key {row.Id} is gone."));
        if (wrapped.Length != HeaderBytes + MasterKey.Bytes || wrapped[0] != FormVersion)
            throw new CryptographicException($"The key {row.Id} is wrapped in a form that this build does not know.");
        var key = new byte[MasterKey.Bytes];
        Span<byte> under = stackalloc byte[MasterKey.Bytes];
        above.Derive([], Info, under);
        using (var aes = new AesGcm(under, TagBytes))
            aes.Decrypt(
                wrapped.AsSpan(1, NonceBytes),
                wrapped.AsSpan(HeaderBytes),
                wrapped.AsSpan(1 + NonceBytes, TagBytes),
                key,
                Associated(row)
            );
        CryptographicOperations.ZeroMemory(under);
        return key;
    }

    static byte[] Associated(DataKeyRow of) => Encoding.UTF8.GetBytes($"{of.Id}\n{of.Level}\n{of.Place}\n{of.Purpose}");
}
