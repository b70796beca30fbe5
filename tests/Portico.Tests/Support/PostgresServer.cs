using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Portico.Tests.Support;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Portico.Tests.Support;

/// <summary>
/// A private PostgreSQL server for one test run: made on first use in a temporary folder, on a free loopback port, with fsync on. It is stopped and its
/// folder removed when the run ends, even when the run is killed: a keeper process waits for the end of our pipe.
/// Tests that take the server down use one of their own (<c>await using var server = new PostgresServer()</c>).
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string User = "portico";
    static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);

    readonly SemaphoreSlim starting = new(1, 1);
    readonly string folder = Path.Combine(Path.GetTempPath(), "portico-pg-" + Guid.NewGuid().ToString("N")[..12]);
    Process? keeper;
    int port;
    int databases;
    bool running;

    string Data => Path.Combine(folder, "data");

    /// <summary>Makes an empty database and returns its Npgsql connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await StartAsync();
        var name = "t" + Interlocked.Increment(ref databases);
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name, pooling: true);
    }

    /// <summary>Starts the server, or does nothing when it runs. After a stop it comes back on the same port with the same data.</summary>
    public async Task StartAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (running)
                return;
            if (keeper is null)
                await InitialiseAsync();
            var settings =
                $"-h 127.0.0.1 -p {port} -k {folder} -c fsync=on -c max_connections=300 -c shared_buffers=64MB -c checkpoint_timeout=1h";
            await RunAsync("pg_ctl", "start", "-D", Data, "-w", "-s", "-l", Path.Combine(folder, "log"), "-o", settings);
            running = true;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Takes the server down: at once, as a crash does, or after breaking every connection off in order.</summary>
    public async Task StopAsync(bool crash = false)
    {
        await RunAsync("pg_ctl", "stop", "-D", Data, "-w", "-s", "-m", crash ? "immediate" : "fast");
        running = false;
    }

    /// <summary>Makes the server hang: its processes stand still, its connections stay. Until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    Task SignalAsync(string signal)
    {
        var master = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        var children = File.ReadAllText($"/proc/{master}/task/{master}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return ExecuteAsync("kill", ["-" + signal, master, .. children]);
    }

    async Task InitialiseAsync()
    {
        port = FreePort();
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
            await ExecuteAsync("chown", ["postgres", folder]);
        await RunAsync("initdb", "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        var stop = string.Join(' ', Command("pg_ctl", "stop", "-D", Data, "-w", "-s", "-m", "immediate").Select(a => $"'{a}'"));
        keeper = Start("sh", ["-c", $"trap '' TERM INT HUP; cat >/dev/null; {stop} 2>/dev/null; rm -rf '{folder}'"], input: true);
    }

    string ConnectionString(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = User,
            Database = database,
            Pooling = pooling,
            MaxPoolSize = 20,
        }.ToString();

    public async ValueTask DisposeAsync()
    {
        starting.Dispose();
        if (keeper is null)
            return;
        keeper.StandardInput.Close();
        using var limit = new CancellationTokenSource(CommandLimit);
        await keeper.WaitForExitAsync(limit.Token);
        keeper.Dispose();
    }

    static Task RunAsync(string program, params string[] arguments)
    {
        var command = Command(program, arguments);
        return ExecuteAsync(command[0], command[1..]);
    }

    /// <summary>PostgreSQL refuses to run as root: then its own account runs it.</summary>
    static string[] Command(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", Find(program), .. arguments] : [Find(program), .. arguments];

    static string Find(string program)
    {
        var versions = Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        return versions
                .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
                .Select(d => Path.Combine(d, program))
                .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"'{program}' is not on this machine. Install PostgreSQL 15 or newer.");
    }

    static async Task ExecuteAsync(string program, string[] arguments)
    {
        using var process = Start(program, arguments, input: false);
        using var limit = new CancellationTokenSource(CommandLimit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {await output}{await error}");
    }

    static Process Start(string program, string[] arguments, bool input) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = input,
                RedirectStandardOutput = !input,
                RedirectStandardError = !input,
                WorkingDirectory = Path.GetTempPath(),
            }
        )!;

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
