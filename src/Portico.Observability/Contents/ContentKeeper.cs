using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Observability.Contents;

/// <summary>Takes contents from calls to the store. The record of the call does not depend on them.</summary>
public sealed class ContentKeeper : BatchedWriter<CallContents>
{
    const int QueueLength = 4_096;

    readonly ContentStore store;
    readonly RecordOptions options;

    internal ContentKeeper(ContentStore store, RecordOptions options, TimeProvider time, ILogger<ContentKeeper> logger)
        : base(
            "contents",
            QueueLength,
            options.ContentQueueMegabytes * 1024L * 1024,
            TimeSpan.FromMilliseconds(options.BatchMs),
            time,
            logger
        ) => (this.store, this.options) = (store, options);

    /// <summary>Bytes kept of a prompt and of an answer, each.</summary>
    public int MaxBytes => options.ContentBytes;

    protected override long SizeOf(CallContents item) => item.Bytes;

    protected override async Task WriteAsync(IReadOnlyList<CallContents> batch, CancellationToken ct)
    {
        for (var left = await store.InsertAsync(batch, ct); left > 0; left--)
            Lose();
    }
}
