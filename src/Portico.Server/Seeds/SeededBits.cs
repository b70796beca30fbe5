using System.Buffers.Binary;

namespace Portico.Server.Seeds;

/// <summary>
/// Numbers that a seed decides, the same on every machine and with every runtime. SplitMix64 (https://dl.acm.org/doi/10.1145/2660193.2660195): fast, and good
/// enough for scenarios. Nothing secret comes from it.
/// </summary>
sealed class SeededBits(long seed)
{
    ulong state = (ulong)seed;

    ulong Take()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>0 to 1, without 1.</summary>
    public double NextDouble() => (Take() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 to the bound, without it.</summary>
    public int Next(int bound) => (int)((UInt128)Take() * (ulong)bound >> 64);

    public long NextInt64() => (long)(Take() >> 1);

    public void Fill(Span<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Take());
    }
}
