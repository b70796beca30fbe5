using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Portico.Governance.Api;

namespace Portico.Observability.Live;

/// <summary>Calls as they end, as server-sent events.</summary>
static class LiveEndpoints
{
    /// <summary>How long a stream stays open before its reader must ask again, and is asked again who they are.</summary>
    const int LongestSeconds = 900;
    const int UsualSeconds = 300;

    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>A line now and then keeps proxies from closing a stream in which nothing happens.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/calls/live", Follow)
            .Produces<LiveBatch>(200, "text/event-stream")
            .WithSummary("Calls as they end on the node that answers, as server-sent events, at most four times a second");

    /// <summary>An event of the stream: calls that ended, and how many more did for which there was no room.</summary>
    public sealed record LiveBatch(IReadOnlyList<CallRecord> Items, long More);

    static async Task Follow(
        HttpContext http,
        LiveCalls live,
        IOptions<JsonOptions> json,
        TimeProvider time,
        IHostApplicationLifetime life,
        [AsParameters] CallFilters filters,
        int? seconds
    )
    {
        if (seconds is < 1 or > LongestSeconds)
            throw new PorticoException(ErrorTable.InvalidRequest, $"seconds must be from 1 to {LongestSeconds}.", "seconds");
        using var watch = live.Watch(filters.ToFilter(AdminAccess.ReachOf(http)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["x-accel-buffering"] = "no";
        var until = time.GetUtcNow().AddSeconds(seconds ?? UsualSeconds);
        var said = time.GetUtcNow();
        try
        {
            // Who reads asks again after a second when the stream ends.
            await WriteAsync(response, "retry: 1000\n: calls that end on this node\n\n"u8, stop.Token);
            using var timer = new PeriodicTimer(Beat, time);
            while (time.GetUtcNow() < until && await timer.WaitForNextTickAsync(stop.Token))
            {
                var (calls, dropped) = watch.Take();
                if (calls.Count > 0 || dropped > 0)
                    await WriteAsync(response, Event(new LiveBatch(calls, dropped), json.Value.SerializerOptions), stop.Token);
                else if (time.GetUtcNow() - said < Quiet)
                    continue;
                else
                    await WriteAsync(response, ":\n\n"u8, stop.Token);
                said = time.GetUtcNow();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left, or the node stops: either way the stream is over.
        }
    }

    static ReadOnlySpan<byte> Event(LiveBatch batch, JsonSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("event: calls\ndata: "u8);
        using (var writer = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(writer, batch, options);
        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan;
    }

    static Task WriteAsync(HttpResponse response, ReadOnlySpan<byte> text, CancellationToken ct)
    {
        response.BodyWriter.Write(text);
        return response.BodyWriter.FlushAsync(ct).AsTask();
    }
}
