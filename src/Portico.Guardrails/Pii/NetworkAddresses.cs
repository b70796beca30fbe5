namespace Portico.Guardrails.Pii;

/// <summary>Addresses of the internet protocol (RFC 791, RFC 4291) and of network cards (IEEE 802).</summary>
static class NetworkAddresses
{
    /// <summary>The end of four numbers from 0 to 255 and, where it follows, the length of the network; 0 where there is none.</summary>
    public static int Version4End(ref Sight sight, int start)
    {
        var end = Octets(ref sight, start);
        if (
            end == 0
            || Letters.IsWord(sight[end])
            || (sight[end] == '.' && (char.IsAsciiDigit(sight[end + 1]) || char.IsAsciiLetter(sight[end + 1])))
        )
            return end > 0 && IsLocal(ref sight, start) && IsPort(ref sight, end) ? end : 0;
        if (sight[end] == '-' && Letters.IsWord(sight[end + 1]) && !char.IsAsciiDigit(sight[end + 1]))
            return 0;
        return Network(ref sight, end, 32);
    }

    /// <summary>Of the ranges that no version and no object's number begins with: 192.168 and 172.16 to 172.31 (RFC 1918).</summary>
    static bool IsLocal(ref Sight sight, int start)
    {
        if (sight[start] != '1' || sight[start + 3] != '.')
            return false;
        if (sight[start + 1] == '9')
            return sight[start + 2] == '2' && sight[start + 4] == '1' && sight[start + 5] == '6' && sight[start + 6] == '8';
        var second = (sight[start + 4] - '0') * 10 + sight[start + 5] - '0';
        return sight[start + 1] == '7' && sight[start + 2] == '2' && second is >= 16 and <= 31 && sight[start + 6] == '.';
    }

    /// <summary>A full stop and a port behind the address, as tcpdump and netstat write it, and nothing more.</summary>
    static bool IsPort(ref Sight sight, int at)
    {
        const int longest = 5;
        if (sight[at] != '.')
            return false;
        var end = at + 1;
        while (end <= at + longest && char.IsAsciiDigit(sight[end]))
            end++;
        return end > at + 1 && !Letters.IsWord(sight[end]) && !(sight[end] == '.' && Letters.IsWord(sight[end + 1]));
    }

    static int Octets(ref Sight sight, int start)
    {
        var at = start;
        for (var octet = 0; octet < 4; octet++)
        {
            if (octet > 0 && sight[at++] != '.')
                return 0;
            var (value, digits) = (0, 0);
            for (; digits < 4 && char.IsAsciiDigit(sight[at]); digits++)
                value = value * 10 + sight[at++] - '0';
            if (digits is 0 or > 3 || value > 255 || (digits > 1 && sight[at - digits] == '0'))
                return 0;
        }
        return at;
    }

    static int Network(ref Sight sight, int end, int most)
    {
        if (sight[end] != '/' || !char.IsAsciiDigit(sight[end + 1]))
            return end;
        var (at, bits) = (end + 1, 0);
        for (; at < end + 5 && char.IsAsciiDigit(sight[at]); at++)
            bits = bits * 10 + sight[at] - '0';
        return bits <= most && !Letters.IsWord(sight[at]) ? at : end;
    }

    /// <summary>The end of an address of eight groups, or fewer with one '::', and how many hexadecimal digits it has.</summary>
    public static (int End, int Digits) Version6(ref Sight sight, int start)
    {
        var (at, groups, digits, gap) = (start, 0, 0, false);
        if (sight[at] == ':')
        {
            if (sight[at + 1] != ':')
                return default;
            at += 2;
            gap = true;
        }
        var end = gap ? at : 0;
        while (groups < 8 && char.IsAsciiHexDigit(sight[at]))
        {
            var embedded = groups <= 6 && char.IsAsciiDigit(sight[at]) ? Octets(ref sight, at) : 0;
            if (embedded > 0)
            {
                groups += 2;
                digits += 4;
                (at, end) = (embedded, embedded);
                break;
            }
            var group = 0;
            for (; group < 5 && char.IsAsciiHexDigit(sight[at]); group++)
                at++;
            if (group > 4)
                return default;
            digits += group;
            groups++;
            end = at;
            if (sight[at] != ':')
                break;
            if (sight[at + 1] == ':')
            {
                if (gap)
                    return default;
                gap = true;
                at += 2;
                end = at;
            }
            else if (char.IsAsciiHexDigit(sight[at + 1]))
                at++;
            else
                break;
        }
        var isWhole = gap ? groups <= 7 : groups == 8;
        if (
            !isWhole
            || end == 0
            || Letters.IsWord(sight[end])
            || (sight[end] == ':' && (sight[end + 1] == ':' || char.IsAsciiHexDigit(sight[end + 1])))
        )
            return default;
        if (sight[end] == '%' && char.IsAsciiLetter(sight[end + 1]))
            for (var zone = end + 1; zone < end + 17; zone++)
                if (!Letters.IsAlphanumeric(sight[zone]))
                {
                    end = zone;
                    break;
                }
        return (Network(ref sight, end, 128), digits);
    }

    /// <summary>The end of six pairs with ':' or '-' between, or of three fours with '.'; 0 where there is none, or where all digits are the same.</summary>
    public static int CardEnd(ref Sight sight, int start)
    {
        var pair = Letters.IsAlphanumeric(sight[start + 2]) ? 4 : 2;
        var between = sight[start + pair];
        if (pair == 2 ? between is not (':' or '-') : between != '.')
            return 0;
        var (at, groups, varied) = (start, 12 / pair, false);
        for (var group = 0; group < groups; group++)
        {
            if (group > 0 && sight[at++] != between)
                return 0;
            for (var i = 0; i < pair; i++, at++)
            {
                if (!char.IsAsciiHexDigit(sight[at]))
                    return 0;
                varied |= sight[at] != sight[start];
            }
        }
        return varied && !Letters.IsWord(sight[at]) && !(sight[at] == between && char.IsAsciiHexDigit(sight[at + 1])) ? at : 0;
    }
}
