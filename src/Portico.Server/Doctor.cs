using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Portico.Core.Tokens;
using Portico.Governance.Keys;
using Portico.Models;
using Portico.Server.Verbs;
using Portico.Storage;

namespace Portico.Server;

enum Health
{
    Well,

    /// <summary>It works, and less well than it could.</summary>
    Degraded,
    Failed,
}

/// <summary>What was looked at, how it is, and what to do when it is not well.</summary>
sealed record Finding(string What, Health State, string Detail, string Fix = "")
{
    public static Finding Good(string what, string detail) => new(what, Health.Well, detail);

    public static Finding Bad(string what, string detail, string fix) => new(what, Health.Failed, detail, fix);
}

/// <summary>Looks at settings, disk, port, master key, token ranks, store, tables and providers of this machine. Changes nothing.</summary>
/// <param name="configuration">The settings of this machine, with their mistakes.</param>
/// <param name="hasRanks">Whether this build counts tokens exactly with an encoding; what is built in by default.</param>
sealed class Doctor(IConfigurationRoot configuration, Func<string, bool>? hasRanks = null)
{
    const long EnoughDisk = 1L << 30;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    readonly Func<string, bool> hasRanks = hasRanks ?? (encoding => BpeTokenizer.TryLoad(encoding) is not null);

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var problems = SettingsCheck.Run(configuration);
        if (problems.Count > 0)
        {
            yield return Finding.Bad("settings", string.Join("; ", problems), $"correct these; '{Verb.Program} config' shows all");
            // What follows reads these settings.
            yield break;
        }
        yield return Finding.Good("settings", "every value is in range and every name is known");
        var storage = Settings.Of<StorageOptions>(configuration, StorageOptions.Section);
        var directory = DataDirectory(storage);
        yield return directory;
        if (directory.State == Health.Well)
            yield return Disk(storage);
        var running = await RunningAsync(ct);
        yield return running ?? Port();
        var key = Key(storage);
        yield return key;
        yield return Ranks();
        if (directory.State == Health.Failed)
            yield break;
        var embedded = string.IsNullOrWhiteSpace(storage.PostgresConnection);
        if (running is { State: Health.Well } && embedded)
            yield return Finding.Good("store", "in use by the running node, whose readiness check queried it");
        else if (embedded && !File.Exists(Path.Combine(storage.DataDirectory, "portico.db")))
            yield return Finding.Good("store", $"will be made at the first start in {Path.GetFullPath(storage.DataDirectory)}");
        else
            await foreach (var finding in new StoreExamination(configuration, embedded, key.State == Health.Well).ExamineAsync(ct))
                yield return finding;
    }

    /// <summary>What can be looked at from within a node that runs: settings, disk, token ranks.</summary>
    public IEnumerable<Finding> ExamineMachine()
    {
        var problems = SettingsCheck.Run(configuration);
        yield return problems.Count == 0
            ? Finding.Good("settings", "every value is in range and every name is known")
            : Finding.Bad("settings", string.Join("; ", problems), $"correct these; '{Verb.Program} config' shows all");
        var storage = Settings.Of<StorageOptions>(configuration, StorageOptions.Section);
        var directory = DataDirectory(storage);
        yield return directory;
        if (directory.State == Health.Well)
            yield return Disk(storage);
        yield return Ranks();
    }

    /// <summary>The directory, or the nearest above it where it is to be made.</summary>
    static string Existing(string path)
    {
        path = Path.GetFullPath(path);
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } above)
            path = above;
        return path;
    }

    static Finding DataDirectory(StorageOptions storage)
    {
        const string Another = "choose another directory with --data DIR or PORTICO_Storage__DataDirectory";
        var path = Path.GetFullPath(storage.DataDirectory);
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
            if (File.Exists(at))
                return Finding.Bad("data directory", $"{at} is a file", $"move that file away, or {Another}");
        var place = Existing(path);
        try
        {
            // Its own for every look: two at once would take each other's away.
            var probe = Path.Combine(place, $".probe-{Path.GetRandomFileName()}");
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            return Finding.Good("data directory", place == path ? $"{path} can be written" : $"{path} will be made at the first start");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var give = place == path ? $"sudo chown -R \"$(id -un)\" '{path}'" : $"sudo install -d -m 700 -o \"$(id -un)\" '{path}'";
            return Finding.Bad("data directory", $"nothing can be written in {place}: {e.Message}", $"{give}, or {Another}");
        }
    }

    static Finding Disk(StorageOptions storage)
    {
        var place = Existing(storage.DataDirectory);
        try
        {
            var free = new DriveInfo(place).AvailableFreeSpace;
            var text = $"{free / (1 << 20):N0} MiB free";
            return free >= EnoughDisk
                ? Finding.Good("disk", text)
                : Finding.Bad("disk", text, "free at least 1 GiB: a full disk makes Portico refuse calls, because it could not bill them");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Bad("disk", e.Message, "choose a data directory on a disk of this machine: --data DIR");
        }
    }

    Uri Address => Addresses.Reachable(Settings.Of<ServerOptions>(configuration, ServerOptions.Section).Url);

    /// <summary>Null when no Portico listens at our address.</summary>
    async Task<Finding?> RunningAsync(CancellationToken ct)
    {
        var address = Address.GetLeftPart(UriPartial.Authority);
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(new Uri(Address, "/ready"), ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (!text.Contains("\"ready\"", StringComparison.Ordinal))
                return null;
            return response.IsSuccessStatusCode
                ? Finding.Good("node", $"a Portico at {address} is ready")
                : Finding.Bad(
                    "node",
                    $"the Portico at {address} is not ready: {text}",
                    "read its log; the detail names what does not answer"
                );
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    Finding Port()
    {
        var at = Address;
        try
        {
            var address = IPAddress.TryParse(at.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Loopback;
            using var listener = new TcpListener(address, at.Port);
            listener.Start();
            return Finding.Good("port", $"{at.Authority} is free");
        }
        catch (SocketException e)
        {
            return Finding.Bad(
                "port",
                $"{at.Host}:{at.Port}: {e.Message}",
                e.SocketErrorCode == SocketError.AccessDenied
                    ? "choose a port above 1023: --url http://127.0.0.1:8090 or PORTICO_Server__Url"
                    : "stop what listens there, or choose another: --url http://127.0.0.1:8090 or PORTICO_Server__Url"
            );
        }
    }

    Finding Key(StorageOptions storage)
    {
        if (ModelsModule.IsInShares(configuration))
            return Finding.Good("master key", "in shares, which a starting node waits for");
        try
        {
            if (ModelsModule.MasterKeyFile(configuration, storage) is { } file && !File.Exists(file))
                return Finding.Good("master key", $"will be made at the first start in {file}");
            return Finding.Good("master key", "from " + ModelsModule.LoadMasterKey(configuration, storage).Source);
        }
        catch (Exception e)
            when (e is PorticoException or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return Finding.Bad(
                "master key",
                e.Message,
                "put that right, or restore the key that this store was made with; without it credentials of providers cannot be opened"
            );
        }
    }

    Finding Ranks()
    {
        var missing = new[] { "o200k_base", "cl100k_base" }.Where(e => !hasRanks(e)).ToList();
        return missing.Count == 0
            ? Finding.Good("token counts", "exact for OpenAI's models")
            : new Finding(
                "token counts",
                Health.Degraded,
                $"this build has no ranks of {string.Join(" and ", missing)}: tokens are estimated, and marked so in records",
                "install Node.js 18 or newer and build again: rm -rf build/tokens/out, then ./run or dotnet build"
            );
    }
}
