using System.Security.Cryptography;

namespace Portico.Guardrails.Pii;

/// <summary>Addresses of crypto-currencies: Base58Check, Bech32 (BIP-173) and Bech32m (BIP-350), and the hexadecimal ones of Ethereum.</summary>
static class Wallets
{
    public const int MaxLength = 92;
    const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    /// <summary>How sure a word of letters and digits is one; 0 where it is none.</summary>
    public static float Score(ReadOnlySpan<char> word)
    {
        if (word.Length is < 26 or > MaxLength)
            return 0;
        if (word.Length == 42 && word[0] == '0' && word[1] is 'x' or 'X')
            return word[2..].ContainsAnyExcept("0123456789abcdefABCDEF") || CheckDigits.AreSame(word[3..]) ? 0 : 0.9f;
        if (IsSegwit(word))
            return 0.98f;
        return word[0] is '1' or '3' or 'L' or 'M' or 'D' or 'T' or 'A' or '9' && word.Length <= 35 && IsBase58(word) ? 0.97f : 0;
    }

    static bool IsBase58(ReadOnlySpan<char> word)
    {
        Span<byte> bytes = stackalloc byte[25];
        foreach (var c in word)
        {
            var carry = Base58.IndexOf(c);
            if (carry < 0)
                return false;
            for (var i = 24; i >= 0; i--)
            {
                carry += bytes[i] * 58;
                bytes[i] = (byte)carry;
                carry >>= 8;
            }
            if (carry != 0)
                return false;
        }
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes[..21], hash);
        SHA256.HashData(hash, hash);
        return hash[..4].SequenceEqual(bytes[21..]);
    }

    static bool IsSegwit(ReadOnlySpan<char> word)
    {
        var prefix =
            word[..2].Equals("bc", StringComparison.OrdinalIgnoreCase) || word[..2].Equals("tb", StringComparison.OrdinalIgnoreCase) ? 2
            : word[..3].Equals("ltc", StringComparison.OrdinalIgnoreCase) ? 3
            : 0;
        if (prefix == 0 || word[prefix] != '1' || word.Length < 40)
            return false;
        if (word.ContainsAnyInRange('a', 'z') && word.ContainsAnyInRange('A', 'Z'))
            return false;
        var check = 1u;
        for (var i = 0; i < prefix; i++)
            check = Step(check) ^ (uint)(char.ToLowerInvariant(word[i]) >> 5);
        check = Step(check);
        for (var i = 0; i < prefix; i++)
            check = Step(check) ^ (uint)(char.ToLowerInvariant(word[i]) & 31);
        foreach (var c in word[(prefix + 1)..])
        {
            var value = Bech32.IndexOf(char.ToLowerInvariant(c));
            if (value < 0)
                return false;
            check = Step(check) ^ (uint)value;
        }
        var version = char.ToLowerInvariant(word[prefix + 1]);
        return check == (version == 'q' ? 1u : 0x2bc830a3u);
    }

    static uint Step(uint check)
    {
        var top = check >> 25;
        check = (check & 0x1ffffff) << 5;
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        for (var i = 0; i < 5; i++)
            if ((top >> i & 1) == 1)
                check ^= generator[i];
        return check;
    }
}
