using System.Globalization;
using Portico.Governance.Access;
using Portico.Governance.Forensics;

namespace Portico.Observability;

/// <summary>What a list of calls is narrowed to; null = any. Times are microseconds, from inclusive, to exclusive.</summary>
/// <param name="Within">Whose calls may be seen: there is no list of calls without it.</param>
public sealed record CallFilter(Reach Within)
{
    public long? FromUs { get; init; }
    public long? ToUs { get; init; }
    public string? OrganisationId { get; init; }
    public string? WorkspaceId { get; init; }
    public string? UseCaseId { get; init; }
    public string? KeyId { get; init; }
    public string? PersonId { get; init; }
    public string? Operation { get; init; }
    public string? Route { get; init; }
    public string? Model { get; init; }
    public string? Provider { get; init; }
    public string? ConnectionId { get; init; }
    public string? DeploymentId { get; init; }
    public CallOutcome? Outcome { get; init; }
    public string? ErrorCode { get; init; }

    /// <summary>Whether a call is among those that a store would list.</summary>
    public bool Fits(CallRecord call) =>
        Within.Has(call.OrganisationId, call.WorkspaceId, call.UseCaseId)
        && (FromUs is not { } from || call.StartedAtUs >= from)
        && (ToUs is not { } to || call.StartedAtUs < to)
        && Is(OrganisationId, call.OrganisationId)
        && Is(WorkspaceId, call.WorkspaceId)
        && Is(UseCaseId, call.UseCaseId)
        && Is(KeyId, call.KeyId)
        && Is(PersonId, call.PersonId)
        && Is(Operation, call.Operation)
        && Is(Route, call.Route)
        && Is(Model, call.Model)
        && Is(Provider, call.Provider)
        && Is(ConnectionId, call.ConnectionId)
        && Is(DeploymentId, call.DeploymentId)
        && (Outcome is null || Outcome == call.Outcome)
        && Is(ErrorCode, call.ErrorCode);

    static bool Is(string? wanted, string? value) => wanted is null || wanted == value;
}

/// <summary>Keeps call and attempt rows. SQLite: a file a month. PostgreSQL: a partition a month. Inserting a call again changes nothing.</summary>
public interface ICallStore
{
    Task InsertAsync(IReadOnlyList<CallRecord> records, CancellationToken ct);

    /// <summary>Null for a call that is not there or not within reach.</summary>
    Task<CallRecord?> FindAsync(CallId id, Reach within, CancellationToken ct);

    /// <summary>Newest first, after the cursor.</summary>
    Task<IReadOnlyList<CallRecord>> ListAsync(CallFilter filter, PageRequest page, CancellationToken ct);

    /// <summary>The sum of costs over rows: what rollups and counters must agree with.</summary>
    Task<long> SumCostAsync(CallFilter filter, CancellationToken ct);

    /// <summary>Makes room for a month ahead of its first call.</summary>
    Task PrepareAsync(DateTimeOffset month, CancellationToken ct);

    /// <summary>Months that ended before this time's month began and are still there, by their first instant, the oldest first.</summary>
    Task<IReadOnlyList<DateTimeOffset>> MonthsBeforeAsync(DateTimeOffset time, CancellationToken ct);

    /// <summary>Ids of the calls of a month, in order.</summary>
    /// <param name="month">Its first instant.</param>
    /// <param name="ct">Ends the reading.</param>
    IAsyncEnumerable<string> IdsOfAsync(DateTimeOffset month, CancellationToken ct);

    /// <summary>Removes whole months that ended before this time's month began; returns how many went.</summary>
    Task<int> DropBeforeAsync(DateTimeOffset time, CancellationToken ct);

    /// <summary>Removes calls with their attempts out of months that stay for others, month by month and in the order of their ids.</summary>
    /// <param name="before">No month that begins then or later is looked into.</param>
    /// <param name="keptFrom">The first month that an owner keeps.</param>
    /// <param name="held">What stays all the same.</param>
    /// <param name="to">Told what went of an owner and what is held.</param>
    /// <param name="ct">Ends it between two batches.</param>
    Task RemoveAsync(
        DateTimeOffset before,
        Func<CallOwner, DateTimeOffset> keptFrom,
        HeldThings held,
        Func<CallOwner, RemovedCalls> to,
        CancellationToken ct
    );

    /// <summary>Takes the name by which the caller's application knew its user out of some records of a person; returns their ids, none when no record has one.</summary>
    Task<IReadOnlyList<string>> ForgetEndUsersAsync(string person, int most, CancellationToken ct);

    /// <summary>Records of a person that have such a name.</summary>
    Task<long> CountEndUsersAsync(string person, CancellationToken ct);
}

/// <summary>Months by name: <c>2026-03</c>, in UTC.</summary>
static class Months
{
    public static string Of(long us) => Micros.ToTime(us).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The first instant of a month by its name.</summary>
    public static DateTimeOffset Parse(string month) =>
        DateTimeOffset.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The first instant of the month that lies this many months from the month of this time.</summary>
    public static DateTimeOffset FirstOf(DateTimeOffset time, int months) =>
        new DateTimeOffset(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(months);
}
