using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>What a rotation did: the new key, and how many keys were wrapped under it.</summary>
sealed record Rotated(DataKeyRow Key, int Wrapped);

/// <summary>
/// Replaces keys. What hangs under a key is wrapped anew, data is never touched. Each step holds by itself, so that another node, or the hourly round of one,
/// goes on where a process died.
/// </summary>
public sealed class KeyRotation(Database database, KeyRing ring, TimeProvider time)
{
    /// <summary>Keys wrapped in one transaction.</summary>
    const int BatchSize = 200;

    /// <exception cref="PorticoException">There is no such key, or it is not in force any more.</exception>
    internal async Task<Rotated> RotateAsync(string id, CancellationToken ct)
    {
        DataKeyRow old;
        DataKeyRow? above;
        await using (var db = await database.OpenReadAsync(ct))
        {
            old = await DataKeyRow.FindAsync(db, id) ?? throw GovernanceService.Missing("key", id);
            above = DataKeyRow.RootOf(old.ParentId) is null ? await DataKeyRow.FindAsync(db, old.ParentId) : null;
        }
        if (old.State != DataKeyRow.Active)
            throw new PorticoException(ErrorTable.Conflict, $"The key is {old.State}: only the active key of a place is rotated.");
        var made = await ring.NewRowAsync(old.Level, old.Place, old.Purpose, above, ct);
        await database.WriteAsync(
            async work =>
            {
                var retired = await work.Connection.ExecuteAsync(
                    "update governance_data_keys set state = 'retired', retired_us = @now where id = @id and state = 'active' and parent_id = @parent",
                    new
                    {
                        id,
                        parent = made.ParentId,
                        now = made.CreatedUs,
                    },
                    work.Transaction
                );
                if (retired == 0 || !await made.InsertAsync(work))
                    throw new PorticoException(ErrorTable.Conflict, "The key was changed meanwhile. Look again.");
                work.Signal(KeyRing.ChangedSignal, old.Place, 0);
            },
            ct
        );
        // Other nodes hear of it; this one need not wait for its own signal.
        ring.Forget(old.Place);
        return new Rotated(made, old.Level == DataKeyRow.OfPurpose ? 0 : await MoveAsync(old, made, ct));
    }

    /// <summary>Goes on with rotations that a process left: what hangs under a retired key is wrapped under the one in force. Returns how many keys were.</summary>
    internal async Task<int> FinishAsync(CancellationToken ct)
    {
        List<DataKeyRow> left;
        await using (var db = await database.OpenReadAsync(ct))
            left = (
                await db.QueryAsync<DataKeyRow>(
                    $"select {DataKeyRow.Columns} from governance_data_keys where state = 'retired' and level <> 'purpose'"
                )
            ).AsList();
        var moved = 0;
        foreach (var old in left)
        {
            await using var db = await database.OpenReadAsync(ct);
            if (await DataKeyRow.FindActiveAsync(db, old.Level, old.Place, old.Purpose) is { } next)
                moved += await MoveAsync(old, next, ct);
        }
        return moved;
    }

