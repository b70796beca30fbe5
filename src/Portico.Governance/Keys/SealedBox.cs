using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.Keys;

/// <summary>
/// Seals with AES-256-GCM under keys derived from the master key, one for each purpose: the form of boxes from before the key hierarchy, which still open.
/// Form: version (1 byte), key id (8), nonce (12), tag (16), ciphertext. The associated data ties a box to the row it stands in:
/// a box copied to another row does not open.
/// </summary>
public sealed class SealedBox : Box
{
    internal const byte FormVersion = 1;
    internal const int KeyIdBytes = 8;
    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int HeaderBytes = 1 + KeyIdBytes + NonceBytes + TagBytes;

    readonly byte[] key;
    readonly byte[] keyId;

    /// <param name="masterKey">32 bytes.</param>
    /// <param name="purpose">What is sealed; other purposes have other keys.</param>
    public SealedBox(ReadOnlySpan<byte> masterKey, string purpose)
    {
        if (masterKey.Length != MasterKey.Bytes)
            throw new ArgumentException($"The master key must have {MasterKey.Bytes} bytes.", nameof(masterKey));
        key = HKDF.DeriveKey(HashAlgorithmName.SHA256, masterKey.ToArray(), 32, info: Encoding.UTF8.GetBytes("portico/" + purpose));
        keyId = SHA256.HashData(masterKey)[..KeyIdBytes];
    }

    /// <summary>Of a master key that was replaced: its key for the purpose was kept.</summary>
    internal SealedBox(byte[] derived, byte[] keyId) => (key, this.keyId) = (derived, keyId);

    /// <summary>The key itself, to be kept wrapped when the master key is replaced.</summary>
    internal byte[] Derived => key;

    internal ReadOnlySpan<byte> KeyId => keyId;

    public override byte[] Seal(ReadOnlySpan<byte> plain, string associated)
    {
        var box = new byte[HeaderBytes + plain.Length];
        box[0] = FormVersion;
        keyId.CopyTo(box.AsSpan(1));
        var nonce = box.AsSpan(1 + KeyIdBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            nonce,
            plain,
            box.AsSpan(HeaderBytes),
            box.AsSpan(1 + KeyIdBytes + NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(associated)
        );
        return box;
    }

    /// <exception cref="CryptographicException">Sealed under another master key, for another row, or changed since.</exception>
    public override byte[] Open(ReadOnlySpan<byte> box, string associated)
    {
        if (box.Length < HeaderBytes || box[0] != FormVersion)
            throw new CryptographicException("This is not a sealed box of a known form.");
        if (!box.Slice(1, KeyIdBytes).SequenceEqual(keyId))
            throw new CryptographicException(
                $"Sealed under master key {Convert.ToHexStringLower(box.Slice(1, KeyIdBytes))}, but {Convert.ToHexStringLower(keyId)} is loaded. Start with the master key that belongs to this store."
            );
        var plain = new byte[box.Length - HeaderBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            box.Slice(1 + KeyIdBytes, NonceBytes),
            box[HeaderBytes..],
            box.Slice(1 + KeyIdBytes + NonceBytes, TagBytes),
            plain,
            Encoding.UTF8.GetBytes(associated)
        );
        return plain;
    }
}
