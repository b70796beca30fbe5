using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Portico.Core.Chat;
using Portico.Governance.Keys;
using Portico.Models;
using Portico.Providers;
using Portico.Server.Verbs;
using Portico.Storage;

namespace Portico.Server;

/// <summary>What was looked at, how it is, and what to do when it is not well.</summary>
sealed record Finding(string What, bool Good, string Detail, string Fix = "");

/// <summary>Looks at settings, disk, port, master key, store, tables and providers of this machine. Changes nothing.</summary>
sealed class Doctor(IConfiguration configuration)
{
    const long EnoughDisk = 1L << 30;

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var problems = Settings.Check(configuration);
        yield return problems.Count == 0
            ? new Finding("settings", true, "every value is in range and every name is known")
            : new Finding(
                "settings",
                false,
                string.Join("; ", problems.Select(p => $"{p.Name} {p.Says}")),
                "correct these; 'portico config' shows all"
            );
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        yield return DataDirectory(storage);
        yield return Disk(storage);
        var running = await RunningAsync(ct);
        yield return running ?? Port();
        yield return Key(storage);
        if (running is { Good: true } && string.IsNullOrWhiteSpace(storage.PostgresConnection))
        {
            yield return new Finding("store", true, "in use by the running node, whose readiness check queried it");
            yield break;
        }
        await foreach (var finding in StoreAsync(ct))
            yield return finding;
    }

    static Finding DataDirectory(StorageOptions storage)
    {
        var path = Path.GetFullPath(storage.DataDirectory);
        try
        {
            PrivateDirectory.Create(path);
            var probe = Path.Combine(path, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            return new Finding("data directory", true, $"{path} can be written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(
                "data directory",
                false,
                $"{path}: {e.Message}",
                $"chown it to this user, or set PORTICO_Storage__DataDirectory to another"
            );
        }
    }

    static Finding Disk(StorageOptions storage)
    {
        var free = new DriveInfo(Path.GetFullPath(storage.DataDirectory)).AvailableFreeSpace;
        var text = $"{free / (1 << 20):N0} MiB free";
        return free >= EnoughDisk
            ? new Finding("disk", true, text)
            : new Finding(
                "disk",
                false,
                text,
                "free at least 1 GiB: a full disk makes Portico refuse calls, because it could not bill them"
            );
    }

    string Url => (configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions()).Url.Split(';')[0];

    /// <summary>Null when no Portico listens at our address.</summary>
    async Task<Finding?> RunningAsync(CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var response = await http.GetAsync(new Uri(new Uri(Url), "/ready"), ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (!text.Contains("\"ready\"", StringComparison.Ordinal))
                return null;
            return response.IsSuccessStatusCode
                ? new Finding("node", true, $"a Portico at {Url} is ready")
                : new Finding(
                    "node",
                    false,
                    $"the Portico at {Url} is not ready: {text}",
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
        var url = new Uri(Url.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal));
        try
        {
            var address = IPAddress.TryParse(url.Host, out var ip) ? ip : IPAddress.Loopback;
            using var listener = new TcpListener(address, url.Port);
            listener.Start();
            return new Finding("port", true, $"{url.Authority} is free");
        }
        catch (SocketException e)
        {
            return new Finding(
                "port",
                false,
                $"{url.Authority}: {e.Message}",
                "stop what listens there, or start with --url http://127.0.0.1:8090"
            );
        }
    }

    Finding Key(StorageOptions storage)
    {
        var file = configuration["MasterKey:File"] ?? Path.Combine(storage.DataDirectory, "master.key");
        try
        {
            if (configuration["MasterKey:KeyVault"] is null && configuration[MasterKey.EnvironmentName] is null && !File.Exists(file))
                return new Finding("master key", true, $"will be made at the first start in {file}");
            ModelsModule.LoadMasterKey(configuration, storage);
            if (
                File.Exists(file)
                && !OperatingSystem.IsWindows()
                && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None
            )
                return new Finding("master key", false, $"{file} can be read by others", $"chmod 600 {file}");
            return new Finding("master key", true, "can be read, by this user only");
        }
        catch (Exception e)
            when (e
                    is PorticoException
                        or IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or FormatException
                        or CryptographicException
                        or InvalidOperationException
                        or Azure.RequestFailedException
                        or Azure.Identity.AuthenticationFailedException
            )
        {
            return new Finding(
                "master key",
                false,
                e.Message,
                "restore the key that sealed the credentials; without it they cannot be opened"
            );
        }
    }

    async IAsyncEnumerable<Finding> StoreAsync([EnumeratorCancellation] CancellationToken ct)
    {
        LocalNode? node = null;
        Finding? failure = null;
        try
        {
            node = LocalNode.Open(configuration);
            var health = await node.Get<Database>().CheckAsync(ct);
            if (!health.Good)
                failure = new Finding("store", false, health.Detail, "start the database, or correct PORTICO_Storage__PostgresConnection");
        }
        catch (PorticoException e)
        {
            failure = new Finding("store", false, e.Message, e.Kind.Advice);
        }
        if (failure is not null)
            yield return failure;
        else
            await foreach (var finding in TablesAndProvidersAsync(node!, ct))
                yield return finding;
        if (node is not null)
            await node.DisposeAsync();
    }

    static async IAsyncEnumerable<Finding> TablesAndProvidersAsync(LocalNode node, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return new Finding("store", true, (await node.Get<Database>().CheckAsync(ct)).Detail);
        var missing = (await node.Get<Migrator>().StateAsync(ct)).Count(m => !m.Applied);
        yield return missing == 0
            ? new Finding("tables", true, "are those of this build")
            : new Finding("tables", false, $"{missing} migrations are not applied", "run 'portico migrate'; 'portico serve' does it too");
        if (missing > 0)
            yield break;
        var catalog = node.Get<ModelsCatalog>();
        await catalog.RefreshAsync(ct);
        foreach (var group in catalog.Current.Deployments.Where(d => !d.Connection.Disabled).GroupBy(d => d.Connection.Id))
            yield return await ProviderAsync(group.First(), group.Count(), ct);
    }

    static async Task<Finding> ProviderAsync(ResolvedDeployment one, int deployments, CancellationToken ct)
    {
        var name = $"connection {one.Connection.Name}";
        if (one.Family.Models is not { } lister)
            return new Finding(name, true, $"{deployments} deployments; this family cannot list");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var offered = await lister.ListModelsAsync(one.ProviderConnection, limit.Token);
            return new Finding(name, true, $"offers {offered.Count} models, {deployments} deployed");
        }
        catch (UpstreamException e)
        {
            return new Finding(
                name,
                false,
                e.Message,
                e.Status is 401 or 403 ? "give the connection a new credential" : "check its base URL and the network"
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Finding(name, false, $"{one.Connection.BaseUrl.Host} did not answer in 10 s", "check its base URL and the network");
        }
    }
}
