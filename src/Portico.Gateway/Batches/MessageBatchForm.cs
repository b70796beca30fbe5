using System.Globalization;
using System.Text.Json;

namespace Portico.Gateway.Batches;

/// <summary>
/// A batch as Anthropic's API gives it (https://platform.claude.com/docs/en/api/retrieving-message-batches), and what it has cost. Its requests count as
/// processing until all have ended, as it does there.
/// </summary>
static class MessageBatchForm
{
    /// <param name="json">Where to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="door">Where callers found this node: scheme and host.</param>
    /// <param name="now">When its results are past their time.</param>
    public static void Write(Utf8JsonWriter json, Batch batch, string door, DateTimeOffset now)
    {
        var archived = ArchivedAt(batch);
        var isArchived = batch.EndedUs is not null && now >= archived;
        json.WriteStartObject();
        json.WriteString("id"u8, batch.Id);
        json.WriteString("type"u8, "message_batch"u8);
        json.WriteString("processing_status"u8, StatusOf(batch));
        WriteCounts(json, batch);
        WriteTime(json, "ended_at", Micros.ToTime(batch.EndedUs));
        WriteTime(json, "created_at", Micros.ToTime(batch.CreatedUs));
        WriteTime(json, "expires_at", Micros.ToTime(batch.ExpiresUs));
        WriteTime(json, "archived_at", isArchived ? archived : null);
        WriteTime(json, "cancel_initiated_at", Micros.ToTime(batch.CancellingUs));
        json.WriteString("results_url"u8, batch.EndedUs is null || isArchived ? null : $"{door}/v1/messages/batches/{batch.Id}/results");
        json.WriteString("cost_usd"u8, NanoUsd.Format(batch.CostNanoUsd));
        json.WriteEndObject();
    }

    /// <summary>When its results go: the end of its files.</summary>
    static DateTimeOffset ArchivedAt(Batch batch) => Micros.ToTime(batch.ExpiresUs) + TimeSpan.FromSeconds(batch.OutputSeconds);

    static string StatusOf(Batch batch) =>
        batch.EndedUs is not null ? "ended"
        : batch.Status == BatchStatus.Cancelling ? "canceling"
        : "in_progress";

    static void WriteCounts(Utf8JsonWriter json, Batch batch)
    {
        var isOver = batch.EndedUs is not null;
        json.WriteStartObject("request_counts"u8);
        json.WriteNumber("processing"u8, isOver ? 0 : batch.Total);
        json.WriteNumber("succeeded"u8, isOver ? batch.Completed : 0);
        json.WriteNumber("errored"u8, isOver ? batch.Failed : 0);
        json.WriteNumber("canceled"u8, batch.Status == BatchStatus.Cancelled ? batch.NotAsked : 0);
        json.WriteNumber("expired"u8, batch.Status == BatchStatus.Expired ? batch.NotAsked : 0);
        json.WriteEndObject();
    }

    static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
}
