using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Batches of the Gemini API (https://ai.google.dev/api/batch-api, https://ai.google.dev/gemini-api/docs/batch-api): a long-running operation whose metadata is
/// the batch, made of a file of lines (https://ai.google.dev/api/files) and ending in one. Pure.
/// </summary>
static class GeminiBatchForm
{
    const string Batches = "batches/";
    const string Files = "files/";

    /// <summary>What a file is before it is uploaded.</summary>
    public static ReadOnlyMemory<byte> FileHead(string step) =>
        Written(json =>
        {
            json.WriteStartObject("file"u8);
            json.WriteString("displayName"u8, step);
            json.WriteEndObject();
        });

    public static ReadOnlyMemory<byte> Order(BatchOrder order, string file) =>
        Written(json =>
        {
            json.WriteStartObject("batch"u8);
            json.WriteString("displayName"u8, order.Step);
            json.WriteStartObject("inputConfig"u8);
            json.WriteString("fileName"u8, file);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var target = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    /// <summary>A file, and whether it may be used; as the answer to an upload it stands under a member of that name.</summary>
    /// <exception cref="UpstreamException">It is no such object, or the provider could not take the file.</exception>
    public static (string Name, bool IsReady) File(ReadOnlyMemory<byte> body, ProviderConnection connection)
    {
        var (name, state) = Parsed(
            body,
            connection,
            "file",
            root =>
            {
                var file = GeminiDecoder.Member(root, "file"u8) is { ValueKind: JsonValueKind.Object } inner ? inner : root;
                return (Name(file, "name"u8, Files), GeminiDecoder.Text(file, "state"u8));
            }
        );
        return state == "FAILED"
            ? throw new UpstreamException(ErrorTable.UpstreamFailed, Fault.Upstream, $"The provider could not read {name}.")
            : (name, state != "PROCESSING");
    }

    /// <exception cref="UpstreamException">It is no such object.</exception>
    public static ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) => Parsed(body, connection, "batch", Batch);

    /// <summary>A page of the list: the batch that bears the mark and may still answer it, and the token of the next page; null behind the last.</summary>
    /// <param name="body">The page.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="step">The name that the batch was given.</param>
    /// <param name="next">Receives the token.</param>
    /// <exception cref="UpstreamException">It is no such list.</exception>
    public static ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, string step, out string? next)
    {
        var (found, after) = Parsed(body, connection, "list of batches", root => Find(root, step));
        next = after;
        return found;
    }

    static (ProviderBatch?, string?) Find(JsonElement root, string step)
    {
        // A page without batches is an empty object.
        if (root.TryGetProperty("operations"u8, out var operations))
            foreach (var operation in operations.EnumerateArray())
                if (
                    GeminiDecoder.Text(GeminiDecoder.Member(operation, "metadata"u8), "displayName"u8) == step
                    && Batch(operation) is { State: not ProviderBatchState.Failed } found
                )
                    return (found, null);
        return (null, GeminiDecoder.Text(root, "nextPageToken"u8) is { Length: > 0 } next ? next : null);
    }

    static ProviderBatch Batch(JsonElement root)
    {
        var metadata = GeminiDecoder.Member(root, "metadata"u8);
        var response = GeminiDecoder.Member(root, "response"u8);
        var output = response.ValueKind == JsonValueKind.Object ? response : GeminiDecoder.Member(metadata, "output"u8);
        var error = GeminiDecoder.Member(root, "error"u8);
        var isDone = GeminiDecoder.Member(root, "done"u8).ValueKind == JsonValueKind.True;
        IReadOnlyList<string> results = GeminiDecoder.Text(output, "responsesFile"u8) is null
            ? []
            : [Name(output, "responsesFile"u8, Files)];
        var problem = error.ValueKind == JsonValueKind.Object ? GoogleErrors.StatusName(error) : null;
        var word = GeminiDecoder.Text(metadata, "state"u8);
        return new ProviderBatch(
            Name(root, "name"u8, Batches),
            // The guide says JOB_STATE_…, the reference BATCH_STATE_….
            (word?[(word.LastIndexOf("STATE_", StringComparison.Ordinal) + "STATE_".Length)..]) switch
            {
                // The results of one that is not done yet may still come.
                "SUCCEEDED" or "PARTIALLY_SUCCEEDED" when isDone || results.Count > 0 => ProviderBatchState.Ended,
                "FAILED" => ProviderBatchState.Failed,
                "CANCELLED" => ProviderBatchState.Cancelled,
                "EXPIRED" => ProviderBatchState.Expired,
                _ when !isDone => ProviderBatchState.Running,
                _ when problem is null => ProviderBatchState.Ended,
                _ => problem == "CANCELLED" ? ProviderBatchState.Cancelled : ProviderBatchState.Failed,
            },
            word ?? (isDone ? "done" : "running")
        )
        {
            Results = results,
            // Its words may repeat the lines.
            Problem = problem,
            HasMetLimit = problem == "RESOURCE_EXHAUSTED",
        };
    }

    /// <summary>Names go into addresses.</summary>
    static string Name(JsonElement parent, ReadOnlySpan<byte> member, string collection)
    {
        var name = GeminiDecoder.Text(parent, member);
        return
            name is not null
            && name.StartsWith(collection, StringComparison.Ordinal)
            && name.Length > collection.Length
            && name.AsSpan(collection.Length).IndexOfAnyExcept(NameLetters) < 0
            ? name
            : throw new KeyNotFoundException();
    }

    static readonly SearchValues<char> NameLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    /// <summary>
    /// A line of the results: its key and a response, or an error as google.rpc.Status
    /// (https://ai.google.dev/gemini-api/docs/batch-api#retrieve-batch-results). Null when it is neither.
    /// </summary>
    public static BatchResult? Result(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (GeminiDecoder.Text(root, "key"u8) is not { } key)
                return null;
            if (GeminiDecoder.Member(root, "response"u8) is { ValueKind: JsonValueKind.Object } response)
                return new BatchResult(key, BatchResultKind.Answer, 200, Raw(response), null);
            if (GeminiDecoder.Member(root, "error"u8) is not { ValueKind: JsonValueKind.Object } error)
                return null;
            var kind = GoogleErrors.StatusName(error) == "CANCELLED" ? BatchResultKind.Cancelled : BatchResultKind.Failed;
            return new BatchResult(key, kind, 0, Raw(error), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static byte[] Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    static T Parsed<T>(ReadOnlyMemory<byte> body, ProviderConnection connection, string what, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not answer with a {what} as Google does.",
                e
            );
        }
    }
}
