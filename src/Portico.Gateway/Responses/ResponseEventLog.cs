using System.Buffers;
using System.IO.Pipelines;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>
/// The events of one response that runs without its caller, as its stream has them. One run writes, any number of readers follow, each from where it likes.
/// Past its bound the earliest events go: a reader that is further behind is told so, and those that keep up notice nothing. The newest event always stays.
/// </summary>
sealed class ResponseEventLog(EventRoom room, long maxBytes) : IBufferWriter<byte>
{
    /// <summary>Events that a reader takes at once.</summary>
    const int MaxRead = 128;

    /// <summary>The longest first event that is kept past the bound: one that repeats no long instructions.</summary>
    const int MaxOpening = 16 * 1024;

    /// <summary>What an event takes beside its bytes.</summary>
    const int Overhead = 40;

    readonly Lock gate = new();
    readonly List<byte[]> events = [];

    // What was written since the last time it was published. The run's alone.
    ArrayBufferWriter<byte> written = new(1_024);

    /// <summary>The first event, which has the response's id: who asked must learn it however late it reads. Null where it is long, and when all is dropped.</summary>
    byte[]? opening;

    /// <summary>Slots at the front that are empty already.</summary>
    int head;

    /// <summary>The number of the first event that is kept.</summary>
    long first;
    long bytes;
    bool hasEnded;
    TaskCompletionSource? more;

    /// <summary>When the response came to its end.</summary>
    public DateTimeOffset EndedAt { get; private set; }

    public void Advance(int count) => written.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => written.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => written.GetSpan(sizeHint);

    /// <summary>Gives readers the events that were written since.</summary>
    public void Publish()
    {
        var rest = written.WrittenSpan;
        if (rest.IsEmpty)
            return;
        TaskCompletionSource? waiting;
        lock (gate)
        {
            while (!rest.IsEmpty)
            {
                // JSON holds no line ends of its own: an empty line is the end of an event.
                var length = rest.IndexOf("\n\n"u8) + 2;
                Add(rest[..length].ToArray());
                rest = rest[length..];
            }
            Trim();
            (waiting, more) = (more, null);
        }
        written.ResetWrittenCount();
        waiting?.SetResult();
    }

    /// <summary>Publishes what is left: nothing comes behind it.</summary>
    public void End(DateTimeOffset now)
    {
        Publish();
        written = new ArrayBufferWriter<byte>();
        TaskCompletionSource? waiting;
        lock (gate)
        {
            (hasEnded, EndedAt) = (true, now);
            (waiting, more) = (more, null);
        }
        waiting?.SetResult();
    }

    /// <summary>Lets go of everything: its time is over, or room is needed.</summary>
    public void Drop()
    {
        lock (gate)
        {
            opening = null;
            while (head < events.Count)
                DropFirst();
        }
    }

    /// <summary>Whether what stands behind a number is still here.</summary>
    public bool Reaches(long after)
    {
        lock (gate)
            return after + 1 >= first;
    }

    /// <summary>
    /// Writes the events behind a number and goes on as they come, to the end of the response. A reader that has fallen behind what is kept gets an error event.
    /// </summary>
    /// <param name="body">Receives the events.</param>
    /// <param name="after">The number of the last event that the reader has; -1 = none.</param>
    /// <param name="ct">The reader left.</param>
    public async Task FollowAsync(PipeWriter body, long after, CancellationToken ct)
    {
        var taken = new List<byte[]>(MaxRead);
        while (true)
        {
            taken.Clear();
            var (state, wait) = Read(after, taken);
            switch (state)
            {
                case LogState.Given:
                    after += taken.Count;
                    foreach (var e in taken)
                        body.Write(e);
                    await body.FlushAsync(ct);
                    break;
                case LogState.Waits:
                    await wait!.WaitAsync(ct);
                    break;
                case LogState.Lost:
                    WriteLost(body, after);
                    await body.FlushAsync(ct);
                    return;
                default:
                    return;
            }
        }
    }

    enum LogState : byte
    {
        Given,
        Waits,
        Lost,
        Ended,
    }

    (LogState State, Task? More) Read(long after, List<byte[]> taken)
    {
        lock (gate)
        {
            var next = after + 1;
            if (next < first)
            {
                if (next > 0 || opening is null)
                    return (LogState.Lost, null);
                taken.Add(opening);
                return (LogState.Given, null);
            }
            var kept = events.Count - head;
            if (next - first < kept)
            {
                var from = head + (int)(next - first);
                var end = Math.Min(events.Count, from + MaxRead);
                for (var i = from; i < end; i++)
                    taken.Add(events[i]);
                return (LogState.Given, null);
            }
            if (hasEnded)
                return (LogState.Ended, null);
            more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (LogState.Waits, more.Task);
        }
    }

    static void WriteLost(PipeWriter body, long after)
    {
        using var last = new ResponsesEvents(body, after + 1);
        last.Error(
            new PorticoException(
                ErrorTable.Conflict,
                "The events that follow are no longer kept: this reader was too far behind. Read the response whole, without 'stream'.",
                "starting_after"
            )
        );
    }

    void Add(byte[] e)
    {
        if (first == 0 && events.Count == 0 && e.Length <= MaxOpening)
            opening = e;
        events.Add(e);
        bytes += e.Length + Overhead;
        room.Take(e.Length + Overhead);
    }

    void Trim()
    {
        if (room.IsFull)
            room.Ask();
        while (events.Count - head > 1 && (bytes > maxBytes || room.IsFull))
            DropFirst();
        // The empty slots at the front are given back when they are the larger half, so that an event is moved once on average.
        if (head <= 64 || head <= events.Count / 2)
            return;
        events.RemoveRange(0, head);
        head = 0;
    }

    void DropFirst()
    {
        var size = events[head].Length + Overhead;
        events[head++] = [];
        first++;
        bytes -= size;
        room.Take(-size);
    }
}

/// <summary>What the events of all responses may take on a node.</summary>
/// <param name="maxBytes">The bound.</param>
/// <param name="ask">Makes room of what is needed least.</param>
sealed class EventRoom(long maxBytes, Action ask)
{
    long used;

    public long Used => Interlocked.Read(ref used);
    public bool IsFull => Used > maxBytes;

    public void Take(long bytes) => Interlocked.Add(ref used, bytes);

    public void Ask() => ask();
}
