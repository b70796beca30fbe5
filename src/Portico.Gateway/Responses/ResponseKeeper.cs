using Microsoft.Extensions.Logging;
using Portico.Gateway.Wire;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Takes responses from calls to the store. Reads on this node see what is queued; other nodes see it some milliseconds later. The record and the bill of
/// the call do not depend on it.
/// </summary>
sealed partial class ResponseKeeper(ResponseStore store, GatewayOptions options, TimeProvider time, ILogger<ResponseKeeper> logger)
    : BatchedWriter<KeptResponse>(
        "responses",
        QueueLength,
        options.ResponseQueueMegabytes * 1024L * 1024,
        gather: TimeSpan.Zero,
        time,
        logger
    )
{
    const int QueueLength = 16_384;

    /// <summary>Queues the response of a call that wants it kept.</summary>
    public void Keep(ModelCall call, IGivenResponse response)
    {
        if (call.Responses!.Store)
            Offer(KeptResponse.Of(call, response));
    }

    protected override long SizeOf(KeptResponse item) => item.Body.Length;

    protected override async Task WriteAsync(IReadOnlyList<KeptResponse> batch, CancellationToken ct)
    {
        for (var left = await store.WriteAsync(batch, ct); left > 0; left--)
            Lose();
    }

    protected override void OnLost(KeptResponse item) => Log.Lost(logger, item.Id);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Response {ResponseId} is not kept: too many wait for the store")]
        public static partial void Lost(ILogger logger, string responseId);
    }
}
