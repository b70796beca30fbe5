using System.Security.Cryptography;
using System.Text;
using Portico.Governance.Audit;

namespace Portico.Tests.Governance.Audit;

public sealed class MerkleTests
{
    /// <summary>The definition of RFC 6962, 2.1, without anything kept.</summary>
    static byte[] RootOf(IReadOnlyList<byte[]> leaves, int from, int to)
    {
        if (to == from)
            return SHA256.HashData(ReadOnlySpan<byte>.Empty);
        if (to - from == 1)
            return leaves[from];
        var split = 1;
        while (split * 2 < to - from)
            split *= 2;
        return SHA256.HashData([1, .. RootOf(leaves, from, from + split), .. RootOf(leaves, from + split, to)]);
    }

    static List<byte[]> Leaves(int count) =>
        Enumerable.Range(0, count).Select(i => Merkle.Leaf(Encoding.UTF8.GetBytes($"entry {i}"))).ToList();

    static byte[] Subtree(List<byte[]> leaves, int level, long index) => RootOf(leaves, (int)(index << level), (int)((index + 1) << level));

    /// <summary>Hashes of https://github.com/google/certificate-transparency's reference test vectors for its eight entries.</summary>
    [Fact]
    public void Roots_are_those_of_the_published_vectors()
    {
        string[] inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        string[] roots =
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        var tree = new MerkleFrontier();
        Convert.ToHexStringLower(tree.Root()).ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (var i = 0; i < inputs.Length; i++)
        {
            tree.Add(Merkle.Leaf(Convert.FromHexString(inputs[i])));
            Convert.ToHexStringLower(tree.Root()).ShouldBe(roots[i]);
        }
    }

    [Fact]
    public void Roots_at_every_size_are_those_of_the_definition_and_a_tree_goes_on_from_its_subtrees()
    {
        var leaves = Leaves(300);
        var tree = new MerkleFrontier();
        for (var size = 1; size <= leaves.Count; size++)
        {
            tree.Add(leaves[size - 1]);
            tree.Root().ShouldBe(RootOf(leaves, 0, size));
            var again = new MerkleFrontier(size, tree.Hashes());
            again.Root().ShouldBe(tree.Root());
            MerkleProofs.Frontier(size, (l, i) => Subtree(leaves, l, i)).ShouldBe(tree.Hashes());
        }
    }

    [Fact]
    public void Every_leaf_is_proved_at_every_size_and_nothing_else_is()
    {
        var leaves = Leaves(70);
        for (var size = 1; size <= leaves.Count; size++)
        {
            var root = RootOf(leaves, 0, size);
            for (var index = 0; index < size; index++)
            {
                var path = MerkleProofs.Inclusion(index, size, (l, i) => Subtree(leaves, l, i));
                MerkleProofs.Includes(leaves[index], index, size, path, root).ShouldBeTrue();
                MerkleProofs.Includes(leaves[(index + 1) % leaves.Count], index, size, path, root).ShouldBeFalse();
                if (size > 1)
                {
                    MerkleProofs.Includes(leaves[index], (index + 1) % size, size, path, root).ShouldBeFalse();
                    MerkleProofs.Includes(leaves[index], index, size, path.Skip(1).ToList(), root).ShouldBeFalse();
                    var bent = path.Select(h => h.ToArray()).ToList();
                    bent[index % bent.Count][7] ^= 1;
                    MerkleProofs.Includes(leaves[index], index, size, bent, root).ShouldBeFalse();
                }
            }
        }
    }

    [Fact]
    public void Tiles_hold_every_subtree_of_a_tree_that_is_larger_than_one()
    {
        const int Size = 256 * 256 + 700;
        var leaves = Leaves(Size);
        var tiles = new Dictionary<TileAt, byte[]>();
        var tree = new AuditTree(new MerkleFrontier(), []);
        for (var i = 0; i < Size; i++)
        {
            tree.Add(Encoding.UTF8.GetBytes($"entry {i}"));
            if (i % 999 == 0)
                Keep();
        }
        Keep();

        foreach (var (level, index) in new[] { (0, 0L), (0, Size - 1L), (3, 17L), (7, 400L), (8, 255L), (8, 257L), (11, 20L), (16, 0L) })
        {
            var (tile, from, count) = AuditTree.Place(level, index);
            AuditTree.RootOf(tiles[tile], from, count).ShouldBe(Subtree(leaves, level, index), $"{level}/{index}");
        }
        foreach (var at in AuditTree.EdgeOf(Size))
            tiles[at].Length.ShouldBe((int)(Size >> (8 * at.Level) & 255) * 32);

        void Keep()
        {
            foreach (var (at, hashes) in tree.TakeChanged())
                tiles[at] = hashes;
        }
    }
}
