using System.Security.Cryptography;

namespace Portico.Governance.Keys;

/// <summary>
/// Shamir's secret sharing over GF(256), byte by byte (https://doi.org/10.1145/359168.359176). Any k shares give the secret; to k−1 every secret is equally
/// likely. The field is that of AES, x⁸+x⁴+x³+x+1 (https://doi.org/10.6028/NIST.FIPS.197-upd1, 4.2).
/// </summary>
static class Shamir
{
    public const int MaxShares = 255;

    /// <summary>Shares of a secret at the points 1, 2, …</summary>
    public static byte[][] Split(ReadOnlySpan<byte> secret, int threshold, int shares)
    {
        if (threshold < 2 || shares < threshold || shares > MaxShares)
            throw new ArgumentOutOfRangeException(nameof(threshold), $"2 ≤ threshold ≤ shares ≤ {MaxShares}.");
        var made = new byte[shares][];
        for (var i = 0; i < shares; i++)
            made[i] = new byte[secret.Length];
        Span<byte> coefficients = stackalloc byte[threshold];
        for (var at = 0; at < secret.Length; at++)
        {
            RandomNumberGenerator.Fill(coefficients);
            coefficients[0] = secret[at];
            for (var i = 0; i < shares; i++)
                made[i][at] = Evaluate(coefficients, (byte)(i + 1));
        }
        CryptographicOperations.ZeroMemory(coefficients);
        return made;
    }

    /// <summary>The secret, of shares at different points.</summary>
    public static byte[] Combine(IReadOnlyList<(byte Point, byte[] Share)> shares)
    {
        var secret = new byte[shares[0].Share.Length];
        for (var i = 0; i < shares.Count; i++)
        {
            // Lagrange at 0: the product of xj / (xj − xi), and minus is plus.
            byte weight = 1;
            for (var j = 0; j < shares.Count; j++)
                if (j != i)
                    weight = Times(weight, Times(shares[j].Point, Inverse((byte)(shares[j].Point ^ shares[i].Point))));
            for (var at = 0; at < secret.Length; at++)
                secret[at] ^= Times(weight, shares[i].Share[at]);
        }
        return secret;
    }

    static byte Evaluate(ReadOnlySpan<byte> coefficients, byte x)
    {
        byte y = 0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            y = (byte)(Times(y, x) ^ coefficients[i]);
        return y;
    }

    /// <summary>Without branches or tables that depend on a secret.</summary>
    internal static byte Times(byte a, byte b)
    {
        int product = 0,
            left = a;
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= -((b >> bit) & 1) & left;
            left = (left << 1) ^ (-((left >> 7) & 1) & 0x11B);
        }
        return (byte)product;
    }

    /// <summary>a^254; the points that are inverted are not zero.</summary>
    internal static byte Inverse(byte a)
    {
        byte result = 1,
            power = a;
        for (var e = 254; e > 0; e >>= 1)
        {
            if ((e & 1) == 1)
                result = Times(result, power);
            power = Times(power, power);
        }
        return result;
    }
}
