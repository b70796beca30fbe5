using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Portico.Governance.Audit;

/// <summary>
/// Writes an entry: one JSON object on one line that begins with its time, in 16 digits, so that the time can be set when the entry gets its place.
/// </summary>
sealed class AuditLine
{
    public const int TimeFrom = 6; // {"at":
    const int TimeDigits = 16; // from 2001 to 2286

    /// <summary>Where the time ends, and the kind follows.</summary>
    public const int KindFrom = TimeFrom + TimeDigits;
    const long AnyTime = 1_000_000_000_000_000;

    static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    static readonly JsonEncodedText Kind = JsonEncodedText.Encode("kind");

    readonly ArrayBufferWriter<byte> buffer = new(512);
    readonly Utf8JsonWriter json;

    public AuditLine() => json = new Utf8JsonWriter(buffer);

    /// <summary>The line; the next <see cref="Write"/> overwrites it.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.WrittenSpan;

    public void Write<T>(string kind, T of, Action<Utf8JsonWriter, T> facts)
    {
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteNumber(At, AnyTime);
        json.WriteString(Kind, kind);
        facts(json, of);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Puts the time in its place.</summary>
    /// <param name="bytes">The line, as it is kept.</param>
    /// <param name="us">Microseconds since 1970.</param>
    public static void SetTime(Span<byte> bytes, long us)
    {
        if (!Utf8Formatter.TryFormat(us, bytes.Slice(TimeFrom, TimeDigits), out var written) || written != TimeDigits)
            throw new ArgumentOutOfRangeException(nameof(us), $"An entry's time has {TimeDigits} digits; {us} has not.");
    }

    /// <summary>The time of a line, or null where none stands.</summary>
    public static long? TimeOf(ReadOnlySpan<byte> line) =>
        line.Length > TimeFrom + TimeDigits
        && line[..TimeFrom].SequenceEqual("{\"at\":"u8)
        && Utf8Parser.TryParse(line.Slice(TimeFrom, TimeDigits), out long us, out var read)
        && read == TimeDigits
            ? us
            : null;
}
