using System.ComponentModel.DataAnnotations;

namespace Portico.Server;

/// <summary>Where and how this node listens. Section <c>Server</c>.</summary>
public sealed class ServerOptions
{
    public const string Section = "Server";

    /// <summary>Addresses to listen on, separated by semicolons. Loopback by default: whoever opens it to a network puts TLS in front.</summary>
    [ListenAddresses]
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Bytes that all headers of a request may have, 4,096 to 262,144.</summary>
    [Range(4_096, 262_144)]
    public int MaxHeaderBytes { get; set; } = 32_768;

    /// <summary>Seconds in which the headers of a request must arrive, 1 to 300.</summary>
    [Range(1, 300)]
    public int HeaderSeconds { get; set; } = 15;

    /// <summary>Bytes a second at which a body must arrive after five seconds of grace, 0 = no bound, at most 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>Connections open at once, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Make a demo organisation, workspace, use case, key and budgets when the store is empty.</summary>
    public bool SeedDemo { get; set; } = true;
}
