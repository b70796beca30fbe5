using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.Keys;

/// <summary>The box was sealed under a key that the ring does not hold: one that another node made just now, or one of another store.</summary>
sealed class KeyNotHeldException(string message) : CryptographicException(message);

/// <summary>
/// Seals under the key of a purpose in a place, each record under a key of its own, and opens what any key of that purpose there sealed.
/// Form: version (1 byte), id of the purpose key (16), salt (16), nonce (12), tag (16), ciphertext.
/// </summary>
sealed class PurposeBox : Box
{
    public const byte FormVersion = 2;
    const int KeyIdBytes = 16;
    const int SaltBytes = 16;
    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int NonceAt = 1 + KeyIdBytes + SaltBytes;
    const int HeaderBytes = NonceAt + NonceBytes + TagBytes;

    readonly string place;
    readonly string purpose;
    readonly byte[] info;
    readonly DataKey? active;
    readonly FrozenDictionary<Guid, DataKey> keys;
    readonly IReadOnlyList<SealedBox> before;

    /// <param name="place">Organisation, workspace, or the platform.</param>
    /// <param name="purpose">What is sealed.</param>
    /// <param name="active">Seals; null where nothing was sealed yet.</param>
    /// <param name="keys">Open, by the id in the header.</param>
    /// <param name="before">What opens boxes from before the hierarchy.</param>
    public PurposeBox(string place, string purpose, DataKey? active, FrozenDictionary<Guid, DataKey> keys, IReadOnlyList<SealedBox> before)
    {
        (this.place, this.purpose, this.active, this.keys, this.before) = (place, purpose, active, keys, before);
        info = Encoding.UTF8.GetBytes("portico/record/" + purpose);
    }

    public bool CanSeal => active is not null;

    public override byte[] Seal(ReadOnlySpan<byte> plain, string associated)
    {
        var key = active ?? throw new CryptographicException($"There is no key for {purpose} of {place}.");
        var box = new byte[HeaderBytes + plain.Length];
        box[0] = FormVersion;
        DataKeyRow.GuidOf(key.Id).TryWriteBytes(box.AsSpan(1), bigEndian: true, out _);
        RandomNumberGenerator.Fill(box.AsSpan(1 + KeyIdBytes, SaltBytes + NonceBytes));
        Span<byte> record = stackalloc byte[MasterKey.Bytes];
        key.Derive(box.AsSpan(1 + KeyIdBytes, SaltBytes), info, record);
        using (var aes = new AesGcm(record, TagBytes))
            aes.Encrypt(
                box.AsSpan(NonceAt, NonceBytes),
                plain,
                box.AsSpan(HeaderBytes),
                box.AsSpan(NonceAt + NonceBytes, TagBytes),
                Associated(associated)
            );
        CryptographicOperations.ZeroMemory(record);
        return box;
    }

    public override byte[] Open(ReadOnlySpan<byte> box, string associated)
    {
        if (box.Length > SealedBox.KeyIdBytes && box[0] == SealedBox.FormVersion)
            return OpenEarlier(box, associated);
        if (box.Length < HeaderBytes || box[0] != FormVersion)
            throw new CryptographicException("This is not a sealed box of a known form.");
        var id = new Guid(box.Slice(1, KeyIdBytes), bigEndian: true);
        if (!keys.TryGetValue(id, out var key))
            throw new KeyNotHeldException($"The store has no key {DataKeyRow.TextOf(id)} for this place, or it was destroyed.");
        var plain = new byte[box.Length - HeaderBytes];
        Span<byte> record = stackalloc byte[MasterKey.Bytes];
        key.Derive(box.Slice(1 + KeyIdBytes, SaltBytes), info, record);
        using (var aes = new AesGcm(record, TagBytes))
            aes.Decrypt(
                box.Slice(NonceAt, NonceBytes),
                box[HeaderBytes..],
                box.Slice(NonceAt + NonceBytes, TagBytes),
                plain,
                Associated(associated)
            );
        CryptographicOperations.ZeroMemory(record);
        return plain;
    }

    byte[] OpenEarlier(ReadOnlySpan<byte> box, string associated)
    {
        foreach (var earlier in before)
            if (box.Slice(1, SealedBox.KeyIdBytes).SequenceEqual(earlier.KeyId))
                return earlier.Open(box, associated);
        // The last is of the root that is loaded: its refusal says both ids and what to do.
        return before[^1].Open(box, associated);
    }

    byte[] Associated(string record) => Encoding.UTF8.GetBytes($"{place}\n{purpose}\n{record}\n{FormVersion}");
}
