using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Batches;

/// <summary>What became of a line.</summary>
/// <param name="Line">Its number.</param>
/// <param name="IsGood">It goes to the output file, else to the error file.</param>
/// <param name="Spent">Over all tries.</param>
/// <param name="Json">The line of that file, with its end.</param>
sealed record LineAnswer(int Line, bool IsGood, Spent Spent, byte[] Json)
{
    /// <summary>The batch ended before it was asked, and its form counts such lines by themselves: neither good nor failed.</summary>
    public bool IsNotAsked { get; init; }

    /// <summary>A request that was answered, well or not, with status and body as a caller of the endpoint would have got them.</summary>
    public static LineAnswer Of(Batch batch, BatchLine line, LineReply reply, Spent spent) =>
        new(
            line.Number,
            reply.Error is null,
            spent,
            batch.IsOfMessages
                ? MessageResult.Of(line, reply.Error is null, OnOneLine(reply.Body))
                : Write(
                    batch,
                    line,
                    json =>
                    {
                        json.WriteStartObject("response"u8);
                        json.WriteNumber("status_code"u8, reply.Status);
                        json.WriteString("request_id"u8, reply.Call?.ToString() ?? "");
                        json.WritePropertyName("body"u8);
                        json.WriteRawValue(OnOneLine(reply.Body), skipInputValidation: true);
                        json.WriteEndObject();
                        json.WriteNull("error"u8);
                    }
                )
        );

    /// <summary>A request that has no answer.</summary>
    public static LineAnswer Without(Batch batch, BatchLine line, string code, string message, Spent spent) =>
        new(
            line.Number,
            false,
            spent,
            batch.IsOfMessages
                ? MessageResult.Without(line, code, message)
                : Write(
                    batch,
                    line,
                    json =>
                    {
                        json.WriteNull("response"u8);
                        json.WriteStartObject("error"u8);
                        json.WriteString("code"u8, code);
                        json.WriteString("message"u8, message);
                        json.WriteEndObject();
                    }
                )
        );

    /// <summary>A request that the batch did not come to.</summary>
    public static LineAnswer NotAsked(Batch batch, BatchLine line, bool isCancelled) =>
        batch.IsOfMessages
            ? new LineAnswer(line.Number, false, default, MessageResult.NotAsked(line, isCancelled)) { IsNotAsked = true }
            : Without(batch, line, "batch_expired", "This request could not be executed before the completion window expired.", default);

    static byte[] Write(Batch batch, BatchLine line, Action<Utf8JsonWriter> rest)
    {
        using var buffer = new MemoryStream(1_024);
        using (var json = new Utf8JsonWriter(buffer, Gateway.Wire.Json.Readable))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, $"batch_req_{batch.Id.AsSpan("batch_".Length)}_{line.Number}");
            json.WriteString("custom_id"u8, line.CustomId);
            rest(json);
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>A provider may print its answer over many lines. Inside the texts of JSON there is no end of line, so that none is changed.</summary>
    static ReadOnlySpan<byte> OnOneLine(byte[] body)
    {
        if (body.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return body;
        body.AsSpan().Replace((byte)'\n', (byte)' ');
        body.AsSpan().Replace((byte)'\r', (byte)' ');
        return body;
    }
}
