using System.Collections.Concurrent;

namespace Portico.Gateway.Responses;

/// <summary>
/// The events of responses that run here, or did a while ago. What ended longest ago makes room first; when nothing has ended, who needs room loses its own
/// earliest events.
/// </summary>
sealed class ResponseEventLogs
{
    readonly ConcurrentDictionary<string, ResponseEventLog> logs = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    readonly Queue<(string Id, ResponseEventLog Log)> ended = new();
    readonly EventRoom room;
    readonly TimeProvider time;
    readonly TimeSpan keep;
    readonly long maxBytes;

    public ResponseEventLogs(GatewayOptions options, TimeProvider time)
    {
        this.time = time;
        keep = TimeSpan.FromMinutes(options.ResponseEventMinutes);
        maxBytes = options.ResponseEventKib * 1024L;
        room = new EventRoom(options.ResponseEventMegabytes * 1024L * 1024, () => ReleaseEnded(onlyPast: false));
    }

    /// <summary>Bytes that are kept now.</summary>
    public long Used => room.Used;

    public ResponseEventLog Open(string id) => logs[id] = new ResponseEventLog(room, maxBytes);

    /// <summary>The events of a response; null when none are kept here.</summary>
    public ResponseEventLog? Find(string id)
    {
        Sweep();
        return logs.GetValueOrDefault(id);
    }

    /// <summary>The response is over: from now on its events are kept for a while.</summary>
    public void End(string id, ResponseEventLog log)
    {
        log.End(time.GetUtcNow());
        lock (gate)
            ended.Enqueue((id, log));
    }

    /// <summary>The response was deleted.</summary>
    public void Forget(string id)
    {
        if (logs.TryRemove(id, out var log))
            log.Drop();
    }

    /// <summary>Drops what is past its time.</summary>
    public void Sweep() => ReleaseEnded(onlyPast: true);

    void ReleaseEnded(bool onlyPast)
    {
        var limit = time.GetUtcNow() - keep;
        while (true)
        {
            (string Id, ResponseEventLog Log) oldest;
            lock (gate)
            {
                if (!ended.TryPeek(out oldest) || (onlyPast ? oldest.Log.EndedAt > limit : !room.IsFull))
                    return;
                ended.Dequeue();
            }
            logs.TryRemove(oldest.Id, out _);
            oldest.Log.Drop();
        }
    }
}
