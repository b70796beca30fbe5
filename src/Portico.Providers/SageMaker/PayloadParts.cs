using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;

namespace Portico.Providers.SageMaker;

/// <summary>
/// The container's own bytes out of the parts of an event stream (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_ResponseStream.html); a part may end
/// anywhere. A container that streams documents a line each, as LMI does
/// (https://docs.djl.ai/master/docs/serving/serving/docs/lmi/user_guides/chat_input_output_schema.html), is given as server-sent events.
/// </summary>
sealed class PayloadParts(Stream inner, ProviderConnection connection) : Stream
{
    const int FirstBuffer = 16 * 1024;

    static ReadOnlySpan<byte> LineHead => "data: "u8;

    byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    int start;
    int end;
    (int Start, int Length) part; // of the payload that is being given, in the buffer
    ArrayBufferWriter<byte>? lines; // set for documents a line each
    int given; // of lines
    bool begun;
    bool inLine;
    bool ended;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (Give(target.Span) is > 0 and var n)
                return n;
            if (ended)
                return 0;
            if (TakeMessage())
                continue;
            MakeRoom();
            var read = await inner.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read > 0)
            {
                end += read;
                continue;
            }
            if (start != end)
                throw new UpstreamException(ErrorTable.UpstreamCut, Fault.Upstream, "The provider ended the stream inside of a message.");
            ended = true;
            EndLine();
        }
    }

    int Give(Span<byte> target)
    {
        if (lines is not null)
        {
            var left = lines.WrittenSpan[given..];
            var some = Math.Min(left.Length, target.Length);
            left[..some].CopyTo(target);
            given += some;
            return some;
        }
        var n = Math.Min(part.Length, target.Length);
        buffer.AsSpan(part.Start, n).CopyTo(target);
        part = (part.Start + n, part.Length - n);
        return n;
    }

    /// <summary>Takes the next message when it is whole; all that came before has been given.</summary>
    bool TakeMessage()
    {
        int length;
        EventStreamMessage message;
        try
        {
            length = EventStream.Read(buffer.AsSpan(start, end - start), out message);
        }
        catch (InvalidDataException e)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"The provider's event stream is broken: {e.Message}.",
                e
            );
        }
        if (length == 0)
            return false;
        if (message.MessageType.SequenceEqual("exception"u8))
            throw AwsErrors.FromEvent(message.ExceptionType, message.Payload, connection);
        if (message.MessageType.SequenceEqual("error"u8))
            throw AwsErrors.From(
                0,
                Encoding.UTF8.GetString(message.ErrorCode),
                Encoding.UTF8.GetString(message.ErrorMessage),
                null,
                connection
            );
        // Events of tomorrow are passed over.
        if (message.EventType.SequenceEqual("PayloadPart"u8))
            TakePart(message.Payload, start + length - EventStream.Trailer);
        start += length;
        return true;
    }

    /// <param name="payload">What the container wrote.</param>
    /// <param name="until">Where it ends in the buffer.</param>
    void TakePart(ReadOnlySpan<byte> payload, int until)
    {
        if (!begun)
        {
            payload = payload.TrimStart(" \r\n"u8);
            begun = !payload.IsEmpty;
            if (begun && payload[0] == (byte)'{')
                lines = new ArrayBufferWriter<byte>(1024);
        }
        if (lines is not null)
        {
            TakeLines(payload);
            return;
        }
        part = (until - payload.Length, payload.Length);
    }

    void TakeLines(ReadOnlySpan<byte> payload)
    {
        lines!.ResetWrittenCount();
        given = 0;
        while (!payload.IsEmpty)
        {
            var length = payload.IndexOf((byte)'\n');
            var line = length < 0 ? payload : payload[..length];
            if (!inLine && !line.Trim(" \r"u8).IsEmpty)
            {
                inLine = true;
                lines.Write(LineHead);
            }
            if (inLine)
                lines.Write(line);
            if (length < 0)
                return;
            EndLine();
            payload = payload[(length + 1)..];
        }
    }

    void EndLine()
    {
        if (!inLine)
            return;
        if (ended)
        {
            lines!.ResetWrittenCount();
            given = 0;
        }
        inLine = false;
        lines!.Write("\n\n"u8);
    }

    void MakeRoom()
    {
        if (start == end)
            start = end = 0;
        if (end < buffer.Length)
            return;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, part, start, end) = ([], default, 0, 0);
        await base.DisposeAsync();
    }
}
