using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico serve: starts the node and says what it is and what it found.</summary>
static class ServeVerb
{
    static readonly Option<string?> Url = new("--url") { Description = "Address to listen on, http://127.0.0.1:8080 by default." };

    public static Command Command() =>
        new Command("serve", "Start the node.") { Url }
            .WithLocalOptions()
            .Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var set = LocalOptions.SetOf(parsed);
        if (parsed.GetValue(Url) is { } url)
            set[$"{ServerOptions.Section}:Url"] = url;
        await using var server = PorticoServer.Build(LocalOptions.FileOf(parsed), set);
        var report = await server.StartAsync(ct);
        Welcome.Print(Console.Out, report, server.Services);
        await server.WaitForShutdownAsync(ct);
        return 0;
    }
}
