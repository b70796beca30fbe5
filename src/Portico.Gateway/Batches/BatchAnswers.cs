using System.Data.Common;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Files;

namespace Portico.Gateway.Batches;

/// <summary>
/// Answers on their way to the store: kept in the spool at once, written in groups a few times a second. A store that is away is waited for; meanwhile
/// <see cref="HasRoom"/> says when no more should come.
/// </summary>
sealed partial class BatchAnswers : IAsyncDisposable
{
    /// <summary>How long answers gather.</summary>
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Bytes and lines of a group, unless one answer alone has more.</summary>
    const int GroupBytes = FileStore.ChunkBytes;
    const int GroupLines = 256;

    const int MaxWaitingBytes = 8 * 1024 * 1024;
    const int MaxWaitingLines = 2_048;

    readonly BatchNode node;
    readonly Batch batch;
    readonly BatchSpool spool;
    readonly CancellationToken gone;
    readonly Lock gate = new();
    readonly CancellationTokenSource end = new();
    readonly Task writing;
    List<LineAnswer> waiting = [];
    long waitingBytes;
    long seq;
    Exception? failure;

    /// <param name="node">The node.</param>
    /// <param name="batch">Whose answers they are.</param>
    /// <param name="spool">Where they are kept until the store has them.</param>
    /// <param name="seq">Number of the next group.</param>
    /// <param name="gone">No more waiting for the store: the spool has what is left.</param>
    public BatchAnswers(BatchNode node, Batch batch, BatchSpool spool, long seq, CancellationToken gone)
    {
        (this.node, this.batch, this.spool, this.seq, this.gone) = (node, batch, spool, seq, gone);
        writing = Task.Run(WriteLoopAsync, CancellationToken.None);
    }

    /// <summary>Whether more answers may come; throws what keeps them from being written for good.</summary>
    /// <exception cref="BatchLostException">The batch is another node's.</exception>
    public bool HasRoom
    {
        get
        {
            lock (gate)
            {
                if (failure is BatchLostException)
                    throw new BatchLostException(batch.Id);
                return failure is null && waitingBytes < MaxWaitingBytes && waiting.Count < MaxWaitingLines;
            }
        }
    }

    public void Take(LineAnswer answer, bool isNew = true)
    {
        lock (gate)
        {
            try
            {
                if (isNew)
                    spool.Answer(answer);
            }
            catch (IOException e)
            {
                // It is in memory and on its way: only a kill within the next moments could lose it.
                Log.NotSpooled(node.Logger, batch.Id, e.Message);
            }
            waiting.Add(answer);
            waitingBytes += answer.Json.Length;
        }
        node.Places.Answered();
    }

    async Task WriteLoopAsync()
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(Gather, node.Time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await WriteWaitingAsync();
            }
            catch (Exception e) when (e is BatchLostException or OperationCanceledException)
            {
                lock (gate)
                    failure = e;
                return;
            }
        }
    }

    /// <summary>Writes everything that has come.</summary>
    /// <exception cref="BatchLostException">The batch is another node's.</exception>
    /// <exception cref="OperationCanceledException">The store is away and the node does not wait for it any more.</exception>
    public async Task FlushAsync()
    {
        await end.CancelAsync();
        await writing;
        lock (gate)
            if (failure is not null)
                throw failure is OperationCanceledException ? failure : new BatchLostException(batch.Id);
        await WriteWaitingAsync();
    }

    async Task WriteWaitingAsync()
    {
        List<LineAnswer> taken;
        int turn;
        lock (gate)
        {
            if (waiting.Count == 0)
                return;
            // Together: the old files of the spool have what is taken here and nothing that comes later.
            turn = spool.Turn();
            taken = waiting;
            waiting = [];
        }
        foreach (var group in Groups(taken))
        {
            await WriteAsync(group);
            lock (gate)
                waitingBytes -= group.Sum(a => (long)a.Json.Length);
        }
        spool.Drop(turn);
    }

    static IEnumerable<List<LineAnswer>> Groups(List<LineAnswer> answers)
    {
        var group = new List<LineAnswer>();
        var bytes = 0;
        foreach (var answer in answers)
        {
            if (group.Count > 0 && (bytes + answer.Json.Length > GroupBytes || group.Count == GroupLines))
            {
                yield return group;
                group = [];
                bytes = 0;
            }
            group.Add(answer);
            bytes += answer.Json.Length;
        }
        if (group.Count > 0)
            yield return group;
    }

    async Task WriteAsync(List<LineAnswer> group)
    {
        for (var wait = Gather; ; wait = wait < LongestWait ? 2 * wait : LongestWait)
        {
            try
            {
                await node.Ownership.WriteAsync(batch, seq, group, CancellationToken.None);
                seq++;
                return;
            }
            catch (Exception e) when (e is PorticoException or DbException or IOException or TimeoutException)
            {
                Log.StoreAway(node.Logger, batch.Id, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, node.Time, gone);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await writing;
        end.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The spool of {BatchId} cannot be written: {Reason}")]
        public static partial void NotSpooled(ILogger logger, string batchId, string reason);

        [LoggerMessage(LogLevel.Warning, "The store does not take answers of {BatchId}, next try in {WaitMs} ms: {Reason}")]
        public static partial void StoreAway(ILogger logger, string batchId, double waitMs, string reason);
    }
}
