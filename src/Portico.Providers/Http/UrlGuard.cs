using System.Net;
using System.Net.Sockets;

namespace Portico.Providers.Http;

/// <summary>
/// Keeps configured addresses from reaching what must not be reached through a gateway: link-local and metadata services, multicast, the
/// unspecified address. Loopback and private networks are allowed: models of one's own live there. Checked when configured, and
/// again on the address that is really connected to, so that a name cannot change its meaning in between.
/// </summary>
public static class UrlGuard
{
    static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("169.254.169.254"),
        IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("192.0.0.192"),
        IPAddress.Parse("168.63.129.16"),
        IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("fd20:ce::254"),
    ];

    /// <exception cref="PorticoException">The address is not one to connect to; the message says why.</exception>
    public static void Check(Uri url, bool allowSpecial)
    {
        if (url.Scheme is not ("http" or "https"))
            throw Bad("must begin with http:// or https://");
        if (url.UserInfo.Length > 0)
            throw Bad("must not hold a user name or password; credentials have a field of their own");
        if (url.Host.Length == 0 || url.Port is <= 0 or > 65535)
            throw Bad("must name a host and a port from 1 to 65535");
        if (url.Query.Length > 0 || url.Fragment.Length > 0)
            throw Bad("must not hold a query or a fragment");
        if (!allowSpecial && IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IsSpecial(address))
            throw Bad("leads to a link-local, metadata or otherwise special address. An administrator may set allow_special_addresses");
    }

    /// <summary>Addresses that no provider has: link-local, cloud metadata, unspecified, multicast, broadcast, in any notation.</summary>
    public static bool IsSpecial(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && Embedded(address) is { } inner && IsSpecial(inner))
            return true;
        if (
            Array.IndexOf(Metadata, address) >= 0
            || address.Equals(IPAddress.Any)
            || address.Equals(IPAddress.IPv6Any)
            || address.Equals(IPAddress.Broadcast)
        )
            return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.IsIPv6SiteLocal;
        var bytes = address.GetAddressBytes();
        return bytes[0] == 0 || (bytes[0] == 169 && bytes[1] == 254) || bytes[0] >= 224;
    }

    /// <summary>
    /// The IPv4 address inside NAT64 (64:ff9b::/96, RFC 6052; and its local 64:ff9b:1::/48, RFC 8215), 6to4 (2002::/16, RFC 3056) and IPv4-compatible
    /// (::/96, RFC 4291) addresses.
    /// </summary>
    static IPAddress? Embedded(IPAddress address)
    {
        var b = address.GetAddressBytes();
        if (b[0] == 0x20 && b[1] == 0x02)
            return new IPAddress(b.AsSpan(2, 4));
        var isNat64 = b.AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b]) && b[4] == 0 && b[5] <= 1;
        var isCompatible = b.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && !address.Equals(IPAddress.IPv6Loopback);
        return isNat64 || isCompatible ? new IPAddress(b.AsSpan(12, 4)) : null;
    }

    static PorticoException Bad(string why) => new(ErrorTable.InvalidRequest, $"base_url {why}.", "base_url");
}
