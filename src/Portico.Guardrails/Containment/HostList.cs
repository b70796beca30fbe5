namespace Portico.Guardrails.Containment;

/// <summary>
/// Hosts that addresses may lead to: exact ones, and all below one (<c>*.example.org</c>). Reads addresses strictly: what two readers may
/// understand in two ways leads nowhere.
/// </summary>
sealed class HostList
{
    /// <summary>Hosts of one list.</summary>
    public const int MaxHosts = 200;

    /// <summary>Characters of an address.</summary>
    const int MaxAddress = 8_192;
    const int MaxHost = 253;

    readonly HashSet<string> exact = new(StringComparer.Ordinal);
    readonly HashSet<string> above = new(StringComparer.Ordinal);

    /// <exception cref="ToolPolicyException">One is no host.</exception>
    public HostList(IEnumerable<string> hosts, string where)
    {
        foreach (var host in hosts)
        {
            var isAbove = host.StartsWith("*.", StringComparison.Ordinal);
            var name = (isAbove ? host[2..] : host).ToLowerInvariant();
            if (!IsHost(name))
                throw new ToolPolicyException($"{where}: '{Printable.Of(host, 80)}' is no host; write api.example.org or *.example.org.");
            (isAbove ? above : exact).Add(name);
        }
        if (exact.Count + above.Count > MaxHosts)
            throw new ToolPolicyException($"{where}: there are more than {MaxHosts} hosts.");
    }

    public bool IsEmpty => exact.Count + above.Count == 0;

    public bool Has(ReadOnlySpan<char> host)
    {
        if (!IsHost(host))
            return false;
        var name = host.ToString().ToLowerInvariant();
        if (exact.Contains(name))
            return true;
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            if (above.Contains(name[(dot + 1)..]))
                return true;
        return false;
    }

    /// <summary>An absolute http or https address of one of the hosts, without a user in it.</summary>
    public bool HasAddress(ReadOnlySpan<char> address)
    {
        var scheme =
            address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : 0;
        if (scheme == 0 || address.Length > MaxAddress)
            return false;
        // Backslashes, blanks and controls are read as slashes by some and taken out by others.
        foreach (var c in address)
            if (c is <= ' ' or '\\' or >= '\u007F')
                return false;
        var rest = address[scheme..];
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var port = authority.IndexOf(':');
        if (
            port >= 0
            && (port == authority.Length - 1 || authority.Length - port > 6 || authority[(port + 1)..].ContainsAnyExceptInRange('0', '9'))
        )
            return false;
        return Has(port < 0 ? authority : authority[..port]);
    }

    /// <summary>A plain e-mail address at one of the hosts.</summary>
    public bool HasMail(ReadOnlySpan<char> address)
    {
        var at = address.IndexOf('@');
        if (at is < 1 or > 64)
            return false;
        foreach (var c in address[..at])
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '+' or '-'))
                return false;
        return Has(address[(at + 1)..]);
    }

    /// <summary>Every part of a list with commas, semicolons or white space between is an address of one of the hosts.</summary>
    public bool HasAll(string value)
    {
        var any = false;
        foreach (var part in value.Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            any = true;
            if (!HasAddress(part) && !HasMail(part) && !Has(part))
                return false;
        }
        return any;
    }

    static bool IsHost(ReadOnlySpan<char> host)
    {
        if (
            host.Length is 0 or > MaxHost
            || host[0] is '.' or '-'
            || host[^1] is '.' or '-'
            || host.Contains("..", StringComparison.Ordinal)
        )
            return false;
        foreach (var c in host)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))
                return false;
        return true;
    }
}
