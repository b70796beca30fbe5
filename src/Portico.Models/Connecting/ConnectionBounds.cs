using Portico.Models.Cards;
using Portico.Models.Rules;
using Portico.Providers;
using Portico.Providers.Http;

namespace Portico.Models.Connecting;

/// <summary>What every connection keeps to, whatever its family.</summary>
static class ConnectionBounds
{
    /// <exception cref="PorticoException">It does not; the message names the member.</exception>
    public static void Check(Connection c)
    {
        HubService.CheckName(c.Name, "name");
        if (!InProcessFamilies.Has(c.Family))
            UrlGuard.Check(c.BaseUrl, c.AllowSpecialAddresses);
        Bound(c.ConnectMs, 100, 60_000, "connect_ms");
        Bound(c.FirstByteMs, 100, 3_600_000, "first_byte_ms");
        Bound(c.IdleMs, 100, 3_600_000, "idle_ms");
        if (c.Region is { } region && !CardCheck.IsRegion(region))
            throw new PorticoException(ErrorTable.InvalidRequest, "region must be lower-case, such as eu or eu-west-1.", "region");
        if (c.RetentionDays is { } days)
            Bound(days, 0, DataDemands.MaxDays, "retention_days");
        foreach (var (name, value) in c.Headers)
            if (
                name.Length is 0 or > 128
                || !name.All(ch => char.IsAsciiLetterOrDigit(ch) || ch is '-' or '_')
                || value.Any(char.IsControl)
            )
                throw new PorticoException(ErrorTable.InvalidRequest, $"'{name}' is not a header that can be sent.", "headers");
    }

    static void Bound(int value, int min, int max, string param)
    {
        if (value < min || value > max)
            throw new PorticoException(ErrorTable.InvalidRequest, $"{param} must be from {min} to {max}.", param);
    }
}
