using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// Together's batches (https://docs.together.ai/docs/inference/batch/overview, https://docs.together.ai/reference/batch-create): chat alone, a file of lines, an
/// order that takes no mark, a list without pages. A batch names its file, and a file is put there for one step: that is its mark. Pure.
/// </summary>
sealed class TogetherBatchForm : IBatchForm
{
    public bool Embeds => false;

    /// <summary>Files stay until somebody deletes them (https://docs.together.ai/reference/upload-file).</summary>
    public int? KeptDays => null;
    public string Path => "batches";
    public string UploadPath => "files/upload";

    public bool IsInline(BatchOrder order) => false;

    /// <summary>https://docs.together.ai/reference/upload-file.</summary>
    public HttpContent File(BatchOrder order) =>
        BatchLines.Form(
            order,
            [("purpose", "batch-api"), ("file_name", $"{order.Step}.jsonl"), ("file_type", "jsonl")],
            ("{\"custom_id\":\"", "\",\"body\":")
        );

    public HttpContent Order(BatchOrder order, string? file) =>
        WireHttp.Json(
            (byte[])
                [
                    .. "{\"endpoint\":"u8,
                    .. OpenAiBody.Quoted(order.Endpoint),
                    .. ",\"input_file_id\":"u8,
                    .. OpenAiBody.Quoted(file!),
                    .. ",\"completion_window\":\"24h\"}"u8,
                ]
        );

    public ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection) =>
        BatchJson.Parsed(body, connection, "batch as Together does", root => Batch(root.TryGetProperty("job"u8, out var job) ? job : root));

    static ProviderBatch Batch(JsonElement root)
    {
        var word = root.GetProperty("status"u8).GetString()!;
        return new ProviderBatch(
            root.GetProperty("id"u8).GetString()!,
            word switch
            {
                "COMPLETED" => ProviderBatchState.Ended,
                "FAILED" => ProviderBatchState.Failed,
                "EXPIRED" => ProviderBatchState.Expired,
                "CANCELLED" => ProviderBatchState.Cancelled,
                _ => ProviderBatchState.Running,
            },
            word
        )
        {
            // Its error has no code, and its words may repeat the lines.
            Results = BatchJson.Files(root, "output_file_id", "error_file_id"),
        };
    }

    public string ListPath(string? place) => "batches";

    public ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, BatchMark mark, string? place, out string? next)
    {
        next = null;
        return BatchJson.Parsed(body, connection, "list of batches as Together does", root => Find(root, mark));
    }

    static ProviderBatch? Find(JsonElement root, BatchMark mark)
    {
        // An account that has none.
        if (root.ValueKind == JsonValueKind.Null)
            return null;
        foreach (var job in root.EnumerateArray())
            if (
                mark.File is not null
                && BatchJson.Text(job, "input_file_id") == mark.File
                && Batch(job) is var found
                // One that failed with nothing answers nothing: it is as if it were not there.
                && found is not { State: ProviderBatchState.Failed, Results.Count: 0 }
            )
                return found;
        return null;
    }
}
