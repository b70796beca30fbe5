namespace Portico.Governance.Audit;

/// <summary>Hashes of subtrees that stand together: 256 of one level of tiles, which is eight levels of the tree.</summary>
readonly record struct TileAt(int Level, long Index);

/// <summary>
/// The right edge of a log's tree, and what changed in its tiles since they were last written. A batch that failed leaves it ahead of the store: it is then read anew.
/// </summary>
sealed class AuditTree(MerkleFrontier frontier, IEnumerable<KeyValuePair<TileAt, byte[]>> edge)
{
    public const int TileHashes = 256;
    public const int TileLevels = 8;

    /// <summary>Tiles that are not full; one a level.</summary>
    readonly Dictionary<TileAt, List<byte>> open = edge.ToDictionary(t => t.Key, t => t.Value.ToList());
    readonly Dictionary<TileAt, byte[]> changed = [];

    public long Size => frontier.Size;

    public byte[] Root() => frontier.Root();

    public void Add(ReadOnlySpan<byte> line) => frontier.Add(Merkle.Leaf(line), Completed);

    void Completed(int level, long index, byte[] hash)
    {
        if (level % TileLevels != 0)
            return;
        var at = new TileAt(level / TileLevels, index / TileHashes);
        if (!open.TryGetValue(at, out var hashes))
            open[at] = hashes = new List<byte>(TileHashes * Merkle.HashBytes);
        hashes.AddRange(hash);
        if (hashes.Count < TileHashes * Merkle.HashBytes)
        {
            touched.Add(at);
            return;
        }
        changed[at] = [.. hashes];
        open.Remove(at);
        touched.Remove(at);
    }

    readonly HashSet<TileAt> touched = [];

    /// <summary>The tiles that changed since the last call, whole.</summary>
    public IReadOnlyList<KeyValuePair<TileAt, byte[]>> TakeChanged()
    {
        foreach (var at in touched)
            changed[at] = [.. open[at]];
        var taken = changed.ToList();
        changed.Clear();
        touched.Clear();
        return taken;
    }

    /// <summary>Where the tiles stand that are not full in a tree of this size.</summary>
    public static IEnumerable<TileAt> EdgeOf(long size)
    {
        for (var level = 0; size >> (level * TileLevels) > 0; level++)
        {
            var hashes = size >> (level * TileLevels);
            if (hashes % TileHashes != 0)
                yield return new TileAt(level, hashes / TileHashes);
        }
    }

    /// <summary>The tile in which a subtree's root can be made, and where in it.</summary>
    public static (TileAt Tile, int From, int Count) Place(int level, long index)
    {
        var within = level % TileLevels;
        var from = index << within;
        return (new TileAt(level / TileLevels, from / TileHashes), (int)(from % TileHashes), 1 << within);
    }

    /// <summary>The root over hashes of a tile.</summary>
    /// <param name="hashes">Of the tile.</param>
    /// <param name="from">The first of them.</param>
    /// <param name="count">A power of two.</param>
    public static byte[] RootOf(ReadOnlySpan<byte> hashes, int from, int count)
    {
        var level = hashes.Slice(from * Merkle.HashBytes, count * Merkle.HashBytes).ToArray();
        for (; count > 1; count /= 2)
        for (var i = 0; i < count / 2; i++)
            Merkle.Node(
                level.AsSpan(2 * i * Merkle.HashBytes, Merkle.HashBytes),
                level.AsSpan((2 * i + 1) * Merkle.HashBytes, Merkle.HashBytes),
                level.AsSpan(i * Merkle.HashBytes, Merkle.HashBytes)
            );
        return level[..Merkle.HashBytes];
    }
}
