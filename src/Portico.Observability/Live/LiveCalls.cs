using System.Collections.Immutable;

namespace Portico.Observability.Live;

/// <summary>
/// Whoever watches calls as they end on this node. A watcher has room for so many calls; what finds none is counted, not kept, so that one that reads slowly
/// costs neither memory nor a call's time.
/// </summary>
sealed class LiveCalls
{
    /// <summary>Watchers of a node at once.</summary>
    public const int MaxWatchers = 64;

    ImmutableList<LiveWatch> watches = [];

    public LiveCalls(CallRecorder recorder) => recorder.Listen(Offer);

    /// <exception cref="PorticoException">The node has as many watchers as it takes.</exception>
    public LiveWatch Watch(CallFilter filter)
    {
        var watch = new LiveWatch(filter, End);
        while (true)
        {
            var now = watches;
            if (now.Count >= MaxWatchers)
                throw new PorticoException(ErrorTable.Overloaded, $"{MaxWatchers} streams of calls are open on this node.");
            if (Interlocked.CompareExchange(ref watches, now.Add(watch), now) == now)
                return watch;
        }
    }

    void End(LiveWatch watch) => ImmutableInterlocked.Update(ref watches, (all, one) => all.Remove(one), watch);

    /// <summary>On the thread of the call that ended.</summary>
    void Offer(CallRecord call)
    {
        foreach (var watch in watches)
            watch.Offer(call);
    }
}

/// <summary>One who watches: calls that fit, in the order in which they ended, up to a bound.</summary>
sealed class LiveWatch : IDisposable
{
    /// <summary>Calls that wait to be read.</summary>
    public const int Room = 500;

    readonly CallFilter filter;
    readonly Action<LiveWatch> end;
    readonly Lock gate = new();
    List<CallRecord> waiting = [];
    long dropped;

    internal LiveWatch(CallFilter filter, Action<LiveWatch> end) => (this.filter, this.end) = (filter, end);

    internal void Offer(CallRecord call)
    {
        if (!filter.Fits(call))
            return;
        lock (gate)
            if (waiting.Count < Room)
                waiting.Add(call);
            else
                dropped++;
    }

    /// <summary>What ended since the last time, and how many calls there was no room for.</summary>
    public (IReadOnlyList<CallRecord> Calls, long Dropped) Take()
    {
        lock (gate)
        {
            var taken = (waiting, dropped);
            if (waiting.Count > 0)
                waiting = [];
            dropped = 0;
            return taken;
        }
    }

    public void Dispose() => end(this);
}
