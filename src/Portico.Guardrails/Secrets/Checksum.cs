namespace Portico.Guardrails.Secrets;

/// <summary>Check digits of tokens.</summary>
static class Checksum
{
    const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>
    /// The last six characters are the CRC-32 of what is before in base 62, as GitHub ("Behind GitHub's new authentication
    /// token formats", 2021) and npm publish it.
    /// </summary>
    public static bool IsGitHub(ReadOnlySpan<char> token)
    {
        if (token.Length < 12)
            return false;
        var crc = 0xFFFF_FFFFu;
        foreach (var c in token[..^6])
        {
            crc ^= (byte)c;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB8_8320u & (uint)-(int)(crc & 1));
        }
        crc = ~crc;
        for (var i = token.Length - 1; i >= token.Length - 6; i--)
        {
            if (token[i] != Base62[(int)(crc % 62)])
                return false;
            crc /= 62;
        }
        return true;
    }
}
