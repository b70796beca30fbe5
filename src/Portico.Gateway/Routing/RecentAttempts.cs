using System.Collections.Concurrent;
using Portico.Core.Chat;

namespace Portico.Gateway.Routing;

/// <summary>How an attempt ended: the good end, the caller's leaving, and the faults.</summary>
enum AttemptEnd
{
    Completed,
    Abandoned,
    Caller,
    Credential,
    RateLimit,
    Model,
    Upstream,
}

/// <summary>The newest failure: its code of the closed table, and the words that records keep of it.</summary>
sealed record LastFailure(DateTimeOffset At, AttemptEnd End, string Code, string Message);

/// <summary>Times of one completed attempt, microseconds; 0 = no output.</summary>
readonly record struct TimedAttempt(long FirstOutputUs, long DurationUs);

/// <summary>What was seen of a deployment: ends in the window and since the start, times of the newest completed attempts in the window.</summary>
sealed record AttemptsSeen(
    IReadOnlyList<long> InWindow,
    IReadOnlyList<long> SinceStart,
    IReadOnlyList<TimedAttempt> Timed,
    LastFailure? LastFailure,
    RemainingQuota Quota,
    DateTimeOffset? QuotaAt
)
{
    public long Of(AttemptEnd end) => InWindow[(int)end];

    public static readonly AttemptsSeen None = new(new long[RecentAttempts.Kinds], new long[RecentAttempts.Kinds], [], null, default, null);
}

/// <summary>
/// The recent attempts at one deployment on this node, in fixed room that is taken with the first of them: ends by minute over <see cref="Window"/>, the
/// times of the newest <see cref="MaxTimed"/> completed ones, the newest failure and the quota that was told last. An attempt costs a few additions.
/// </summary>
sealed class RecentAttempts(TimeProvider time)
{
    public const int MaxTimed = 256;
    const int Minutes = 15;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(Minutes);
    public const int Kinds = (int)AttemptEnd.Upstream + 1;
    const long MinuteUs = 60_000_000;

    readonly Lock gate = new();
    readonly long[] sinceStart = new long[Kinds];
    readonly long[] byMinute = new long[Minutes * Kinds];
    readonly long[] minuteOf = new long[Minutes];
    readonly (long AtUs, TimedAttempt Times)[] timed = new (long, TimedAttempt)[MaxTimed];
    int nextTimed;
    LastFailure? lastFailure;
    RemainingQuota quota;
    DateTimeOffset? quotaAt;

    public void Completed(long firstOutputUs, long durationUs)
    {
        lock (gate)
        {
            var now = Micros.Now(time);
            Count(AttemptEnd.Completed, now);
            timed[nextTimed] = (now, new TimedAttempt(firstOutputUs, durationUs));
            nextTimed = (nextTimed + 1) % MaxTimed;
        }
    }

    public void Abandoned()
    {
        lock (gate)
            Count(AttemptEnd.Abandoned, Micros.Now(time));
    }

    public void Failed(UpstreamException e)
    {
        var end = (AttemptEnd)((int)AttemptEnd.Caller + (int)e.Fault);
        lock (gate)
        {
            Count(end, Micros.Now(time));
            Learn(e.Quota);
            // What is the caller's fault says nothing of the provider.
            if (e.Fault != Fault.Caller)
                lastFailure = new LastFailure(time.GetUtcNow(), end, e.Kind.Code, e.ForRecord);
        }
    }

    public void Told(in RemainingQuota told)
    {
        if (!told.IsTold)
            return;
        lock (gate)
            Learn(told);
    }

    void Learn(in RemainingQuota told)
    {
        if (told.IsTold)
            (quota, quotaAt) = (told, time.GetUtcNow());
    }

    public AttemptsSeen Read()
    {
        lock (gate)
        {
            var now = Micros.Now(time);
            var inWindow = new long[Kinds];
            for (var slot = 0; slot < Minutes; slot++)
                if (now / MinuteUs - minuteOf[slot] < Minutes)
                    for (var kind = 0; kind < Kinds; kind++)
                        inWindow[kind] += byMinute[slot * Kinds + kind];
            var since = now - Minutes * MinuteUs;
            return new AttemptsSeen(
                inWindow,
                [.. sinceStart],
                timed.Where(t => t.AtUs > since).Select(t => t.Times).ToList(),
                lastFailure,
                quota,
                quotaAt
            );
        }
    }

    void Count(AttemptEnd end, long nowUs)
    {
        var minute = nowUs / MinuteUs;
        var slot = (int)(minute % Minutes);
        if (minuteOf[slot] != minute)
        {
            minuteOf[slot] = minute;
            Array.Clear(byMinute, slot * Kinds, Kinds);
        }
        byMinute[slot * Kinds + (int)end]++;
        sinceStart[(int)end]++;
    }
}

/// <summary>The recent attempts of every deployment that this node has called since it started.</summary>
sealed class AttemptBook(TimeProvider time)
{
    readonly ConcurrentDictionary<DeploymentId, RecentAttempts> books = new();

    public bool IsEmpty => books.IsEmpty;

    public RecentAttempts Of(DeploymentId id) => books.GetOrAdd(id, static (_, t) => new RecentAttempts(t), time);

    /// <summary>Looks without making room for what was never called.</summary>
    public AttemptsSeen Seen(DeploymentId id) => books.TryGetValue(id, out var book) ? book.Read() : AttemptsSeen.None;
}
