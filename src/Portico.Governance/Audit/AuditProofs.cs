using System.Data.Common;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>An entry, the checkpoint that it stands under, and the path from one to the other.</summary>
/// <param name="Log">Id of the log.</param>
/// <param name="Index">From 0.</param>
/// <param name="Line">As it was written, without its line feed; its bytes are the leaf.</param>
/// <param name="Note">The signed checkpoint.</param>
/// <param name="Path">Hashes from the leaf up.</param>
sealed record EntryProof(string Log, long Index, string Line, string Note, IReadOnlyList<byte[]> Path);

/// <summary>Reads entries and proves where they stand.</summary>
public sealed class AuditProofs(Database database)
{
    readonly FullTiles full = new();

    /// <summary>How checkpoints name a log.</summary>
    public string OriginOf(string log) => $"portico/{log}";

    public PorticoException Damaged(string log, string what) =>
        new(
            ErrorTable.AuditUnavailable,
            $"The audit log {log} is damaged: {what}. Nothing may be added to it. Restore the store, or keep this data directory's 'audit' folder aside as evidence and start with a new one."
        );

    /// <summary>The roots of a log's perfect subtrees at a size.</summary>
    public async Task<IReadOnlyList<byte[]>> FrontierAsync(string log, long size, CancellationToken ct)
    {
        var tiles = new Dictionary<TileAt, byte[]>();
        await using var db = await database.OpenReadAsync(ct);
        for (var at = 0L; at < size; )
        {
            var level = System.Numerics.BitOperations.Log2((ulong)(size - at));
            await LoadAsync(db, log, level, at >> level, tiles, ct);
            at += 1L << level;
        }
        return MerkleProofs.Frontier(size, (level, index) => Root(tiles, level, index));
    }

    /// <summary>An entry with its proof under the newest checkpoint, or null where there is none.</summary>
    internal async Task<EntryProof?> EntryAsync(string log, long index, CancellationToken ct)
    {
        // One connection for all that is read: to take one costs as much as to read a tile.
        await using var db = await database.OpenReadAsync(ct);
        if (index < 0 || await AuditStore.LogAsync(db, log, ct) is not { } found || index >= found.Size)
            return null;
        var size = found.Size;
        var needed = new List<(int Level, long Index)>();
        MerkleProofs.Inclusion(
            index,
            size,
            (level, at) =>
            {
                needed.Add((level, at));
                return new byte[Merkle.HashBytes];
            }
        );
        var tiles = new Dictionary<TileAt, byte[]>();
        foreach (var (level, at) in needed)
            await LoadAsync(db, log, level, at, tiles, ct);
        var path = MerkleProofs.Inclusion(index, size, (level, at) => Root(tiles, level, at));
        var note = (await AuditStore.NotesAsync(db, log, size, size, 1, ct)).Single();
        var line = (await LinesAsync(db, log, index, index + 1, ct)).Single();
        return new EntryProof(log, index, line.Line, note, path);
    }

    /// <summary>Lines with their indexes, the end exclusive.</summary>
    public async Task<IReadOnlyList<(long Index, string Line)>> LinesAsync(string log, long from, long to, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await LinesAsync(db, log, from, to, ct);
    }

    static async Task<List<(long Index, string Line)>> LinesAsync(DbConnection db, string log, long from, long to, CancellationToken ct)
    {
        var lines = new List<(long, string)>();
        foreach (var batch in await AuditStore.BatchesAsync(db, log, from, to, ct))
            lines.AddRange(batch.Between(from, to));
        return lines;
    }

    async Task LoadAsync(DbConnection db, string log, int level, long index, Dictionary<TileAt, byte[]> tiles, CancellationToken ct)
    {
        var (tile, _, _) = AuditTree.Place(level, index);
        if (tiles.ContainsKey(tile))
            return;
        if (full.Find(log, tile) is not { } nodes)
        {
            var hashes =
                await AuditStore.TileAsync(db, log, tile, ct) ?? throw Damaged(log, $"tile {tile.Index} of level {tile.Level} is missing");
            nodes = full.Offer(log, tile, hashes) ?? hashes;
        }
        tiles[tile] = nodes;
    }

    static byte[] Root(Dictionary<TileAt, byte[]> tiles, int level, long index)
    {
        var (tile, from, count) = AuditTree.Place(level, index);
        var hashes = tiles[tile];
        return FullTiles.IsOne(hashes) ? FullTiles.RootOf(hashes, from, count) : AuditTree.RootOf(hashes, from, count);
    }
}
