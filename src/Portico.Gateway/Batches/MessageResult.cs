using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Batches;

/// <summary>
/// What became of a request, as a line of the results in Anthropic's form (https://platform.claude.com/docs/en/api/retrieving-message-batch-results):
/// succeeded with the message, errored with the error that a caller would have got, canceled or expired.
/// </summary>
static class MessageResult
{
    /// <param name="line">The request.</param>
    /// <param name="isGood">Whether the body is a message, else an error.</param>
    /// <param name="body">The body that a caller would have got, on one line.</param>
    public static byte[] Of(BatchLine line, bool isGood, ReadOnlySpan<byte> body)
    {
        using var buffer = new MemoryStream(1_024);
        using (var json = Begin(buffer, line, isGood ? "succeeded"u8 : "errored"u8))
        {
            json.WritePropertyName(isGood ? "message"u8 : "error"u8);
            json.WriteRawValue(body, skipInputValidation: true);
            End(json);
        }
        return Ended(buffer);
    }

    /// <summary>A request that has no answer.</summary>
    public static byte[] Without(BatchLine line, string code, string message)
    {
        using var buffer = new MemoryStream(256);
        using (var json = Begin(buffer, line, "errored"u8))
        {
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, "error"u8);
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, "api_error"u8);
            json.WriteString("message"u8, message);
            json.WriteString("code"u8, code);
            json.WriteEndObject();
            json.WriteNull("request_id"u8);
            json.WriteEndObject();
            End(json);
        }
        return Ended(buffer);
    }

    public static byte[] NotAsked(BatchLine line, bool isCancelled)
    {
        using var buffer = new MemoryStream(128);
        using (var json = Begin(buffer, line, isCancelled ? "canceled"u8 : "expired"u8))
            End(json);
        return Ended(buffer);
    }

    static Utf8JsonWriter Begin(MemoryStream buffer, BatchLine line, ReadOnlySpan<byte> type)
    {
        var json = new Utf8JsonWriter(buffer, Json.Readable);
        json.WriteStartObject();
        json.WriteString("custom_id"u8, line.CustomId);
        json.WriteStartObject("result"u8);
        json.WriteString("type"u8, type);
        return json;
    }

    static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static byte[] Ended(MemoryStream buffer)
    {
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }
}
