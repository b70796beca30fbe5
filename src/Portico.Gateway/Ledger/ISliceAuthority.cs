using System.Collections.Frozen;
using Dapper;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>A count that lacks room, and how much a hold needs there.</summary>
readonly record struct Shortage(WindowCount Count, long Needed);

/// <summary>What came of asking for room: granted amounts in the order asked, or the index of the count that has too little left, and how it stands.</summary>
readonly record struct GrantResult(long[]? Granted, int Refused, long Spent, long Held, long Left = 0);

/// <summary>
/// Decides how much a node may promise. With one node that is the whole limit; with several a slice of it.
/// </summary>
interface ISliceAuthority
{
    /// <summary>Room and spent of a count that this node opens: called under the ledger's lock, reads memory only.</summary>
    (long Room, long Spent) Open(MeterSlot slot, long startUs);

    /// <summary>The count that was opened, for an authority that must find it again.</summary>
    void Opened(WindowCount count) { }

    /// <summary>A meter's limit has changed. Called under the ledger's lock.</summary>
    void Redefined(WindowCount count, long oldLimit, long newLimit);

    /// <summary>What was spent is another amount than was settled. Called under the ledger's lock; the count is null where none is open.</summary>
    void Adjusted(string slot, long startUs, WindowCount? count, long difference);

    /// <summary>Whether what was granted may be spent now; false when the lease could not be renewed in time.</summary>
    bool LeaseIsValid { get; }

    /// <summary>Asks for more; all of it or none.</summary>
    ValueTask<GrantResult> GrantAsync(IReadOnlyList<Shortage> shortages, CancellationToken ct);
}

/// <summary>
/// One node: everything up to the limit is its own. What was spent before comes from the store: <see cref="LoadAsync"/> runs at start, after the
/// journal's replay and before the first call.
/// </summary>
sealed class WholeLimitAuthority : ISliceAuthority
{
    FrozenDictionary<(string Slot, long StartUs), long> spentBefore = FrozenDictionary<(string Slot, long StartUs), long>.Empty;

    /// <summary>Adjustments since the start of counts that were not open; guarded by the ledger's lock.</summary>
    readonly Dictionary<(string Slot, long StartUs), long> adjustedSince = [];

    public bool LeaseIsValid => true;

    public async Task LoadAsync(Database database, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Slot, long StartUs, long Spent)>(
            "select slot, window_start_us, spent from gateway_meter_windows"
        );
        spentBefore = rows.ToFrozenDictionary(r => (r.Slot, r.StartUs), r => r.Spent);
    }

    public (long Room, long Spent) Open(MeterSlot slot, long startUs)
    {
        var spent = spentBefore.GetValueOrDefault((slot.Id, startUs)) + adjustedSince.GetValueOrDefault((slot.Id, startUs));
        return (slot.Meter.Limit - spent, spent);
    }

    public void Redefined(WindowCount count, long oldLimit, long newLimit) => count.Room += newLimit - oldLimit;

    public void Adjusted(string slot, long startUs, WindowCount? count, long difference)
    {
        if (count is null)
            adjustedSince[(slot, startUs)] = adjustedSince.GetValueOrDefault((slot, startUs)) + difference;
        else
            (count.Spent, count.Room) = (count.Spent + difference, count.Room - difference);
    }

    public ValueTask<GrantResult> GrantAsync(IReadOnlyList<Shortage> shortages, CancellationToken ct) =>
        ValueTask.FromResult(new GrantResult(null, 0, shortages[0].Count.Spent, shortages[0].Count.Held));
}
