using Microsoft.Extensions.Logging;
using Portico.Server;

namespace Portico.Tests.Repository;

/// <summary>A whole node with an empty store in a folder of its own, on a free loopback port, that looks for nothing outside.</summary>
static class BareNode
{
    public static PorticoServer Build(TemporaryFolder folder) =>
        PorticoServer.Build(
            set: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Server:Url"] = "http://127.0.0.1:0",
                ["Server:SeedDemo"] = "false",
                ["Storage:DataDirectory"] = folder.Path,
                ["Models:FromEnvironment"] = "false",
                ["Models:FromLoopback"] = "false",
            },
            more: builder => builder.Logging.ClearProviders()
        );
}
