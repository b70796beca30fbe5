using System.Buffers;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>Reads a plain answer whole, within a bound, each read within the idle time-out.</summary>
static class OpenAiAnswerBody
{
    const int MaxBytes = 64 * 1024 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage response,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var declared = response.Content.Headers.ContentLength;
        if (declared > MaxBytes)
            throw TooLong();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            return declared is { } length
                ? await ReadDeclaredAsync(stream, (int)length, connection, deadline)
                : await ReadToEndAsync(stream, connection, deadline);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                deadline.EndsTheCall
                    ? "The time that the call may take was over in the middle of the answer."
                    : "The provider stopped in the middle of its answer."
            );
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamCut,
                Fault.Upstream,
                "The connection to the provider broke in the middle of its answer.",
                e
            );
        }
    }

    /// <summary>A declared length is one array and one read more often than not.</summary>
    static async ValueTask<ReadOnlyMemory<byte>> ReadDeclaredAsync(
        Stream stream,
        int declared,
        ProviderConnection connection,
        UpstreamDeadline deadline
    )
    {
        var body = GC.AllocateUninitializedArray<byte>(declared);
        var length = 0;
        while (length < declared)
        {
            deadline.Arm(connection.Timeouts.Idle);
            var n = await stream.ReadAsync(body.AsMemory(length), deadline.Token);
            if (n == 0)
                break;
            length += n;
        }
        return body.AsMemory(0, length);
    }

    /// <summary>Most providers declare no length: read into pooled memory, kept in an array of its size.</summary>
    static async ValueTask<ReadOnlyMemory<byte>> ReadToEndAsync(Stream stream, ProviderConnection connection, UpstreamDeadline deadline)
    {
        var body = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (var length = 0; ; )
            {
                if (length == body.Length)
                {
                    if (length >= MaxBytes)
                        throw TooLong();
                    var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    body.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(body);
                    body = larger;
                }
                deadline.Arm(connection.Timeouts.Idle);
                var n = await stream.ReadAsync(body.AsMemory(length), deadline.Token);
                if (n == 0)
                    return body.AsSpan(0, length).ToArray();
                length += n;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    static UpstreamException TooLong() =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, $"The provider's answer is longer than {MaxBytes} bytes.");
}
