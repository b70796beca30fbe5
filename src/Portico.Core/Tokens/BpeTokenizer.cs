using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Portico.Core.Tokens;

/// <summary>
/// Exact byte-pair encoding with the ranks of one published encoding. Loaded once on first use; counting allocates nothing for pieces up to
/// <see cref="StackBytes"/> bytes.
/// </summary>
public sealed class BpeTokenizer
{
    const int StackBytes = 256;

    /// <summary>Pieces longer than this merge with a heap, so that a megabyte without a space stays fast.</summary>
    const int ScanBytes = 96;

    static readonly Lazy<BpeTokenizer?> O200k = new(() => Load("o200k_base"));
    static readonly Lazy<BpeTokenizer?> Cl100k = new(() => Load("cl100k_base"));

    readonly byte[] blob; // the bytes of all tokens
    readonly int[] offsets; // by entry: where its bytes begin; one more at the end
    readonly int[] ranks; // by entry
    readonly int[] table; // open addressing: entry + 1, 0 = empty
    readonly Lazy<Dictionary<int, int>> entryOfRank; // five megabytes that counting does not need
    readonly bool isO200k;

    BpeTokenizer(string name, byte[] file)
    {
        isO200k = name == "o200k_base";
        var count = Count(file);
        blob = new byte[file.Length - 5 * count];
        offsets = new int[count + 1];
        ranks = new int[count];
        var at = 0;
        var end = 0;
        for (var i = 0; i < count; i++)
        {
            ranks[i] = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
            var length = file[at + 4];
            file.AsSpan(at + 5, length).CopyTo(blob.AsSpan(end));
            offsets[i] = end;
            end += length;
            at += 5 + length;
        }
        offsets[count] = end;
        table = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count * 2)];
        for (var i = 0; i < count; i++)
        {
            var slot = Hash(blob.AsSpan(offsets[i], offsets[i + 1] - offsets[i])) & (uint)(table.Length - 1);
            while (table[slot] != 0)
                slot = (slot + 1) & (uint)(table.Length - 1);
            table[slot] = i + 1;
        }
        entryOfRank = new(() => ranks.Index().ToDictionary(r => r.Item, r => r.Index));
    }

    /// <summary>The tokenizer of o200k_base or cl100k_base; null when this build has no ranks (made without Node).</summary>
    public static BpeTokenizer? TryLoad(string encoding) =>
        encoding switch
        {
            "o200k_base" => O200k.Value,
            "cl100k_base" => Cl100k.Value,
            _ => null,
        };

    static BpeTokenizer? Load(string name)
    {
        using var stream = typeof(BpeTokenizer).Assembly.GetManifestResourceStream($"Portico.Core.Tokens.{name}.ranks");
        if (stream is null)
            return null;
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return new BpeTokenizer(name, file);
    }

    static int Count(byte[] file)
    {
        var count = 0;
        for (var at = 0; at < file.Length; at += 5 + file[at + 4])
            count++;
        return count;
    }

    /// <summary>How many tokens the text has. Special tokens in it are plain text.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var tokens = 0;
        while (!text.IsEmpty)
        {
            var length = TextSplitter.Next(text, isO200k);
            tokens += EncodePiece(text[..length], null);
            text = text[length..];
        }
        return tokens;
    }

    public IReadOnlyList<int> Encode(string text)
    {
        var ids = new List<int>();
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            var length = TextSplitter.Next(rest, isO200k);
            EncodePiece(rest[..length], ids);
            rest = rest[length..];
        }
        return ids;
    }

    /// <exception cref="KeyNotFoundException">An id is not of this encoding.</exception>
    public string Decode(IReadOnlyList<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var id in ids)
        {
            var entry = entryOfRank.Value[id];
            bytes.Write(blob.AsSpan(offsets[entry], offsets[entry + 1] - offsets[entry]));
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    int EncodePiece(ReadOnlySpan<char> piece, List<int>? ids)
    {
        var size = piece.Length * 3;
        var rented = size > StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[StackBytes];
        var length = Encoding.UTF8.GetBytes(piece, buffer);
        var bytes = buffer[..length];
        var whole = Find(bytes);
        int count;
        if (whole >= 0)
        {
            ids?.Add(ranks[whole]);
            count = 1;
        }
        else
        {
            count = length <= ScanBytes ? MergeByScan(bytes, ids) : MergeByHeap(bytes, ids);
        }
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return count;
    }

    // The pair of lowest rank merges until none has a rank; short pieces are looked through each time.
    int MergeByScan(ReadOnlySpan<byte> bytes, List<int>? ids)
    {
        Span<int> starts = stackalloc int[ScanBytes + 1];
        Span<int> pairRank = stackalloc int[ScanBytes + 1];
        var count = bytes.Length;
        for (var i = 0; i <= count; i++)
            starts[i] = i;
        for (var i = 0; i < count; i++)
            pairRank[i] = RankOf(bytes, starts, i, count);
        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
                if (pairRank[i] < pairRank[best])
                    best = i;
            if (pairRank[best] == int.MaxValue)
                break;
            starts[(best + 2)..(bytes.Length + 1)].CopyTo(starts[(best + 1)..]);
            pairRank[(best + 1)..bytes.Length].CopyTo(pairRank[best..]);
            count--;
            pairRank[best] = RankOf(bytes, starts, best, count);
            if (best > 0)
                pairRank[best - 1] = RankOf(bytes, starts, best - 1, count);
        }
        if (ids is not null)
            for (var i = 0; i < count; i++)
                ids.Add(ranks[Find(bytes[starts[i]..starts[i + 1]])]);
        return count;
    }

    int RankOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> starts, int i, int count)
    {
        if (i + 1 >= count)
            return int.MaxValue;
        var entry = Find(bytes[starts[i]..starts[i + 2]]);
        return entry < 0 ? int.MaxValue : ranks[entry];
    }

    // Long pieces: a heap of candidate pairs over a linked list of parts; stale candidates are dropped when they surface.
    int MergeByHeap(ReadOnlySpan<byte> bytes, List<int>? ids)
    {
        var n = bytes.Length;
        var next = new int[n + 1];
        var previous = new int[n + 1];
        var heap = new PriorityQueue<(int Start, int End), (int Rank, int Start)>(n);
        for (var i = 0; i <= n; i++)
            (next[i], previous[i]) = (i + 1, i - 1);
        for (var i = 0; i + 2 <= n; i++)
            Offer(heap, bytes, i, i + 2);
        var count = n;
        while (heap.TryDequeue(out var pair, out _))
        {
            // Still two adjacent parts that end where the candidate ends?
            var middle = next[pair.Start];
            if (middle == 0 || middle >= n || next[middle] != pair.End)
                continue;
            next[pair.Start] = pair.End;
            if (pair.End <= n)
                previous[pair.End] = pair.Start;
            next[middle] = 0;
            count--;
            if (pair.End < n)
                Offer(heap, bytes, pair.Start, next[pair.End]);
            if (pair.Start > 0)
                Offer(heap, bytes, previous[pair.Start], pair.End);
        }
        if (ids is not null)
            for (var i = 0; i < n; i = next[i])
                ids.Add(ranks[Find(bytes[i..next[i]])]);
        return count;
    }

    void Offer(PriorityQueue<(int Start, int End), (int Rank, int Start)> heap, ReadOnlySpan<byte> bytes, int start, int end)
    {
        var entry = Find(bytes[start..end]);
        if (entry >= 0)
            heap.Enqueue((start, end), (ranks[entry], start));
    }

    int Find(ReadOnlySpan<byte> bytes)
    {
        var mask = (uint)(table.Length - 1);
        for (var slot = Hash(bytes) & mask; table[slot] != 0; slot = (slot + 1) & mask)
        {
            var entry = table[slot] - 1;
            if (bytes.SequenceEqual(blob.AsSpan(offsets[entry], offsets[entry + 1] - offsets[entry])))
                return entry;
        }
        return -1;
    }

    static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0x9E3779B97F4A7C15ul + (uint)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0xD6E8FEB86659FD93ul;
            hash ^= hash >> 32;
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            hash = (hash ^ b) * 0x100000001B3ul;
        hash ^= hash >> 29;
        return (uint)(hash * 0xBF58476D1CE4E5B9ul >> 32);
    }
}
