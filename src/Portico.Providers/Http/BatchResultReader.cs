using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>Reads the results of a batch line by line, as slowly as they are taken; one line is in memory. A line that is no result is passed over.</summary>
public sealed class BatchResultReader : IAsyncDisposable
{
    const int MaxLineBytes = 64 * 1024 * 1024;
    const int FirstBuffer = 64 * 1024;

    readonly HttpResponseMessage response;
    readonly Stream stream;
    readonly ProviderConnection connection;
    readonly UpstreamDeadline deadline;
    readonly Func<ReadOnlyMemory<byte>, BatchResult?> parse;
    byte[] buffer = new byte[FirstBuffer];
    int start;
    int end;
    bool isOver;

    internal BatchResultReader(
        HttpResponseMessage response,
        Stream stream,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        Func<ReadOnlyMemory<byte>, BatchResult?> parse
    ) => (this.response, this.stream, this.connection, this.deadline, this.parse) = (response, stream, connection, deadline, parse);

    /// <summary>The next result; null behind the last.</summary>
    /// <exception cref="UpstreamException">The answer stalled, broke off or has a line without end.</exception>
    public async Task<BatchResult?> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0 && !isOver)
            {
                await FillAsync(ct);
                continue;
            }
            if (length < 0 && start == end)
                return null;
            var line = buffer.AsSpan(start, length < 0 ? end - start : length).Trim(" \t\r"u8);
            start = length < 0 ? end : start + length + 1;
            // What is kept of a line outlives the buffer.
            if (line.Length > 0 && parse(line.ToArray()) is { } result)
                return result;
        }
    }

    async Task FillAsync(CancellationToken ct)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
        {
            if (end >= MaxLineBytes)
                throw new UpstreamException(
                    ErrorTable.UpstreamMalformed,
                    Fault.Upstream,
                    $"A line of the provider's results is longer than {MaxLineBytes} bytes."
                );
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        deadline.Arm(connection.Timeouts.Idle);
        try
        {
            var n = await stream.ReadAsync(buffer.AsMemory(end), deadline.Token);
            isOver = n == 0;
            end += n;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException(ErrorTable.UpstreamTimeout, Fault.Upstream, "The provider stopped in the middle of the results.");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamCut,
                Fault.Upstream,
                "The connection to the provider broke in the middle of the results.",
                e
            );
        }
        finally
        {
            // Whoever reads may take its time.
            deadline.Rest();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        response.Dispose();
        deadline.Dispose();
    }
}
