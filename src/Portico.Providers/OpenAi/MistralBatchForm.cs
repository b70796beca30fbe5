using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// Mistral's batch jobs (https://docs.mistral.ai/studio-api/batch-processing, https://docs.mistral.ai/api/endpoint/batch): one model and one endpoint for all
/// requests, which stand in a file or in the order itself; metadata that lists show; a file of results and one of errors. Pure.
/// </summary>
sealed class MistralBatchForm : IBatchForm
{
    const int PageSize = 100;

    /// <summary>An order takes fewer requests than this.</summary>
    const int InlineLines = 10_000;

    /// <summary>How long an order may be is not documented, how long a file may be is.</summary>
    const int InlineBytes = 1024 * 1024;

    public bool Embeds => true;

    /// <summary>Results do not expire, one page says, and files are kept for a month, says another (https://docs.mistral.ai/resources/known-limitations).</summary>
    public int? KeptDays => null;
    public string Path => "batch/jobs";
    public string UploadPath => "files";

    public bool IsInline(BatchOrder order) => order.Items.Count < InlineLines && order.Items.Sum(i => (long)i.Body.Length) <= InlineBytes;

    public HttpContent File(BatchOrder order) => BatchLines.Form(order, [("purpose", "batch")], ("{\"custom_id\":\"", "\",\"body\":"));

    public HttpContent Order(BatchOrder order, string? file)
    {
        var model = ModelOf(order) is { } name ? $"\"model\":{Quoted(name)}," : "";
        var head =
            $"{{\"endpoint\":{Quoted(order.Endpoint)},{model}\"metadata\":{{\"{OpenAiBatchForm.Mark}\":{Quoted(order.Step)}}},\"timeout_hours\":24,";
        return file is null
            ? new ItemsContent(
                "application/json",
                head + "\"requests\":[",
                order.Items,
                ("{\"custom_id\":\"", "\",\"body\":"),
                "}",
                ",",
                "]}"
            )
            : WireHttp.Json(Encoding.UTF8.GetBytes($"{head}\"input_files\":[{Quoted(file)}]}}"));
    }

    static string Quoted(string text) => Encoding.UTF8.GetString(OpenAiBody.Quoted(text));

    /// <summary>All lines of a step are of one deployment.</summary>
    static string? ModelOf(BatchOrder order)
    {
        using var body = JsonDocument.Parse(order.Items[0].Body);
        return BatchJson.Text(body.RootElement, "model");
    }

    public ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) =>
        BatchJson.Parsed(body, connection, "batch job as Mistral does", Batch);

    static ProviderBatch Batch(JsonElement root)
    {
        var word = root.GetProperty("status"u8).GetString()!;
        return new ProviderBatch(
            root.GetProperty("id"u8).GetString()!,
            word switch
            {
                "SUCCESS" => ProviderBatchState.Ended,
                "FAILED" => ProviderBatchState.Failed,
                "TIMEOUT_EXCEEDED" => ProviderBatchState.Expired,
                "CANCELLED" => ProviderBatchState.Cancelled,
                _ => ProviderBatchState.Running,
            },
            word
        )
        {
            // Its errors have no codes, and their words may repeat the lines.
            Results = BatchJson.Files(root, "output_file", "error_file"),
        };
    }

    /// <summary>
    /// The list can be narrowed by metadata, but how that stands in the address is not documented, and one that is misread as having none would be paid for
    /// twice: the marks are compared here.
    /// </summary>
    public string ListPath(string? place) => $"batch/jobs?page={place ?? "0"}&page_size={PageSize}&order_by=-created";

    public ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, BatchMark mark, string? place, out string? next)
    {
        var (found, isLast) = BatchJson.Parsed(
            body,
            connection,
            "list of batch jobs as Mistral does",
            root => Find(root, mark, place is null)
        );
        var page = place is null ? 0 : int.Parse(place, NumberStyles.None, CultureInfo.InvariantCulture);
        next = found is not null || isLast ? null : (page + 1).ToString(CultureInfo.InvariantCulture);
        return found;
    }

    static (ProviderBatch?, bool IsLast) Find(JsonElement root, BatchMark mark, bool isFirst)
    {
        var (count, isPast) = (0, false);
        foreach (var job in root.GetProperty("data"u8).EnumerateArray())
        {
            count++;
            if (
                job.TryGetProperty("metadata"u8, out var metadata)
                && BatchJson.Text(metadata, OpenAiBatchForm.Mark) == mark.Step
                && MayAnswer(Batch(job)) is { } found
            )
                return (found, true);
            // Newest first.
            isPast = job.GetProperty("created_at"u8).GetInt64() < mark.Since.ToUnixTimeSeconds();
        }
        return (null, count == 0 || isPast || (isFirst && count >= root.GetProperty("total"u8).GetInt64()));
    }

    /// <summary>One that failed with nothing answers nothing: it is as if it were not there.</summary>
    static ProviderBatch? MayAnswer(ProviderBatch batch) => batch is { State: ProviderBatchState.Failed, Results.Count: 0 } ? null : batch;
}
