using System.Collections.Concurrent;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>The meters of one reading, with the sets already found for callers.</summary>
sealed class MeterSnapshot(IReadOnlyList<Meter> meters)
{
    /// <summary>Callers times routes kept; past it the set is found anew each time.</summary>
    public const int MaxSets = 100_000;

    public IReadOnlyList<Meter> Meters => meters;
    public ILookup<(MeterScope, string), Meter> ByScope { get; } = meters.Where(m => !m.Disabled).ToLookup(m => (m.Scope, m.ScopeId));
    public ConcurrentDictionary<(string KeyOrUseCase, string? Person, string Route, string? Models), MeterSet> Sets { get; } = new();
}

/// <summary>Keeps the meters and finds those that apply to a call. Slots live as long as the node: their counts outlast every change of definition.</summary>
sealed class MeterCatalog(Database database, ChangeSignals signals, TimeProvider time, ILogger<MeterCatalog> logger)
    : SnapshotCatalog<MeterSnapshot>(signals, time, logger)
{
    public const string Signal = "meters";

    readonly Database store = database;
    readonly ConcurrentDictionary<string, MeterSlot> slots = new(StringComparer.Ordinal);

    /// <summary>Set when the ledger exists; a changed definition reaches its counts through it.</summary>
    public CreditLedger? Ledger { get; set; }

    public ICollection<MeterSlot> Slots => slots.Values;

    /// <summary>The slot of this name, null when nothing was counted on it since the start.</summary>
    public MeterSlot? FindSlot(string id) => slots.GetValueOrDefault(id);

    protected override IReadOnlyList<string> Kinds => [Signal];

    protected override async Task<MeterSnapshot> ReadAsync(long version, CancellationToken ct)
    {
        await using var db = await store.OpenReadAsync(ct);
        var rows = await db.QueryAsync<MeterRow>("select * from gateway_meters order by id");
        var meters = rows.Select(r => r.ToMeter()).ToList();
        var byId = meters.ToDictionary(m => m.Id, StringComparer.Ordinal);
        foreach (var slot in slots.Values)
            if (byId.TryGetValue(slot.Meter.Id, out var meter))
                Ledger?.Redefine(slot, meter);
        return new MeterSnapshot(meters);
    }

    /// <summary>The meters that are known by the name that the caller used, before it is known where it leads.</summary>
    public MeterSet For(Caller caller, string route) => For(caller, route, null);

    /// <summary>The meters that apply to this caller on this plan, those of every model that may serve among them.</summary>
    public MeterSet For(Caller caller, RoutePlan plan) => For(caller, plan.Route.Name, plan);

    MeterSet For(Caller caller, string route, RoutePlan? plan)
    {
        var snapshot = Current;
        var key = (caller.KeyId ?? caller.UseCaseId, caller.PersonId, route, plan?.ModelsKey);
        if (snapshot.Sets.TryGetValue(key, out var set))
            return set;
        set = Find(snapshot, caller, route, plan?.Models ?? []);
        if (snapshot.Sets.Count < MeterSnapshot.MaxSets)
            snapshot.Sets[key] = set;
        return set;
    }

    MeterSet Find(MeterSnapshot snapshot, Caller caller, string route, IReadOnlyList<string> models)
    {
        (MeterScope Scope, string? Value)[] scopes =
        [
            (MeterScope.Organisation, caller.OrganisationId),
            (MeterScope.Workspace, caller.WorkspaceId),
            (MeterScope.UseCase, caller.UseCaseId),
            (MeterScope.Key, caller.KeyId),
            (MeterScope.Person, caller.PersonId),
            (MeterScope.Route, route),
            .. models.Select(m => (MeterScope.Model, (string?)m)),
        ];
        var found = scopes
            .Where(s => s.Value is not null)
            .SelectMany(s =>
                snapshot.ByScope[(s.Scope, s.Value!)].Concat(snapshot.ByScope[(s.Scope, "*")]).Select(m => SlotOf(m, s.Value!))
            )
            .ToList();
        // What counts for a model is known, and held, when the model is.
        var early = found.ToLookup(s =>
            s.Meter.Unit is MeterUnit.Requests or MeterUnit.ConcurrentCalls && s.Meter.Scope != MeterScope.Model
        );
        return new MeterSet(early[true].ToArray(), early[false].ToArray());
    }

    public MeterSlot SlotOf(Meter meter, string value)
    {
        var fresh = new MeterSlot(meter, value);
        var slot = slots.GetOrAdd(fresh.Id, fresh);
        // Made for an earlier snapshot while this one was read: the change passed it by.
        if (slot.Meter.Version < meter.Version)
            Ledger?.Redefine(slot, meter);
        return slot;
    }
}

sealed class MeterRow
{
    public string Id { get; set; } = "";
    public string Scope { get; set; } = "";
    public string ScopeId { get; set; } = "";
    public string Unit { get; set; } = "";
    public string WindowKind { get; set; } = "";
    public long LimitAmount { get; set; }
    public string AlertPercents { get; set; } = "[]";
    public long ShadowOnly { get; set; }
    public long Disabled { get; set; }
    public long Version { get; set; }

    public Meter ToMeter() =>
        new()
        {
            Id = Id,
            Scope = Enum.Parse<MeterScope>(Scope),
            ScopeId = ScopeId,
            Unit = Enum.Parse<MeterUnit>(Unit),
            Window = Enum.Parse<MeterWindow>(WindowKind),
            Limit = LimitAmount,
            AlertPercents = JsonSerializer.Deserialize<int[]>(AlertPercents)!,
            ShadowOnly = ShadowOnly != 0,
            Disabled = Disabled != 0,
            Version = Version,
        };
}
