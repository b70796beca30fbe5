using System.Net;
using Portico.Providers.Http;

namespace Portico.Tests.Providers.Http;

/// <summary>Addresses that a configured URL may not lead to, in every notation that a URL has for them.</summary>
public sealed class UrlGuardTests
{
    [Theory]
    // The metadata service of AWS, Azure, Google and others, as it is written and as it can be written.
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://0xA9.0xFE.0xA9.0xFE/")]
    [InlineData("http://025177524776/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://169.16689662/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://[0:0:0:0:0:ffff:a9fe:a9fe]/")]
    [InlineData("http://[::169.254.169.254]/")]
    [InlineData("http://[64:ff9b::169.254.169.254]/")]
    [InlineData("http://[64:ff9b:1::a9fe:a9fe]/")]
    [InlineData("http://[2002:a9fe:a9fe::1]/")]
    [InlineData("https://169.254.169.254:8443/v1")]
    // Other link-local addresses, and metadata services elsewhere.
    [InlineData("http://169.254.0.1/")]
    [InlineData("http://169.254.170.2/v2/credentials")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[febf::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[FD00:0EC2:0:0:0:0:0:0254]/")]
    [InlineData("http://[fd20:ce::254]/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://192.0.0.192/")]
    // Addresses that are no machine's.
    [InlineData("http://0.0.0.0:8080/")]
    [InlineData("http://0/")]
    [InlineData("http://0.1.2.3/")]
    [InlineData("http://[::]:8080/")]
    [InlineData("http://[::ffff:0.0.0.0]/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://[fec0::1]/")]
    public void A_special_address_is_refused_unless_it_is_allowed(string url)
    {
        var refused = Should.Throw<PorticoException>(() => UrlGuard.Check(new Uri(url), allowSpecial: false));
        refused.Kind.ShouldBe(ErrorTable.InvalidRequest);
        refused.Param.ShouldBe("base_url");
        refused.Message.ShouldContain("allow_special_addresses");
        UrlGuard.Check(new Uri(url), allowSpecial: true);
    }

    [Theory]
    [InlineData("http://127.0.0.1:11434/v1")]
    [InlineData("http://localhost:1234/v1")]
    [InlineData("http://[::1]:8000/v1")]
    [InlineData("http://[::ffff:127.0.0.1]:8000/v1")]
    [InlineData("http://10.0.0.7/v1")]
    [InlineData("http://172.16.3.4:8080/v1")]
    [InlineData("http://192.168.1.20/v1")]
    [InlineData("http://[fd12:3456:789a::1]/v1")]
    [InlineData("http://[64:ff9b::8.8.8.8]/")]
    [InlineData("https://api.openai.com/v1")]
    [InlineData("https://[2606:4700::6810:1]/v1")]
    public void This_machine_private_networks_and_the_internet_are_allowed(string url) => UrlGuard.Check(new Uri(url), allowSpecial: false);

    [Theory]
    [InlineData("ftp://example.org/", "must begin with http:// or https://")]
    [InlineData("file:///etc/passwd", "must begin with http:// or https://")]
    [InlineData("gopher://127.0.0.1:6379/_x", "must begin with http:// or https://")]
    [InlineData("http://user:password@example.org/", "must not hold a user name or password")]
    [InlineData("http://example.org@169.254.169.254/", "must not hold a user name or password")]
    [InlineData("http://example.org/v1?key=x", "must not hold a query or a fragment")]
    [InlineData("http://example.org/v1#x", "must not hold a query or a fragment")]
    [InlineData("http://example.org:0/", "must name a host and a port from 1 to 65535")]
    public void What_is_no_base_url_is_refused_even_where_special_addresses_are_allowed(string url, string says) =>
        Should.Throw<PorticoException>(() => UrlGuard.Check(new Uri(url), allowSpecial: true)).Message.ShouldContain(says);

    [Fact]
    public void The_whole_of_every_special_block_is_special_and_its_neighbours_are_not()
    {
        foreach (var inside in new[] { "169.254.0.0", "169.254.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "0.255.255.255" })
            UrlGuard.IsSpecial(IPAddress.Parse(inside)).ShouldBeTrue(inside);
        foreach (var outside in new[] { "169.253.255.255", "169.255.0.0", "223.255.255.255", "1.0.0.0", "fe7f::1", "fd00:ec2::253" })
            UrlGuard.IsSpecial(IPAddress.Parse(outside)).ShouldBeFalse(outside);
    }
}
