using System.Runtime.InteropServices;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Message batches: https://platform.claude.com/docs/en/api/creating-message-batches and its neighbours. They keep no mark of whoever made them; what a batch
/// is shows in the custom_ids of its results. Pure.
/// </summary>
static class AnthropicBatchForm
{
    /// <exception cref="UpstreamException">It is no such object.</exception>
    public static ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) =>
        Parsed(body, connection, "message batch", Batch);

    static ProviderBatch Batch(JsonElement root)
    {
        var id = root.GetProperty("id"u8).GetString()!;
        var word = root.GetProperty("processing_status"u8).GetString()!;
        return new ProviderBatch(id, word == "ended" ? ProviderBatchState.Ended : ProviderBatchState.Running, word)
        {
            // By its id and not by results_url: the credential goes to the connection's address alone.
            Results = word == "ended" ? [$"messages/batches/{Uri.EscapeDataString(id)}/results"] : [],
        };
    }

    /// <summary>A page of the list: those that may be the one that is wanted, and where the next page begins; null behind the last.</summary>
    /// <param name="body">The page.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="mark">Which one is wanted.</param>
    /// <param name="since">It is not older.</param>
    /// <param name="next">Receives the id behind which the next page begins.</param>
    /// <exception cref="UpstreamException">It is no such list.</exception>
    public static IReadOnlyList<ProviderBatch> Candidates(
        ReadOnlyMemory<byte> body,
        ProviderConnection connection,
        BatchMark mark,
        DateTimeOffset since,
        out string? next
    )
    {
        var (found, after) = Parsed(body, connection, "list of message batches", root => Candidates(root, mark, since));
        next = after;
        return found;
    }

    static (IReadOnlyList<ProviderBatch>, string?) Candidates(JsonElement root, BatchMark mark, DateTimeOffset since)
    {
        var found = new List<ProviderBatch>();
        string? last = null;
        var isPast = false;
        foreach (var batch in root.GetProperty("data"u8).EnumerateArray())
        {
            last = AnthropicDecoder.Text(batch, "id"u8);
            // Newest first.
            isPast = batch.GetProperty("created_at"u8).GetDateTimeOffset() < since;
            if (!isPast && last is not null && !mark.Others.Contains(last) && Lines(batch) == mark.Lines)
                found.Add(Batch(batch));
        }
        var hasMore = root.TryGetProperty("has_more"u8, out var more) && more.ValueKind == JsonValueKind.True;
        return (found, hasMore && !isPast ? last : null);
    }

    /// <summary>Requests of a batch, which stand in one count or another.</summary>
    static long Lines(JsonElement batch) =>
        batch
            .GetProperty("request_counts"u8)
            .EnumerateObject()
            .Where(c => c.Value.ValueKind == JsonValueKind.Number)
            .Sum(c => c.Value.GetInt64());

    /// <summary>
    /// A line of the results (https://platform.claude.com/docs/en/api/retrieving-message-batch-results): succeeded with a message, errored with an error,
    /// canceled or expired. Null when it is none of them.
    /// </summary>
    public static BatchResult? Result(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (AnthropicDecoder.Text(root, "custom_id"u8) is not { } name)
                return null;
            var result = root.GetProperty("result"u8);
            return AnthropicDecoder.Text(result, "type"u8) switch
            {
                "succeeded" => new BatchResult(name, BatchResultKind.Answer, 200, Raw(result, "message"), null),
                "errored" => new BatchResult(name, BatchResultKind.Failed, 0, Raw(result, "error"), null),
                "expired" => new BatchResult(name, BatchResultKind.Expired, 0, default, null),
                "canceled" => new BatchResult(name, BatchResultKind.Cancelled, 0, default, null),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    static byte[] Raw(JsonElement parent, string name) => JsonMarshal.GetRawUtf8Value(parent.GetProperty(name)).ToArray();

    static T Parsed<T>(ReadOnlyMemory<byte> body, ProviderConnection connection, string what, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not answer with a {what} as Anthropic does.",
                e
            );
        }
    }
}
