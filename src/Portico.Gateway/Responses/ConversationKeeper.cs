using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Takes turns of conversations to the store. A call waits for its turn to be written before it tells its end; what the store does not take then is written
/// when it is back.
/// </summary>
sealed partial class ConversationKeeper(
    ConversationStore store,
    GatewayOptions options,
    TimeProvider time,
    ILogger<ConversationKeeper> logger
)
    : BatchedWriter<ConversationTurn>(
        "turns of conversations",
        QueueLength,
        options.ResponseQueueMegabytes * 1024L * 1024,
        gather: TimeSpan.Zero,
        time,
        logger
    )
{
    const int QueueLength = 16_384;

    protected override long SizeOf(ConversationTurn item) => item.Bytes;

    protected override Task WriteAsync(IReadOnlyList<ConversationTurn> batch, CancellationToken ct) => store.WriteAsync(batch, ct);

    protected override void OnLost(ConversationTurn item) => Log.Lost(logger, item.ConversationId);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A turn of conversation {ConversationId} is not kept: too many wait for the store")]
        public static partial void Lost(ILogger logger, string conversationId);
    }
}
