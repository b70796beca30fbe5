namespace Portico.Observability;

/// <summary>What a list of calls is narrowed to; null = any. Times are microseconds, from inclusive, to exclusive.</summary>
public sealed record CallFilter
{
    public long? FromUs { get; init; }
    public long? ToUs { get; init; }
    public string? WorkspaceId { get; init; }
    public string? UseCaseId { get; init; }
    public string? KeyId { get; init; }
    public string? PersonId { get; init; }
    public string? Route { get; init; }
    public string? Model { get; init; }
    public string? Provider { get; init; }
    public CallOutcome? Outcome { get; init; }
    public string? ErrorCode { get; init; }
}

/// <summary>Keeps call and attempt rows. SQLite: a file a month. PostgreSQL: tables. Inserting a call again changes nothing.</summary>
public interface ICallStore
{
    Task InsertAsync(IReadOnlyList<CallRecord> records, CancellationToken ct);

    Task<CallRecord?> FindAsync(CallId id, CancellationToken ct);

    /// <summary>Newest first, after the cursor.</summary>
    Task<IReadOnlyList<CallRecord>> ListAsync(CallFilter filter, PageRequest page, CancellationToken ct);

    /// <summary>The sum of costs over rows: what rollups and counters must agree with.</summary>
    Task<long> SumCostAsync(CallFilter filter, CancellationToken ct);

    /// <summary>Removes what began before this time; returns how many months or rows went.</summary>
    Task<int> DropBeforeAsync(DateTimeOffset time, CancellationToken ct);
}
