using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.Keys;

/// <summary>
/// The text of a key: a prefix, 43 characters of base 62 (256 bits), and a six-character check sum, so that a mistyped key is told from an
/// unknown one and scanners can recognise a leaked one. Only the SHA-256 of the whole text is ever stored.
/// </summary>
public static class SecretText
{
    public const string ServicePrefix = "pk_live_";
    public const string AdminPrefix = "pa_live_";
    public const string ScimPrefix = "ps_live_";
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int RandomLength = 43;
    const int CheckLength = 6;

    /// <summary>How many characters of a secret may be shown.</summary>
    public const int ShownLength = 12;

    public static string New(string prefix)
    {
        var text = prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return text + Check(text);
    }

    public static bool IsWellFormed(string text, string prefix) =>
        text.Length == prefix.Length + RandomLength + CheckLength
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.AsSpan(text.Length - CheckLength).SequenceEqual(Check(text[..^CheckLength]));

    /// <summary>Whether a whole key or admin token stands somewhere in the text; a shown prefix alone is none.</summary>
    public static bool IsIn(string text)
    {
        foreach (var prefix in (ReadOnlySpan<string>)[ServicePrefix, AdminPrefix, ScimPrefix])
        {
            var length = prefix.Length + RandomLength + CheckLength;
            for (var at = 0; (at = text.IndexOf(prefix, at, StringComparison.Ordinal)) >= 0; at++)
                if (at + length <= text.Length && IsWellFormed(text.Substring(at, length), prefix))
                    return true;
        }
        return false;
    }

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    static string Check(string text)
    {
        var crc = uint.MaxValue;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            crc = BitOperations.Crc32C(crc, b);
        crc = ~crc;
        Span<char> check = stackalloc char[CheckLength];
        for (var i = 0; i < CheckLength; i++, crc /= 62)
            check[i] = Alphabet[(int)(crc % 62)];
        return new string(check);
    }
}