    async Task<int> MoveAsync(DataKeyRow old, DataKeyRow next, CancellationToken ct)
    {
        var moved = 0;
        while (true)
        {
            List<DataKeyRow> below;
            await using (var db = await database.OpenReadAsync(ct))
                below = (
                    await db.QueryAsync<DataKeyRow>(
                        $"select {DataKeyRow.Columns} from governance_data_keys where parent_id = @Id and wrapped is not null order by id limit {BatchSize}",
                        new { old.Id }
                    )
                ).AsList();
            if (below.Count == 0)
                break;
            moved += await WrapAsync(below, await ring.OpenAsync(next, ct), next.Id, ct);
        }
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    update governance_data_keys set state = 'replaced', wrapped = null where id = @Id and state = 'retired'
                      and not exists (select 1 from governance_data_keys b where b.parent_id = @Id and b.wrapped is not null)
                    """,
                    new { old.Id },
                    work.Transaction
                ),
            ct
        );
        return moved;
    }

    async Task<int> WrapAsync(IReadOnlyList<DataKeyRow> rows, IKeyAbove above, string parent, CancellationToken ct)
    {
        var changes = new List<object>();
        foreach (var row in rows)
        {
            var key = (await ring.OpenAsync(row, ct)).Copy();
            changes.Add(
                new
                {
                    row.Id,
                    old = row.ParentId,
                    parent,
                    wrapped = KeyWrap.Wrap(above, key, row),
                }
            );
            CryptographicOperations.ZeroMemory(key);
        }
        return await database.WriteAsync(work => RewriteAsync(work, changes), ct);
    }

    /// <summary>Only what still hangs where it was found: another node may have been faster, and a destroyed key has nothing to wrap.</summary>
    static Task<int> RewriteAsync(DbWork work, List<object> changes) =>
        work.Connection.ExecuteAsync(
            "update governance_data_keys set parent_id = @parent, wrapped = @wrapped where id = @Id and parent_id = @old and wrapped is not null",
            changes,
            work.Transaction
        );

    /// <summary>
    /// Puts a new root over the store: organisations and the platform are wrapped under it, and what the old one sealed by itself is kept openable. All of it or
    /// nothing.
    /// </summary>
    /// <returns>How many keys were wrapped.</returns>
    /// <exception cref="PorticoException">It is the root that is in force.</exception>
    public async Task<int> RotateRootAsync(MasterKey next, CancellationToken ct)
    {
        var old = ring.Root;
        if (next.Id == old.Id)
            throw new PorticoException(ErrorTable.InvalidRequest, $"This is the root that is in force already, {old.Id}.");
        await ring.SealerAsync(KeyRing.Platform, PlatformPurposes.Credentials, ct);
        List<DataKeyRow> top;
        DataKeyRow platform;
        await using (var db = await database.OpenReadAsync(ct))
        {
            top = (
                await db.QueryAsync<DataKeyRow>(
                    $"select {DataKeyRow.Columns} from governance_data_keys where parent_id = @parent and wrapped is not null",
                    new { parent = DataKeyRow.ParentOf(old) }
                )
            ).AsList();
            platform = (await DataKeyRow.FindActiveAsync(db, DataKeyRow.OfOrganisation, KeyRing.Platform, ""))!;
        }
        var changes = new List<object>();
        foreach (var row in top)
        {
            var key = (await ring.OpenAsync(row, ct)).Copy();
            changes.Add(
                new
                {
                    row.Id,
                    old = row.ParentId,
                    parent = DataKeyRow.ParentOf(next),
                    wrapped = KeyWrap.Wrap(next, key, row),
                }
            );
            CryptographicOperations.ZeroMemory(key);
        }
        var above = await ring.OpenAsync(platform, ct);
        var earlier = KeyPurposes.All.Select(p => Earlier(old, p, platform, above)).ToList();
        var now = Micros.Now(time);
        await database.WriteAsync(
            async work =>
            {
                if (await RewriteAsync(work, changes) != changes.Count)
                    throw new PorticoException(ErrorTable.Conflict, "Keys were changed meanwhile. Run it again.");
                foreach (var row in earlier)
                    await row.InsertAsync(work);
                await work.Connection.ExecuteAsync(
                    "update governance_roots set retired_us = @now where id = @Id",
                    new { now, old.Id },
                    work.Transaction
                );
                await KeyRing.NoteRootAsync(work, next, now);
            },
            ct
        );
        return top.Count;
    }

    /// <summary>The key that a root had for a purpose before the hierarchy, as a retired key of the platform.</summary>
    DataKeyRow Earlier(MasterKey old, string purpose, DataKeyRow platform, DataKey above)
    {
        var row = new DataKeyRow
        {
            Id = DataKeyRow.NewId(time),
            Level = DataKeyRow.OfPurpose,
            Place = KeyRing.Platform,
            Purpose = DataKeyRow.EarlierPurpose(old.Id, purpose),
            ParentId = platform.Id,
            State = DataKeyRow.Active,
            CreatedUs = Micros.Now(time),
        };
        row.Wrapped = KeyWrap.Wrap(above, old.BoxFor(purpose).Derived, row);
        return row;
    }
}

/// <summary>The round that goes on with what a process left of a rotation.</summary>
sealed partial class KeyRotationRound(KeyRotation rotation, LeaseStore leases, TimeProvider time, ILogger<KeyRotationRound> logger)
    : HourlySweep("governance_keyring", leases, time, logger)
{
    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        if (await rotation.FinishAsync(ct) is > 0 and var moved)
            Log.Finished(logger, moved);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A rotation that was cut off went on: {Count} keys were wrapped anew")]
        public static partial void Finished(ILogger logger, int count);
    }
}
