using System.Text.Json;

namespace Portico.Gateway.Batches;

/// <summary>Where a batch stands, in OpenAI's words.</summary>
static class BatchStatus
{
    public const string Validating = "validating";
    public const string InProgress = "in_progress";
    public const string Finalizing = "finalizing";
    public const string Cancelling = "cancelling";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";

    /// <summary>SQL: batches that are not over.</summary>
    public const string IsActive = "status in ('validating', 'in_progress', 'finalizing', 'cancelling')";
}

/// <summary>What lines have used and cost.</summary>
/// <param name="Input">Input tokens, those read from a provider's cache among them.</param>
/// <param name="Cached">Input tokens read from a provider's cache.</param>
/// <param name="Output">Output tokens, reasoning among them.</param>
/// <param name="Reasoning">Output tokens of reasoning.</param>
/// <param name="CostNanoUsd">What was billed.</param>
readonly record struct Spent(long Input, long Cached, long Output, long Reasoning, long CostNanoUsd)
{
    public static Spent Of(in Usage usage, long costNanoUsd) =>
        new(usage.TotalInput, usage.CacheRead, usage.TotalOutput, usage.Reasoning, costNanoUsd);

    public static Spent operator +(Spent a, Spent b) =>
        new(a.Input + b.Input, a.Cached + b.Cached, a.Output + b.Output, a.Reasoning + b.Reasoning, a.CostNanoUsd + b.CostNanoUsd);
}

/// <summary>What is wrong with a line, or with the whole file.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
/// <param name="Param">The member of the line.</param>
/// <param name="Line">From 1; null for the whole file.</param>
sealed record BatchError(string Code, string Message, string? Param, int? Line);

/// <summary>A batch as its row says. Times are microseconds.</summary>
sealed record Batch
{
    public required string Id { get; init; }
    public required string WorkspaceId { get; init; }

    /// <summary>The key that made it: every line is called by it, as it is then.</summary>
    public required string KeyId { get; init; }

    /// <summary>The person that the key acted for; null where it named none.</summary>
    public string? PersonId { get; init; }
    public required string Endpoint { get; init; }
    public string Status { get; init; } = BatchStatus.Validating;
    public required string InputFileId { get; init; }
    public string? OutputFileId { get; init; }
    public string? ErrorFileId { get; init; }

    /// <summary>The caller's own words, JSON.</summary>
    public string? Metadata { get; init; }

    /// <summary>Why it failed, JSON: a list of <see cref="BatchError"/>.</summary>
    public string? Errors { get; init; }

    /// <summary>For how long its output is kept, from when it is made.</summary>
    public long OutputSeconds { get; init; }
    public long Total { get; init; }
    public long Completed { get; init; }
    public long Failed { get; init; }
    public long InputTokens { get; init; }
    public long CachedTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }
    public long CostNanoUsd { get; init; }
    public long CreatedUs { get; init; }
    public long ExpiresUs { get; init; }
    public long? InProgressUs { get; init; }
    public long? FinalizingUs { get; init; }
    public long? CancellingUs { get; init; }
    public long? EndedUs { get; init; }

    /// <summary>The journal of the node that runs it; null = nobody.</summary>
    public string? Owner { get; init; }

    /// <summary>Grows when it changes hands: who writes under an older one is refused.</summary>
    public long Fence { get; init; }

    /// <summary>Made, and to be told, in Anthropic's form.</summary>
    public bool IsOfMessages => Id.StartsWith("msgbatch_", StringComparison.Ordinal);

    /// <summary>Lines that were not asked when it ended; for a batch of OpenAI's form those of one that was cancelled.</summary>
    public long NotAsked => Total - Completed - Failed;

    /// <summary>Writes the batch as OpenAI's API gives it (https://platform.openai.com/docs/api-reference/batch/object), and what it has cost.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("object"u8, "batch"u8);
        json.WriteString("endpoint"u8, Endpoint);
        WriteErrors(json);
        json.WriteString("input_file_id"u8, InputFileId);
        json.WriteString("completion_window"u8, "24h"u8);
        json.WriteString("status"u8, Status);
        var isOver = EndedUs is not null;
        // While it runs its files are not there for anybody.
        json.WriteString("output_file_id"u8, isOver ? OutputFileId : null);
        json.WriteString("error_file_id"u8, isOver ? ErrorFileId : null);
        json.WriteNumber("created_at"u8, CreatedUs / 1_000_000);
        WriteTime(json, "in_progress_at", InProgressUs);
        WriteTime(json, "expires_at", ExpiresUs);
        WriteTime(json, "finalizing_at", FinalizingUs);
        WriteTime(json, "completed_at", EndedAs(BatchStatus.Completed));
        WriteTime(json, "failed_at", EndedAs(BatchStatus.Failed));
        WriteTime(json, "expired_at", EndedAs(BatchStatus.Expired));
        WriteTime(json, "cancelling_at", CancellingUs);
        WriteTime(json, "cancelled_at", EndedAs(BatchStatus.Cancelled));
        json.WriteStartObject("request_counts"u8);
        json.WriteNumber("total"u8, Total);
        json.WriteNumber("completed"u8, Completed);
        json.WriteNumber("failed"u8, Failed);
        json.WriteEndObject();
        WriteUsage(json);
        json.WriteString("cost_usd"u8, NanoUsd.Format(CostNanoUsd));
        json.WritePropertyName("metadata"u8);
        if (Metadata is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(Metadata);
        json.WriteEndObject();
    }

    long? EndedAs(string status) => Status == status ? EndedUs : null;

    static void WriteTime(Utf8JsonWriter json, string name, long? us)
    {
        if (us is { } time)
            json.WriteNumber(name, time / 1_000_000);
        else
            json.WriteNull(name);
    }

    void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, InputTokens);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, CachedTokens);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, OutputTokens);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, ReasoningTokens);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, InputTokens + OutputTokens);
        json.WriteEndObject();
    }

    void WriteErrors(Utf8JsonWriter json)
    {
        if (Errors is null)
        {
            json.WriteNull("errors"u8);
            return;
        }
        json.WriteStartObject("errors"u8);
        json.WriteString("object"u8, "list"u8);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(Errors);
        json.WriteEndObject();
    }

    public static string ErrorsJson(IReadOnlyList<BatchError> errors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var error in errors)
            {
                json.WriteStartObject();
                json.WriteString("code"u8, error.Code);
                if (error.Line is { } line)
                    json.WriteNumber("line"u8, line);
                else
                    json.WriteNull("line"u8);
                json.WriteString("message"u8, error.Message);
                json.WriteString("param"u8, error.Param);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
