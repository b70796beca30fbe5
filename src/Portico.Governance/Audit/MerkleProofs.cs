using System.Numerics;

namespace Portico.Governance.Audit;

/// <summary>Proofs over a tree whose perfect subtrees can be asked for (RFC 6962, 2.1.1 and 2.1.2).</summary>
public static class MerkleProofs
{
    /// <summary>The path of a leaf to the root, from the leaf up.</summary>
    /// <param name="index">Of the leaf, from 0 and below the size.</param>
    /// <param name="size">Leaves of the tree whose root is proved against.</param>
    /// <param name="subtree">The root of the perfect subtree of 2^level leaves at this index of its level.</param>
    public static IReadOnlyList<byte[]> Inclusion(long index, long size, Func<int, long, byte[]> subtree)
    {
        if (index < 0 || index >= size)
            throw new ArgumentOutOfRangeException(nameof(index), $"A tree of {size} leaves has none at {index}.");
        var path = new List<byte[]>();
        Walk(0, size, index, path, subtree);
        return path;
    }

    static void Walk(long from, long to, long index, List<byte[]> path, Func<int, long, byte[]> subtree)
    {
        if (to - from == 1)
            return;
        var split = from + LargestBelow(to - from);
        if (index < split)
        {
            Walk(from, split, index, path, subtree);
            path.Add(Range(split, to, subtree));
        }
        else
        {
            Walk(split, to, index, path, subtree);
            path.Add(Range(from, split, subtree));
        }
    }

    /// <summary>Whether a leaf stands at an index of the tree with this root.</summary>
    public static bool Includes(ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size)
            return false;
        // The split nearest to the leaf is the last one on the way down.
        var turns = new List<bool>();
        for (long from = 0, to = size; to - from > 1; )
        {
            var split = from + LargestBelow(to - from);
            turns.Add(index < split);
            (from, to) = index < split ? (from, split) : (split, to);
        }
        if (turns.Count != path.Count)
            return false;
        var hash = leaf.ToArray();
        for (var i = 0; i < path.Count; i++)
        {
            if (path[i].Length != Merkle.HashBytes)
                return false;
            hash = turns[^(i + 1)] ? Merkle.Node(hash, path[i]) : Merkle.Node(path[i], hash);
        }
        return root.SequenceEqual(hash);
    }

    /// <summary>The roots of the perfect subtrees of a tree of this size, the leftmost first: what <see cref="MerkleFrontier"/> begins with.</summary>
    public static IReadOnlyList<byte[]> Frontier(long size, Func<int, long, byte[]> subtree)
    {
        var hashes = new List<byte[]>();
        for (var at = 0L; at < size; )
        {
            var level = BitOperations.Log2((ulong)(size - at));
            hashes.Add(subtree(level, at >> level));
            at += 1L << level;
        }
        return hashes;
    }

    /// <summary>The root over a range that begins where a perfect subtree does.</summary>
    static byte[] Range(long from, long to, Func<int, long, byte[]> subtree)
    {
        var count = to - from;
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2((ulong)count);
            return subtree(level, from >> level);
        }
        var split = from + LargestBelow(count);
        return Merkle.Node(Range(from, split, subtree), Range(split, to, subtree));
    }

    /// <summary>The largest power of two below a number of two or more.</summary>
    static long LargestBelow(long count) => 1L << BitOperations.Log2((ulong)(count - 1));
}
