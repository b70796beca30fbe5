using System.Runtime.CompilerServices;

namespace Portico.Providers.Http;

/// <summary>
/// A connection that is read in large pieces. The HTTP client asks for 4 KiB at a time: an answer of 12 KiB that is there already would cost three
/// system calls where one does. Reading and writing may run side by side, as on a socket; two reads at once may not.
/// </summary>
sealed class ReadAheadStream(Stream inner) : Stream
{
    /// <summary>Bytes that one read takes at most; each connection keeps so much.</summary>
    public const int BufferBytes = 16 * 1024;

    // Not rented: a read that is still open when the connection is given up would write into a buffer that is someone else's.
    readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    int start;
    int end;

    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (end > start)
            return ValueTask.FromResult(Give(destination.Span));
        // What is asked for is no smaller than our own, or only asks whether there is anything.
        if (destination.Length is 0 or >= BufferBytes)
            return inner.ReadAsync(destination, cancellationToken);
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.FromResult(Take(read.Result, destination.Span)) : WaitAsync(read, destination);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<int> WaitAsync(ValueTask<int> read, Memory<byte> destination) => Take(await read, destination.Span);

    int Take(int read, Span<byte> destination)
    {
        (start, end) = (0, read);
        return Give(destination);
    }

    int Give(Span<byte> destination)
    {
        var given = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, given).CopyTo(destination);
        start += given;
        return given;
    }

    public override int Read(Span<byte> destination)
    {
        if (end > start)
            return Give(destination);
        return destination.Length is 0 or >= BufferBytes ? inner.Read(destination) : Take(inner.Read(buffer), destination);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
