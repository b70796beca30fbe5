using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>
/// Takes what one class has of a person, file by file, and brings it to the store in sealed chunks. Nothing here holds more than a chunk and an item. Files of a step that was cut off are begun anew.
/// </summary>
public sealed class SubjectPackage : IDisposable
{
    /// <summary>Bytes of a chunk, at most.</summary>
    const int ChunkBytes = 64 * 1024;

    static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly SubjectStore store;
    readonly Box sealer;
    readonly string request;
    readonly long step;
    readonly Func<CancellationToken, Task> renew;
    readonly ArrayBufferWriter<byte> waiting = new(ChunkBytes);
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    long number;
    long seq;
    long bytes;
    long items;
    string? name;
    bool isList;

    internal SubjectPackage(SubjectStore store, Box sealer, string request, long step, long first, Func<CancellationToken, Task> renew) =>
        (this.store, this.sealer, this.request, this.step, number, this.renew) = (store, sealer, request, step, first - 1, renew);

    /// <summary>Things that were written, over all files.</summary>
    internal long Amount { get; private set; }

    /// <summary>Begins a file that is a JSON array, ending the one before it.</summary>
    public Task BeginListAsync(string file, CancellationToken ct) => BeginAsync(file, list: true, ct);

    /// <summary>Begins a file of bytes.</summary>
    public Task BeginBytesAsync(string file, CancellationToken ct) => BeginAsync(file, list: false, ct);

    async Task BeginAsync(string file, bool list, CancellationToken ct)
    {
        await EndAsync(ct);
        (name, isList, seq, bytes, items) = (file, list, 0, 0, 0);
        number++;
        await store.BeginFileAsync(request, number, step, file, ct);
        if (!list)
            (items, Amount) = (1, Amount + 1);
    }

    /// <summary>Adds an element to the list.</summary>
    public async Task AddAsync(Action<Utf8JsonWriter> write, CancellationToken ct)
    {
        Put(items == 0 ? "[\n"u8 : ",\n"u8);
        using (var json = new Utf8JsonWriter(waiting, Readable))
            write(json);
        items++;
        Amount++;
        await DrainAsync(full: true, ct);
    }

    /// <summary>Adds bytes to the file.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> some, CancellationToken ct)
    {
        Put(some.Span);
        await DrainAsync(full: true, ct);
    }

    void Put(ReadOnlySpan<byte> some) => waiting.Write(some);

    async Task DrainAsync(bool full, CancellationToken ct)
    {
        if (full && waiting.WrittenCount < ChunkBytes)
            return;
        var rest = waiting.WrittenMemory;
        while (rest.Length >= (full ? ChunkBytes : 1))
        {
            var chunk = rest[..Math.Min(ChunkBytes, rest.Length)];
            hash.AppendData(chunk.Span);
            bytes += chunk.Length;
            await renew(ct);
            await store.AppendAsync(request, number, seq, sealer.Seal(chunk.Span, SubjectStore.Associated(request, number, seq)), ct);
            seq++;
            rest = rest[chunk.Length..];
        }
        var left = rest.ToArray();
        waiting.ResetWrittenCount();
        Put(left);
    }

    internal async Task EndAsync(CancellationToken ct)
    {
        if (name is null)
            return;
        if (isList)
            Put(items == 0 ? "[]\n"u8 : "\n]\n"u8);
        await DrainAsync(full: false, ct);
        await store.EndFileAsync(request, number, items, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()), ct);
        name = null;
    }

    /// <summary>Rows of a statement as a list: columns by their names, those that end in _us as times.</summary>
    public async Task RowsAsync(Database database, string file, string sql, object parameters, CancellationToken ct)
    {
        await BeginListAsync(file, ct);
        await using var db = await database.OpenReadAsync(ct);
        await foreach (var row in db.QueryUnbufferedAsync(sql, parameters).WithCancellation(ct))
            await AddAsync(json => WriteRow(json, (IDictionary<string, object?>)row), ct);
    }

    static void WriteRow(Utf8JsonWriter json, IDictionary<string, object?> row)
    {
        json.WriteStartObject();
        foreach (var (column, value) in row)
            switch (value)
            {
                case null or DBNull:
                    json.WriteNull(column.EndsWith("_us", StringComparison.Ordinal) ? column[..^3] + "_at" : column);
                    break;
                case long us when column.EndsWith("_us", StringComparison.Ordinal):
                    json.WriteString(column[..^3] + "_at", Micros.ToTime(us));
                    break;
                case long number:
                    json.WriteNumber(column, number);
                    break;
                case string text:
                    json.WriteString(column, text);
                    break;
                default:
                    throw new InvalidOperationException($"{column} is a {value.GetType()}, which no package holds.");
            }
        json.WriteEndObject();
    }

    /// <summary>Writes what was said: as the JSON it is, or where it is none, or was cut, as a text.</summary>
    public static void WriteSaid(Utf8JsonWriter json, string member, string text)
    {
        json.WritePropertyName(member);
        try
        {
            JsonElement.Parse(text).WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(text);
        }
    }

    /// <summary>Without an end it is no file: the step begins it anew.</summary>
    public void Dispose() => hash.Dispose();
}
