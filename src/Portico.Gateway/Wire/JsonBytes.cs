using System.Buffers;
using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>Writes a JSON document in memory that the thread keeps, and gives it as one array of its length: an answer grows in no buffer of its own.</summary>
static class JsonBytes
{
    /// <summary>A buffer that one large answer has made longer is not kept.</summary>
    const int MostKept = 64 * 1024;

    sealed class Place
    {
        public readonly ArrayBufferWriter<byte> Buffer = new(4 * 1024);
        public readonly Utf8JsonWriter Json;

        public Place() => Json = new Utf8JsonWriter(Buffer, Wire.Json.Readable);
    }

    /// <summary>Null while it is written to: who writes may want a document within.</summary>
    [ThreadStatic]
    static Place? kept;

    /// <param name="of">What <paramref name="write"/> writes of.</param>
    /// <param name="write">Writes one value, without leaving the thread.</param>
    public static byte[] Of<T>(T of, Action<Utf8JsonWriter, T> write)
    {
        var place = kept ?? new Place();
        kept = null;
        write(place.Json, of);
        place.Json.Flush();
        var bytes = place.Buffer.WrittenSpan.ToArray();
        place.Buffer.ResetWrittenCount();
        place.Json.Reset();
        // What failed on the way here is not kept, with whatever it had written.
        if (place.Buffer.Capacity <= MostKept)
            kept = place;
        return bytes;
    }
}
