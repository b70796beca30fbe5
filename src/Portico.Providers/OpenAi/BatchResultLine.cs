using System.Runtime.InteropServices;
using System.Text.Json;

namespace Portico.Providers.OpenAi;

/// <summary>
/// A line of the output or of the error file (https://platform.openai.com/docs/api-reference/batch/request-output): a response of any status, or an error
/// without one: batch_expired, batch_cancelled, request_timeout. Mistral's has the same members (https://docs.mistral.ai/studio-api/batch-processing) and
/// may tell of an error in a text; Together's error file has an error alone (https://docs.together.ai/docs/inference/batch/manage). Pure.
/// </summary>
static class BatchResultLine
{
    /// <summary>The result; null when the line is none.</summary>
    public static BatchResult? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    static BatchResult? Read(JsonElement root)
    {
        if (BatchJson.Text(root, "custom_id") is not { } name)
            return null;
        var (status, request) = (0, BatchJson.Text(root, "id"));
        if (root.TryGetProperty("response"u8, out var response) && response.ValueKind == JsonValueKind.Object)
        {
            status = response.GetProperty("status_code"u8).GetInt32();
            request = BatchJson.Text(response, "request_id") ?? request;
            if (response.TryGetProperty("body"u8, out var body) && body.ValueKind == JsonValueKind.Object)
                return new BatchResult(
                    name,
                    status is >= 200 and < 300 ? BatchResultKind.Answer : BatchResultKind.Failed,
                    status,
                    JsonMarshal.GetRawUtf8Value(body).ToArray(),
                    request
                );
        }
        if (!root.TryGetProperty("error"u8, out var error) || error.ValueKind is not (JsonValueKind.Object or JsonValueKind.String))
            return null;
        var code = BatchJson.Text(error, "code");
        return new BatchResult(
            name,
            code == "batch_expired" ? BatchResultKind.Expired
                : code == "batch_cancelled" ? BatchResultKind.Cancelled
                : BatchResultKind.Failed,
                // Without a status nobody can tell whose fault it was: it is taken for the provider's.
                status >= 400
                    ? status
                : code is "request_timeout" or "timeout" ? 504
                : 500,
            (byte[])[.. "{\"error\":"u8, .. JsonMarshal.GetRawUtf8Value(error), .. "}"u8],
            request
        );
    }
}
