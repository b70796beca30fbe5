using System.Buffers;
using System.Runtime.CompilerServices;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>
/// The bytes of a streamed answer in one buffer, for the stream reader of a family. A read gives all that is there already: whatever arrived together
/// goes on together, and costs one write to the caller and not one for each piece. A read that has to wait stays open while the caller is being
/// written to. Failures come out as what they mean; disposing before the end aborts the request, so that the provider stops generating.
/// </summary>
sealed class UpstreamBytes(
    HttpResponseMessage response,
    Stream body,
    ProviderConnection connection,
    UpstreamDeadline deadline,
    CancellationToken callerGone
) : IAsyncDisposable
{
    /// <summary>The longest event that is taken.</summary>
    public const int MaxEventBytes = 16 * 1024 * 1024;
    const int FirstBuffer = 16 * 1024;

    /// <summary>With less room than this the next read waits until the buffer may be moved.</summary>
    const int LeastRoom = 1024;

    /// <summary>What may stay open behind the last byte before the connection is given up.</summary>
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    int start;
    int end;
    ValueTask<int> ahead;
    bool isAhead;
    bool ended;

    /// <summary>What was read and not taken. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Held => buffer.AsMemory(start, end - start);

    public void Take(int bytes) => start += bytes;

    public void TakeAll() => start = end;

    /// <summary>Adds what has arrived; waits when nothing has. False at the end.</summary>
    /// <exception cref="UpstreamException">The stream broke, stalled, or has an event that is too long.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync()
    {
        if (ended)
            return false;
        int read;
        if (isAhead)
        {
            isAhead = false;
            read = await ahead;
        }
        else
        {
            MakeRoom();
            read = await ReadOnceAsync();
        }
        end += read;
        ended = read == 0;
        var any = !ended;
        while (!ended && buffer.Length - end >= LeastRoom)
        {
            ahead = ReadOnceAsync();
            if (!ahead.IsCompletedSuccessfully)
            {
                isAhead = true;
                break;
            }
            read = ahead.Result;
            end += read;
            ended = read == 0;
        }
        return any;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<int> ReadOnceAsync()
    {
        var waits = false;
        try
        {
            var read = body.ReadAsync(buffer.AsMemory(end), deadline.Token);
            // What is there already needs no time-out.
            if (!read.IsCompleted)
            {
                waits = true;
                deadline.Arm(connection.Timeouts.Idle);
            }
            return await read;
        }
        catch (OperationCanceledException) when (!callerGone.IsCancellationRequested)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                deadline.EndsTheCall
                    ? "The time that the call may take was over in the middle of the stream."
                    : $"The provider sent nothing for {connection.Timeouts.Idle.TotalSeconds:0.###} s in the middle of the stream."
            );
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamCut,
                Fault.Upstream,
                "The connection to the provider broke in the middle of the stream.",
                e
            );
        }
        finally
        {
            // A caller that reads slowly is not a provider that stalls.
            if (waits)
                deadline.Rest();
        }
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
            end -= start;
            start = 0;
            return;
        }
        if (buffer.Length >= MaxEventBytes)
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"The provider sent an event longer than {MaxEventBytes} bytes."
            );
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    /// <summary>For a reader that has its answer: what follows does not matter, and the connection may serve again.</summary>
    public bool IsOver { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (!IsOver)
            deadline.Cancel();
        else if (isAhead && !ahead.IsCompleted)
        {
            // The caller has everything: it must not wait for how the provider closes.
            deadline.Arm(Drain);
            _ = ReleaseAsync();
            return;
        }
        await ReleaseAsync();
    }

    async Task ReleaseAsync()
    {
        if (isAhead)
        {
            isAhead = false;
            try
            {
                await ahead;
            }
            catch (Exception e) when (e is UpstreamException or OperationCanceledException)
            {
                // Behind the end, or of a stream that nobody reads any more: it has no meaning for the call.
            }
        }
        await body.DisposeAsync();
        response.Dispose();
        deadline.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
