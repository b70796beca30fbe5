using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Portico.Core.Chat;
using Portico.Models;
using Portico.Models.Approval;
using Portico.Providers;
using Portico.Server.Verbs;
using Portico.Storage;

namespace Portico.Server;

/// <summary>The doctor's look at the store: whether it answers, its tables, its credentials, the providers behind its connections.</summary>
/// <param name="configuration">The settings, without mistakes.</param>
/// <param name="embedded">SQLite, not PostgreSQL.</param>
/// <param name="hasKey">The master key can be read; without it the connections cannot be looked at.</param>
sealed class StoreExamination(IConfiguration configuration, bool embedded, bool hasKey)
{
    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken ct)
    {
        LocalNode? node = null;
        Finding? failure = null;
        try
        {
            node = LocalNode.Open(configuration);
            var health = await node.Get<Database>().CheckAsync(ct);
            if (!health.Good)
                failure = Finding.Bad("store", health.Detail, Fix);
        }
        catch (PorticoException e)
        {
            failure = Finding.Bad(
                "store",
                e.Message,
                embedded ? $"stop that process; where it is a Portico, '{Verb.Program} doctor' asks it when Server:Url is its address" : Fix
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or System.Data.Common.DbException)
        {
            failure = Finding.Bad("store", e.Message, Fix);
        }
        if (failure is not null)
            yield return failure;
        else
            await foreach (var finding in TablesAndProvidersAsync(node!, ct))
                yield return finding;
        if (node is not null)
            await node.DisposeAsync();
    }

    string Fix =>
        embedded
            ? "see that the data directory is this user's and whole; restore it from a back-up where it is damaged"
            : "start the database, or correct host, port, name and password in PORTICO_Storage__PostgresConnection";

    async IAsyncEnumerable<Finding> TablesAndProvidersAsync(LocalNode node, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return Finding.Good("store", (await node.Get<Database>().CheckAsync(ct)).Detail);
        var missing = (await node.Get<Migrator>().StateAsync(ct)).Count(m => !m.Applied);
        yield return missing == 0
            ? Finding.Good("tables", "are those of this build")
            : Finding.Bad(
                "tables",
                $"{missing} migrations are not applied",
                $"run '{Verb.Program} migrate'; '{Verb.Program} serve' does it too"
            );
        if (missing > 0 || !hasKey)
            yield break;
        var catalog = node.Get<ModelsCatalog>();
        if (await CredentialsAsync(catalog, ct) is { } sealedUnderAnother)
        {
            yield return sealedUnderAnother;
            yield break;
        }
        if (Retirements(catalog.Current, node.Get<TimeProvider>().GetUtcNow()) is { } ending)
            yield return ending;
        foreach (var group in catalog.Current.Deployments.Where(d => !d.Connection.Disabled).GroupBy(d => d.Connection.Id))
            yield return await ProviderAsync(group.First(), group.Count(), ct);
    }

    /// <summary>Approved models whose providers stop serving them within 60 days or have stopped; null when there are none.</summary>
    internal static Finding? Retirements(ModelsSnapshot snapshot, DateTimeOffset now)
    {
        var ending = snapshot
            .Deployments.Where(d => !d.Deployment.Disabled && d.Model is { Disabled: false, State: ModelState.Approved })
            .Select(d => (d.Model, End: snapshot.RetirementOf(d.Model.Id)))
            .Where(m => m.End?.IsNear(now) == true)
            .DistinctBy(m => m.Model.Id)
            .OrderBy(m => m.End!.Date)
            .Select(m => $"{m.Model.Name} {m.End!.Date:yyyy-MM-dd}{(m.End.Replacement is { } next ? $" (use {next})" : "")}")
            .ToList();
        return ending.Count == 0
            ? null
            : new Finding(
                "retirements",
                Health.Degraded,
                $"providers stop serving: {string.Join(", ", ending)}",
                $"move callers to another model; '{Verb.Program} models retirements' lists who uses them"
            );
    }

    /// <summary>Null when all of them open.</summary>
    static async Task<Finding?> CredentialsAsync(ModelsCatalog catalog, CancellationToken ct)
    {
        try
        {
            await catalog.RefreshAsync(ct);
            return null;
        }
        catch (CryptographicException e)
        {
            return Finding.Bad(
                "credentials",
                e.Message,
                "put the master key in place that belongs to this store (MasterKey:File, PORTICO_MASTER_KEY or MasterKey:KeyVault)"
            );
        }
    }

    static async Task<Finding> ProviderAsync(ResolvedDeployment one, int deployments, CancellationToken ct)
    {
        var name = $"connection {one.Connection.Name}";
        if (one.Family.Models is not { } lister)
            return Finding.Good(name, $"{deployments} deployments; this family cannot list");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var offered = await lister.ListModelsAsync(one.ProviderConnection, limit.Token);
            return Finding.Good(name, $"offers {offered.Count} models, {deployments} deployed");
        }
        catch (UpstreamException e)
        {
            return Finding.Bad(
                name,
                e.Message,
                e.Status is 401 or 403
                    ? $"give it a new credential: PATCH /api/connections/{one.Connection.Id}, or the environment variable it came from"
                    : "check its base URL and the network"
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Bad(name, $"{one.Connection.BaseUrl.Host} did not answer in 10 s", "check its base URL and the network");
        }
    }
}
