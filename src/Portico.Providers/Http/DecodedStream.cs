using System.Runtime.CompilerServices;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>
/// A stream whose bytes are decoded into events: what one read of the provider delivered is one batch, and a failure comes behind what was said before it.
/// </summary>
abstract class DecodedStream(UpstreamBytes source) : ModelEventStream
{
    ModelEvent[] given = new ModelEvent[8];
    int count;
    bool primed;

    protected UpstreamBytes Source => source;

    /// <summary>Receives what was decoded; emptied with each batch.</summary>
    protected List<ModelEvent> Events { get; } = new(8);

    /// <summary>Found behind events that are given first.</summary>
    protected UpstreamException? Failure { get; set; }

    /// <summary>The end was decoded.</summary>
    protected abstract bool IsOver { get; }

    /// <summary>Decodes what the source holds.</summary>
    /// <param name="atEnd">Nothing follows: what is held is all there is.</param>
    protected abstract void Decode(bool atEnd);

    /// <summary>Reads on; false at the end.</summary>
    protected virtual ValueTask<bool> ReadSourceAsync() => source.ReadAsync();

    public override ReadOnlyMemory<ModelEvent> Batch => given.AsMemory(0, count);
    public override Dialect Dialect => Dialect.Canonical;

    /// <summary>Reads up to the first batch, so that a failure before it is still an HTTP status.</summary>
    public async Task PrimeAsync(CancellationToken ct)
    {
        if (!await ReadAsync(ct))
            throw Cut();
        primed = true;
    }

    // Pooled: a chunk allocates nothing but what it says.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        count = 0;
        while (!IsOver)
        {
            if (Failure is not null)
                throw Failure;
            Decode(atEnd: !await ReadSourceAsync());
            if (Give())
                return true;
        }
        return false;
    }

    bool Give()
    {
        count = Events.Count;
        if (count == 0)
            return false;
        if (count > given.Length)
            given = new ModelEvent[Math.Max(count, given.Length * 2)];
        Events.CopyTo(given);
        Events.Clear();
        return true;
    }

    protected static UpstreamException Cut() =>
        new(ErrorTable.UpstreamCut, Fault.Upstream, "The provider ended the stream before the answer was complete.");

    protected static UpstreamException Malformed(string message, Exception inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    public override ValueTask DisposeAsync()
    {
        source.IsOver = IsOver;
        return source.DisposeAsync();
    }
}
