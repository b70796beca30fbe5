namespace Portico.Server;

/// <summary>
/// How a node fares. It speaks for itself; of other nodes it knows what leases tell. State: the worst of the checks. Counters count since the node started.
/// </summary>
sealed record HealthReport(
    Health State,
    NodeHealth Node,
    StoreHealth Store,
    JournalHealth Journal,
    DiskHealth? Disk,
    IReadOnlyList<QueueHealth> Queues,
    IReadOnlyList<RoundHealth> Rounds,
    IReadOnlyList<CounterHealth> Counters,
    IReadOnlyList<Finding> Checks
);

/// <summary>Memory: of the process, and what the process may use. LiveCalls: under way now.</summary>
sealed record NodeHealth(
    string Id,
    string Host,
    string Version,
    DateTimeOffset? StartedAt,
    DateTimeOffset Now,
    long MemoryBytes,
    long MemoryLimitBytes,
    long HeapBytes,
    long LiveCalls
);

/// <summary>QueryMs: of a real query, made for this answer. Migrations: how many were applied; null when it did not answer.</summary>
sealed record StoreHealth(string Engine, bool Good, string Detail, double QueryMs, int? Migrations);

/// <summary>BacklogBytes: records that the store does not have yet. Calls are refused from MaxBytes on.</summary>
sealed record JournalHealth(
    bool TakesRecords,
    long BacklogBytes,
    long KeptBytes,
    long MaxBytes,
    DateTimeOffset? DrainedAt,
    string? Failure
);

/// <summary>The file system that holds the data directory.</summary>
sealed record DiskHealth(string Directory, long FreeBytes, long TotalBytes);

/// <summary>A queue to the store. Lost: things that did not fit since the node started.</summary>
sealed record QueueHealth(string Name, int Waiting, long WaitingBytes, long MaxBytes, long Lost);

/// <summary>
/// Hourly work that one node does for all. Holder: the node that has it until HeldUntil; null when none has. SweptAt and Failure are of this node's own rounds.
/// </summary>
sealed record RoundHealth(string Name, string? Holder, bool Here, DateTimeOffset? HeldUntil, DateTimeOffset? SweptAt, string? Failure);

sealed record CounterHealth(string Name, string Says, long Value);
