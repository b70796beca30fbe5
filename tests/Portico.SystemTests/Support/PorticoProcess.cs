using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Portico.SystemTests.Support;

/// <summary>
/// The real program as a process of its own, for what only a process can show: it is killed at any instant and started again on its directory.
/// It dies with the tests: a keeper process waits for the end of our pipe.
/// </summary>
sealed class PorticoProcess : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly Process keeper;
    readonly StringBuilder output = new();
    bool disposed;

    PorticoProcess(Process process)
    {
        this.process = process;
        keeper = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"cat >/dev/null; kill -9 {process.Id} 2>/dev/null"])
            {
                RedirectStandardInput = true,
                UseShellExecute = false,
            }
        )!;
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>The demo's key and token, from the start that made the demo; null from any other.</summary>
    public string? KeySecret { get; private set; }
    public string? AdminSecret { get; private set; }

    /// <param name="data">The data directory, made when it is not there.</param>
    /// <param name="settings">
    /// More settings by their names in a file: <c>Storage:PostgresConnection</c>; a name without a colon is a variable of the environment.
    /// </param>
    public static async Task<PorticoProcess> StartAsync(string data, params (string Name, string Value)[] settings)
    {
        var started = Begin(data, settings);
        try
        {
            await started.WaitForWelcomeAsync();
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
        return started;
    }

    /// <summary>Starts it and kills it this long after, wherever it has come to by then: a start that does not get to its end.</summary>
    public static async Task StartAndKillAsync(string data, TimeSpan after, params (string Name, string Value)[] settings)
    {
        await using var started = Begin(data, settings);
        started.Listen(null);
        await Task.Delay(after);
        await started.KillAsync();
    }

    static PorticoProcess Begin(string data, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "portico.dll"), "serve", "--url", "http://127.0.0.1:0", "--data", data]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (
            var (name, value) in settings
                .Append(("Models:FromLoopback", "false"))
                .Append(("Models:FromEnvironment", "false"))
                .Append(("Records:BatchMs", "20"))
        )
            start.Environment[name.Contains(':') ? "PORTICO_" + name.Replace(":", "__", StringComparison.Ordinal) : name] = value;
        return new PorticoProcess(Process.Start(start)!);
    }

    async Task WaitForWelcomeAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Listen(ready);
        var first = await Task.WhenAny(ready.Task, process.WaitForExitAsync(), Task.Delay(StartLimit));
        first.ShouldBe(ready.Task, $"The program did not start:\n{Output}");
    }

    void Listen(TaskCompletionSource? ready)
    {
        process.OutputDataReceived += (_, line) => Take(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Take(line.Data, null);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    void Take(string? line, TaskCompletionSource? ready)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
        if (After(line, "listens on ") is { } address)
            Address = new Uri(address);
        else if (After(line, "admin sign-in  ") is { } token)
            AdminSecret = token;
        else if (After(line, "service key    ") is { } key)
            KeySecret = key;
        // The last line of either welcome.
        if (line.Contains("-d '{", StringComparison.Ordinal) || line.Contains("Keys of earlier starts", StringComparison.Ordinal))
            ready?.TrySetResult();
    }

    static string? After(string line, string label)
    {
        var at = line.IndexOf(label, StringComparison.Ordinal);
        return at < 0 ? null : line[(at + label.Length)..].Split(' ')[0];
    }

    /// <summary>Everything it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public HttpClient Client(string secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    /// <summary>SIGKILL: nothing of it runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        if (!process.HasExited)
            await KillAsync();
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
        process.Dispose();
    }
}
