using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>
/// Opens the keys of the hierarchy, and makes them where something is first sealed. What is open stays in memory until a signal says that it changed, and is
/// looked at again after 30 seconds all the same: a destroyed key that a node did not hear of is found out then.
/// </summary>
public sealed partial class KeyRing : IDisposable
{
    /// <summary>The place of what belongs to no tenant.</summary>
    public const string Platform = "platform";

    internal const string ChangedSignal = "keyring";
    internal const string DestroyedSignal = "keyring/destroyed";

    /// <summary>Places and purposes that are open at once; past it all are looked up anew.</summary>
    const int MaxBoxes = 4_096;
    const int Tries = 3;
    static readonly long TrustedUs = (long)TimeSpan.FromSeconds(30).TotalMicroseconds;

    readonly Database database;
    readonly IServiceProvider services;
    readonly GovernanceCatalog catalog;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<string, (DataKey Key, string Place)> open = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Place, string Purpose), (PurposeBox Box, long ReadUs)> boxes = new();
    readonly IDisposable[] subscriptions;
    MasterKey? root;

    /// <param name="database">Where keys lie wrapped.</param>
    /// <param name="services">Gives the root when it is first needed: verbs that need none ask nobody for it.</param>
    /// <param name="catalog">Whose a workspace is.</param>
    /// <param name="signals">Tell of keys that changed.</param>
    /// <param name="time">The clock.</param>
    public KeyRing(Database database, IServiceProvider services, GovernanceCatalog catalog, ChangeSignals signals, TimeProvider time)
    {
        (this.database, this.services, this.catalog, this.time) = (database, services, catalog, time);
        subscriptions =
        [
            signals.Subscribe(ChangedSignal, s => Forget(s.Kind == ChangedSignal ? s.Id : null)),
            signals.Subscribe(DestroyedSignal, s => Close(s.Kind == DestroyedSignal ? s.Id : null)),
        ];
    }

    internal MasterKey Root => root ??= services.GetRequiredService<MasterKey>();

    /// <summary>The id of the root that a store is under; null where it has no keys yet. Needs no root.</summary>
    public static async Task<string?> RootOfAsync(Database database, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var parent = await db.QueryFirstOrDefaultAsync<string?>(
            "select parent_id from governance_data_keys where level = 'organisation' and wrapped is not null order by id"
        );
        return parent is null ? null : DataKeyRow.RootOf(parent);
    }

    /// <summary>Seals for a place; makes its keys where there are none.</summary>
    /// <exception cref="PorticoException">The key of the place was destroyed: nothing is kept for it any more.</exception>
    /// <exception cref="CryptographicException">The keys are of another root than the one that is loaded.</exception>
    public async ValueTask<Box> SealerAsync(string place, string purpose, CancellationToken ct)
    {
        if (await BoxAsync(place, purpose, fresh: false, ct) is { CanSeal: true } box)
            return box;
        for (var tried = 1; ; tried++)
        {
            await MakeAsync(place, purpose, ct);
            // A rotation may have come between: then the key above is another one now.
            if (await BoxAsync(place, purpose, fresh: true, ct) is { CanSeal: true } made)
                return made;
            if (tried == Tries)
                throw new PorticoException(ErrorTable.StorageUnavailable, $"The keys of {place} are being replaced.");
        }
    }

    /// <summary>The same; null where the key of the place was destroyed.</summary>
    public async ValueTask<Box?> TrySealerAsync(string place, string purpose, CancellationToken ct)
    {
        try
        {
            return await SealerAsync(place, purpose, ct);
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.KeyDestroyed)
        {
            return null;
        }
    }

    /// <summary>Sealers of several places at once; a place whose key was destroyed is not among them.</summary>
    public async Task<IReadOnlyDictionary<string, Box>> SealersAsync(IEnumerable<string> places, string purpose, CancellationToken ct)
    {
        var found = new Dictionary<string, Box>(StringComparer.Ordinal);
        foreach (var place in places.Distinct(StringComparer.Ordinal))
            if (await TrySealerAsync(place, purpose, ct) is { } box)
                found[place] = box;
        return found;
    }

    /// <summary>Opens what was sealed in a place, and knows every key of it that is in the store now.</summary>
    public async Task<Box> OpenerAsync(string place, string purpose, CancellationToken ct) =>
        await BoxAsync(place, purpose, fresh: true, ct);

    /// <summary>Opens one box. A key that another node made just now is looked up.</summary>
    /// <exception cref="PorticoException">The key of the place was destroyed.</exception>
    /// <exception cref="CryptographicException">It does not open; the message says why.</exception>
    public async ValueTask<byte[]> OpenAsync(string place, string purpose, byte[] box, string associated, CancellationToken ct)
    {
        try
        {
            return (await BoxAsync(place, purpose, fresh: false, ct)).Open(box, associated);
        }
        catch (KeyNotHeldException)
        {
            return (await BoxAsync(place, purpose, fresh: true, ct)).Open(box, associated);
        }
    }

    async ValueTask<PurposeBox> BoxAsync(string place, string purpose, bool fresh, CancellationToken ct)
    {
        var now = Micros.Now(time);
        // A clock that was set back makes it old too.
        if (!fresh && boxes.TryGetValue((place, purpose), out var kept) && now - kept.ReadUs is >= 0 and var age && age < TrustedUs)
            return kept.Box;
        var box = await ReadAsync(place, purpose, ct);
        if (boxes.Count >= MaxBoxes)
        {
            boxes.Clear();
            open.Clear();
        }
        boxes[(place, purpose)] = (box, now);
        return box;
    }

    async Task<PurposeBox> ReadAsync(string place, string purpose, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await ReadOnceAsync(db, place, purpose);
            }
            catch (KeyMovedException) when (tried < Tries)
            {
                // Wrapped anew between two reads: what is there now is read.
            }
        }
    }

    async Task<PurposeBox> ReadOnceAsync(DbConnection db, string place, string purpose)
    {
        var rows = (
            await db.QueryAsync<DataKeyRow>(
                $"""
                select {DataKeyRow.Columns} from governance_data_keys
                where (place = @place and (purpose = @purpose or level = 'workspace'))
                   or (place = @Platform and purpose like @earlier)
                order by id
                """,
                new
                {
                    place,
                    purpose,
                    Platform,
                    earlier = DataKeyRow.EarlierPurpose("%", purpose),
                }
            )
        ).AsList();
        RequireLive(rows, place);
        DataKey? active = null;
        var keys = new Dictionary<Guid, DataKey>();
        var before = new List<SealedBox>();
        foreach (var row in rows.Where(r => r.Level == DataKeyRow.OfPurpose && r.Wrapped is not null))
        {
            var key = await OpenKeyAsync(db, row);
            if (row.Purpose != purpose)
                before.Add(Earlier(row, key));
            else
            {
                keys[DataKeyRow.GuidOf(row.Id)] = key;
                if (row.State == DataKeyRow.Active)
                    active = key;
            }
        }
        before.Add(Root.BoxFor(purpose));
        return new PurposeBox(place, purpose, active, keys.ToFrozenDictionary(), before);
    }

    void RequireLive(List<DataKeyRow> rows, string place)
    {
        if (rows.Find(r => r.Place == place && r.Level == DataKeyRow.OfWorkspace && r.State == DataKeyRow.Destroyed) is not { } gone)
            return;
        Close(place);
        throw KeyDestroyed(place, gone);
    }

    static PorticoException KeyDestroyed(string place, DataKeyRow gone) =>
        new(
            ErrorTable.KeyDestroyed,
            $"The key of {place} was destroyed{(Micros.ToTime(gone.DestroyedUs) is { } at ? $" on {at:yyyy-MM-dd}" : "")}: nobody can open what was kept under it, and nothing new is kept."
        );

    static SealedBox Earlier(DataKeyRow row, DataKey key) => new(key.Copy(), Convert.FromHexString(row.Purpose.Split('/')[1]));

    /// <summary>Opens a key and, first, the keys above it.</summary>
    async Task<DataKey> OpenKeyAsync(DbConnection db, DataKeyRow row)
    {
        if (open.TryGetValue(row.Id, out var kept))
            return kept.Key;
        IKeyAbove above;
        if (DataKeyRow.RootOf(row.ParentId) is { } rootId)
            above = rootId == Root.Id ? Root : throw OtherRoot(rootId, Root);
        else
        {
            var parent = await DataKeyRow.FindAsync(db, row.ParentId);
            if (parent?.Wrapped is null)
                throw new KeyMovedException(row.Id);
            above = await OpenKeyAsync(db, parent);
        }
        var key = new DataKey(row.Id, KeyWrap.Unwrap(above, row));
        return open.GetOrAdd(row.Id, (key, row.Place)).Key;
    }

    internal static CryptographicException OtherRoot(string wrappedUnder, MasterKey loaded) =>
        new(
            $"The keys of this store are wrapped under master key {wrappedUnder}, but {loaded.Id} is loaded. Start with the master key that belongs to this store."
        );

    sealed class KeyMovedException(string id)
        : CryptographicException(
            $"The key above {id} is gone from the store: it was removed by hand, or the store was put together from two."
        );

    /// <summary>Looks up anew what a place has; null = everything.</summary>
    internal void Forget(string? place)
    {
        foreach (var kept in boxes.Keys)
            if (place is null || kept.Place == place)
                boxes.TryRemove(kept, out _);
    }

    /// <summary>Ends what is open of a place. Without its name nothing is known to be destroyed: all is looked up anew.</summary>
    internal void Close(string? place)
    {
        Forget(place);
        if (place is null)
            return;
        foreach (var (id, kept) in open)
            if (kept.Place == place && open.TryRemove(id, out _))
                kept.Key.Close();
    }

    public void Dispose()
    {
        foreach (var subscription in subscriptions)
            subscription.Dispose();
        foreach (var kept in open.Values)
            kept.Key.Close();
    }
}
