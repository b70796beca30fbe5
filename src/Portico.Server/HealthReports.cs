using Portico.Models;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Server;

/// <summary>Asks every module of this node how it fares. Changes nothing.</summary>
sealed class HealthReports(IServiceProvider services, IConfiguration configuration, StartPhase start, TimeProvider time)
{
    /// <summary>A store that answers later than this is said not to answer.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    static readonly string Late = $"The store did not answer within {Longest.TotalSeconds:0} s.";

    readonly Database database = services.GetRequiredService<Database>();
    readonly Doctor doctor = new((IConfigurationRoot)configuration);

    public async Task<HealthReport> MakeAsync(CancellationToken ct)
    {
        var store = await StoreAsync(ct);
        var journal = Journal();
        var (rounds, unread) = await RoundsAsync(store.Good, ct);
        var checks = new List<Finding>(doctor.ExamineMachine()) { Of(store), Of(journal) };
        checks.AddRange(services.GetServices<NodeCheck>().Select(Of));
        if (unread is not null)
            checks.Add(
                new Finding("rounds", Health.Degraded, unread, "see what the database is busy with; the rounds are made all the same")
            );
        checks.AddRange(rounds.Where(r => r.Failure is not null).Select(Of));
        if (StoreExamination.Retirements(services.GetRequiredService<ModelsCatalog>().Current, time.GetUtcNow()) is { } ending)
            checks.Add(ending);
        return new HealthReport(
            checks.Max(c => c.State),
            Node(),
            store,
            journal,
            Disk(),
            Hosted<IBatchedQueue>().Select(q => new QueueHealth(q.What, q.Waiting, q.WaitingBytes, q.MaxWaitingBytes, q.Lost)).ToList(),
            rounds,
            services.GetServices<MetricCounter>().Select(c => new CounterHealth(c.Name, c.Help, c.Value())).ToList(),
            checks
        );
    }

    /// <summary>What runs in the background is known to the host alone.</summary>
    IEnumerable<T> Hosted<T>() => services.GetServices<IHostedService>().OfType<T>();

    NodeHealth Node() =>
        new(
            database.NodeId,
            Environment.MachineName,
            ProductVersion.Text,
            start.At,
            time.GetUtcNow(),
            Environment.WorkingSet,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            GC.GetTotalMemory(false),
            services.GetRequiredService<Metrics>().Live
        );

    async Task<StoreHealth> StoreAsync(CancellationToken ct)
    {
        var engine = database.Engine == Engine.Sqlite ? "sqlite" : "postgres";
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(Longest);
        try
        {
            var health = await database.CheckAsync(bound.Token);
            var milliseconds = Math.Round(health.Elapsed.TotalMilliseconds, 3);
            if (!health.Good)
                return new StoreHealth(engine, false, health.Detail, milliseconds, null);
            return new StoreHealth(
                engine,
                true,
                health.Detail,
                milliseconds,
                await services.GetRequiredService<Migrator>().CountAsync(bound.Token)
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new StoreHealth(engine, false, Late, Longest.TotalMilliseconds, null);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException)
        {
            return new StoreHealth(engine, false, e.Message, 0, null);
        }
    }

    JournalHealth Journal()
    {
        var recorder = services.GetRequiredService<CallRecorder>();
        var drain = services.GetRequiredService<JournalDrain>();
        return new JournalHealth(
            recorder.Healthy,
            recorder.Backlog,
            services.GetRequiredService<Journal>().KeptBytes,
            services.GetRequiredService<RecordOptions>().MaxJournalBytes,
            drain.DrainedAt,
            drain.Failure
        );
    }

    DiskHealth? Disk()
    {
        var directory = Path.GetFullPath(services.GetRequiredService<StorageOptions>().DataDirectory);
        try
        {
            var drive = new DriveInfo(directory);
            return new DiskHealth(directory, drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The check of the disk says why.
            return null;
        }
    }

    /// <summary>The rounds, and why it could not be read who makes them.</summary>
    async Task<(IReadOnlyList<RoundHealth> Rounds, string? Unread)> RoundsAsync(bool storeAnswers, CancellationToken ct)
    {
        var (held, unread) = storeAnswers ? await LeasesAsync(ct) : ([], null);
        var byName = held.ToDictionary(l => l.Name, StringComparer.Ordinal);
        var rounds = Hosted<HourlySweep>()
            .OrderBy(s => s.Name, StringComparer.Ordinal)
            .Select(s =>
            {
                var lease = byName.GetValueOrDefault(s.Name);
                return new RoundHealth(s.Name, lease?.Owner, lease?.Owner == database.NodeId, lease?.ExpiresAt, s.SweptAt, s.Failure);
            })
            .ToList();
        return (rounds, unread);
    }

    async Task<(IReadOnlyList<HeldLease> Held, string? Unread)> LeasesAsync(CancellationToken ct)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(Longest);
        try
        {
            return (await services.GetRequiredService<LeaseStore>().ListAsync(bound.Token), null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return ([], Late);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException)
        {
            return ([], e.Message);
        }
    }

    static Finding Of(StoreHealth store) =>
        store.Good
            ? Finding.Good("store", $"{store.Detail} in {store.QueryMs} ms")
            : Finding.Bad(
                "store",
                store.Detail,
                "start the database or free its disk; calls go on from what this node has read, their records wait in the journal"
            );

    static Finding Of(JournalHealth journal) =>
        !journal.TakesRecords
            ? Finding.Bad(
                "journal",
                "takes no records, so no call is let through",
                "free space on the disk of the data directory, or bring the store back that the records wait for"
            )
        : journal.Failure is { } failure
            ? new Finding("journal", Health.Degraded, $"records wait for the store: {failure}", "bring the store back; nothing is lost")
        : Finding.Good("journal", "takes records");

    static Finding Of(NodeCheck check)
    {
        var (good, detail, fix) = check.Look();
        return good ? Finding.Good(check.What, detail) : Finding.Bad(check.What, detail, fix);
    }

    static Finding Of(RoundHealth round) =>
        new($"round {round.Name}", Health.Degraded, $"failed: {round.Failure}", "it is tried again every hour; the log says more");
}
