using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Portico.Guardrails;

/// <summary>
/// Texts in which a screen found nothing at all, by keyed digest: the instructions and the earlier turns that come again with every call of a conversation are searched once. What was found somewhere,
/// or could not be searched, is never here, so that a rule holds as if this did not exist. Fixed memory: a newer text takes the place of an older one. Any number of calls use it at once.
/// </summary>
/// <remarks>Two texts share an entry with a chance of 2^-128, and nobody outside can look for such a pair: the digest begins with a key that only this process has.</remarks>
public sealed class CleanTexts
{
    public const int KeyBytes = 32;

    /// <summary>Entries of 16 bytes: half a megabyte.</summary>
    const int Entries = 1 << 15;

    const int HeadBytes = KeyBytes + sizeof(long) + 2 * sizeof(int);

    readonly byte[] key;

    /// <summary>Two numbers an entry. Half of one entry and half of another are the digest of no text.</summary>
    readonly ulong[] entries = new ulong[2 * Entries];

    /// <summary>Numbers of screens: a screen that is gone takes its entries with it, since no other gets its number.</summary>
    readonly ConditionalWeakTable<object, StrongBox<long>> numbers = [];
    long lastNumber;

    /// <param name="key">Random bytes, <see cref="KeyBytes"/> of them, that nothing else uses.</param>
    public CleanTexts(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        this.key = key.ToArray();
    }

    /// <summary>What a text is known by.</summary>
    public readonly record struct Entry
    {
        internal ulong First { get; init; }
        internal ulong Second { get; init; }
        internal int Place { get; init; }
    }

    /// <param name="screen">Whose rules are asked.</param>
    /// <param name="channel">Where the text stands.</param>
    /// <param name="isJson">It is read as JSON.</param>
    /// <param name="text">All of it.</param>
    /// <param name="question">What the judges are told beside it; null = nothing.</param>
    public Entry EntryOf(Screen screen, TextChannel channel, bool isJson, ReadOnlySpan<char> text, ReadOnlySpan<char> question)
    {
        var words = MemoryMarshal.AsBytes(text);
        var asked = MemoryMarshal.AsBytes(question);
        var length = HeadBytes + words.Length + asked.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var bytes = rented.AsSpan(0, length);
        key.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[KeyBytes..], NumberOf(screen));
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(KeyBytes + sizeof(long))..], (int)channel << 1 | (isJson ? 1 : 0));
        // The length parts the text from the question.
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(KeyBytes + sizeof(long) + sizeof(int))..], words.Length);
        words.CopyTo(bytes[HeadBytes..]);
        asked.CopyTo(bytes[(HeadBytes + words.Length)..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        ArrayPool<byte>.Shared.Return(rented);
        return new Entry
        {
            First = BinaryPrimitives.ReadUInt64LittleEndian(digest),
            Second = BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]),
            Place = (int)(BinaryPrimitives.ReadUInt32LittleEndian(digest[16..]) & Entries - 1) * 2,
        };
    }

    /// <summary>The screen found nothing in this text before.</summary>
    public bool Knows(in Entry entry) =>
        Volatile.Read(ref entries[entry.Place]) == entry.First && Volatile.Read(ref entries[entry.Place + 1]) == entry.Second;

    /// <summary>Keeps that nothing was found.</summary>
    public void Add(in Entry entry)
    {
        Volatile.Write(ref entries[entry.Place], entry.First);
        Volatile.Write(ref entries[entry.Place + 1], entry.Second);
    }

    long NumberOf(Screen screen) =>
        numbers.GetValue(screen.Identity, _ => new StrongBox<long>(Interlocked.Increment(ref lastNumber))).Value;
}
