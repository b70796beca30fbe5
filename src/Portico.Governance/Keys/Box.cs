using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.Keys;

/// <summary>Seals for one purpose in one place, and opens what was sealed there. The associated data ties a box to the row it stands in.</summary>
public abstract class Box
{
    public abstract byte[] Seal(ReadOnlySpan<byte> plain, string associated);

    /// <exception cref="CryptographicException">Sealed under another key, for another row, or changed since.</exception>
    public abstract byte[] Open(ReadOnlySpan<byte> box, string associated);

    public string SealText(string plain, string associated) => Convert.ToBase64String(Seal(Encoding.UTF8.GetBytes(plain), associated));

    public Secret OpenText(string box, string associated) => new(Encoding.UTF8.GetString(Open(Convert.FromBase64String(box), associated)));
}
