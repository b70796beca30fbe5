namespace Portico.Core;

/// <summary>Times in the store are microseconds since 1970 UTC.</summary>
public static class Micros
{
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static long? Of(DateTimeOffset? time) => time is { } t ? Of(t) : null;

    public static long Of(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long micros) =>
        new(DateTimeOffset.UnixEpoch.Ticks + micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset? ToTime(long? micros) => micros is { } m ? ToTime(m) : null;

    public static long Now(TimeProvider time) => Of(time.GetUtcNow());
}
