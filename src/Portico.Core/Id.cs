using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Core;

/// <summary>A kind of thing that has an identity: gives ids of that kind their prefix.</summary>
public interface IIdKind
{
    static abstract string Prefix { get; }
}

/// <summary>
/// An identity: a UUIDv7 inside, outside a prefix and 26 characters of Crockford base 32, lower case
/// (<c>call_01k8z…</c>). Texts sort by the time of creation. The database holds the text form.
/// </summary>
[JsonConverter(typeof(IdJsonConverterFactory))]
public readonly record struct Id<TKind>(Guid Value) : IComparable<Id<TKind>>, ISpanParsable<Id<TKind>>
    where TKind : IIdKind
{
    /// <summary>A new id at this time; the random part comes from the system's generator.</summary>
    public static Id<TKind> New(TimeProvider time) => new(UuidV7.New(time.GetUtcNow()));

    /// <summary>The time of creation, to the millisecond. An id that somebody made up may name a time past the calendar's end: that is its end.</summary>
    public DateTimeOffset CreatedAt
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            var ms = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        }
    }

    public bool IsEmpty => Value == Guid.Empty;

    /// <summary>Characters of the text form.</summary>
    public static int TextLength => TKind.Prefix.Length + 1 + Base32.IdLength;

    public override string ToString() => string.Create(TextLength, this, static (span, id) => id.Write(span));

    /// <summary>Writes the text form into <see cref="TextLength"/> characters.</summary>
    public void Write(Span<char> target)
    {
        TKind.Prefix.CopyTo(target);
        target[TKind.Prefix.Length] = '_';
        Base32.Write(Value, target[(TKind.Prefix.Length + 1)..]);
    }

    public static Id<TKind> Parse(string text) => Parse(text.AsSpan(), null);

    public static bool operator <(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) < 0;

    public static bool operator >(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) > 0;

    public static bool operator <=(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) >= 0;

    public int CompareTo(Id<TKind> other) => Value.CompareTo(other.Value);

    public static Id<TKind> Parse(ReadOnlySpan<char> text, IFormatProvider? provider) =>
        TryParse(text, provider, out var id) ? id : throw new FormatException($"'{text}' is not an id of the form {TKind.Prefix}_….");

    public static Id<TKind> Parse(string text, IFormatProvider? provider) => Parse(text.AsSpan(), provider);

    public static bool TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out Id<TKind> id) =>
        TryParse(text.AsSpan(), provider, out id);

    public static bool TryParse([NotNullWhen(true)] string? text, out Id<TKind> id) => TryParse(text.AsSpan(), null, out id);

    public static bool TryParse(ReadOnlySpan<char> text, IFormatProvider? provider, out Id<TKind> id)
    {
        id = default;
        var prefix = TKind.Prefix;
        if (text.Length != prefix.Length + 1 + Base32.IdLength || !text.StartsWith(prefix) || text[prefix.Length] != '_')
            return false;
        if (!Base32.TryRead(text[(prefix.Length + 1)..], out var value))
            return false;
        id = new Id<TKind>(value);
        return true;
    }
}

/// <summary>
/// UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, then random bits. The system's generator is asked for many ids at a time: a system call for
/// each would be a visible part of what a call costs.
/// </summary>
static class UuidV7
{
    const int Batch = 4_096;

    [ThreadStatic]
    static byte[]? random;

    [ThreadStatic]
    static int used;

    public static Guid New(DateTimeOffset time)
    {
        if (random is null || used == Batch)
        {
            RandomNumberGenerator.Fill(random ??= new byte[Batch]);
            used = 0;
        }
        Span<byte> bytes = stackalloc byte[16];
        var taken = random.AsSpan(used, 16);
        taken.CopyTo(bytes);
        // Used once: what was given out is not left in memory to be given out again.
        taken.Clear();
        used += 16;
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)(time.ToUnixTimeMilliseconds() >> 32));
        BinaryPrimitives.WriteInt32BigEndian(bytes[2..], (int)time.ToUnixTimeMilliseconds());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>Crockford base 32 of 128 bits: 26 characters, the first of which holds 3 bits.</summary>
static class Base32
{
    public const int IdLength = 26;
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static void Write(Guid value, Span<char> target)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        // 60 bits at a time: arithmetic on 128 bits is several instructions for each step.
        var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        WriteGroups((ulong)bits, target[14..26]);
        WriteGroups((ulong)(bits >> 60), target[2..14]);
        WriteGroups((ulong)(bits >> 120), target[..2]);
    }

    static void WriteGroups(ulong bits, Span<char> target)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            target[i] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }
    }

    public static bool TryRead(ReadOnlySpan<char> text, out Guid value)
    {
        value = default;
        if (text[0] > '7')
            return false;
        UInt128 bits = 0;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
                return false;
            bits = (bits << 5) | (uint)digit;
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        value = new Guid(bytes, bigEndian: true);
        return true;
    }
}

/// <summary>Gives every kind of id its converter.</summary>
public sealed class IdJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(IdJsonConverter<>).MakeGenericType(type.GetGenericArguments()))!;
}

/// <summary>Writes an id as its text; a text of another kind is a JSON error.</summary>
public sealed class IdJsonConverter<TKind> : JsonConverter<Id<TKind>>
    where TKind : IIdKind
{
    public override Id<TKind> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Id<TKind>.TryParse(reader.GetString(), out var id) ? id : throw new JsonException($"Not an id of the form {TKind.Prefix}_….");

    public override void Write(Utf8JsonWriter writer, Id<TKind> value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[Id<TKind>.TextLength];
        value.Write(text);
        writer.WriteStringValue(text);
    }

    public override Id<TKind> ReadAsPropertyName(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Read(ref reader, type, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Id<TKind> value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}
