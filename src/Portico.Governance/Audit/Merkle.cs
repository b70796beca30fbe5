using System.Numerics;
using System.Security.Cryptography;

namespace Portico.Governance.Audit;

/// <summary>The hashes of RFC 6962, 2.1: leaves and nodes have different prefixes, so that none passes for the other.</summary>
public static class Merkle
{
    public const int HashBytes = 32;
    const byte LeafPrefix = 0;
    const byte NodePrefix = 1;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] Empty() => SHA256.HashData(ReadOnlySpan<byte>.Empty);

    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        var hash = new byte[HashBytes];
        Leaf(entry, hash);
        return hash;
    }

    /// <param name="entry">The bytes of the line, without its end.</param>
    /// <param name="hash">Takes 32 bytes.</param>
    public static void Leaf(ReadOnlySpan<byte> entry, Span<byte> hash)
    {
        const int OnStack = 1024;
        var bytes = entry.Length < OnStack ? stackalloc byte[OnStack] : new byte[entry.Length + 1];
        bytes[0] = LeafPrefix;
        entry.CopyTo(bytes[1..]);
        SHA256.HashData(bytes[..(entry.Length + 1)], hash);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[HashBytes];
        Node(left, right, hash);
        return hash;
    }

    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * HashBytes];
        bytes[0] = NodePrefix;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + HashBytes)..]);
        SHA256.HashData(bytes, hash);
    }
}

/// <summary>
/// What must be known of a tree to add leaves and tell its root: the roots of its perfect subtrees, one for each bit of its size. The bit of the largest stands
/// for the leftmost.
/// </summary>
public sealed class MerkleFrontier
{
    readonly byte[]?[] roots = new byte[63][];

    /// <summary>Leaves.</summary>
    public long Size { get; private set; }

    public MerkleFrontier() { }

    /// <param name="size">Leaves.</param>
    /// <param name="hashes">Of the subtrees, the leftmost and largest first.</param>
    /// <exception cref="ArgumentException">There are more or fewer hashes than a tree of this size has subtrees.</exception>
    public MerkleFrontier(long size, IReadOnlyList<byte[]> hashes)
    {
        if (size < 0 || hashes.Count != BitOperations.PopCount((ulong)size) || hashes.Any(h => h.Length != Merkle.HashBytes))
            throw new ArgumentException($"A tree of {size} leaves has not {hashes.Count} perfect subtrees.", nameof(hashes));
        Size = size;
        var next = 0;
        for (var level = roots.Length - 1; level >= 0; level--)
            if ((size >> level & 1) == 1)
                roots[level] = hashes[next++];
    }

    /// <summary>As the constructor takes them.</summary>
    public IReadOnlyList<byte[]> Hashes()
    {
        var hashes = new List<byte[]>();
        for (var level = roots.Length - 1; level >= 0; level--)
            if ((Size >> level & 1) == 1)
                hashes.Add(roots[level]!);
        return hashes;
    }

    /// <summary>Adds a leaf by its hash.</summary>
    /// <param name="leaf">32 bytes, which the tree keeps.</param>
    /// <param name="completed">Called with level, index and root of every subtree that the leaf completes, the leaf's own at level 0 included; null = nobody asks.</param>
    public void Add(byte[] leaf, Action<int, long, byte[]>? completed = null)
    {
        var (hash, level) = (leaf, 0);
        completed?.Invoke(0, Size, hash);
        for (; (Size >> level & 1) == 1; level++)
        {
            hash = Merkle.Node(roots[level]!, hash);
            completed?.Invoke(level + 1, Size >> (level + 1), hash);
        }
        roots[level] = hash;
        Size++;
    }

    public byte[] Root()
    {
        byte[]? root = null;
        for (var level = 0; level < roots.Length; level++)
            if ((Size >> level & 1) == 1)
                root = root is null ? roots[level] : Merkle.Node(roots[level]!, root);
        return root ?? Merkle.Empty();
    }
}
