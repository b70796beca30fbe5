using System.CommandLine;
using System.Runtime.InteropServices;
using Portico.Governance.Keys;
using Portico.Server.Sealing;

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
        var root = await RootAsync(LocalOptions.FileOf(parsed), set, ct);
        await using var server = PorticoServer.Build(LocalOptions.FileOf(parsed), set, b => b.Services.AddSingleton(root));
        var report = await server.StartAsync(ct);
        Welcome.Print(Console.Out, report, server.Services);
        await server.WaitForShutdownAsync(ct);
        return 0;
    }

    /// <summary>The master key; while it is not to be had, a sealed node listens and says so.</summary>
    static async Task<MasterKey> RootAsync(string? file, Dictionary<string, string?> set, CancellationToken ct)
    {
        var configuration = Settings.Read(file, set);
        SettingsCheck.Require(configuration);
        var search = new RootSearch(configuration);
        var (root, why) = await search.LookAsync(ct);
        if (root is not null)
            return root;
        await using var node = await SealedNode.StartAsync(file, set, why!, await search.RootOfStoreAsync(ct), ct);
        Console.WriteLine($"Portico {ProductVersion.Text} is sealed on {node.Address.ToString().TrimEnd('/')}");
        Console.WriteLine(why!.Says);
        var stopped = new TaskCompletionSource();
        using var cancelled = ct.Register(() => stopped.TrySetResult());
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var found = node.WaitAsync(search, ct);
        if (await Task.WhenAny(found, stopped.Task) == stopped.Task)
            throw new OperationCanceledException();
        // The same address, where any free one was asked for.
        if (set.TryGetValue($"{ServerOptions.Section}:Url", out var url) && url?.EndsWith(":0", StringComparison.Ordinal) == true)
            set[$"{ServerOptions.Section}:Url"] = node.Address.GetLeftPart(UriPartial.Authority);
        return await found;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
