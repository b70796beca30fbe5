using Portico.Observability;

namespace Portico.Gateway.Batches;

/// <summary>How many lines this node asks at once for all its batches. Calls that are not of a batch come first.</summary>
sealed class BatchPlaces(GatewayOptions options, Metrics metrics)
{
    int taken;
    int waiting;
    long waitingBytes;
    long answered;

    /// <summary>Lines that ended on this node.</summary>
    public long Lines => Interlocked.Read(ref answered);

    public bool TryEnter()
    {
        if (metrics.Live - Volatile.Read(ref taken) - Volatile.Read(ref waiting) >= options.BatchYieldsAt)
            return false;
        if (Interlocked.Increment(ref taken) <= options.BatchLinesAtOnce)
            return true;
        Interlocked.Decrement(ref taken);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref taken);

    /// <summary>Whether more lines may wait at providers than the first step of every batch.</summary>
    public bool HasRoomToWait =>
        Volatile.Read(ref waiting) < (long)options.ProviderBatchLines * options.ProviderBatchesAtOnce
        && Interlocked.Read(ref waitingBytes) < (long)BatchStep.MaxBytes * options.ProviderBatchesAtOnce;

    /// <summary>A line lies at a provider: it is under way, and takes no place.</summary>
    public void BeginsToWait(int bytes)
    {
        Interlocked.Increment(ref waiting);
        Interlocked.Add(ref waitingBytes, bytes);
    }

    public void WaitsNoMore(int bytes)
    {
        Interlocked.Decrement(ref waiting);
        Interlocked.Add(ref waitingBytes, -bytes);
    }

    public void Answered() => Interlocked.Increment(ref answered);
}
