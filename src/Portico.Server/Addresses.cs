using System.ComponentModel.DataAnnotations;

namespace Portico.Server;

/// <summary>Addresses to listen on as people write them, and how a client of this machine reaches them.</summary>
static class Addresses
{
    /// <summary>The first of the addresses, with this machine's own in place of "every interface".</summary>
    public static Uri Reachable(string urls)
    {
        var address = BindingAddress.Parse(urls.Split(';')[0].Trim());
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }

    public static bool IsListenable(string url)
    {
        try
        {
            return BindingAddress.Parse(url.Trim()).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>Addresses to listen on, separated by semicolons.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class ListenAddressesAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is string { Length: > 0 } urls && urls.Split(';').All(Addresses.IsListenable);

    public override string FormatErrorMessage(string name) => "must be written as http://127.0.0.1:8080, several separated by semicolons";
}
