namespace Portico.Governance.Audit;

/// <summary>
/// Hashes of full tiles above the lowest level with all that is made of them: they never change, few of them stand over all entries, and to hash a tile anew takes longer than to read it. Bounded; safe for any number of
/// threads.
/// </summary>
sealed class FullTiles
{
    /// <summary>16 KB each.</summary>
    const int Most = 256;
    const int Leaves = AuditTree.TileHashes;

    readonly Lock gate = new();
    readonly Dictionary<(string Log, TileAt At), byte[]> known = [];

    /// <summary>The nodes of a tile, or null where they are not known.</summary>
    public byte[]? Find(string log, TileAt at)
    {
        lock (gate)
            return known.GetValueOrDefault((log, at));
    }

    /// <summary>Takes a tile that is full and not of the lowest level, and returns its nodes; null for others.</summary>
    public byte[]? Offer(string log, TileAt at, byte[] hashes)
    {
        if (at.Level == 0 || hashes.Length != Leaves * Merkle.HashBytes)
            return null;
        // As a heap: the root at 1, the two below k at 2k and 2k + 1, the hashes of the tile from 256 on.
        var nodes = new byte[2 * Leaves * Merkle.HashBytes];
        hashes.CopyTo(nodes, Leaves * Merkle.HashBytes);
        for (var k = Leaves - 1; k > 0; k--)
            Merkle.Node(Of(nodes, 2 * k), Of(nodes, 2 * k + 1), Of(nodes, k));
        lock (gate)
        {
            if (known.Count >= Most)
                known.Clear();
            known[(log, at)] = nodes;
        }
        return nodes;
    }

    /// <summary>These are the nodes of a tile, and not its hashes alone.</summary>
    public static bool IsOne(byte[] nodes) => nodes.Length == 2 * Leaves * Merkle.HashBytes;

    /// <summary>The root over hashes of a tile.</summary>
    /// <param name="nodes">Of the tile.</param>
    /// <param name="from">The first of the hashes.</param>
    /// <param name="count">A power of two.</param>
    public static byte[] RootOf(byte[] nodes, int from, int count) => Of(nodes, (Leaves + from) / count).ToArray();

    static Span<byte> Of(byte[] nodes, int k) => nodes.AsSpan(k * Merkle.HashBytes, Merkle.HashBytes);
}
