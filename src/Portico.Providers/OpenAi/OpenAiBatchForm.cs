using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>How a service has batches of OpenAI's form.</summary>
/// <param name="Embeds">Its batches take embeddings beside chat.</param>
/// <param name="FilesExpire">Files may be given an end when they are made.</param>
sealed record OpenAiBatchService(bool Embeds, bool FilesExpire);

/// <summary>
/// Batches in OpenAI's form: https://platform.openai.com/docs/api-reference/batch. Groq's is the same without embeddings (https://console.groq.com/docs/batch),
/// Azure's under its own address (https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch). Pure.
/// </summary>
static class OpenAiBatchForm
{
    /// <summary>The member of a batch's metadata that names the step.</summary>
    public const string Mark = "portico_step";

    /// <summary>Seconds for which a file stays there: longer than a batch and its recovery may take, and not for ever.</summary>
    public const int FileSeconds = 7 * 24 * 3_600;

    public static ReadOnlyMemory<byte> Order(BatchOrder order, string file, bool filesExpire)
    {
        var target = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("input_file_id"u8, file);
        json.WriteString("endpoint"u8, order.Endpoint);
        json.WriteString("completion_window"u8, "24h"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteString(Mark, order.Step);
        json.WriteEndObject();
        if (filesExpire)
        {
            json.WriteStartObject("output_expires_after"u8);
            json.WriteString("anchor"u8, "created_at"u8);
            json.WriteNumber("seconds"u8, FileSeconds);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    /// <exception cref="UpstreamException">It is no such object.</exception>
    public static (string Id, bool IsReady) File(ReadOnlyMemory<byte> body, ProviderConnection connection) =>
        // Azure reads a file before it may be used.
        Parsed(
            body,
            connection,
            "file",
            root => (root.GetProperty("id"u8).GetString()!, Text(root, "status") is not ("pending" or "running"))
        );

    /// <exception cref="UpstreamException">It is no such object.</exception>
    public static ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) => Parsed(body, connection, "batch", Batch);

    /// <summary>A page of the list: those that bear the mark of a step and may still answer it, and where the next page begins; null behind the last.</summary>
    /// <param name="body">The page.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="mark">Which one is wanted.</param>
    /// <param name="next">Receives the id behind which the next page begins.</param>
    /// <exception cref="UpstreamException">It is no such list.</exception>
    public static ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, BatchMark mark, out string? next)
    {
        var (found, after) = Parsed(body, connection, "list of batches", root => Find(root, mark));
        next = after;
        return found;
    }

    static (ProviderBatch?, string?) Find(JsonElement root, BatchMark mark)
    {
        string? last = null;
        var isPast = false;
        foreach (var batch in root.GetProperty("data"u8).EnumerateArray())
        {
            last = Text(batch, "id");
            if (
                batch.TryGetProperty("metadata"u8, out var metadata)
                && metadata.ValueKind == JsonValueKind.Object
                && Text(metadata, Mark) == mark.Step
                && Batch(batch) is { State: not ProviderBatchState.Failed } found
            )
                return (found, null);
            // Newest first.
            isPast =
                batch.TryGetProperty("created_at"u8, out var created)
                && created.ValueKind == JsonValueKind.Number
                && created.TryGetInt64(out var seconds)
                && seconds < mark.Since.ToUnixTimeSeconds();
        }
        var hasMore = root.TryGetProperty("has_more"u8, out var more) && more.ValueKind == JsonValueKind.True;
        return (null, hasMore && !isPast ? last : null);
    }

    static ProviderBatch Batch(JsonElement root)
    {
        var word = root.GetProperty("status"u8).GetString()!;
        var (problem, isLimit) = Problem(root);
        return new ProviderBatch(
            root.GetProperty("id"u8).GetString()!,
            word switch
            {
                "completed" => ProviderBatchState.Ended,
                "failed" => ProviderBatchState.Failed,
                "expired" => ProviderBatchState.Expired,
                "cancelled" => ProviderBatchState.Cancelled,
                _ => ProviderBatchState.Running,
            },
            word
        )
        {
            Results = new[] { Text(root, "output_file_id"), Text(root, "error_file_id") }
                .OfType<string>()
                .Where(f => f.Length > 0)
                .ToList(),
            Problem = problem,
            HasMetLimit = isLimit,
        };
    }

    /// <summary>https://platform.openai.com/docs/guides/batch#rate-limits: a batch that is too much for what is enqueued fails with token_limit_exceeded.</summary>
    static (string? Problem, bool IsLimit) Problem(JsonElement root)
    {
        if (
            !root.TryGetProperty("errors"u8, out var errors)
            || errors.ValueKind != JsonValueKind.Object
            || !errors.TryGetProperty("data"u8, out var data)
            || data.ValueKind != JsonValueKind.Array
            || data.GetArrayLength() == 0
        )
            return (null, false);
        var codes = data.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).ToList();
        return (
            // Its words may repeat the lines.
            string.Join(", ", codes.Select(e => Text(e, "code")).OfType<string>().Distinct(StringComparer.Ordinal).Take(3)),
            codes.Exists(e => Text(e, "code") is "token_limit_exceeded" or "request_limit_exceeded")
        );
    }

    /// <summary>
    /// A line of the output or of the error file (https://platform.openai.com/docs/api-reference/batch/request-output): a response of any status, or an error
    /// without one: batch_expired, batch_cancelled, request_timeout. Null when it is neither.
    /// </summary>
    public static BatchResult? Result(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (Text(root, "custom_id") is not { } name)
                return null;
            if (root.TryGetProperty("response"u8, out var response) && response.ValueKind == JsonValueKind.Object)
            {
                var status = response.GetProperty("status_code"u8).GetInt32();
                return new BatchResult(
                    name,
                    status is >= 200 and < 300 ? BatchResultKind.Answer : BatchResultKind.Failed,
                    status,
                    JsonMarshal.GetRawUtf8Value(response.GetProperty("body"u8)).ToArray(),
                    Text(response, "request_id")
                );
            }
            if (!root.TryGetProperty("error"u8, out var error) || error.ValueKind != JsonValueKind.Object)
                return null;
            var code = Text(error, "code");
            return new BatchResult(
                name,
                code == "batch_expired" ? BatchResultKind.Expired
                    : code == "batch_cancelled" ? BatchResultKind.Cancelled
                    : BatchResultKind.Failed,
                code == "request_timeout" ? 504 : 500,
                (byte[])[.. "{\"error\":"u8, .. JsonMarshal.GetRawUtf8Value(error), .. "}"u8],
                null
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

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
                $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not answer with a {what} as OpenAI does.",
                e
            );
        }
    }

    static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
