using System.Globalization;
using System.Security.Cryptography;

namespace Portico.Governance.Keys;

/// <summary>
/// One person's part of the root, as text: <c>portico-share-3of5-2-SET-ROOT-HEX-CHECK</c>: how many of how many, its number, the set it was made with, the id of the root, the bytes, and
/// the beginning of the SHA-256 of all before.
/// </summary>
public sealed record RootShare(int Threshold, int Shares, byte Number, string Set, string RootId, byte[] Bytes)
{
    public const int MaxShares = Shamir.MaxShares;

    const string Prefix = "portico-share-";
    const int SetBytes = 4;
    const int CheckLength = 8;

    /// <summary>Parts of a root; none says anything of it.</summary>
    public static IReadOnlyList<RootShare> Of(MasterKey root, int threshold, int shares)
    {
        var secret = root.Reveal();
        var set = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SetBytes));
        var made = Shamir.Split(secret, threshold, shares);
        CryptographicOperations.ZeroMemory(secret);
        return made.Select((bytes, i) => new RootShare(threshold, shares, (byte)(i + 1), set, root.Id, bytes)).ToList();
    }

    /// <exception cref="PorticoException">It is mistyped, or no share. The message holds nothing of it.</exception>
    public static RootShare Parse(string? text)
    {
        var given = (text ?? "").Trim();
        var parts = given.Split('-');
        if (!given.StartsWith(Prefix, StringComparison.Ordinal) || parts.Length != 8)
            throw Bad("This is no share of a root: one begins with portico-share- and is one line.");
        var cut = given.LastIndexOf('-');
        if (given[(cut + 1)..] != CheckOf(given[..cut]))
            throw Bad("This share is mistyped: its check sum does not fit. Copy all of it anew.");
        var of = parts[2].Split("of");
        var bytes = new byte[MasterKey.Bytes];
        return
            of.Length == 2
            && int.TryParse(of[0], NumberStyles.None, CultureInfo.InvariantCulture, out var threshold)
            && int.TryParse(of[1], NumberStyles.None, CultureInfo.InvariantCulture, out var shares)
            && byte.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && threshold is >= 2 and <= Shamir.MaxShares
            && number > 0
            && Convert.FromHexString(parts[6], bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == MasterKey.Bytes
            ? new RootShare(threshold, shares, number, parts[4], parts[5], bytes)
            : throw Bad("This share is in a form that this build does not know.");
    }

    public string ToText()
    {
        var text = $"{Prefix}{Threshold}of{Shares}-{Number}-{Set}-{RootId}-{Convert.ToHexStringLower(Bytes)}";
        return $"{text}-{CheckOf(text)}";
    }

    /// <summary>Nothing of it, wherever it is printed.</summary>
    public override string ToString() => $"share {Number} of {Shares}";

    static string CheckOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..CheckLength];

    static PorticoException Bad(string message) => new(ErrorTable.InvalidRequest, message, "share");
}
