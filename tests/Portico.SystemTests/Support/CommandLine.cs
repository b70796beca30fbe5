using System.Collections;
using System.Diagnostics;
using System.Text;

namespace Portico.SystemTests.Support;

/// <summary>What a run of the program printed, and how it ended.</summary>
sealed record CliRun(int ExitCode, string Output, string Errors)
{
    public string All => Output + Errors;

    /// <summary>The line that begins with this word or mark and word.</summary>
    public string Line(string begin) =>
        Output.Split('\n').FirstOrDefault(l => l.StartsWith(begin, StringComparison.Ordinal))
        ?? throw new ShouldAssertException($"No line begins with '{begin}' in:\n{All}");
}

/// <summary>The real program as a process, in a directory of its own and without what this machine may have set.</summary>
sealed class CommandLine : IDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    static readonly string Program = Path.Combine(AppContext.BaseDirectory, "portico.dll");
    static readonly string[] Foreign =
    [
        "PORTICO_",
        "OPENAI_",
        "AZURE_",
        "ANTHROPIC_",
        "AWS_",
        "OTEL_",
        "ASPNETCORE_",
        "URLS",
        "IDENTITY_",
        "MSI_",
    ];

    readonly TemporaryDirectory directory = new();

    /// <summary>The working directory of the runs.</summary>
    public string Directory => directory.Path;

    /// <summary>A data directory below it, which the program makes.</summary>
    public string Data => Path.Combine(directory.Path, "data");

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public ProcessStartInfo StartInfo(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            WorkingDirectory = directory.Path,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => (string)e.Key))
            if (Foreign.Any(f => name.StartsWith(f, StringComparison.OrdinalIgnoreCase)))
                info.Environment.Remove(name);
        foreach (var (name, value) in Environment)
            info.Environment[name] = value;
        return info;
    }

    public async Task<CliRun> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new ShouldAssertException($"portico {string.Join(' ', arguments)} did not end within {Bound.TotalSeconds} s", e);
        }
        return new CliRun(process.ExitCode, await output, await errors);
    }

    public void Dispose() => directory.Dispose();
}

/// <summary>A running <c>portico serve</c>, from what it printed.</summary>
sealed class ServedNode : IAsyncDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly StringBuilder errors = new();

    ServedNode(Process process) => this.process = process;

    public string Printed { get; private set; } = "";
    public Uri Address => new(Between("listens on ", " "));
    public string Key => Between("service key    ", " ");
    public string AdminToken => Between("admin sign-in  ", " ");

    /// <summary>Starts and waits for the whole welcome. What the environment and this machine offer is not looked for, unless a test sets it.</summary>
    public static async Task<ServedNode> StartAsync(CommandLine cli, params string[] more)
    {
        cli.Environment.TryAdd("PORTICO_Models__FromEnvironment", "false");
        cli.Environment.TryAdd("PORTICO_Models__FromLoopback", "false");
        string[] arguments = ["serve", "--url", "http://127.0.0.1:0", "--data", cli.Data, .. more];
        var node = new ServedNode(Process.Start(cli.StartInfo(arguments))!);
        node.process.ErrorDataReceived += (_, e) => node.errors.AppendLine(e.Data);
        node.process.BeginErrorReadLine();
        using var bound = new CancellationTokenSource(Bound);
        var printed = new StringBuilder();
        // The curl is the last of the welcome.
        while (await node.process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
        {
            printed.AppendLine(line);
            if (line.Contains("-d '{", StringComparison.Ordinal))
            {
                node.Printed = printed.ToString();
                return node;
            }
        }
        await node.process.WaitForExitAsync(bound.Token);
        throw new ShouldAssertException($"The node did not start (exit {node.process.ExitCode}):\n{printed}{node.errors}");
    }

    public HttpClient Client(string secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return client;
    }

    /// <summary>Asks it to stop, as a service manager does, and gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()])!;
        await kill.WaitForExitAsync();
        using var bound = new CancellationTokenSource(Bound);
        await process.WaitForExitAsync(bound.Token);
        return process.ExitCode;
    }

    string Between(string before, string after)
    {
        var from = Printed.IndexOf(before, StringComparison.Ordinal);
        from.ShouldBeGreaterThanOrEqualTo(0, $"'{before}' was not printed:\n{Printed}");
        from += before.Length;
        return Printed[from..Printed.IndexOfAny([after[0], '\n'], from)];
    }

    public ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        return ValueTask.CompletedTask;
    }
}
