using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>Batches of OpenAI's own form.</summary>
/// <param name="Embeds">They take embeddings beside chat.</param>
/// <param name="FilesExpire">Files may be given an end when they are made.</param>
sealed record OpenAiBatchService(bool Embeds, bool FilesExpire) : IBatchForm
{
    const int PageSize = 100;

    public int? KeptDays => 30;
    public string Path => "batches";
    public string UploadPath => "files";

    public bool IsInline(BatchOrder order) => false;

    /// <summary>https://platform.openai.com/docs/api-reference/files/create: purpose, expires_after and the file, as a form.</summary>
    public HttpContent File(BatchOrder order) =>
        BatchLines.Form(
            order,
            FilesExpire
                ?
                [
                    ("purpose", "batch"),
                    ("expires_after[anchor]", "created_at"),
                    ("expires_after[seconds]", OpenAiBatchForm.FileSeconds.ToString(CultureInfo.InvariantCulture)),
                ]
                : [("purpose", "batch")],
            ("{\"custom_id\":\"", $"\",\"method\":\"POST\",\"url\":\"{order.Endpoint}\",\"body\":")
        );

    public HttpContent Order(BatchOrder order, string? file) => WireHttp.Json(OpenAiBatchForm.Order(order, file!, FilesExpire));

    public ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) => OpenAiBatchForm.Batch(body, connection);

    public string ListPath(string? place) => $"batches?limit={PageSize}" + (place is null ? "" : $"&after={Uri.EscapeDataString(place)}");

    public ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, BatchMark mark, string? place, out string? next) =>
        OpenAiBatchForm.Find(body, connection, mark, out next);
}

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
        BatchJson.Parsed(
            body,
            connection,
            "file as OpenAI does",
            root => (root.GetProperty("id"u8).GetString()!, BatchJson.Text(root, "status") is not ("pending" or "running"))
        );

    /// <exception cref="UpstreamException">It is no such object.</exception>
    public static ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) =>
        BatchJson.Parsed(body, connection, "batch as OpenAI does", Batch);

    /// <summary>A page of the list: those that bear the mark of a step and may still answer it, and where the next page begins; null behind the last.</summary>
    /// <param name="body">The page.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="mark">Which one is wanted.</param>
    /// <param name="next">Receives the id behind which the next page begins.</param>
    /// <exception cref="UpstreamException">It is no such list.</exception>
    public static ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, BatchMark mark, out string? next)
    {
        var (found, after) = BatchJson.Parsed(body, connection, "list of batches as OpenAI does", root => Find(root, mark));
        next = after;
        return found;
    }

    static (ProviderBatch?, string?) Find(JsonElement root, BatchMark mark)
    {
        string? last = null;
        var isPast = false;
        foreach (var batch in root.GetProperty("data"u8).EnumerateArray())
        {
            last = BatchJson.Text(batch, "id");
            if (
                batch.TryGetProperty("metadata"u8, out var metadata)
                && metadata.ValueKind == JsonValueKind.Object
                && BatchJson.Text(metadata, Mark) == mark.Step
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
            Results = BatchJson.Files(root, "output_file_id", "error_file_id"),
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
            string.Join(", ", codes.Select(e => BatchJson.Text(e, "code")).OfType<string>().Distinct(StringComparer.Ordinal).Take(3)),
            codes.Exists(e => BatchJson.Text(e, "code") is "token_limit_exceeded" or "request_limit_exceeded")
        );
    }
}
